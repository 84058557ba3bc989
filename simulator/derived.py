"""Properties that Exact fills when it reads: names and codes of what a row points at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.accounting.vat import percentage_on
from simulator.contract import CONTRACT, Resource
from simulator.division import Division
from simulator.tables import Row

Reader = Callable[[Row, Division], Any]

_GL_TYPES = {
    10: "Kas", 12: "Bank", 14: "Creditcard", 16: "Betaalservice", 20: "Debiteuren",
    21: "Vooruitontvangen", 22: "Crediteuren", 24: "Btw", 25: "Personeel",
    26: "Vooruitbetaalde kosten", 27: "Nog te betalen kosten", 29: "Te betalen winstbelasting",
    30: "Vaste activa", 32: "Overige activa", 35: "Cumulatieve afschrijving", 40: "Voorraad", 50: "Kapitaal",
    52: "Ingehouden winst", 55: "Langlopende schulden", 60: "Kortlopend deel van schulden", 90: "Algemeen",
    100: "Te betalen belasting", 110: "Omzet", 111: "Kostprijs omzet",
    120: "Overige kosten", 121: "Verkoop- en algemene kosten", 122: "Afschrijvingskosten",
    123: "Onderzoek en ontwikkeling",
    125: "Personeelskosten", 126: "Loonkosten", 130: "Buitengewone lasten", 140: "Buitengewone baten",
    150: "Winstbelasting", 160: "Rentebaten",
}  # fmt: skip
_ENTRY_TYPES = {20: "Verkoopboeking", 21: "Verkoopcreditnota", 90: "Overig"}
_ENTRY_STATUS = {5: "Afgekeurd", 20: "Open", 50: "Verwerkt"}
_JOURNAL_LINKS = {
    "SalesEntries": "Journal",
    "GeneralJournalEntries": "JournalCode",
    "TransactionLines": "JournalCode",
    "Receivables": "Journal",
    "ReceivablesList": "JournalCode",
}
_BY_ID: dict[str, tuple[str, str, str]] = {
    # property: (id property, table, property there)
    "AccountCode": ("Account", "Accounts", "Code"),
    "AccountMainContact": ("Account", "Accounts", "MainContact"),
    "AccountName": ("Account", "Accounts", "Name"),
    "CustomerName": ("Customer", "Accounts", "Name"),
    "GLAccountCode": ("GLAccount", "GLAccounts", "Code"),
    "GLAccountDescription": ("GLAccount", "GLAccounts", "Description"),
    "GLAccountType": ("GLAccount", "GLAccounts", "Type"),
    "GLToPayCode": ("GLToPay", "GLAccounts", "Code"),
    "GLToPayDescription": ("GLToPay", "GLAccounts", "Description"),
    "GLToClaimCode": ("GLToClaim", "GLAccounts", "Code"),
    "GLToClaimDescription": ("GLToClaim", "GLAccounts", "Description"),
    "DocumentSubject": ("Document", "Documents", "Subject"),
}
_BY_CODE: dict[str, tuple[str, str, str]] = {
    "PaymentConditionDescription": ("PaymentCondition", "PaymentConditions", "Description"),
    "PaymentConditionPaymentMethod": ("PaymentCondition", "PaymentConditions", "PaymentMethod"),
    "PaymentConditionSalesDescription": ("PaymentConditionSales", "PaymentConditions", "Description"),
    "PaymentConditionPurchaseDescription": ("PaymentConditionPurchase", "PaymentConditions", "Description"),
    "VATCodeDescription": ("VATCode", "VATCodes", "Description"),
    "VATDescription": ("VATCode", "VATCodes", "Description"),
    "SalesVATCodeDescription": ("SalesVATCode", "VATCodes", "Description"),
    "PurchaseVATCodeDescription": ("PurchaseVATCode", "VATCodes", "Description"),
}


def _by_id(link: str, table: str, name: str) -> Reader:
    def read(row: Row, division: Division) -> Any:
        found = division[table].get(row.get(link))
        return None if found is None else found.get(name)

    return read


def _by_code(link: str, table: str, name: str) -> Reader:
    def read(row: Row, division: Division) -> Any:
        found = division.find_by_code(table, row.get(link))
        return None if found is None else found.get(name)

    return read


def _person(link: str) -> Reader:
    return lambda row, division: division.shared.full_name(row.get(link))


def _named(link: str, names: dict[int, str]) -> Reader:
    return lambda row, division: names.get(row.get(link, -1))


def _percentage(row: Row, division: Division) -> float | None:
    found = percentage_on(division, row["ID"], division.clock.today_stamp())
    return (
        None if found is None else found * (100 if division.switches.vat_percentage_unit == "percent" else 1)
    )


def _full_name(row: Row, division: Division) -> str:
    return " ".join(
        part for part in (row.get("FirstName"), row.get("MiddleName"), row.get("LastName")) if part
    )


def _contact_of_customer(row: Row, division: Division) -> bool:
    account = division["Accounts"].get(row.get("Account"))
    return account is not None and account.get("Status") == "C"


def _is_main_contact(row: Row, division: Division) -> bool:
    account = division["Accounts"].get(row.get("Account"))
    return account is not None and account.get("MainContact") == row["ID"]


_SPECIAL: dict[tuple[str, str], Reader] = {
    ("Accounts", "IsSales"): lambda row, division: row.get("Status") == "C",
    ("Contacts", "FullName"): _full_name,
    ("Contacts", "AccountIsCustomer"): _contact_of_customer,
    ("Contacts", "IsMainContact"): _is_main_contact,
    ("ReceivablesList", "AccountCode"): _by_id("AccountId", "Accounts", "Code"),
    ("ReceivablesList", "AccountName"): _by_id("AccountId", "Accounts", "Name"),
    ("VATCodes", "Percentage"): _percentage,
    ("GLAccounts", "TypeDescription"): _named("Type", _GL_TYPES),
    ("SalesEntries", "TypeDescription"): _named("Type", _ENTRY_TYPES),
    ("SalesEntries", "StatusDescription"): _named("Status", _ENTRY_STATUS),
    ("GeneralJournalEntries", "TypeDescription"): _named("Type", _ENTRY_TYPES),
    ("GeneralJournalEntries", "StatusDescription"): _named("Status", _ENTRY_STATUS),
}


def readers(resource: Resource) -> dict[str, Reader]:
    """Return property name -> its reader, for every plain property of the resource."""
    return {name: _reader(resource, name) for name, prop in resource.properties.items() if not prop.nested}


def _reader(resource: Resource, name: str) -> Reader:
    special = _SPECIAL.get((resource.table, name))
    if special is not None:
        return special
    if name in {"CreatorFullName", "ModifierFullName"}:
        return _person(name.removesuffix("FullName"))
    if name == "JournalDescription" and resource.table in _JOURNAL_LINKS:
        return _by_code(_JOURNAL_LINKS[resource.table], "Journals", "Description")
    if name in _BY_ID and _BY_ID[name][0] in resource.properties:
        return _by_id(*_BY_ID[name])
    if name in _BY_CODE and _BY_CODE[name][0] in resource.properties:
        return _by_code(*_BY_CODE[name])
    return lambda row, division: row.get(name)


READERS: dict[str, dict[str, Reader]] = {name: readers(resource) for name, resource in CONTRACT.items()}
