"""Sends one booking: claim, commit, call, confirm.

What may be unknown afterwards is written down as doubtful, never guessed.

The calls themselves differ per kind (entries.py, debtors.py);
what they mean for the booking is the same.
"""

from __future__ import annotations

from exact_online.failures import DayIsFull, NotReady, ProtocolFailure, Unreachable, WaitForWindow
from exact_online.ledger import Booking
from exact_online.load import debtors, entries
from exact_online.load.debtor_parts import ACCOUNTS
from exact_online.load.gone import forget_if_gone
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown
from exact_online.load.session import LoadSession
from exact_online.load.stop import confirm_booked
from exact_online.reason_codes import Reason
from exact_online.vocabulary import BookingKind

NOT_EXECUTED = (WaitForWindow, DayIsFull, Unreachable, NotReady, ProtocolFailure)
"""What the client raises says for certain: Exact did not execute the call."""


def send(load: LoadSession, booking: Booking) -> Outcome | None:
    """Send a planned booking, write down what came of it, and return that.

    None when it was claimed by another worker, or planned anew since it was read.

    Raises what stops the practice (failures.py); the booking is then planned again, because Exact
    certainly did nothing. NotReady is also raised after a booking that Exact gave another total.
    LockLost leaves the booking as it is: whoever holds the practice now decides about it.
    """
    load.exact.make_ready(entries.PATHS.get(booking.kind, ACCOUNTS))
    claimed = load.ledger.bookings.claim(load.run, booking, load.worker)
    if claimed is None:
        return None
    taken_before = load.exact.writes_taken
    try:
        outcome = (
            debtors.send_debtor(load, claimed)
            if claimed.kind is BookingKind.DEBTOR
            else entries.send_entry(load, claimed)
        )
    except NOT_EXECUTED:
        # Of a debtor some steps may be done: those are written down, and the claim was an attempt.
        reached = load.exact.writes_taken > taken_before
        load.ledger.bookings.unclaim(load.run, claimed, reached_exact=reached)
        raise
    write_down(load, claimed, outcome)
    if isinstance(outcome, Rejected) and outcome.reason == Reason.RELATION_GONE:
        forget_if_gone(load, claimed)
    return outcome


def write_down(load: LoadSession, booking: Booking, outcome: Outcome) -> None:
    """Move the booking to the state that its outcome means. Raises as `confirm_booked`."""
    match outcome:
        case Booked():
            confirm_booked(load, booking, outcome)
        case Rejected(reason, values, message):
            load.ledger.bookings.reject(load.run, booking, reason, {**values_of(booking), **values}, message)
        case Unknown(why):
            load.ledger.bookings.doubt(load.run, booking, why)


def values_of(booking: Booking) -> dict[str, object]:
    """Return what the sentence of a reason may name of a booking: numbers only, no person."""
    return {
        "debtor": booking.debtor_number,
        "number": booking.entry_number or booking.reference,
        "entry_number": booking.entry_number,
        "journal": booking.journal,
        "year": booking.financial_year,
    }
