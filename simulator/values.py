"""Edm values: as they come in (JSON), as they are kept, and as they go out (facts 1.14 to 1.18).

Kept as: Guid lower-case text, DateTime milliseconds of the wall clock as if UTC, Double float, the
rest as themselves.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from simulator.clock import AMSTERDAM
from simulator.contract import Property
from simulator.rejections import Rejection, bad_request

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?")
_JSON_DATE = re.compile(r"/Date\((-?\d{1,17})\)/")
_EPOCH = dt.datetime(1970, 1, 1)
_RANGES = {
    "Byte": (0, 255),
    "Int16": (-(2**15), 2**15 - 1),
    "Int32": (-(2**31), 2**31 - 1),
    "Int64": (-(2**63), 2**63 - 1),
}
NO_GUID = "00000000-0000-0000-0000-000000000000"


def guid(text: str) -> str:
    """Return a GUID in lower case without braces; ValueError when the text is none."""
    found = _GUID.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found[1].lower()


def stamp(text: str, zoned: str = "shifted") -> int:
    """Return the milliseconds of an ISO 8601 date or time, or of ``/Date(ms)/``.

    ValueError when it is neither.
    """
    found = _JSON_DATE.fullmatch(text)
    if found:
        return int(found[1])
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is not None:
        at = at.astimezone(AMSTERDAM) if zoned == "shifted" else at
        at = at.replace(tzinfo=None)
    return (at - _EPOCH) // dt.timedelta(milliseconds=1)


def _whole(kind: str) -> Callable[[Any], int]:
    low, high = _RANGES[kind]

    def read(value: Any) -> int:
        if kind == "Int64" and isinstance(value, str):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(value)
        return value

    return read


def _double(value: Any) -> float:
    """Text is accepted (fact 1.17)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    value.encode("utf-8")  # half a surrogate pair is no text, and a UnicodeEncodeError is a ValueError
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _binary(value: Any) -> str:
    base64.b64decode(_text(value), validate=True)
    return str(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "Guid": lambda value: guid(_text(value)),
    "String": _text,
    "Boolean": _boolean,
    "Double": _double,
    "Binary": _binary,
    **{kind: _whole(kind) for kind in _RANGES},
}


def incoming(prop: Property, value: Any, zoned: str) -> Any:
    """Return the value to keep for a property of a JSON body.

    Rejection 400 with the OData text when its type is wrong.
    """
    if value is None:
        return None
    try:
        return stamp(_text(value), zoned) if prop.type == "DateTime" else _READERS[prop.type](value)
    except (ValueError, OverflowError, binascii.Error):
        raise wrong_type(prop) from None


def wrong_type(prop: Property) -> Rejection:
    """Return the rejection of a value of the wrong type."""
    shown = (
        f"System.{prop.type}"
        if prop.type in {"String", "Binary"}
        else f"System.Nullable`1[System.{prop.type}]"
    )
    return bad_request(
        "Error processing request stream. Error encountered in converting the value from request "
        "payload for property "
        f"'{prop.name}' to type '{shown}', which is the property's expected type. "
        "See inner exception for more details."
    )


def outgoing(prop: Property) -> Callable[[Any], Any] | None:
    """Return how a kept value is written to JSON; None when as it is."""
    if prop.type == "DateTime":
        return lambda value: f"/Date({value})/"
    return str if prop.type == "Int64" else None
