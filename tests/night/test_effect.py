"""What other settings would book is what they then book, to the cent; looking writes nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from dev.demo.practices import settings_document
from exact_online.night.effect import effect_of, last_month
from tests.ledger_contents import contents
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink

__all__ = ["link", "small_place"]

DAYS = (dt.date(2026, 10, 1), dt.date(2026, 11, 1))


def fill(link: SmallLink) -> None:
    """A month with every kind of booking: both journals, three rates, a credit, a claim."""
    james, day = link.james, dt.date(2026, 10, 12)
    james.debtor("1001")
    james.debtor("2001", kind="Verzekeraar")
    james.invoice(1, "1001", (10_010, 0, "tariff"), (1_333, 21, "article"), day=day)
    james.invoice(2, "1001", (2_599, 9, "article"), day=day)
    james.invoice(3, "1001", (7_777, 21, "tariff"), day=day, condition="PIN")
    james.invoice(4, "1001", (-2_599, 9, "article"), day=day, credits=2)
    james.invoice(5, "2001", (4_444, 0, "tariff"), day=day, claim="D5")


def other_settings(link: SmallLink) -> dict[str, Any]:
    """Articles with high VAT on the account of patients with high VAT."""
    document = settings_document(link.practice)
    for row in document["revenue_accounts"]:
        if (row["group"], row["rate"]) == ("articles", "high"):
            row["account"] = "8012"
    return document


def in_exact(link: SmallLink) -> dict[str, int]:
    """Cents per ledger account as Exact itself has them."""
    division = link.division
    cents: Counter[str] = Counter()
    for line in division["TransactionLines"]:
        code = division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip()
        cents[code] += round(line["AmountDC"] * 100)
    return {code: amount for code, amount in cents.items() if amount}


def test_the_previewed_sums_are_those_of_the_next_night_to_the_cent(link: SmallLink) -> None:
    fill(link)
    document, of = other_settings(link), link.ledger.practices.get(link.practice.code)
    before = contents(link.ledger.conn)
    assumed = effect_of(link.ledger, link.james_reader, of, document, DAYS)
    assert contents(link.ledger.conn) == before
    assert not assumed.by_exact
    link.setting(revenue_accounts=document["revenue_accounts"])
    link.night()
    again = effect_of(link.ledger, link.james_reader, of, document, DAYS)
    assert again.by_exact
    booked = in_exact(link)
    assert {row.account: row.cents for row in again.accounts} == booked
    revenue = {
        row.account: row.cents for row in assumed.accounts if row.cents and not row.account.startswith("btw")
    }
    assert revenue == {code: cents for code, cents in booked.items() if not code.startswith("150")}
    assert (assumed.invoices, again.invoices, again.rejected) == (5, 5, ())
    assert revenue["8012"] == -7_529  # 7.777 of tariffs and 1.333 of articles, without VAT


def test_it_says_what_the_present_settings_do_and_what_would_be_rejected(link: SmallLink) -> None:
    fill(link)
    link.night()
    document, of = settings_document(link.practice), link.ledger.practices.get(link.practice.code)
    for row in document["revenue_accounts"]:
        if (row["group"], row["rate"]) == ("insurers", "zero"):
            row["account"] = "8999"
    found = effect_of(link.ledger, link.james_reader, of, document, DAYS)
    (rejected,) = found.rejected
    assert (rejected.reason, rejected.count) == ("gl_account_not_in_exact", 1)
    assert "8999" in rejected.example
    (gone,) = [row for row in found.accounts if row.account == "8000"]
    assert (gone.cents, gone.before_cents) == (0, -4_444)


def test_the_last_month() -> None:
    assert last_month(BOOK_DAY) == DAYS
    assert last_month(dt.date(2027, 1, 31)) == (dt.date(2026, 12, 1), dt.date(2027, 1, 1))
