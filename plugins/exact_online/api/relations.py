"""The mirror of a division's relations, so that a number clash costs no call (M15): what changed in Exact since the last look.

Facts (Exact): ``Timestamp`` is a row version without a relation to time; a changed relation comes again with a higher one; a deleted one
comes only through ``sync/Deleted``, which forgets after two months.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from exact_online.api import odata
from exact_online.api.client import ExactClient, NotServed, QuestionRefused
from exact_online.api.ladder import first_served
from exact_online.api.odata import Row
from exact_online.statements import statement

PROPERTIES = ("ID", "Code", "Name", "Postcode", "Status", "IsSupplier", "Blocked")
RELATION = 2
"""EntityType of a relation in ``sync/Deleted``."""
_ALL = f"Modified ge {odata.moment(dt.date(1900, 1, 1))}"
"""A filter on one of the fields that Exact demands one of, and that every relation passes."""


@dataclass(frozen=True)
class Cursors:
    """The highest row versions seen: of relations, and of their deletions (two, because each list is read at its own moment)."""

    relations: int = 0
    deletions: int = 0


@dataclass(frozen=True)
class RelationChanges:
    """What a look gave: rows as `exact_relation` has them."""

    rows: list[Row]
    deleted: list[Row]
    """``exact_id`` and ``row_version`` of each deletion."""
    complete: bool
    """The rows are all relations there are: what is not among them is gone."""


def fetch_relations(client: ExactClient, since: Cursors) -> RelationChanges:
    """What changed since `since`, where Exact's sync service answers; else all relations, in bulk or page by page."""
    return first_served(
        lambda: _changes(client, since),
        lambda: _everything(client, "bulk/CRM/Accounts"),
        lambda: _everything(client, "crm/Accounts"),
    )


def _changes(client: ExactClient, since: Cursors) -> RelationChanges:
    changed = client.get_all(
        "sync/CRM/Accounts", (*PROPERTIES, "Timestamp"), where=f"Timestamp gt {odata.int64(since.relations)}"
    )
    return RelationChanges([_relation(row) for row in changed], _deletions(client, since), complete=False)


def _deletions(client: ExactClient, since: Cursors) -> list[Row]:
    where = f"Timestamp gt {odata.int64(since.deletions)}"
    with suppress(NotServed, QuestionRefused):
        deleted = client.get_all("sync/Deleted", ("EntityKey", "EntityType", "Timestamp"), where=where)
        return [
            {"exact_id": row["EntityKey"], "row_version": int(row["Timestamp"])}
            for row in deleted
            if row["EntityType"] == RELATION
        ]
    return []


def _everything(client: ExactClient, path: str) -> RelationChanges:
    rows = [_relation(row) for row in client.get_all(path, PROPERTIES, where=_ALL)]
    return RelationChanges(
        rows, [], complete=bool(rows)
    )  # a user who may not see relations gets an empty list, too


def _relation(row: Row) -> Row:
    return {
        "exact_id": row["ID"],
        "code": odata.trimmed(row.get("Code")) or "",
        "name": row.get("Name") or "",
        "postcode": odata.trimmed(row.get("Postcode")),
        "status": odata.trimmed(row.get("Status")),
        "is_supplier": bool(row.get("IsSupplier")),
        "blocked": bool(row.get("Blocked")),
        "row_version": int(row.get("Timestamp") or 0),
    }


def cursors(conn: psycopg.Connection[Any], practice: str) -> Cursors:
    """Up to where the mirror of `practice` has been read; the start when it is empty."""
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement("ledger", "list_relation_cursors"), {"practice": practice}).fetchone()
    return Cursors(**row) if row else Cursors()


def store_relations(conn: psycopg.Connection[Any], practice: str, changes: RelationChanges) -> None:
    """Brings the mirror up to date, in one statement."""
    parameters = {
        "practice": practice,
        "rows": json.dumps(changes.rows),
        "deleted": json.dumps(changes.deleted),
        "complete": changes.complete,
    }
    conn.execute(statement("ledger", "list_relations_store"), parameters)
