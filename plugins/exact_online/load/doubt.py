"""Resolves a booking whose answer was lost: by reading Exact, never by sending again on a guess.

Absent must be seen twice, with the settle delay before each look, because a slow first request may still land after the first one.
"""

from __future__ import annotations

import logging

from exact_online.crash_points import crash_point
from exact_online.ledger import DoubtfulBooking
from exact_online.load import debtors, entries
from exact_online.load.sending import write_down
from exact_online.load.session import LoadSession
from exact_online.vocabulary import BookingKind

log = logging.getLogger(__name__)


def resolve(load: LoadSession, doubt: DoubtfulBooking) -> None:
    """Look once. Found: booked or rejected after comparison. Absent: noted the first time, planned again the second time."""
    booking = doubt.booking
    crash_point("before_look_up")
    if booking.kind is BookingKind.DEBTOR:
        found_any = debtors.take_up(load, booking)
    else:
        found = entries.find_entry(load, booking)
        found_any = bool(found)
        if found:
            crash_point("after_look_up_before_confirm")
            write_down(load, booking, entries.judge(load, booking, found))
    if not found_any:
        _note_absence(load, doubt)
    log.info("booking %s: answer was lost, Exact %s it", booking.booking_id, "has" if found_any else "does not have")


def _note_absence(load: LoadSession, doubt: DoubtfulBooking) -> None:
    crash_point("before_absence_commit")
    if doubt.absent_once:
        load.ledger.release_absent(load.run, doubt.booking)
    else:
        load.ledger.note_absence(doubt.booking)
    crash_point("after_absence_commit")
