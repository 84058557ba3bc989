"""Every property of every writable resource, as Exact's published contract has it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from simulator.contract import CONTRACT, Property, Resource
from tests.simulator.books import Client

RIGHT: dict[str, Any] = {
    "Guid": str(uuid.uuid4()), "String": "a", "Boolean": True, "Byte": 1, "Int16": 1, "Int32": 1,
    "Int64": "1", "Double": "1.5", "DateTime": "2026-03-09T00:00:00", "Binary": "YQ==",
}  # fmt: skip
WRONG: dict[str, Any] = {
    "Guid": "no guid", "String": 1, "Boolean": "true", "Byte": 256, "Int16": 40_000, "Int32": "1",
    "Int64": 1.5, "Double": "much", "DateTime": "yesterday", "Binary": "?",
}  # fmt: skip
NAMED: dict[str, Callable[[Client], Any]] = {
    "Account": lambda exact: exact.id_of("Accounts", "1"),
    "Customer": lambda exact: exact.id_of("Accounts", "1"),
    "Document": lambda exact: exact.post("documents/Documents", {"Subject": "Factuur", "Type": 10}).d["ID"],
    "EntryID": lambda exact: exact.book()["EntryID"],
    "GLAccount": lambda exact: exact.id_of("GLAccounts", "8000"),
    "GLAR": lambda exact: exact.id_of("GLAccounts", "1300"),
    "GLAP": lambda exact: exact.id_of("GLAccounts", "1600"),
    "GLToPay": lambda exact: exact.id_of("GLAccounts", "1500"),
    "MainContact": lambda exact: exact.post(
        "crm/Contacts", {"Account": exact.id_of("Accounts", "1"), "LastName": "Jansen"}
    ).d["ID"],
    "BankAccount": lambda exact: "NL91ABNA0417164300",
    "Journal": lambda exact: "70",
    "JournalCode": lambda exact: "90",
    "PaymentCondition": lambda exact: "14",
    "PaymentConditionSales": lambda exact: "14",
    "PaymentConditionPurchase": lambda exact: "14",
    "VATCode": lambda exact: "0",
    "SalesVATCode": lambda exact: "0",
    "PurchaseVATCode": lambda exact: "0",
    "VATPercentage": lambda exact: 0.21,
    "Currency": lambda exact: "EUR",
    "Rate": lambda exact: 1,
    "ExchangeRate": lambda exact: 1,
    "Gender": lambda exact: "M",
    "Title": lambda exact: "DHR",
    "Status": lambda exact: "C",
    "ReportingYear": lambda exact: 2026,
    "FinancialYear": lambda exact: 2026,
    "CostCenter": lambda exact: exact.post("hrm/Costcenters", {"Code": "KP", "Description": "Locatie"}).d[
        "Code"
    ],
    "CostUnit": lambda exact: exact.post("hrm/Costunits", {"Code": "KD", "Description": "Product"}).d["Code"],
}
"""Properties whose value must exist."""
SPECIAL: dict[tuple[str, str], Callable[[Client], Any]] = {
    ("GeneralJournalEntryLines", "EntryID"): lambda exact: exact.post(
        "generaljournalentry/GeneralJournalEntries", exact.journal_entry()
    ).d["EntryID"],
    ("GeneralJournalEntryLines", "AmountVATFC"): lambda exact: 0,
    ("GeneralJournalEntryLines", "AmountFC"): lambda exact: 0,
    ("GLAccounts", "Type"): lambda exact: 110,
    ("Journals", "Type"): lambda exact: 90,
    ("Accounts", "Code"): lambda exact: "777",
    ("VATCodes", "Type"): lambda exact: "E",
    ("SalesEntryLines", "VATPercentage"): lambda exact: 0.21,
}
BASE: dict[str, Callable[[Client], dict[str, Any]]] = {
    "Accounts": lambda exact: {"Name": "Patiënt"},
    "BankAccounts": lambda exact: {
        "Account": exact.id_of("Accounts", "1"),
        "BankAccount": "NL91ABNA0417164300",
    },
    "Contacts": lambda exact: {
        "Account": exact.id_of("Accounts", "1"),
        "FirstName": "Jan",
        "LastName": "Jansen",
    },
    "Costcenters": lambda exact: {"Code": "A", "Description": "A"},
    "Costunits": lambda exact: {"Code": "A", "Description": "A"},
    "DocumentAttachments": lambda exact: {
        "Document": NAMED["Document"](exact),
        "FileName": "a.pdf",
        "Attachment": "YQ==",
    },
    "Documents": lambda exact: {"Subject": "Factuur", "Type": 10},
    "GLAccounts": lambda exact: {"Code": "8888", "Description": "Omzet"},
    "GeneralJournalEntries": lambda exact: exact.journal_entry(),
    "GeneralJournalEntryLines": lambda exact: {
        "EntryID": SPECIAL["GeneralJournalEntryLines", "EntryID"](exact),
        **exact.line(0, ""),
    },
    "Journals": lambda exact: {"Code": "95", "Description": "Memoriaal"},
    "PaymentConditions": lambda exact: {"Code": "30", "Description": "30 dagen"},
    "SalesEntries": lambda exact: exact.sales_entry(),
    "SalesEntryLines": lambda exact: {"EntryID": exact.book()["EntryID"], **exact.line()},
    "VATCodes": lambda exact: {"Code": "9", "Description": "Btw"},
}
"""What is just enough for a POST."""
WRITABLE = [resource for resource in CONTRACT.values() if "POST" in resource.methods]
PROPERTIES = [
    (resource, prop) for resource in WRITABLE for prop in resource.properties.values() if not prop.nested
]
EITHER = {("Contacts", "FirstName"), ("Contacts", "LastName")}
"""One of the two is enough (fact 4.4)."""


def name_of(case: object) -> str:
    return getattr(case, "name", "")


def right(exact: Client, resource: Resource, prop: Property) -> Any:
    read = SPECIAL.get((resource.name, prop.name)) or NAMED.get(prop.name)
    return (
        read(exact)
        if read and prop.type in {"Guid", "String", "Int16", "Int32", "Double"}
        else RIGHT[prop.type]
    )


def post(exact: Client, resource: Resource, **change: Any) -> Any:
    return exact.post(resource.uri, BASE[resource.name](exact) | change)


def test_every_resource_that_can_be_written_has_a_payload_here() -> None:
    assert {resource.name for resource in WRITABLE} == set(BASE)


@pytest.mark.parametrize("resource", WRITABLE, ids=name_of)
def test_just_enough_is_accepted(exact: Client, resource: Resource) -> None:
    assert post(exact, resource).status == 201


@pytest.mark.parametrize(("resource", "prop"), [case for case in PROPERTIES if case[1].post], ids=name_of)
def test_the_right_type_is_accepted(exact: Client, resource: Resource, prop: Property) -> None:
    reply = post(exact, resource, **{prop.name: right(exact, resource, prop)})
    assert reply.status == 201, reply.body


@pytest.mark.parametrize(("resource", "prop"), [case for case in PROPERTIES if case[1].post], ids=name_of)
def test_a_wrong_type_is_rejected(exact: Client, resource: Resource, prop: Property) -> None:
    reply = post(exact, resource, **{prop.name: WRONG[prop.type]})
    assert reply.status == 400
    assert f"'{prop.name}'" in reply.text


@pytest.mark.parametrize(("resource", "prop"), [case for case in PROPERTIES if not case[1].post], ids=name_of)
def test_a_read_only_property_is_ignored(exact: Client, resource: Resource, prop: Property) -> None:
    """Fact 1.21: whatever is sent, of whatever type."""
    reply = post(exact, resource, **{prop.name: "sent by a client"})
    assert reply.status == 201, reply.body
    assert reply.d[prop.name] != "sent by a client"


@pytest.mark.parametrize(
    ("resource", "prop"),
    [case for case in PROPERTIES if case[1].mandatory and (case[0].name, case[1].name) not in EITHER],
    ids=name_of,
)
def test_a_missing_mandatory_property_is_rejected(exact: Client, resource: Resource, prop: Property) -> None:
    reply = post(exact, resource, **{prop.name: None})
    assert reply.status == 500
    assert reply.text.startswith("Verplicht: ")


@pytest.mark.parametrize("resource", WRITABLE, ids=name_of)
def test_an_unknown_property_is_rejected(exact: Client, resource: Resource) -> None:
    reply = post(exact, resource, Geheim="x")
    assert reply.status == 400
    assert reply.text == (
        f"Error processing request stream. The property name 'Geheim' specified for "
        f"type '{resource.class_name}' is not valid."
    )


@pytest.mark.parametrize("resource", list(CONTRACT.values()), ids=name_of)
def test_each_method_is_allowed_or_answers_405(exact: Client, resource: Resource) -> None:
    path = f"/api/v1/{resource.uri}" if resource.name == "Me" else resource.uri
    for method in {"POST", "PUT", "DELETE"} - resource.methods:
        assert exact.call(method, path, b"{}").status == 405


@pytest.mark.parametrize("resource", list(CONTRACT.values()), ids=name_of)
def test_an_answer_has_all_properties_of_the_contract_and_no_other(exact: Client, resource: Resource) -> None:
    exact.book()
    path = f"/api/v1/{resource.uri}" if resource.name == "Me" else resource.uri
    key = next(iter(resource.properties))
    options = {"select": ",".join(resource.properties)} if resource.name != "Me" else {}
    if resource.filter_fields:
        options["filter"] = f"{'ID' if resource.family == 'regular' else key} ne guid'{uuid.uuid4()}'"
    for row in exact.get(path, **options).results:
        assert set(row) == {"__metadata", *resource.properties}
