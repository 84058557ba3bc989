"""Resolves a booking whose answer was lost: by reading Exact, never by sending again on a guess.

Absent must be seen twice, with the settle delay before each look, because a slow first request may
still land after the first one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from exact_online.api.lookups import ExactEntry
from exact_online.failures import QueryRejected
from exact_online.ledger import Booking, DoubtfulBooking
from exact_online.load import debtors, entries
from exact_online.load.entry_lists import FEW, read_by_day, read_by_number
from exact_online.load.outcome import Unknown
from exact_online.load.sending import write_down
from exact_online.load.session import LoadSession
from exact_online.vocabulary import BookingKind

log = logging.getLogger(__name__)


def resolve(load: LoadSession, doubt: DoubtfulBooking) -> bool:
    """Read Exact once about a doubtful booking.

    Found: booked, or rejected after comparison. Absent, or a part of it: noted at first, planned
    again the second time. Returns False when Exact rejects this very query: then it stays
    doubtful, and the others do not wait for it.
    """
    booking = doubt.booking
    try:
        found = (
            debtors.adopt_found_parts(load, booking)
            if booking.kind is BookingKind.DEBTOR
            else _adopt_entry(load, booking)
        )
    except QueryRejected as rejection:
        (words,) = load.ledger.review.without_names(booking.practice, [rejection.words])
        log.error("%s stays doubtful: %s %s", booking.source_key, rejection, words)
        return False
    if not found:
        _note_absence(load, doubt)
    log.info(
        "booking %s: answer was lost, Exact %s it", booking.booking_id, "has" if found else "does not have"
    )
    return True


def resolve_together(load: LoadSession, doubts: Sequence[DoubtfulBooking]) -> int:
    """Read Exact once about doubtful entries of an upload, many in one call; return how many were
    looked up.

    As `resolve`, of each by itself. What nothing stands under the number of is looked for on its
    day as well, since Exact may have given it another number, before it counts as absent.
    """
    bookings = [doubt.booking for doubt in doubts]
    try:
        found = dict(read_by_number(load, bookings))
        absent = [booking for booking in bookings if not found[booking.booking_id]]
        if len(absent) > FEW:
            found |= read_by_day(load, absent)
    except QueryRejected as rejection:
        log.error("%s stay doubtful: %s", len(bookings), rejection)
        return 0
    looked_up = 0
    for doubt in doubts:
        if shown := found[doubt.booking.booking_id]:
            _write_down_found(load, doubt.booking, shown)
            looked_up += 1
        elif len(absent) > FEW:
            _note_absence(load, doubt)
            looked_up += 1
        else:
            looked_up += resolve(load, doubt)
    log.info(
        "The answer about %s was lost, Exact has %s of them.", len(bookings), sum(map(bool, found.values()))
    )
    return looked_up


def _adopt_entry(load: LoadSession, booking: Booking) -> bool:
    """False when Exact has no such entry. One that does not show its lines yet stays doubtful, and
    so does one whose debtor has no relation (any more).
    """
    found = entries.find_entry(load, booking)
    if not found:
        return False
    _write_down_found(load, booking, found)
    return True


def _write_down_found(load: LoadSession, booking: Booking, found: Sequence[ExactEntry]) -> None:
    outcome = entries.judge(load, booking, list(found))
    if isinstance(outcome, Unknown):
        log.warning("%s stays doubtful: %s.", booking.source_key, outcome.why)
    else:
        write_down(load, booking, outcome)


def _note_absence(load: LoadSession, doubt: DoubtfulBooking) -> None:
    if doubt.absent_once:
        load.ledger.bookings.release_absent(load.run, doubt.booking)
    else:
        load.ledger.bookings.note_absence(doubt.booking)
