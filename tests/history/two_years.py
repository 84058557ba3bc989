"""Two years of invoices across a change of VAT, a closed and broken financial year and a changed
mapping, brought into Exact in several ways; what the books must be is summed from James alone.
"""

from __future__ import annotations

import calendar
import datetime as dt
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from dev.demo.practices import settings_document
from exact_online import ledger as ledgers
from exact_online.extract.reach import connect_james
from exact_online.failures import LockLost
from exact_online.ledger import Ledger
from exact_online.night import history, own_days, steps
from tests.link.small import SmallLink

FIRST, CHANGE, BEFORE = dt.date(2018, 1, 1), dt.date(2019, 1, 1), dt.date(2020, 1, 1)
"""The two years; on `CHANGE` the low rate goes from 6 to 9 percent, and the mapping changes."""
CLOSED_YEAR, CLOSED = 2018, (dt.date(2018, 7, 1), dt.date(2019, 7, 1))
"""A financial year from July to June, closed when the work begins. It bears the number of the year
that it begins in."""
SMALL, SMALL_DAYS = 300, 12
INVOICES = int(os.environ.get("EXACT_ONLINE_HISTORY") or SMALL)
"""`make history` asks for 12,000."""
DAYS = SMALL_DAYS if INVOICES <= SMALL else (BEFORE - FIRST).days
AT_ONCE = 10
NUMBER = 1_800_000
ONE_DAY = dt.timedelta(days=1)

Balance = dict[tuple[str, int, int], int]
"""Ledger account, financial year and period -> cents, a debit positive."""


def fill(link: SmallLink) -> list[dt.date]:
    """Write James and open the years in Exact; return the days that have an invoice."""
    for year in (2017, 2018, 2019, 2020):
        link.division.remove_year(year)
        if year < 2020:
            _open_year(link, year)
    for period in range(1, 13):
        link.division.close_period(CLOSED_YEAR, period)
    chance = random.Random(18)
    with link.james.conn.transaction():
        for debtor in range(12):
            kind = ("Patiënt", "Verzekeraar", "Instelling")[debtor % 3]
            link.james.debtor(str(1001 + debtor), kind=kind)
        days = sorted({FIRST + place * (BEFORE - FIRST) // DAYS for place in range(DAYS)})
        for place in range(INVOICES):
            day = days[place * len(days) // INVOICES]
            low = 6 if day < CHANGE else 9
            lines = [(chance.randrange(100, 20_000), rate, item) for rate, item in _lines(chance, low)]
            debtor, condition = str(1001 + place % 12), "PIN" if place % 7 == 3 else "14D"
            link.james.invoice(NUMBER + place, debtor, *lines, day=day, condition=condition)
    return days


def _open_year(link: SmallLink, year: int) -> None:
    start = dt.date(year, 7, 1)
    for period in range(1, 13):
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        link.division.add_period(year, period, start, end)
        start = end + ONE_DAY


def _lines(chance: random.Random, low: int) -> list[tuple[int, str]]:
    kinds = [(0, "tariff"), (low, "article"), (21, "article"), (21, "tariff")]
    return chance.sample(kinds, chance.randrange(1, 4))


def change_mapping(link: SmallLink) -> None:
    """From now on two groups' revenue goes to another account: a version of its own."""
    cells = settings_document(link.practice)["revenue_accounts"]
    moved = {"8010": "8012", "8031": "8032"}
    link.setting(
        revenue_accounts=[{**cell, "account": moved.get(cell["account"], cell["account"])} for cell in cells]
    )


def open_closed_year(link: SmallLink) -> None:
    for period in range(1, 13):
        link.division.reopen_period(CLOSED_YEAR, period)


# --- the ways ---


def by_import(link: SmallLink, first: dt.date, before: dt.date) -> None:
    """One import of a range, as the form starts it."""
    link.night(
        backfill="import", history_from=first.isoformat(), history_until=(before - ONE_DAY).isoformat()
    )


def by_backfill(link: SmallLink, days: Sequence[dt.date], chance: random.Random, again: str) -> int:
    """Runs of Airflow's backfill of these days in random order, `AT_ONCE` at a time; return how
    often one had to come back because another had the practice.
    """
    order = chance.sample(list(days), len(days))
    own_days_of(link, order[0], again)  # the first reads the division
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(lambda day: own_days_of(link, day, again), order[1:]))


def own_days_of(link: SmallLink, day: dt.date, again: str) -> int:
    """One run: a worker with sessions of its own; return how often it came back."""
    returns = 0
    with (
        closing(ledgers.connect(link.place.ledger_dsn)) as session,
        closing(connect_james(link.place.james_dsn)) as james,
    ):
        ledger, code = Ledger(session), link.practice.code
        run = steps.open_run(ledger, code, f"backfill__{day}{again}", day + ONE_DAY)
        night = history.choose_days(link.night_of(run, ledger), "import", (day, day + ONE_DAY))
        own_days.make_ready(night)
        older = history.for_history(night, lambda run: link.night_of(run, ledger, backfill=True))
        while True:
            try:
                own_days.import_days(older, james, (day, day + ONE_DAY))
                break
            except LockLost:
                returns += 1
                time.sleep(0.02)
        if found := history.found_history(night):
            own_days.compare_days(link.night_of(found, ledger), james)
    return returns


# --- what the books are, and must be ---


def trial_balance(link: SmallLink) -> Balance:
    """What the division has, summed from its transaction lines."""
    sums: Counter[tuple[str, int, int]] = Counter()
    accounts = link.division["GLAccounts"].rows
    for line in link.division["TransactionLines"]:
        code = accounts[line["GLAccount"]]["Code"].strip()
        sums[code, line["FinancialYear"], line["FinancialPeriod"]] += round(line["AmountDC"] * 100)
    return {key: cents for key, cents in sums.items() if cents}


def james_cents(link: SmallLink) -> int:
    """All that James has of the two years; gross."""
    row = link.james.conn.execute(
        "select sum(bedrag) from james.factuurregel where factuur_id between %s and %s",
        [NUMBER, NUMBER + INVOICES],
    ).fetchone()
    assert row is not None
    return int(row[0] * 100)


def booked(link: SmallLink) -> tuple[int, int]:
    """How many entries of the two years the ledger has as booked, and their gross cents."""
    row = link.ledger.conn.execute(
        "select count(*) as n, coalesce(sum(total_cents), 0)::bigint as cents from current_booking"
        " where kind <> 'debtor' and state = 'booked' and entry_date < %s",
        [BEFORE],
    ).fetchone()
    assert row is not None
    return row["n"], row["cents"]


def doubles(link: SmallLink) -> list[int]:
    """Numbers that Exact has more than once."""
    counts = Counter(
        entry["EntryNumber"]
        for table in ("SalesEntries", "GeneralJournalEntries")
        for entry in link.division[table]
    )
    return [number for number, times in counts.items() if times > 1]


@contextmanager
def unhurried(link: SmallLink) -> Iterator[None]:
    """What was just booked is believed to be shown: no run waits for the simulator."""
    before, link.settle_seconds = link.settle_seconds, 0.0
    try:
        yield
    finally:
        link.settle_seconds = before
