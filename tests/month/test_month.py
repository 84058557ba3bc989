"""A month of one practice: 30 nights in which everything happens, and all of it ends."""

from __future__ import annotations

import os

from tests.month.month import NIGHTS, Month
from tests.month.page import PAGE, page
from tests.month.script import EVENTS
from tests.month.words import NAME, accepted

WRITES = "WRITE_THE_MONTH"
"""Environment variable: the run is written to the page (python -m tests.month)."""
MOST_QUIET_NIGHTS = 3
"""Nights of the month without any event."""


def test_the_script_has_events_on_all_days_and_an_end_for_each_red_one() -> None:
    assert len(EVENTS) >= NIGHTS
    assert NIGHTS - len({event.day for event in EVENTS}) <= MOST_QUIET_NIGHTS
    for event in EVENTS:
        assert event.end is not None or not event.red, event.words
        assert event.end is None or event.day <= event.end.day <= NIGHTS - 2, event.words


def test_a_month_of_events_ends_green_with_every_item_closed(month: Month) -> None:
    """B4, B9, C7, M21, INV-1 to INV-15: judged after each night."""
    month.live(EVENTS)
    link = month.link
    assert [night.red for night in month.days[-2:]] == [[], []]
    assert link.ledger.review.open_items(link.practice.code) == []
    run = link.ledger.runs.opened(link.practice.code, f"scheduled__{NIGHTS}")
    assert run is not None
    numbers = link.ledger.runs.numbers(run.run_id)
    assert numbers is not None
    assert (numbers.difference_cents, numbers.differences_new, numbers.differences_known) == (0, 0, 0)
    assert [(row["cause"], row["acted_by"]) for row in accepted(month)] == [("closed", NAME)]
    _each_invoice_once(month)
    _strangers_are_as_they_were(month)
    if WRITES in os.environ:
        PAGE.write_text(page(month.days), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(month.days), "python -m tests.month"


def _each_invoice_once(month: Month) -> None:
    """INV-1: in Exact, whoever entered it; but for those that a person said will not be booked."""
    link = month.link
    states = link.states()
    for key in link.james.in_scope(link.scope):
        reference = link.james.written[key][-1].reference
        assert len(link.entries(reference)) == (states[key] != "closed"), key


def _strangers_are_as_they_were(month: Month) -> None:
    """INV-6: relations of others have the names that people gave them."""
    names = {row["Code"].strip(): row["Name"] for row in month.link.division["Accounts"]}
    assert (names["56"], names["900008"]) == ("Mevr. A. Jansen 1007", "Kantoorhandel Pen BV")
