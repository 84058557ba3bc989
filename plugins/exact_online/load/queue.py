"""Sends what a batch has planned, so that what Exact rejects keeps nothing good waiting (INV-10).

What goes out together grows while all of it is booked, and begins with one again after anything
else. A rejection makes the batch go on elsewhere: those that are alike often stand together. When
Exact rejects several in a row for one cause, wherever it goes on, the rest is held with that cause.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from itertools import islice

from exact_online.failures import ErrorLimit, WaitForWindow
from exact_online.ledger import Batch, Booking
from exact_online.load.outcome import Rejected
from exact_online.load.sending import Sent, send
from exact_online.load.session import LoadSession
from exact_online.reason_codes import Reason
from exact_online.vocabulary import BookingKind, Turn

MAX_ALIKE = 5
"""So many rejections in a row for one cause, and nothing booked between them, stop a batch. Fewer
than the errors that Exact allows an endpoint in an hour."""
MOST_TOGETHER = 10
"""Entries that are claimed and confirmed together, after groups of 1, 2, 4 and 8. A worker that
dies leaves so many doubtful at most: they cost the next one two calls each at most, which is no
more than `CHECK_CALLS`, and no longer than one does."""
JUMP = 0.382
"""How far a rejection makes a batch go on, as a part of what is left: by the golden section any few
places are spread evenly."""
CHECK_CALLS = 20
"""What the comparison at the end of a night costs, at most."""
OF_ONE_RECORD = frozenset(
    {Reason.NUMBER_CLASH, Reason.ENTRY_NUMBER_IN_USE, Reason.DOUBLE_IN_EXACT, Reason.IBAN_REJECTED}
)
"""Reasons that say nothing about other records, however many have them."""

log = logging.getLogger(__name__)


def send_planned(load: LoadSession, batch: Batch) -> int:
    """Send the planned bookings of a batch; return how many were sent.

    Raises WaitForWindow when Exact has rejected so many that it would block us: the others go on
    when it has forgotten them. Else raises as `send`.
    """
    queue = deque(load.ledger.bookings.to_send(load.run, batch))
    sent, together = 0, 1
    most = 1 if batch.kind == BookingKind.DEBTOR else MOST_TOGETHER
    while queue:
        went = _send_next(load, batch, list(islice(queue, together)))
        for _ in range(went.bookings):
            queue.popleft()
        sent += went.bookings
        if sent // 50 > (sent - went.bookings) // 50:
            log.info("%s done, %s to go", sent, len(queue))
        together = min(2 * together, most) if went.is_as_hoped else 1
        if not isinstance(went.last, Rejected):
            continue
        if _all_alike(load, batch, went.last):
            load.ledger.bookings.hold_alike(load.run, batch, went.last.reason)
            log.warning("Exact rejects all for one cause: %s of this batch are not sent.", len(queue))
            break
        queue.rotate(-int(len(queue) * JUMP))
    return sent


def _send_next(load: LoadSession, batch: Batch, bookings: Sequence[Booking]) -> Sent:
    try:
        with load.exact.leaving(_calls_of_later(load, batch)):
            return send(load, bookings)
    except ErrorLimit as limit:
        if not load.ledger.bookings.were_rejected_lately(load.run, batch):
            raise
        stop, values = limit.problems[0]
        raise WaitForWindow(stop, limit.until, **values) from None


def _calls_of_later(load: LoadSession, batch: Batch) -> int:
    """Return how many calls of the day are left to later tasks of the night.

    A debtor must leave those for the invoices that can be booked by now, or a practice with more
    debtors than calls would book no invoice for days.
    """
    if batch.kind != BookingKind.DEBTOR or batch.turn == Turn.OTHER_DEBTORS:
        return CHECK_CALLS
    return CHECK_CALLS + load.ledger.bookings.count_ready_entries(load.run.practice)


def _all_alike(load: LoadSession, batch: Batch, outcome: Rejected) -> bool:
    """Return whether Exact rejects everything of this kind, in its own words, for one cause."""
    if outcome.message is None or outcome.reason in OF_ONE_RECORD:
        return False
    return load.ledger.bookings.are_rejected_alike(load.run, batch, MAX_ALIKE)
