"""A day that a person types in a form, as people in the Netherlands write it.

A browser shows its own date field in the language of the browser, whatever the page says: a text
field is the same for everybody, by keyboard and on a phone, whose figure keys have no hyphen.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_WRITTEN = (
    re.compile(r"(?P<day>\d{1,2})(?P<sign>[-/. ])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
)
"""23-11-2026 (also with / . or a blank), 23112026, 2026-11-23."""


def day_of(text: str) -> dt.date | None:
    """Return the day that a text is; None when it is none, or may be two."""
    found = next(filter(None, (form.fullmatch(text.strip()) for form in _WRITTEN)), None)
    if found is None:
        return None
    try:
        return dt.date(*(int(found[part]) for part in ("year", "month", "day")))
    except ValueError:
        return None


def _read(value: object) -> object:
    if not isinstance(value, str):
        return value
    if (day := day_of(value)) is None:
        raise PydanticCustomError("no_day", "no day")
    return day


TypedDay = Annotated[dt.date, BeforeValidator(_read)]
"""A day of a form; its error is `no_day` (forms.py)."""
