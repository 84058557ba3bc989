"""A month in the life of one practice: 30 nights in which everything happens, and all of it ends."""

from __future__ import annotations

from tests.month.month import NIGHTS, Month
from tests.month.script import EVENTS
from tests.month.words import NAME, accepted


def test_a_month_of_events_ends_green_with_every_item_closed(month: Month) -> None:
    """B4, B9, C7, M21, INV-1 to INV-15: judged after each night."""
    month.live(EVENTS)
    link = month.link
    assert [night.red for night in month.days[-2:]] == [[], []]
    assert link.ledger.review.open_items(link.practice.code) == []
    numbers = link.ledger.runs.numbers(link.ledger.runs.opened(link.practice.code, f"scheduled__{NIGHTS}").run_id)
    assert (numbers.difference_cents, numbers.differences_new, numbers.differences_known) == (0, 0, 0)
    assert [row["acted_by"] for row in accepted(month)] == [NAME] * len(accepted(month))
    for key in link.james.in_scope(link.scope):
        state, reference = link.states()[key], link.james.written[key][-1].reference
        assert len(link.entries(reference)) == (state == "booked"), key
