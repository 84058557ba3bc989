"""The mirror of a division's relations follows Exact."""

from __future__ import annotations

from typing import Any

import pytest

from exact_online.api import relations
from exact_online.api.client import ExactClient
from exact_online.api.stores import DeletedRelation, RelationChanges, RelationCursors, RelationRow
from exact_online.ledger import Connection, Ledger
from tests.api.conftest import DIVISION
from tests.api.fake_server import FakeServer, Reply
from tests.api.test_lists import practice

__all__ = ["practice"]

BASE = f"/api/v1/{DIVISION}"
ONE, TWO = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
ACCOUNT = {
    "ID": ONE,
    "Code": " " * 12 + "100100",
    "Name": "J. Jansen",
    "Postcode": "1234 AB",
    "Status": "C",
    "IsSupplier": False,
    "Blocked": False,
}


def rows(*found: dict[str, Any]) -> Reply:
    return Reply(body={"d": {"results": list(found)}})


def changed(exact_id: str, version: int, **other: Any) -> RelationRow:
    plain = {"code": "1", "name": "", "postcode": None, "status": "C", "is_supplier": False, "blocked": False}
    return RelationRow(exact_id=exact_id, row_version=version, **{**plain, **other})


def mirror(ledger: Connection) -> dict[str, tuple[Any, ...]]:
    return {
        str(row["exact_id"]): (row["code"], row["deleted"], row["row_version"])
        for row in ledger.execute(
            "select exact_id, code, deleted, row_version from exact_relation"
        ).fetchall()
    }


def test_changes_and_deletions_are_asked_for_from_where_we_were(
    server: FakeServer, client: ExactClient
) -> None:
    server.on("GET", f"{BASE}/sync/CRM/Accounts", rows({**ACCOUNT, "Timestamp": "55"}))
    deleted = [
        {"EntityKey": TWO, "EntityType": 2, "Timestamp": "60"},
        {"EntityKey": ONE, "EntityType": 5, "Timestamp": "61"},
    ]
    server.on("GET", f"{BASE}/sync/Deleted", rows(*deleted))
    changes = relations.fetch_relations(client, RelationCursors(50, 40))
    assert [asked.query["$filter"] for asked in server.asked] == ["Timestamp gt 50L", "Timestamp gt 40L"]
    assert changes.rows[0] == changed(ONE, 55, code="100100", name="J. Jansen", postcode="1234 AB")
    assert changes.deleted == [DeletedRelation(TWO, 60)]
    assert not changes.complete


@pytest.mark.parametrize(
    "denial", [Reply(404), Reply(400, {"error": {"message": {"value": "No."}}})], ids=["404", "400"]
)
@pytest.mark.parametrize("served", ["bulk/CRM/Accounts", "crm/Accounts"])
def test_without_sync_all_relations_are_read(
    server: FakeServer, client: ExactClient, served: str, denial: Reply
) -> None:
    for path in ("sync/CRM/Accounts", "bulk/CRM/Accounts", "crm/Accounts"):
        server.on("GET", f"{BASE}/{path}", rows(ACCOUNT) if path == served else denial)
    changes = relations.fetch_relations(client, RelationCursors())
    assert (changes.rows[0].code, changes.complete) == ("100100", True)
    assert server.asked[-1].query["$filter"] == "Modified ge datetime'1900-01-01T00:00:00'"


def test_the_mirror_takes_changes_and_remembers_where_it_was(ledger: Connection, practice: str) -> None:
    Ledger(ledger).mirrors.save_relations(
        practice, RelationChanges([changed(ONE, 5), changed(TWO, 6)], [], complete=False)
    )
    Ledger(ledger).mirrors.save_relations(
        practice, RelationChanges([changed(ONE, 7, code="2")], [DeletedRelation(TWO, 8)], complete=False)
    )
    assert mirror(ledger) == {ONE: ("2", False, 7), TWO: ("1", True, 8)}
    assert Ledger(ledger).mirrors.relation_cursors(practice) == RelationCursors(7, 8)


def test_a_relation_that_came_twice_stands_as_it_was_last(ledger: Connection, practice: str) -> None:
    Ledger(ledger).mirrors.save_relations(
        practice,
        RelationChanges([changed(ONE, 7, code="new"), changed(ONE, 5, code="old")], [], complete=False),
    )
    assert mirror(ledger) == {ONE: ("new", False, 7)}


def test_a_relation_deleted_while_we_read_is_deleted(ledger: Connection, practice: str) -> None:
    Ledger(ledger).mirrors.save_relations(
        practice, RelationChanges([changed(ONE, 7)], [DeletedRelation(ONE, 9)], complete=False)
    )
    assert mirror(ledger) == {ONE: ("1", True, 9)}


@pytest.mark.parametrize("later", [RelationRow, DeletedRelation], ids=["changed", "deleted"])
def test_what_was_read_before_another_look_and_is_kept_after_it_changes_nothing(
    ledger: Connection, practice: str, later: type
) -> None:
    """A night and a page look at once: the one that asked first is the last to keep its answer."""
    before = RelationChanges([changed(ONE, 7, code="old"), changed(TWO, 6)], [], complete=False)
    if later is DeletedRelation:
        after = RelationChanges([changed(TWO, 6)], [DeletedRelation(ONE, 9)], complete=False)
        Ledger(ledger).mirrors.save_relations(
            practice, RelationChanges([changed(ONE, 7)], [], complete=False)
        )
    else:
        after = RelationChanges([changed(ONE, 9, code="new"), changed(TWO, 6)], [], complete=False)
    Ledger(ledger).mirrors.save_relations(practice, after)
    kept = mirror(ledger)
    Ledger(ledger).mirrors.save_relations(practice, before)
    assert mirror(ledger) == kept
    assert kept[ONE] == (("1", True, 9) if later is DeletedRelation else ("new", False, 9))


def test_a_list_without_versions_is_the_state_of_now_and_moves_no_cursor(
    ledger: Connection, practice: str
) -> None:
    mirrors = Ledger(ledger).mirrors
    seen = RelationChanges([changed(ONE, 7), changed(TWO, 6)], [DeletedRelation(TWO, 8)], complete=False)
    mirrors.save_relations(practice, seen)
    listed = RelationChanges([changed(ONE, 0, code="2"), changed(TWO, 0)], [], complete=True)
    mirrors.save_relations(practice, listed)
    assert mirror(ledger) == {ONE: ("2", False, 7), TWO: ("1", False, 0)}
    assert mirrors.relation_cursors(practice) == RelationCursors(7, 0)


def test_what_is_missing_from_a_complete_list_is_gone_and_can_come_back(
    ledger: Connection, practice: str
) -> None:
    both = RelationChanges([changed(ONE, 0), changed(TWO, 0)], [], complete=True)
    Ledger(ledger).mirrors.save_relations(practice, both)
    Ledger(ledger).mirrors.save_relations(practice, RelationChanges([changed(ONE, 0)], [], complete=True))
    assert mirror(ledger)[TWO] == ("1", True, 0)
    Ledger(ledger).mirrors.save_relations(practice, both)
    assert mirror(ledger)[TWO] == ("1", False, 0)


def test_an_empty_mirror_begins_at_the_beginning(ledger: Connection, practice: str) -> None:
    assert Ledger(ledger).mirrors.relation_cursors(practice) == RelationCursors(0, 0)


def test_an_empty_list_does_not_empty_the_mirror(server: FakeServer, client: ExactClient) -> None:
    """Exact gives an empty list to a user who may not see relations."""
    server.on("GET", f"{BASE}/bulk/CRM/Accounts", rows())
    assert not relations.fetch_relations(client, RelationCursors()).complete
