"""Days, moments, amounts and numbers as people of a practice and James Support read them. Pure.

A day is 23-11-2026, a moment is 23-11-2026 01:00 in Amsterdam's time, an amount is 1.234,56.
"""

from __future__ import annotations

import datetime as dt

from exact_online.book_day import AMSTERDAM


def dutch_day(day: dt.date) -> str:
    """Return a day, such as 23-11-2026."""
    return f"{day:%d-%m-%Y}"


def dutch_moment(moment: dt.datetime) -> str:
    """Return an aware moment in Amsterdam's time, such as 23-11-2026 01:00."""
    return f"{moment.astimezone(AMSTERDAM):%d-%m-%Y %H:%M}"


def dutch_number(number: int) -> str:
    """Return a whole number with points between thousands, such as 5.000."""
    return f"{number:,}".replace(",", ".")


def dutch_amount(cents: int) -> str:
    """Return an amount in euros, such as 1.234,56."""
    sign, cents = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{dutch_number(cents // 100)},{cents % 100:02d}"
