"""Sends bookings: claim, commit, call, confirm.

What may be unknown afterwards is written down as doubtful, never guessed.

The calls themselves differ per kind (entries.py, debtors.py);
what they mean for the booking is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exact_online.failures import (
    DayIsFull,
    LinkFailure,
    NotReady,
    ProtocolFailure,
    Unreachable,
    WaitForWindow,
)
from exact_online.ledger import Booking
from exact_online.load import debtors, entries
from exact_online.load.debtor_parts import ACCOUNTS
from exact_online.load.gone import forget_if_gone
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown
from exact_online.load.session import LoadSession
from exact_online.load.stop import confirm_booked, stop_values
from exact_online.reason_codes import Reason
from exact_online.vocabulary import BookingKind

NOT_EXECUTED = (WaitForWindow, DayIsFull, Unreachable, NotReady, ProtocolFailure)
"""What the client raises says for certain: Exact did not execute the call."""


@dataclass(frozen=True)
class Sent:
    """What became of bookings that went out together."""

    bookings: int
    """So many of them, from the first, were sent, or are not this worker's to send: claimed by
    another one, or planned anew since they were read. The others are planned, as they were."""
    last: Outcome | None
    """What came of the last of these that was sent."""

    @property
    def is_as_hoped(self) -> bool:
        """All that were sent are booked."""
        return isinstance(self.last, Booked)


def send(load: LoadSession, bookings: Sequence[Booking]) -> Sent:
    """Send planned bookings of one kind one after the other, and write down what came of each.

    They are claimed before the first call and confirmed after the last, each in one statement: as
    many as there are calls for in this minute. The first that does not become plainly booked ends
    that: what was booked before it is confirmed, and those after it are planned again, unsent.

    Raises what stops the practice (failures.py); the booking is then planned again, because Exact
    certainly did nothing. NotReady is also raised after a booking that Exact gave another total.
    LockLost leaves the bookings as they are: whoever holds the practice now decides about them.
    """
    calls = load.exact.make_ready(entries.PATHS.get(bookings[0].kind, ACCOUNTS), len(bookings))
    asked = bookings[:calls]
    group = _Group(load, load.ledger.bookings.claim(load.run, asked, load.worker))
    try:
        last = group.send()
    except LinkFailure:
        load.exact.give_back()
        raise
    load.exact.give_back()
    unsent = {booking.booking_id for booking in group.left}
    done = next((place for place, each in enumerate(asked) if each.booking_id in unsent), len(asked))
    return Sent(done, last)


@dataclass
class _Group:
    """Bookings that this worker claimed, in the order of sending."""

    load: LoadSession
    left: list[Booking]
    """Not sent yet."""
    made: dict[int, str] = field(default_factory=dict)
    """Booking id to Exact's, of those that Exact made and that are not confirmed yet."""

    def send(self) -> Outcome | None:
        last: Outcome | None = None
        while self.left:
            last = self._send_next()
            if not isinstance(last, Booked):
                break
        self._confirm_made()
        return last

    def _send_next(self) -> Outcome:
        """Send one; what can wait until the others are sent is not written down yet."""
        load, booking = self.load, self.left.pop(0)
        taken_before = load.exact.writes_taken
        try:
            outcome = _call(load, booking)
        except NOT_EXECUTED:
            self._end_early()
            # Steps of a debtor that are done are written down, and the claim was an attempt.
            reached = load.exact.writes_taken > taken_before
            load.ledger.bookings.unclaim(load.run, [booking], reached_exact=reached)
            raise
        if isinstance(outcome, Booked) and stop_values(load, booking, outcome) is None:
            self.made[booking.booking_id] = outcome.exact_id
            return outcome
        self._end_early()
        write_down(load, booking, outcome)
        if isinstance(outcome, Rejected) and outcome.reason == Reason.RELATION_GONE:
            forget_if_gone(load, booking)
        return outcome

    def _end_early(self) -> None:
        """Confirm what was booked, and take back the claims of what was not sent."""
        self._confirm_made()
        if self.left:
            self.load.ledger.bookings.unclaim(self.load.run, self.left, reached_exact=False)

    def _confirm_made(self) -> None:
        if self.made:
            self.load.ledger.bookings.confirm(self.load.run, self.made)
            self.made = {}


def _call(load: LoadSession, booking: Booking) -> Outcome:
    if booking.kind is BookingKind.DEBTOR:
        return debtors.send_debtor(load, booking)
    return entries.send_entry(load, booking)


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
