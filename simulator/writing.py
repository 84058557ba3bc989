"""POST, PUT and DELETE: who keeps a record, and what comes back (facts 1.22, 1.23)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator import records, references
from simulator.accounting import journal, sales
from simulator.contract import Resource
from simulator.division import Division
from simulator.exchange import JsonResponse, Request, Response
from simulator.incoming import read_body
from simulator.people import User
from simulator.queries import Query
from simulator.reading import Reader
from simulator.rejections import not_found
from simulator.rendering import entity, key_text
from simulator.tables import Row


@dataclass(frozen=True)
class Keeper:
    """Who makes, changes and removes the records of a resource."""

    create: Callable[[Division, Row, str | None], Row]
    change: Callable[[Division, Row, Row, str | None], None] | None = None
    remove: Callable[[Division, Row, str | None], None] | None = None


def _records(table: str) -> Keeper:
    return Keeper(
        create=lambda division, values, user: records.create(division, table, values, user),
        change=lambda division, row, values, user: records.change(division, table, row, values, user),
        remove=lambda division, row, user: records.remove(division, table, row, user),
    )


_KEEPERS: dict[str, Keeper] = {
    "SalesEntries": Keeper(sales.book, sales.change, sales.remove),
    "SalesEntryLines": Keeper(sales.add_line, sales.change_line, sales.remove_line),
    "GeneralJournalEntries": Keeper(journal.book, None, journal.remove),
    "GeneralJournalEntryLines": Keeper(journal.add_line),
}


def keeper(resource: Resource) -> Keeper:
    """Return who keeps the records of a resource."""
    return _KEEPERS.get(resource.name) or _records(resource.table)


def post(division: Division, resource: Resource, request: Request, user: User) -> Response:
    """Answer a POST: 201 with the record, or with its key alone (fact 1.23)."""
    values = read_body(resource, request.content, "POST", division.switches)
    references.resolve(division, resource, values)
    row = keeper(resource).create(division, values, user.id)
    base = f"{request.origin}/api/v1/{division.code}/"
    location = f"{base}{resource.uri}{key_text(resource, row)}"
    return JsonResponse(
        {"d": _representation(division, resource, row, request, base)}, 201, {"Location": location}
    )


def _representation(
    division: Division, resource: Resource, row: Row, request: Request, base: str
) -> dict[str, object]:
    shown = entity(resource, row, division, Query(), base)
    wanted = "return=representation" in request.headers.get("prefer", "").replace(" ", "").lower()
    if wanted or division.switches.answer_without_prefer == "full":
        return shown
    return {name: value if name in {"__metadata", resource.key} else None for name, value in shown.items()}


def put(division: Division, resource: Resource, request: Request, user: User, key: str) -> Response:
    """Answer a PUT with 204."""
    row = Reader(division, resource, request).find_row(key)
    values = read_body(resource, request.content, "PUT", division.switches)
    values.pop(resource.key or "ID", None)
    change = keeper(resource).change
    if change is None:
        raise not_found("Resource not found.")
    references.resolve(division, resource, values)
    change(division, row, values, user.id)
    return Response(status_code=204)


def delete(division: Division, resource: Resource, request: Request, user: User, key: str) -> Response:
    """Answer a DELETE with 204."""
    row = Reader(division, resource, request).find_row(key)
    remove = keeper(resource).remove
    if remove is None:
        raise not_found("Resource not found.")
    remove(division, row, user.id)
    return Response(status_code=204)
