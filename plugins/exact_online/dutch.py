"""Days, moments, amounts and numbers as people of a practice and James Support read them. Pure.

A day is 23-11-2026, a moment is 23-11-2026 01:00 in Amsterdam's time, an amount is 1.234,56.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

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


def dutch_text(text: str) -> str:
    """Return a day (ISO) or an amount as Dutch readers write it, and any other text as it is."""
    if _DAY.fullmatch(text):
        return dutch_day(dt.date.fromisoformat(text))
    return dutch_amount(round(Decimal(text) * 100)) if _AMOUNT.fullmatch(text) else text


_DAY, _AMOUNT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-[0-3]\d"), re.compile(r"-?\d+\.\d\d")
