"""A credit takes back what was booked, on the accounts where it was booked."""

from __future__ import annotations

from typing import Any

import pytest

from dev.demo.practices import settings_document
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

OLD, NEW = "8010", "8011"
"""Patients, no VAT; the practice moves that revenue to the account of the low rate."""


def move_revenue(link: SmallLink) -> None:
    """The accountant maps physiotherapy for patients at 0 % to another account."""
    document = settings_document(link.practice)
    for row in document["revenue_accounts"]:
        row["account"] = NEW if row["account"] == OLD else row["account"]
    link.ledger.practices.save_settings(link.practice.code, document, changed_by="test")


def accounts(link: SmallLink, number: int) -> list[str]:
    (entry,) = link.entries(number)
    codes = {row["ID"]: row["Code"].strip() for row in link.division["GLAccounts"]}
    lines = [row for row in link.division["SalesEntryLines"] if row["EntryID"] == entry["EntryID"]]
    return sorted(codes[line["GLAccount"]] for line in lines)


@pytest.fixture
def booked_before(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (5000, 0, "tariff"))
    assert link.night().items == []
    move_revenue(link)
    return link


def test_a_credit_takes_the_accounts_of_what_it_credits(booked_before: SmallLink) -> None:
    """M8: the mapping changed since; a new invoice takes the new one, and the old account ends at
    zero.
    """
    link = booked_before
    link.james.invoice(2600002, "1001", (-5000, 0, "tariff"), credits=2600001)
    link.james.invoice(2600003, "1001", (5000, 0, "tariff"))
    outcome = link.night()
    assert outcome.items == []
    assert [accounts(link, number) for number in (2600001, 2600002, 2600003)] == [[OLD], [OLD], [NEW]]
    assert outcome.numbers is not None
    assert outcome.numbers.difference_cents == 0
    assert link.night().numbers.difference_cents == 0


def test_a_credit_on_an_account_that_is_blocked_since_says_so(booked_before: SmallLink) -> None:
    link = booked_before
    change_account(link, IsBlocked=True)
    link.james.invoice(2600002, "1001", (-5000, 0, "tariff"), credits=2600001)
    (item,) = link.night().items
    assert (item.reason, item.reason_values["account"]) == ("gl_account_blocked", OLD)
    change_account(link, IsBlocked=False)
    assert link.night().items == []
    assert accounts(link, 2600002) == [OLD]


def change_account(link: SmallLink, **changes: Any) -> None:
    row = link.division.find_by_code("GLAccounts", OLD)
    assert row is not None
    link.division.save("GLAccounts", {**row, **changes})
