"""What a task found that is not booked: which of it makes the task red, and what its log says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from exact_online.dutch import dutch_number
from exact_online.ledger import AttentionItem
from exact_online.night.context import Night
from exact_online.report.log_lines import cause_lines
from exact_online.tasks.outcomes import fail_on_items

log = logging.getLogger(__name__)


def fail_on_causes(
    night: Night,
    items: Sequence[AttentionItem],
    task: str,
    plans_anew: bool = False,
    last: Callable[[], None] = lambda: None,
) -> None:
    """Fail on items but those that wait for another record that is not booked, and those that are
    known.

    One cause is one red task, and what is red is new. `last` logs what is said before that.
    """
    causes = new_causes(night, items)
    last()
    fail_on_items(causes, task, plans_anew)


def new_causes(night: Night, items: Sequence[AttentionItem]) -> list[AttentionItem]:
    """Return the items that make a task red; log those that wait for another record."""
    new = new_items(night, items)
    waiting = night.ledger.review.waiting_for_another(night.practice.code, new)
    for line in cause_lines([item for item in new if item.booking_id in waiting]):
        log.warning("%s", line)
    return [item for item in new if item.booking_id not in waiting]


def new_items(night: Night, items: Sequence[AttentionItem]) -> list[AttentionItem]:
    """Return what no earlier night told for the same reason; log how many it did."""
    known = night.ledger.review.known(night.run, items)
    if known:
        log.warning("Al bekend en nog open: %s. Zie de mail, of items.", dutch_number(len(known)))
    return [item for item in items if item.booking_id not in known]
