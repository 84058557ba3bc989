"""Debtors on their way to Exact.

Made once, changed only where they differ, and never somebody else's relation (M2, M14, M15).
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from exact_online.load.debtor_parts import find_relation
from exact_online.night import steps as night
from simulator import records
from tests.link.small import SmallLink

IBAN = "NL91ABNA0417164300"


def _relation(link: SmallLink, code: str) -> dict[str, Any]:
    return link.division.relation(code)


def _change(link: SmallLink, code: str, **values: Any) -> None:
    """What a bookkeeper does on screen."""
    with link.world.lock:
        records.change(link.division, "Accounts", link.division.relation(code), values, None)


def _debtor_writes(link: SmallLink) -> list[str]:
    return [
        f"{write.method} {write.endpoint}"
        for write in link.world.auditor.writes
        if write.endpoint.startswith("crm/")
    ]


def test_a_patient_becomes_a_customer_with_a_main_contact_and_a_title(link: SmallLink) -> None:
    """M2, M14."""
    link.james.debtor("1001")
    link.night()
    relation = _relation(link, "1001")
    (contact,) = [row for row in link.division["Contacts"] if row["Account"] == relation["ID"]]
    assert (relation["Status"].strip(), contact["Title"].strip(), contact["LastName"]) == (
        "C",
        "MEVR",
        "Jansen 1001",
    )
    assert relation["MainContact"] == contact["ID"]


def test_direct_debit_brings_the_bank_account_along(link: SmallLink) -> None:
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    link.night()
    assert [row["BankAccount"] for row in link.division["BankAccounts"]] == [IBAN]


def test_a_renamed_debtor_is_changed_once_without_its_code(link: SmallLink) -> None:
    """FR-F3."""
    link.james.debtor("1001")
    link.night()
    before = len(_debtor_writes(link))
    link.james.rename("1001", "De Vries")
    link.night()
    link.night()
    assert _debtor_writes(link)[before:] == ["PUT crm/Accounts", "PUT crm/Contacts"]
    assert "De Vries" in _relation(link, "1001")["Name"]


def test_a_field_that_somebody_changed_in_exact_and_we_do_not_own_stays(link: SmallLink) -> None:
    """FR-F7."""
    link.james.debtor("1001")
    link.night()
    _change(link, "1001", Website="https://voorbeeld.example")
    link.james.rename("1001", "De Vries")
    link.night()
    assert _relation(link, "1001")["Website"] == "https://voorbeeld.example"


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ({"Name": "Kantoorhandel Pen BV", "Status": "C"}, "number_clash"),
        ({"Name": "Kantoorhandel Pen BV", "Status": "A", "IsSupplier": True}, "relation_not_customer"),
        ({"Name": "Kantoorhandel Pen BV", "Status": "P"}, "relation_not_customer"),
    ],
    ids=["FR-F1_a_customer", "FR-F2_a_supplier", "FR-F2_a_prospect"],
)
def test_a_number_that_is_taken_is_rejected_and_its_relation_left_alone(
    link: SmallLink, there: dict[str, Any], reason: str
) -> None:
    """M15, INV-6."""
    foreign = dict(link.division.add("Accounts", {"Code": "1001".rjust(18), **there}))
    link.james.debtor("1001")
    link.james.invoice(1, "1001")
    outcome = link.night()
    assert {item.source_key: item.reason for item in outcome.items} == {
        "debiteur:1001": reason,
        "factuur:1": "debtor_not_booked",
    }
    assert dict(_relation(link, "1001")) == foreign
    assert _debtor_writes(link) == []


def test_a_number_that_is_taken_but_for_its_zeros_is_rejected(link: SmallLink) -> None:
    """M15, FR-F11: Exact may strip the zeros, and care would be booked on a stationer."""
    foreign = link.division.add(
        "Accounts", {"Code": "1001".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"}
    )
    before = dict(foreign)
    link.james.debtor("001001")
    link.james.invoice(1, "001001")
    assert {item.source_key: item.reason for item in link.night().items} == {
        "debiteur:001001": "number_clash",
        "factuur:1": "debtor_not_booked",
    }
    assert (dict(_relation(link, "1001")), _debtor_writes(link)) == (before, [])
    link.setting(debtor_zeros_count=True)
    assert link.night().items == []
    assert _relation(link, "001001")["ID"] != before["ID"]


def test_two_debtors_whose_numbers_differ_by_zeros_are_both_told(link: SmallLink) -> None:
    """The one that was there first keeps its relation; nothing goes to a wrong one."""
    link.james.debtor("123")
    link.james.invoice(1, "123")
    link.night()
    link.james.debtor("0123", name="Pietersen")
    link.james.invoice(2, "0123")
    link.james.invoice(3, "123")
    assert {item.source_key: item.reason for item in link.night().items} == {
        "debiteur:0123": "debtor_numbers_alike",
        "debiteur:123": "debtor_numbers_alike",
        "factuur:2": "debtor_not_booked",
    }
    (entry,) = link.entries(3)
    assert entry["Customer"] == _relation(link, "123")["ID"]
    link.james.conn.execute("update james.debiteur set debiteurnummer = '124' where debiteurnummer = '0123'")
    link.night()
    booked = ("debiteur:123", "debiteur:124", "factuur:1", "factuur:2", "factuur:3")
    assert {link.states()[key] for key in booked} == {"booked"}


def test_a_relation_whose_zeros_exact_stripped_is_found_after_a_lost_answer(link: SmallLink) -> None:
    """Exact made the relation under 1001 though 001001 was sent; the answer is lost."""
    link.james.debtor("001001")
    link.night()
    relation = dict(_relation(link, "001001"))
    with link.world.lock:
        link.division.save("Accounts", {**relation, "Code": "1001".rjust(18)})
    load, booking = link.opened().load_session(), SimpleNamespace(debtor_number="001001", relation_id=None)
    account = {"Name": relation["Name"], "Postcode": relation["Postcode"]}
    found = [find_relation(replace(load, zeros_count=count), booking, account) for count in (False, True)]
    assert [row and row["ID"] for row in found] == [relation["ID"], None]


def test_the_invoice_follows_by_itself_once_the_number_is_free(link: SmallLink) -> None:
    """M21."""
    link.division.add("Accounts", {"Code": "1001".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"})
    link.james.debtor("1001")
    link.james.invoice(1, "1001")
    link.night()
    with link.world.lock:
        link.division.save("Accounts", {**link.division.relation("1001"), "Code": "900001".rjust(18)})
    outcome = link.night()
    assert outcome.items == []
    assert link.states() == {"debiteur:1001": "booked", "factuur:1": "booked"}


def test_a_relation_of_james_from_before_the_link_is_adopted_on_a_persons_word_and_remembered(
    link: SmallLink,
) -> None:
    """M15: same number, name and postcode."""
    link.james.debtor("1001")
    link.night()
    kept = dict(_relation(link, "1001"))
    link.place.empty()
    link._register()
    link.james.debtor("1001")
    link.james.invoice(1, "1001")
    rejected = link.night()
    assert {item.reason for item in rejected.items} == {"relation_to_confirm", "debtor_not_booked"}
    night.make_ready(link.opened(), confirmed_by="Anna Accountant")
    assert link.night().items == []
    assert _relation(link, "1001")["ID"] == kept["ID"]
    row = link.ledger.conn.execute("select adopted_by from relation").fetchone()
    assert row == {"adopted_by": "Anna Accountant"}


def test_an_adopted_relation_keeps_its_contact_and_bank_account(link: SmallLink) -> None:
    """FR-J8, M15: a lost ledger; Exact is asked for both first, and parts of others stay."""

    def people() -> None:
        link.james.debtor("1001", condition="INCASSO", iban=IBAN)
        link.james.debtor("1002", condition="INCASSO", iban="NL20INGB0001234567")

    people()
    link.night()
    contacts = {str(row["ID"]) for row in link.division["Contacts"]}
    (other,) = [row for row in link.division["BankAccounts"] if row["BankAccount"] != IBAN]
    with link.world.lock:
        link.division.save("BankAccounts", {**other, "BankAccount": "NL02ABNA0123456789"})
    link.place.empty()
    link._register()
    people()
    link.night()
    night.make_ready(link.opened(), confirmed_by="Anna Accountant")
    assert link.night().items == []
    kept = link.ledger.conn.execute("select contact_id::text as id from relation").fetchall()
    assert {row["id"] for row in kept} == contacts == {str(row["ID"]) for row in link.division["Contacts"]}
    assert sorted(row["BankAccount"] for row in link.division["BankAccounts"]) == [
        "NL02ABNA0123456789",
        "NL20INGB0001234567",
        IBAN,
    ]


def test_a_relation_that_was_deleted_in_exact_is_made_again(link: SmallLink) -> None:
    """FR-F6."""
    link.james.debtor("1001")
    link.night()
    old = _relation(link, "1001")["ID"]
    with link.world.lock:
        records.remove(link.division, "Accounts", _relation(link, "1001"), None)
    link.james.invoice(1, "1001")
    outcome = link.until_at_rest()
    assert outcome.items == []
    assert _relation(link, "1001")["ID"] != old


def test_what_a_blocked_relation_owes_is_held_until_it_is_unblocked(link: SmallLink) -> None:
    """FR-F6."""
    link.james.debtor("1001")
    link.night()
    _change(link, "1001", Blocked=True)
    link.james.invoice(1, "1001")
    assert [item.reason for item in link.night().items] == ["relation_blocked"]
    _change(link, "1001", Blocked=False)
    assert link.night().items == []


def test_a_number_that_james_gave_to_somebody_else_is_not_booked_on_the_old_relation(link: SmallLink) -> None:
    """FR-F5."""
    link.james.debtor("1001")
    link.night()
    name = _relation(link, "1001")["Name"]
    link.james.conn.execute(
        "update james.debiteur set naam = 'P. Smit', voorletters = 'P.', "
        "voornaam = 'Piet', achternaam = 'Smit'"
        " where debiteurnummer = '1001'"
    )
    link.james.invoice(1, "1001")
    outcome = link.night()
    assert {item.source_key: item.reason for item in outcome.items} == {
        "debiteur:1001": "debtor_identity_changed",
        "factuur:1": "debtor_identity_changed",
    }
    assert _relation(link, "1001")["Name"] == name
