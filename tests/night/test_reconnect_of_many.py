"""Links of many practices, each with a token of its own, are dead for 1 to 40 nights (B5)."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from exact_online.failures import ReconnectNeeded
from tests.link.fixtures import small_place
from tests.link.small import BOOK_DAY, Place, SmallLink

__all__ = ["small_place"]

PRACTICES = int(os.environ.get("RECONNECT_PRACTICES", "5"))
"""50 of them take longer than a test may: RECONNECT_PRACTICES=50 runs them."""
LONGEST = 40
DAY = dt.timedelta(days=1)


def test_what_the_dead_nights_missed_is_booked_in_one_night_once(small_place: Place) -> None:
    """0 double, 0 lost; a practice at a time, since their chains have nothing in common."""
    for number in range(PRACTICES):
        nights = 1 + number * (LONGEST - 1) // (PRACTICES - 1)
        link = SmallLink(small_place)
        link.james.debtor("1001")
        link.james.invoice(1, "1001", day=BOOK_DAY - DAY)
        link.night()
        link.world.authority.withdraw(link.world.user.id)
        for night in range(1, nights + 1):
            link.james.invoice(1 + night, "1001", day=BOOK_DAY + (night - 1) * DAY)
            link.pass_by(DAY.total_seconds())
            if night in (1, nights):
                with pytest.raises(ReconnectNeeded):
                    link.night(book_day=BOOK_DAY + night * DAY)
        link.authenticate()
        outcome = link.night(book_day=BOOK_DAY + nights * DAY)
        assert outcome.items == []
        assert [len(link.entries(invoice)) for invoice in range(1, nights + 2)] == [1] * (nights + 1)
        assert outcome.numbers.difference_cents == 0
