"""GET: a single row, a collection of lines, a page of rows, a count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from simulator import values
from simulator.contract import CONTRACT, Resource
from simulator.division import Division
from simulator.exchange import JsonResponse, Request, Response, error_response
from simulator.lists import DERIVED_LISTS
from simulator.paging import key_of_token, next_options, page
from simulator.queries import LINE_RESOURCES, Query, options, read_query
from simulator.rejections import bad_request, not_found
from simulator.rendering import children, collection, entity
from simulator.tables import Row, Table

SEGMENT_NOT_FOUND = "Resource not found for the segment '{}'."
_KEY = re.compile(
    r"(?:(?P<name>[A-Za-z]+)=)?(?:guid'(?P<guid>[^']*)'|'(?P<text>(?:[^']|'')*)'|(?P<number>-?\d{1,19})[lL]?)"
)


def read_key(resource: Resource, text: str) -> Any:
    """Return the key between the parentheses; Rejection 400 when it has not the type of the key."""
    found = _KEY.fullmatch(text.strip())
    if found is None or resource.key is None:
        raise bad_request("Bad Request - Error in query syntax.")
    kind = resource.properties[resource.key].type
    try:
        if kind == "Guid" and found["guid"] is not None:
            return values.guid(found["guid"])
        if kind == "String" and found["text"] is not None:
            return found["text"].replace("''", "'")
        if kind in {"Int32", "Int64"} and found["number"] is not None:
            return int(found["number"])
    except ValueError:
        pass
    raise bad_request("Bad Request - Error in query syntax.")


class Reader:
    """Reads of one request on one resource of one division.

    `rows` replaces the table for lists that depend on the user.
    """

    def __init__(
        self, division: Division, resource: Resource, request: Request, rows: list[Row] | None = None
    ) -> None:
        self.division = division
        self.resource = resource
        self.request = request
        self.switches = division.switches
        self.base = f"{request.origin}/api/v1/{division.code}/"
        self._given_rows = rows

    def read_one(self, key_text: str) -> Response:
        """Answer with the record of a key."""
        query = read_query(self.resource, options(self.request.query), self.switches, single=True)
        row = self.find_row(key_text)
        return JsonResponse({"d": entity(self.resource, row, self.division, query, self.base)})

    def find_row(self, key_text: str) -> Row:
        """Return the row of a key; Rejection 404 when there is none (fact 1.8)."""
        name, wanted = self.resource.key or "", read_key(self.resource, key_text)
        for row in self._candidates(name, wanted):
            if row.get(name) == wanted:
                return row
        raise not_found(SEGMENT_NOT_FOUND.format(self.resource.segment))

    def read_lines(self, key_text: str, name: str) -> Response:
        """Answer with the lines of a record.

        ``SalesEntries(guid'..')/SalesEntryLines`` (fact 1.10).
        """
        prop = self.resource.properties.get(name)
        if prop is None or prop.lines is None:
            raise not_found(SEGMENT_NOT_FOUND.format(name))
        row = self.find_row(key_text)
        target = CONTRACT.get(LINE_RESOURCES.get(prop.lines, prop.lines))
        if target is None:
            return JsonResponse(collection(self.resource, [], None, None, bare=False))
        own = children(prop, row[self.resource.key or "ID"], self.division)
        return Reader(self.division, target, self.request, own).read_page()

    def read_page(self) -> Response:
        """Answer with one page of records."""
        query = read_query(self.resource, options(self.request.query), self.switches)
        total = self._matching(query) if query.count else None
        found = page(self.resource, self._rows_in_order(query), query, self.division, self.switches)
        entities = [entity(self.resource, row, self.division, query, self.base) for row in found.rows]
        next_url = (
            None
            if found.next is None
            else f"{self.base}{self.resource.uri}?{next_options(query, found.next)}"
        )
        flat = self.resource.family == "bulk" and self.switches.bulk_envelope == "flat"
        return JsonResponse(
            collection(self.resource, entities, next_url, total, bare=found.bare and total is None, flat=flat)
        )

    def read_count(self) -> Response:
        """Answer ``/$count`` with a plain number; an Accept of JSON is rejected (fact 1.11)."""
        if "json" in self.request.headers.get("accept", ""):
            return error_response(415, ["Unsupported media type requested."])
        query = read_query(self.resource, options(self.request.query), self.switches, single=True)
        return Response(str(self._matching(query)), media_type="text/plain;charset=utf-8")

    def _matching(self, query: Query) -> int:
        test = query.filter.matches if query.filter else None
        rows = self._rows_in_order(replace(query, skiptoken=None))
        return sum(1 for row in rows if test is None or test(row, self.division))

    # Where rows come from ---------------------------------------------------------------------

    def _rows_in_order(self, query: Query) -> Iterable[Row]:
        """Return rows in the resource's own order.

        They start behind the skiptoken when nothing else decides the order.
        """
        after = (
            None if query.skiptoken is None or query.order else key_of_token(self.resource, query.skiptoken)
        )
        worked_out = self._derived_rows()
        if worked_out is not None:
            return self._rows_after(worked_out, after)
        if self.resource.family == "sync":
            starts = [
                start for start in (after, query.filter.after if query.filter else None) if start is not None
            ]
            return self._visible_rows(self._table.by_version(max(starts, default=None)))
        indexed = self._indexed_rows(query.filter.equals) if query.filter else None
        if indexed is not None:
            return sorted(self._rows_after(indexed, after), key=lambda row: str(row[self._table.key]))
        return self._visible_rows(self._table.by_key(after))

    @property
    def _table(self) -> Table:
        return self.division[self.resource.table]

    def _derived_rows(self) -> list[Row] | None:
        if self._given_rows is not None:
            return self._given_rows
        work_out = DERIVED_LISTS.get(self.resource.table)
        return None if work_out is None else work_out(self.division)

    def _indexed_rows(self, equals: Iterable[tuple[str, Any]]) -> Iterable[Row] | None:
        """Rows that an index says may match, or None when no index helps."""
        for name, value in equals:
            if self._table.indexes(name):
                return self._visible_rows(iter(self._table.find(name, value)))
        return None

    def _candidates(self, name: str, value: Any) -> Iterable[Row]:
        worked_out = self._derived_rows()
        if worked_out is not None:
            return worked_out
        indexed = self._indexed_rows([(name, value)])
        return self._visible_rows(iter(self._table)) if indexed is None else indexed

    def _rows_after(self, rows: Iterable[Row], after: Any) -> Iterable[Row]:
        key = self.resource.key or ""
        return rows if after is None else (row for row in rows if row[key] > after)

    def _visible_rows(self, rows: Iterator[Row]) -> Iterator[Row]:
        hidden = self.division.hidden
        if not hidden:
            return rows
        now = self.division.clock.seconds()
        self.division.reveal([key for key, until in hidden.items() if until <= now])
        key = self._table.key
        return (row for row in rows if row[key] not in hidden)
