"""Calls for a debtor that were executed twice, and parts of others beside ours (M15, FR-B3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exact_online.night import steps as night
from tests.link.small import SmallLink

IBAN, OTHER_IBAN = "NL91ABNA0417164300", "NL02ABNA0123456789"
ACCOUNTS, BANK_ACCOUNTS, CONTACTS = "crm/Accounts", "crm/BankAccounts", "crm/Contacts"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    link.james.invoice(2600001, "1001")
    return link


def execute_once_more(link: SmallLink, **other: Any) -> dict[str, Any]:
    """The call that is about to be executed is executed by somebody on the way as well."""
    (row,) = link.place.owner.execute(
        "select payload from exact_sync.booking where source_key = 'debiteur:1001'"
    ).fetchall()
    account = json.loads(row[0])["account"]
    made = dict(link.division.add("Accounts", {**account, **other}))
    link.world.auditor.remember(link.division)
    return made


def test_a_relation_whose_call_is_executed_twice_is_ours_though_the_second_answer_came(
    link: SmallLink,
) -> None:
    """The second answer says that the code exists: it is the first one of ours that has it."""
    link.world.faults.add("call", endpoint=ACCOUNTS, method="POST", act=lambda _: execute_once_more(link))
    assert link.night().items == []
    assert link.states() == {"debiteur:1001": "booked", "factuur:2600001": "booked"}
    assert [row["Code"].strip() for row in link.division["Accounts"]].count("1001") == 1


def test_a_relation_that_differs_in_one_field_is_somebody_elses(link: SmallLink) -> None:
    """Same name and postcode, another town: a person says whose it is."""
    link.world.faults.add(
        "call", endpoint=ACCOUNTS, method="POST", act=lambda _: execute_once_more(link, City="Assen")
    )
    reasons = {item.source_key: item.reason for item in link.night().items}
    assert reasons["debiteur:1001"] == "number_clash"
    assert link.world.auditor.touched(link.division) == []


def test_a_relation_that_stands_in_exact_twice_is_told_once_and_the_booking_goes_on(link: SmallLink) -> None:
    """A server that takes a code twice: told with its cure by the next night, and no more."""
    link.night()
    relation = dict(link.division.relation("1001"))
    with link.world.lock:
        second = link.division.add("Accounts", {**relation, "ID": None, "Code": "1002".rjust(18)})
        link.division.save("Accounts", {**second, "Code": relation["Code"]})
    link.james.invoice(2600002, "1001")
    told = [(item.source_key, item.reason) for item in link.night().items]
    assert told == [("debiteur:1001", "debtor_double_in_exact")]
    assert link.states()["factuur:2600002"] == "booked"
    assert link.night().items == []
    with link.world.lock:
        link.division.delete("Accounts", second["ID"], None)
    link.night()
    row = link.ledger.conn.execute("select ended_how from difference").fetchone()
    assert row == {"ended_how": "equal"}


def add_part_of_others(link: SmallLink, table: str, **values: Any) -> None:
    relation = link.division.relation("1001")["ID"]
    with link.world.lock:
        link.division.add(table, {"Account": relation, **values})


@pytest.mark.parametrize(
    ("endpoint", "table", "values", "column"),
    [
        (BANK_ACCOUNTS, "BankAccounts", {"BankAccount": OTHER_IBAN}, "bank_account_id"),
        (CONTACTS, "Contacts", {"LastName": "Bakker", "FirstName": "B."}, "contact_id"),
    ],
    ids=["bank_account", "contact"],
)
def test_a_part_whose_answer_was_lost_is_found_by_its_content(
    link: SmallLink, endpoint: str, table: str, values: dict[str, Any], column: str
) -> None:
    """Not the first one of the relation: somebody made another one meanwhile."""
    link.world.faults.add(
        "call", endpoint=endpoint, method="POST", act=lambda _: add_part_of_others(link, table, **values)
    )
    link.world.faults.add("drop_after_commit", endpoint=endpoint, method="POST")
    assert link.night().items == []
    (field,) = [name for name in ("BankAccount", "LastName") if name in values]
    ours = [row for row in link.division[table] if row[field] != values[field]]
    assert len(ours) == 1
    row = link.ledger.conn.execute(f"select {column}::text as id from relation").fetchone()  # noqa: S608
    assert row == {"id": ours[0]["ID"]}


def test_of_two_contacts_of_one_name_the_one_with_our_first_name_is_adopted(link: SmallLink) -> None:
    """M15: a family on one relation."""
    link.night()
    ours = next(iter(link.division["Contacts"]))
    for first_name in ("Karel", "Marie"):
        add_part_of_others(link, "Contacts", LastName=ours["LastName"], FirstName=first_name)
    link.place.empty()
    link._register()
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    link.night()
    night.make_ready(link.opened(), confirmed_by="Anna Accountant")
    assert link.night().items == []
    row = link.ledger.conn.execute("select contact_id::text as id from relation").fetchone()
    assert row == {"id": ours["ID"]}
