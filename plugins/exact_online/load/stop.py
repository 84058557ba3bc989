"""A practice stops by itself when Exact books another total than was sent, until a person says go.

One entry is wrong in Exact then, and so would be all that follow: tonight, and each night after.
"""

from __future__ import annotations

from typing import NoReturn

from exact_online.book_day import AMSTERDAM
from exact_online.failures import NotReady
from exact_online.ledger import Booking, Ledger
from exact_online.load.session import LoadSession
from exact_online.money import amount_text
from exact_online.reasons import Reason, explain


def stop_practice(load: LoadSession, booking: Booking, exact_id: str, made_cents: int) -> NoReturn:
    """Write down that the booking is booked, with the total `made_cents`, and that its practice is
    stopped. Raises NotReady with the sentence.
    """
    values = {
        "number": str(booking.entry_number),
        "made": amount_text(made_cents),
        "sent": amount_text(booking.total_cents),
    }
    load.ledger.bookings.confirm_and_stop(load.run, booking, exact_id, values)
    check_goes(load.ledger, booking.practice)
    raise AssertionError(f"practice {booking.practice} was stopped a moment ago")


def check_goes(ledger: Ledger, practice: str) -> None:
    """Raise NotReady, with the sentence that names the act, while the practice is stopped."""
    stop = ledger.practices.stopped(practice)
    if stop is not None:
        since = stop.since.astimezone(AMSTERDAM).date().isoformat()
        values = {**stop.values, "practice": practice, "since": since}
        raise NotReady(explain(Reason.PRACTICE_STOPPED, values, "nl"))
