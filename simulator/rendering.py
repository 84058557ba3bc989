"""Rows as JSON of OData v2, with ``__metadata``, ``__deferred``, ``__next`` (facts 1.4 to 1.11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from simulator.contract import CONTRACT, Property, Resource
from simulator.derived import READERS
from simulator.division import Division
from simulator.queries import LINE_RESOURCES, LINES_OF, Query
from simulator.tables import Row
from simulator.values import outgoing

Column = tuple[str, Callable[[Row, Division], Any], Callable[[Any], Any] | None]


@lru_cache(maxsize=1024)
def _columns(resource: Resource, select: tuple[str, ...] | None) -> tuple[Column, ...]:
    names = select if select is not None else tuple(resource.properties)
    readers = READERS[resource.name]
    return tuple(
        (name, readers[name], outgoing(resource.properties[name])) for name in names if name in readers
    )


@lru_cache(maxsize=1024)
def _nested(
    resource: Resource, select: tuple[str, ...] | None, expand: frozenset[str]
) -> tuple[Property, ...]:
    names = set(resource.properties) if select is None else set(select) | expand
    return tuple(prop for name, prop in resource.properties.items() if prop.nested and name in names)


def entity(resource: Resource, row: Row, division: Division, query: Query, base: str) -> dict[str, Any]:
    """Return one row as JSON values; `base` is ``http://host/api/v1/<division>/``."""
    uri = f"{base}{resource.uri}{key_text(resource, row)}"
    shown: dict[str, Any] = {"__metadata": {"uri": uri, "type": resource.class_name}}
    for name, read, write in _columns(resource, query.select):
        value = read(row, division)
        shown[name] = value if value is None or write is None else write(value)
    for prop in _nested(resource, query.select, query.expand):
        shown[prop.name] = _collection(prop, resource, row, division, query, base, uri)
    return shown


def key_text(resource: Resource, row: Row) -> str:
    """Return the key of a row as its address has it, parentheses included."""
    if resource.key is None:
        return ""
    value = row.get(resource.key)
    return {"Guid": f"(guid'{value}')", "Int64": f"({value}L)", "Int32": f"({value})"}.get(
        resource.properties[resource.key].type, f"('{value}')"
    )


def _collection(
    prop: Property, resource: Resource, row: Row, division: Division, query: Query, base: str, uri: str
) -> Any:
    if prop.lines is None:
        return None
    if prop.name not in query.expand:
        return {"__deferred": {"uri": f"{uri}/{prop.name}"}}
    target = CONTRACT[LINE_RESOURCES.get(prop.lines, prop.lines)]
    wanted = query.line_select.get(prop.name)
    inner = Query(
        select=None if wanted is None else tuple(name for name in target.properties if name in wanted)
    )
    return {
        "results": [
            entity(target, line, division, inner, base)
            for line in children(prop, row[resource.key or "ID"], division)
        ]
    }


def children(prop: Property, key: str, division: Division) -> list[Row]:
    """Return the rows of a navigation collection, in the order of their line numbers."""
    assert prop.lines is not None
    link = LINES_OF.get(prop.lines)
    if link is None:
        return []
    table = LINE_RESOURCES.get(prop.lines, prop.lines)
    return sorted(division[table].find(link, key), key=lambda row: row.get("LineNumber") or 0)


def collection(
    resource: Resource,
    entities: list[dict[str, Any]],
    next_url: str | None,
    count: int | None,
    *,
    bare: bool,
    flat: bool = False,
) -> dict[str, Any]:
    """Return the envelope of a list.

    ``d.results``, a bare array with $top (fact 1.6), or the flat form of fact 1.7.
    """
    if flat:
        return {"d": entities} | ({"__next": next_url} if next_url else {})
    if bare:
        return {"d": entities}
    inside: dict[str, Any] = {"results": entities}
    if count is not None:
        inside["__count"] = str(count)
    if next_url:
        inside["__next"] = next_url
    return {"d": inside}
