"""The mirror of a division's relations, so that a number clash costs no call (M15): what changed
in Exact since the last look.

Facts (Exact): ``Timestamp`` is a row version without a relation to time; a changed relation comes
again with a higher one; a deleted one comes only through ``sync/Deleted``,
which forgets after two months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.api.odata import Row
from exact_online.api.stores import DeletedRelation, RelationChanges, RelationCursors, RelationRow
from exact_online.failures import NotServed, QueryRejected

PROPERTIES = ("ID", "Code", "Name", "Postcode", "Status", "IsSupplier", "Blocked")
RELATION = 2
"""EntityType of a relation in ``sync/Deleted``."""
_ALL = f"Modified ge {odata.moment(dt.date(1900, 1, 1))}"
"""A filter on one of the fields that Exact demands one of, and that every relation passes."""


def fetch_relations(client: ExactClient, since: RelationCursors, most: int | None = None) -> RelationChanges:
    """Return what changed since `since` where Exact has its sync service; else all relations,
    in bulk or paged.

    `most`: of so many relations at once; the next look goes on where the sync service ended.
    """
    return first_supported(
        lambda: _changes(client, since, most),
        lambda: _everything(client, "bulk/CRM/Accounts", most),
        lambda: _everything(client, "crm/Accounts", most),
    )


def _changes(client: ExactClient, since: RelationCursors, most: int | None) -> RelationChanges:
    changed = client.get_all(
        "sync/CRM/Accounts", (*PROPERTIES, "Timestamp"), where=f"Timestamp gt {odata.int64(since.relations)}"
    )
    rows = [_relation(row) for row in islice(changed, most)]
    return RelationChanges(rows, _deletions(client, since), complete=False)


def _deletions(client: ExactClient, since: RelationCursors) -> Sequence[DeletedRelation]:
    where = f"Timestamp gt {odata.int64(since.deletions)}"
    with suppress(NotServed, QueryRejected):
        deleted = client.get_all("sync/Deleted", ("EntityKey", "EntityType", "Timestamp"), where=where)
        return [
            DeletedRelation(row["EntityKey"], int(row["Timestamp"]))
            for row in deleted
            if odata.number(row["EntityType"]) == RELATION
        ]
    return []


def _everything(client: ExactClient, path: str, most: int | None) -> RelationChanges:
    rows = [_relation(row) for row in islice(client.get_all(path, PROPERTIES, where=_ALL), most)]
    # a user who may not see relations gets an empty list, too
    return RelationChanges(rows, [], complete=bool(rows) and len(rows) != most)


def _relation(row: Row) -> RelationRow:
    return RelationRow(
        exact_id=row["ID"],
        code=odata.trimmed(row.get("Code")) or "",
        name=row.get("Name") or "",
        postcode=odata.trimmed(row.get("Postcode")),
        status=odata.trimmed(row.get("Status")),
        is_supplier=bool(row.get("IsSupplier")),
        blocked=bool(row.get("Blocked")),
        row_version=int(row.get("Timestamp") or 0),
    )
