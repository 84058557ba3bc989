"""Exact's dialect of OData v2 ("verbose JSON"): writing literals, reading envelopes and values.

Pure.

Facts (Exact): strings are quoted with ``'`` doubled; a relation's code is 18 wide, filled with
blanks on the left, and matches nothing without them; Int64 comes as text; dates come as
``/Date(ms)/`` and go as ISO text without a zone.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn
from uuid import UUID

Row = dict[str, Any]
"""One entity, in Exact's own property names; fractions are `Decimal`."""

RELATION_CODE_WIDTH = 18
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DATE = re.compile(r"^/Date\((-?\d+)(?:([+-])(\d{2})(\d{2}))?\)/$")


# Literals: the only way a value gets into a $filter.


def text(value: str) -> str:
    """Return a string literal; a quote in it can't end it."""
    return "'" + value.replace("'", "''") + "'"


def guid(value: str | UUID) -> str:
    """Return a guid literal. Raises ValueError when it is none."""
    return f"guid'{UUID(str(value))}'"


def int64(value: int) -> str:
    """Return an Int64 literal, as ``Timestamp`` needs it."""
    return f"{value:d}L"


def moment(value: dt.date | dt.datetime) -> str:
    """Return a datetime literal; a date becomes its midnight:
    not every endpoint takes a date alone.
    """
    if isinstance(value, dt.datetime):
        return f"datetime'{value.replace(tzinfo=None).isoformat(timespec='seconds')}'"
    return f"datetime'{value.isoformat()}T00:00:00'"


def relation_code(code: str) -> str:
    """Return a relation's code as Exact compares it. Raises ValueError when it can't be one."""
    if not code or len(code) > RELATION_CODE_WIDTH:
        raise ValueError(
            f"A relation's code has 1 to {RELATION_CODE_WIDTH} characters, this one has {len(code)}."
        )
    return text(code.rjust(RELATION_CODE_WIDTH))


# Envelopes.


def parse(body: bytes | str) -> Any:
    """Return parsed JSON with fractions as `Decimal`.

    Raises ValueError; NaN and Infinity are no JSON.
    """
    return json.loads(body, parse_float=Decimal, parse_constant=_reject_constant)


def encoded(payload: str | Mapping[str, Any]) -> bytes:
    """Return the body of a write; a text goes out as it is.

    Raises ValueError for NaN and Infinity.
    """
    if isinstance(payload, str):
        return payload.encode()
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def rows(document: Any) -> list[Row]:
    """Return the entities of an answer: in ``d.results``, in ``d`` as a list,
    or ``d`` as one entity.

    Raises ValueError when it has none of these envelopes.
    """
    inside = document.get("d") if isinstance(document, dict) else None
    if isinstance(inside, dict) and "results" in inside:
        inside = inside["results"]
    found = [inside] if isinstance(inside, dict) else inside
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError("the answer has no OData envelope")
    return found


def entity(document: Any) -> Row | None:
    """Return the one entity of an answer, or None when it does not hold exactly one."""
    try:
        found = rows(document)
    except ValueError:
        return None
    return found[0] if len(found) == 1 else None


def next_link(document: Any) -> str | None:
    """Return the next page's address (``__next``), to be followed to the letter;
    None on the last page.
    """
    return _beside_results(document, "__next")


def total_count(document: Any) -> int | None:
    """Return ``__count`` of ``$inlinecount=allpages``, or None when it was not sent."""
    count = _beside_results(document, "__count")
    return None if count is None else int(count)


def _beside_results(document: Any, name: str) -> str | None:
    inside = document.get("d")
    holder = inside if isinstance(inside, dict) and "results" in inside else document
    value = holder.get(name)
    return None if value in (None, "") else str(value)


# Values.


def trimmed(value: Any) -> str | None:
    """Return a code without its fill (blanks in front or behind), None when nothing is left."""
    return None if value is None else (str(value).strip() or None)


def number(value: Any) -> int | None:
    """Return a whole number, also one that is written as text; None for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def day(value: str | None) -> dt.date | None:
    """Return a date property: ``/Date(ms)/`` is midnight of that day as if it were UTC;
    or ISO text. With a zone behind it (``/Date(ms+0100)/``) it is midnight there.
    """
    found = _wall_clock(value)
    return None if found is None else found.date()


def _wall_clock(value: str | None) -> dt.datetime | None:
    if not value:
        return None
    written = _DATE.match(value)
    if written is None:
        return dt.datetime.fromisoformat(value).replace(tzinfo=None)
    moment = (_EPOCH + dt.timedelta(milliseconds=int(written[1]))).replace(tzinfo=None)
    if written[2] is None or moment.time() == dt.time():  # midnight as if UTC, whatever the zone says
        return moment
    offset = dt.timedelta(hours=int(written[3]), minutes=int(written[4]))
    return moment + offset if written[2] == "+" else moment - offset


def cents(value: Decimal | float | str | None) -> int:
    """Return an amount of money as whole cents, half up; nothing is 0."""
    return int((Decimal(str(value or 0)) * 100).to_integral_value(ROUND_HALF_UP))
