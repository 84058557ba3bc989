"""A practice stops by itself when Exact books another total than was sent, until a person says go.

One entry is wrong in Exact then, and so would be all that follow: tonight, and each night after.
By a setting it also stops when Exact gives an entry another number than was sent.
"""

from __future__ import annotations

from exact_online.book_day import AMSTERDAM
from exact_online.failures import NotReady
from exact_online.ledger import Booking, Ledger
from exact_online.load.outcome import Booked
from exact_online.load.session import LoadSession
from exact_online.money import amount_text
from exact_online.stops import Stop


def confirm_booked(load: LoadSession, booking: Booking, made: Booked) -> None:
    """Write down that the booking is booked, and stop its practice when that must be.

    Raises LockLost, and NotReady with the sentence of the stop.
    """
    values = stop_values(load, booking, made)
    if values is None:
        load.ledger.bookings.confirm(load.run, {booking.booking_id: made.exact_id})
    else:
        load.ledger.bookings.confirm_and_stop(load.run, booking, made.exact_id, values)
        check_goes(load.ledger, booking.practice)


def stop_values(load: LoadSession, booking: Booking, made: Booked) -> dict[str, str] | None:
    """Return what the sentence of the stop names; None when nothing is wrong.

    An entry that we never sent is somebody else's work: its number stops nobody.
    """
    number = str(booking.entry_number)
    if made.other_cents is not None:
        totals = {"made": amount_text(made.other_cents), "sent": amount_text(booking.total_cents)}
        return {"number": number, **totals}
    if made.other_number is not None and load.stops_at_other_number and booking.attempt > 0:
        numbers = {"number": number, "other_number": str(made.other_number)}
        return {"reason": Stop.PRACTICE_STOPPED_AT_NUMBER, **numbers}
    return None


def check_goes(ledger: Ledger, practice: str) -> None:
    """Raise NotReady, with the sentence that names the act, while the practice is stopped."""
    stopped = ledger.practices.stopped(practice)
    if stopped is not None:
        since = stopped.since.astimezone(AMSTERDAM).date().isoformat()
        values = {"reason": Stop.PRACTICE_STOPPED, **stopped.values}
        stop = Stop(values.pop("reason"))
        raise NotReady(stop, **values, since=since)
