"""Batches as Airflow's mapped tasks get them: through XCom, each with a label for the UI."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from exact_online.dutch import dutch_number
from exact_online.ledger import Batch
from exact_online.vocabulary import BookingKind

KIND_NAMES = {
    BookingKind.DEBTOR: "debiteuren",
    BookingKind.SALES_ENTRY: "verkoopboekingen",
    BookingKind.GENERAL_JOURNAL_ENTRY: "memoriaalboekingen",
}
"""Kind of booking -> the name of its batches in Airflow's UI."""

log = logging.getLogger(__name__)


def planned(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Log how much is to be sent; return the batches as mapped tasks get them."""
    bookings = sum(batch.bookings for batch in batches)
    log.info("%s te boeken, in %s deel (delen).", dutch_number(bookings), len(batches))
    return _labelled(batches)


def _labelled(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Return the batches as mapped tasks get them, each with a label for the UI."""
    done: Counter[str] = Counter()
    labelled = []
    for batch in batches:
        first, last = done[batch.kind] + 1, done[batch.kind] + batch.bookings
        labelled.append({**vars(batch), "label": f"{KIND_NAMES[BookingKind(batch.kind)]} {first}-{last}"})
        done[batch.kind] = last
    return labelled
