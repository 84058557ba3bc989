"""Which rows an answer holds, and where the next one goes on (facts 1.4 to 1.6, 1.34)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from simulator import values
from simulator.contract import Property, Resource
from simulator.derived import READERS
from simulator.division import Division
from simulator.filter_tree import SYNTAX_ERROR
from simulator.queries import Query
from simulator.rejections import bad_request
from simulator.switches import Switches
from simulator.tables import Row


@dataclass(frozen=True)
class Page:
    """One page of rows."""

    rows: list[Row]
    next: str | None
    """The skiptoken of the next page."""
    bare: bool
    """With a $top that fits the envelope is a bare array (fact 1.6)."""


def page(
    resource: Resource, rows: Iterable[Row], query: Query, division: Division, switches: Switches
) -> Page:
    """Return one page of `rows`, which come in the resource's own order.

    From behind the skiptoken when there is one and no $orderby.
    """
    test = query.filter.matches if query.filter else None
    matching: Iterator[Row] = (row for row in rows if test is None or test(row, division))
    if query.order:
        matching = _ordered(resource, matching, query, division)
    size, bare = _page_size(resource, query, switches)
    return _take_page(resource, matching, query, size, bare=bare, division=division)


def _page_size(resource: Resource, query: Query, switches: Switches) -> tuple[int | None, bool]:
    size = resource.page_size
    if query.top is None:
        return size, False
    if size is not None and query.top > size and switches.top_beyond_page == "capped":
        return size, False
    return min(query.top, 1000), True


def _take_page(
    resource: Resource, rows: Iterator[Row], query: Query, size: int | None, *, bare: bool, division: Division
) -> Page:
    for _ in range(query.skip):
        next(rows, None)
    found: list[Row] = []
    for row in rows:
        if size is not None and len(found) == size:
            more = (
                None
                if bare or (query.top is not None and query.top <= size)
                else _skiptoken(resource, found[-1], query, division)
            )
            return Page(found, more, bare)
        found.append(row)
    return Page(found, None, bare)


def next_options(query: Query, token: str) -> str:
    """Return the query string of ``__next``: the options as they came, and the token (fact 1.4)."""
    kept = []
    for name, text in query.given:
        if name == "$skip":
            continue
        kept.append(f"{quote(name, safe='$')}={quote(text, safe='')}")
    return "&".join([*kept, f"$skiptoken={quote(token, safe='')}"])


def _skiptoken(resource: Resource, last: Row, query: Query, division: Division) -> str:
    readers = READERS[resource.name]
    parts = [_literal(resource.properties[name], readers[name](last, division)) for name, _ in query.order]
    key = resource.key or next(iter(resource.properties))
    return ",".join([*parts, _literal(resource.properties[key], last.get(key))])


def _literal(prop: Property, value: Any) -> str:
    if value is None:
        return "null"
    if prop.type == "Guid":
        return f"guid'{value}'"
    if prop.type == "Int64":
        return f"{value}L"
    return "'" + str(value).replace("'", "''") + "'" if prop.type == "String" else str(value)


def key_of_token(resource: Resource, token: str) -> Any:
    """Return the key in the skiptoken of an unordered read.

    ``guid'...'`` or ``493115L`` (fact 1.5); Rejection 400 when it is unreadable.
    """
    try:
        if token.startswith("guid'"):
            return values.guid(token[5:-1])
        return token[1:-1] if token.startswith("'") else int(token.rstrip("L"))
    except ValueError:
        raise bad_request(SYNTAX_ERROR) from None


def _ordered(resource: Resource, rows: Iterable[Row], query: Query, division: Division) -> Iterator[Row]:
    readers = READERS[resource.name]
    key = resource.key or next(iter(resource.properties))
    ranks = [*((readers[name], descending) for name, descending in query.order), (readers[key], False)]

    def compare(one: Row, other: Row) -> int:
        for read, descending in ranks:
            order = _compare_values(read(one, division), read(other, division))
            if order:
                return -order if descending else order
        return 0

    found = sorted(rows, key=functools.cmp_to_key(compare))
    return iter(found if query.skiptoken is None else _rows_after(resource, found, query, division))


def _rows_after(resource: Resource, rows: list[Row], query: Query, division: Division) -> list[Row]:
    for place, row in enumerate(rows):
        if _skiptoken(resource, row, query, division) == query.skiptoken:
            return rows[place + 1 :]
    return []


def _compare_values(one: Any, other: Any) -> int:
    if one is None or other is None:
        return (one is not None) - (other is not None)
    return int(one > other) - int(one < other)
