"""Debtors whose relation, contact or bank account was removed in Exact, told or not (FR-F6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator import records
from tests.link.small import SmallLink

IBAN, NEW_IBAN = "NL91ABNA0417164300", "NL20INGB0001234567"
SALES = "salesentry/SalesEntries"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """A patient who pays by direct debit, booked: relation, contact, bank account."""
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    link.night()
    return link


def only(link: SmallLink, table: str) -> dict[str, Any]:
    (row,) = link.division[table]
    return dict(row)


def remove(link: SmallLink, table: str) -> None:
    """Somebody removes it on screen."""
    with link.world.lock:
        relation = link.division.relation("1001")
        if table == "Contacts":
            link.division.save("Accounts", {**relation, "MainContact": None})
        records.remove(link.division, table, only(link, table), None)


def vanish(link: SmallLink) -> None:
    """The relation and its parts are gone, and sync/Deleted does not tell."""
    with link.world.lock:
        for table in ("Contacts", "BankAccounts"):
            link.division.delete(table, only(link, table)["ID"], None)
        link.division.delete("Accounts", link.division.relation("1001")["ID"], None)
    link.world.faults.add("status", endpoint="sync/Deleted", method="GET", status=404, times=None)


def told(link: SmallLink) -> list[tuple[str, str | None]]:
    return [(item.source_key, item.reason) for item in link.night().items]


def change_in_james(link: SmallLink, table: str) -> None:
    if table == "Contacts":
        link.james.rename("1001", "De Vries")
    else:
        link.james.conn.execute("update james.debiteur set iban = %s", [NEW_IBAN])


@pytest.mark.parametrize("table", ["Contacts", "BankAccounts"])
def test_a_part_that_was_removed_in_exact_is_made_again_the_next_night(link: SmallLink, table: str) -> None:
    """What `relation_gone` promises."""
    remove(link, table)
    change_in_james(link, table)
    assert told(link) == [("debiteur:1001", "relation_gone")]
    assert told(link) == []
    assert only(link, "Contacts")["ID"] == link.division.relation("1001")["MainContact"]
    assert only(link, "BankAccounts")["BankAccount"] == (IBAN if table == "Contacts" else NEW_IBAN)


def test_a_part_that_somebody_made_again_meanwhile_is_taken(link: SmallLink) -> None:
    gone = only(link, "Contacts")
    remove(link, "Contacts")
    change_in_james(link, "Contacts")
    assert told(link) == [("debiteur:1001", "relation_gone")]
    with link.world.lock:
        link.division.add("Contacts", {**gone, "ID": None, "LastName": "de vries", "FirstName": "Anna"})
    assert told(link) == []
    assert (only(link, "Contacts")["LastName"], only(link, "Contacts")["FirstName"]) == ("De Vries", "A.")


def test_a_relation_whose_removal_nobody_tells_is_made_again(link: SmallLink) -> None:
    """Exact rejects the entry, and does not show the relation when it is asked for."""
    old = link.division.relation("1001")["ID"]
    vanish(link)
    link.james.invoice(2600001, "1001")
    assert told(link) == [("factuur:2600001", "relation_gone")]
    assert told(link) == []
    assert link.division.relation("1001")["ID"] != old
    assert len(link.entries(2600001)) == 1
    assert only(link, "Contacts")["ID"] == link.division.relation("1001")["MainContact"]


def test_a_relation_whose_removal_shows_when_it_is_changed_is_made_again(link: SmallLink) -> None:
    vanish(link)
    link.james.rename("1001", "De Vries")
    assert told(link) == [("debiteur:1001", "relation_gone")]
    assert told(link) == []
    assert "De Vries" in link.division.relation("1001")["Name"]


def test_a_relation_that_exact_shows_all_the_same_stays(link: SmallLink) -> None:
    """FR-B18: the words alone are no proof."""
    before = link.division.relation("1001")["ID"]
    link.james.invoice(2600001, "1001")
    body = json.dumps({"error": {"message": {"value": "Ongeldige referentie: Klant"}}})
    link.world.faults.add("status", endpoint=SALES, method="POST", status=500, body=body)
    assert told(link) == [("factuur:2600001", "relation_gone")]
    assert told(link) == []
    assert link.division.relation("1001")["ID"] == before
