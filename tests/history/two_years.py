"""Two years of invoices in James, across a change of VAT, a closed and broken financial year and a
changed mapping.
"""

from __future__ import annotations

import calendar
import datetime as dt
import random

from dev.demo.practices import settings_document
from tests.link.small import SmallLink

FIRST, CHANGE, BEFORE = dt.date(2018, 1, 1), dt.date(2018, 7, 1), dt.date(2020, 1, 1)
"""The two years. On `CHANGE` the mapping of revenue accounts changes: all that is older is settled
by then, so no way to bring it in has a choice between the two."""
VAT_CHANGE = dt.date(2019, 1, 1)
"""The low rate goes from 6 to 9 percent."""
CLOSED_YEAR, CLOSED = 2018, (dt.date(2018, 7, 1), dt.date(2019, 7, 1))
"""A financial year from July to June, closed when the work begins. It bears the number of the year
that it begins in."""
MOVED = {"8010": "8012", "8031": "8032"}
"""Revenue accounts before `CHANGE` -> since then."""
NUMBER = 1_800_000
"""Of the first invoice."""
ONE_DAY = dt.timedelta(days=1)
TONIGHTS_DEBTOR = "2001"


def fill(link: SmallLink, invoices: int, days: int) -> list[dt.date]:
    """Write James and open the years in Exact; return the days that have an invoice."""
    for year in (2017, 2018, 2019, 2020):
        link.division.remove_year(year)
        if year < 2020:
            _open_year(link, year)
    for period in range(1, 13):
        link.division.close_period(CLOSED_YEAR, period)
    chance = random.Random(18)
    with link.james.conn.transaction():
        link.james.debtor(TONIGHTS_DEBTOR)
        for debtor in range(12):
            kind = ("Patiënt", "Verzekeraar", "Instelling")[debtor % 3]
            link.james.debtor(str(1001 + debtor), kind=kind)
        with_invoice = sorted({FIRST + place * (BEFORE - FIRST) // days for place in range(days)})
        for place in range(invoices):
            day = with_invoice[place * len(with_invoice) // invoices]
            low = 6 if day < VAT_CHANGE else 9
            lines = [(chance.randrange(100, 20_000), rate, item) for rate, item in _lines(chance, low)]
            debtor, condition = str(1001 + place % 12), "PIN" if place % 7 == 3 else "14D"
            link.james.invoice(NUMBER + place, debtor, *lines, day=day, condition=condition)
    return with_invoice


def _open_year(link: SmallLink, year: int) -> None:
    start = dt.date(year, 7, 1)
    for period in range(1, 13):
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        link.division.add_period(year, period, start, end)
        start = end + ONE_DAY


def _lines(chance: random.Random, low: int) -> list[tuple[int, str]]:
    kinds = [(0, "tariff"), (low, "article"), (21, "article"), (21, "tariff")]
    return chance.sample(kinds, chance.randrange(1, 4))


def change_mapping(link: SmallLink, **kept: bool) -> None:
    """From now on two groups' revenue goes to another account: a version of its own."""
    cells = settings_document(link.practice)["revenue_accounts"]
    moved = [{**cell, "account": MOVED.get(cell["account"], cell["account"])} for cell in cells]
    link.setting(revenue_accounts=moved, **kept)


def open_closed_year(link: SmallLink) -> None:
    """What the bookkeeper does in Exact."""
    for period in range(1, 13):
        link.division.reopen_period(CLOSED_YEAR, period)
