"""The book day: the day that a night belongs to (M1). Nothing here reads a clock."""

from __future__ import annotations

import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def book_day(moment: dt.datetime) -> dt.date:
    """Return the calendar day in Amsterdam at `moment`; a run books invoices dated before this day.

    A run at 02:00 on the 22nd has the 22nd as its book day and books everything up to and including
    the 21st, because an invoice of the 22nd can still change until midnight.
    Raise ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"book_day needs a moment with a time zone, not {moment.isoformat()}")
    return moment.astimezone(AMSTERDAM).date()


def own_day(practice: str) -> int:
    """Return the day of the week, Monday is 0, of the book day on which all of a practice is read
    from James and compared.

    It goes by the code of the practice, so that a fleet is spread over the week.
    """
    return hashlib.sha256(practice.encode()).digest()[0] % 7
