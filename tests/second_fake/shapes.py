"""How this Exact writes what it has: envelopes, numbers, dates, order, links."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
PAGE = "$page"
"""What this server calls the option that names a page; clients must not care."""
EPOCH = dt.datetime(1970, 1, 1)
UNKNOWN = {"New": {"results": [1, None]}, "Text": "Ä\u2028", "Deferred": {"__deferred": {"uri": "x"}}}


@dataclass(frozen=True)
class Shapes:
    """The ways in which this Exact may differ from the one that the simulator is."""

    envelope: str = "results"
    """``results`` (d.results), ``array`` (d is the list)."""
    page_size: int = 60
    unknown_properties: bool = False
    numbers_as_text: bool = False
    order: str = "kept"
    """``kept``, ``turned`` or ``shuffled``."""
    rejects_with: int = 500
    """Status of an error with words."""
    own_entry_numbers: bool = False
    """The number that was asked for is a hint."""
    link_case: str = "kept"
    """``kept``, ``service`` (/CRM/ACCOUNTS), ``all`` (HTTP://HOST/API/V1/...)."""
    dates: str = "plain"
    """``plain``; ``zoned``: UTC with the zone behind it; ``decorated``: as if UTC, and a zone."""
    line_0: bool = False
    """A general journal entry shows a header."""
    odd_rows: bool = False
    """Unused VAT codes, accounts and journals with types that are null or new."""
    with_sync: bool = True
    """Has the services ``sync`` and ``bulk``."""
    bare_answers: bool = False
    """A POST is answered with the id alone."""
    repeats_rows: bool = False
    """The first row of each page stands on the page before it as well."""
    uploads: str = "told"
    """``told``: a message per entry, in order; ``turned``: in another order; ``silent``: of what
    was rejected alone; ``none``: there is no upload."""
    basic_auth: bool = False
    """The token endpoint knows HTTP Basic only."""


class Writer:
    """Writes rows in one shape."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes

    def ordered(self, rows: Sequence[Row]) -> list[Row]:
        """Rows in the order in which this server gives them."""
        found = list(rows)
        if self.shapes.order == "turned":
            found.reverse()
        elif self.shapes.order == "shuffled":
            random.Random(len(found)).shuffle(found)
        return found

    def page(self, rows: Sequence[Row], url: str, number: int, counted: bool) -> Mapping[str, Any]:
        """The document of one page of an answer that has these rows in all."""
        size = self.shapes.page_size
        first = number * size
        until = min(first + size, len(rows))
        beside: dict[str, Any] = {"__count": str(len(rows))} if counted else {}
        if until < len(rows):
            beside["__next"] = self._link(url, number + 1)
        extra = 1 if self.shapes.repeats_rows and not counted and until < len(rows) else 0
        found = [self.entity(row) for row in rows[first : until + extra]]
        if self.shapes.envelope == "array":
            return {"d": found, **beside}
        return {"d": {"results": found, **beside}}

    def _link(self, url: str, number: int) -> str:
        base, _, query = url.partition("?")
        kept = [part for part in query.split("&") if part and PAGE not in part.replace("%24", "$")]
        if self.shapes.link_case == "all":
            base = base.upper()
        elif self.shapes.link_case == "service":
            head, service, resource = base.rsplit("/", 2)
            base = f"{head}/{service.upper()}/{resource}"
        return f"{base}?{'&'.join([*kept, f'{PAGE}={number}'])}"

    def entity(self, row: Row) -> Row:
        """One record as it goes out."""
        written = {name: self._value(value) for name, value in row.items()}
        return {**UNKNOWN, **written} if self.shapes.unknown_properties else written

    def _value(self, value: Any) -> Any:
        if isinstance(value, dt.date):
            return self._date(value)
        if self.shapes.numbers_as_text and isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        return value

    def _date(self, day: dt.date) -> str:
        milliseconds = int((dt.datetime.combine(day, dt.time()) - EPOCH).total_seconds() * 1000)
        if self.shapes.dates == "plain":
            return f"/Date({milliseconds})/"
        summer = 4 <= day.month <= 9
        zone = "+0200" if summer else "+0100"
        if self.shapes.dates == "zoned":
            milliseconds -= (2 if summer else 1) * 3_600_000
        return f"/Date({milliseconds}{zone})/"
