"""Finds what Exact has of a debtor already: its relation, its contact, its bank account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exact_online.api import odata
from exact_online.ledger import Booking, DebtorDocument
from exact_online.load.session import LoadSession

ACCOUNTS = "crm/Accounts"
CONTACTS = "crm/Contacts"
BANK_ACCOUNTS = "crm/BankAccounts"
RELATION_FIELDS = (
    "ID", "Code", "Name", "AddressLine1", "Postcode", "City", "Country", "Phone", "Email", "Status",
    "IsSupplier", "MainContact",
)  # fmt: skip
CUSTOMER = "C"
FIRST_NAMES = ("Initials", "FirstName")

Record = Mapping[str, Any]
"""A record as it is sent to Exact, in Exact's own property names."""


def find_relation(load: LoadSession, booking: Booking, account: Record) -> odata.Row | None:
    """Return the relation of a debtor in Exact: the one that the ledger knows, whatever its code,
    else one with its number that looks like ours, else any; None when there is none.

    Exact may strip zeros in front of a number. It allows a code once; where a call was executed
    twice all the same, one of the two is ours.
    """
    if booking.relation_id is not None:
        where = f"ID eq {odata.guid(booking.relation_id)}"
        if known := next(iter(load.exact.get_all(ACCOUNTS, RELATION_FIELDS, where=where)), None):
            return known
    number = booking.debtor_number
    codes = [number] if load.zeros_count or not number.isdecimal() else [number, number.lstrip("0")]
    for code in dict.fromkeys(filter(None, codes)):
        where = f"Code eq {odata.relation_code(code)}"
        if rows := list(load.exact.get_all(ACCOUNTS, RELATION_FIELDS, where=where)):
            return min(rows, key=lambda row: (not looks_like_ours(row, account), str(row["ID"])))
    return None


def looks_like_ours(row: odata.Row, account: Record) -> bool:
    """Return whether a relation with our code has our name and postcode, and is a customer that is
    no supplier.
    """
    same = _same(row, account, ("Name", "Postcode"))
    return same and str(row.get("Status") or "").strip() == CUSTOMER and not row.get("IsSupplier")


def is_what_we_sent(row: odata.Row, account: Record) -> bool:
    """Return whether a relation with our code has each field that was sent: our call was executed
    twice, and the second answer said that the code exists.
    """
    return looks_like_ours(row, account) and _same(row, account, [*(row.keys() & account.keys())])


def with_parts_in_exact(load: LoadSession, booking: Booking, wanted: DebtorDocument) -> Booking:
    """Return a debtor's booking with the parts of its relation that Exact has; keep their ids.

    For a debtor of whom the ledger does not know all parts, though the relation is ours: a call was
    lost, the relation was adopted, a part was removed in Exact, or the ledger was lost. Its contact
    and bank account would be made a second time. The same last name (of several the one with the
    same first name), and the same IBAN, are the same part; anything else in Exact is left alone.
    """
    contact_id, bank_account_id = booking.contact_id, booking.bank_account_id
    if wanted.contact and contact_id is None:
        contact_id = _same_part(load, CONTACTS, ("LastName", *FIRST_NAMES), booking, wanted.contact)
    if wanted.bank_account and bank_account_id is None:
        bank_account_id = _same_part(load, BANK_ACCOUNTS, ("BankAccount",), booking, wanted.bank_account)
    if (contact_id, bank_account_id) == (booking.contact_id, booking.bank_account_id):
        return booking
    load.ledger.relations.keep(booking, str(booking.relation_id), contact_id, bank_account_id)
    return replace(booking, contact_id=contact_id, bank_account_id=bank_account_id)


def differing_fields(wanted: Record, before: Record | None) -> Record:
    """Return the fields to send: new or other than before; one that is empty now is emptied.

    Never code or owner.
    """
    fixed = {"Code", "Account"}
    changed = {name: value for name, value in wanted.items() if before is None or before.get(name) != value}
    emptied = {name: None for name in before or {} if name not in wanted}
    return {name: value for name, value in {**changed, **emptied}.items() if name not in fixed}


def _same_part(
    load: LoadSession, path: str, fields: tuple[str, ...], booking: Booking, wanted: Record
) -> str | None:
    """The id of the part in Exact whose first field is the wanted one, blanks and case aside; of
    several the one whose other fields are the same too.
    """
    where = f"Account eq {odata.guid(str(booking.relation_id))}"
    rows = load.exact.get_all(path, ("ID", *fields), where=where)
    same = [row for row in rows if _plain(row.get(fields[0])) == _plain(wanted.get(fields[0]))]

    def differing(row: odata.Row) -> tuple[int, str]:
        return sum(_plain(row.get(field)) != _plain(wanted.get(field)) for field in fields), str(row["ID"])

    best = min(same, key=differing, default=None)
    return None if best is None else str(best["ID"])


def _same(row: odata.Row, account: Record, fields: Any) -> bool:
    return all(str(row.get(field) or "").strip() == str(account.get(field) or "").strip() for field in fields)


def _plain(value: Any) -> str:
    return "".join(str(value or "").split()).casefold()
