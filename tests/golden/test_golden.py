"""The golden cases: rows in, payload bytes and Exact's trial balance out. Written anew only by
`python -m tests.golden --write`."""

from __future__ import annotations

import re

import pytest

from tests.golden.case import LINE, Case, cases
from tests.golden.page import EXAMPLE, PAGE, refreshed_page

ALL = cases()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    """What is booked today is what the file says, byte for byte; the simulator takes every payload
    (M3, M4, M8, M11, M17)."""
    assert case.text == case.refreshed()


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_every_case_says_what_it_shows_and_proves(case: Case) -> None:
    assert case.document["shows"].endswith(".")
    assert re.fullmatch(r"[MCB]\d+(, [MCB]\d+)*", case.document["proves"])
    assert LINE in case.text


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_the_books_of_every_case_balance(case: Case) -> None:
    """INV-5."""
    assert sum(row.debit for row in case.balances) == sum(row.credit for row in case.balances)


def test_there_are_at_least_forty_cases() -> None:
    assert len(ALL) >= 40


def test_the_booking_rules_show_the_cases_as_they_are_booked_today() -> None:
    """docs/booking-rules.md can't go stale: python -m tests.golden --write"""
    text = PAGE.read_text(encoding="utf-8")
    assert text == refreshed_page()
    assert len(EXAMPLE.findall(text)) >= 10
