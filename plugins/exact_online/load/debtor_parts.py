"""Finds the contact and the bank account that a relation of ours has in Exact already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exact_online.api import odata
from exact_online.ledger import Booking, DebtorDocument
from exact_online.load.session import LoadSession

CONTACTS = "crm/Contacts"
BANK_ACCOUNTS = "crm/BankAccounts"


def with_parts_in_exact(load: LoadSession, booking: Booking, wanted: DebtorDocument) -> Booking:
    """Return a debtor's booking with the parts of its relation that Exact has; keep their ids.

    For a debtor of whom nothing is confirmed yet, though the relation is ours: it was adopted, or
    the ledger was lost. Its contact and bank account would be made a second time. The same last
    name, and the same IBAN, are the same part; anything else in Exact is left alone.
    """
    contact_id, bank_account_id = booking.contact_id, booking.bank_account_id
    if wanted.contact and contact_id is None:
        contact_id = _same_part(load, CONTACTS, "LastName", booking, wanted.contact)
    if wanted.bank_account and bank_account_id is None:
        bank_account_id = _same_part(load, BANK_ACCOUNTS, "BankAccount", booking, wanted.bank_account)
    if (contact_id, bank_account_id) == (booking.contact_id, booking.bank_account_id):
        return booking
    load.ledger.relations.keep(booking, str(booking.relation_id), contact_id, bank_account_id)
    return replace(booking, contact_id=contact_id, bank_account_id=bank_account_id)


def _same_part(
    load: LoadSession, path: str, field: str, booking: Booking, wanted: Mapping[str, Any]
) -> str | None:
    """The id of the part in Exact whose `field` is the wanted one, blanks and case aside."""
    where = f"Account eq {odata.guid(str(booking.relation_id))}"
    rows = load.exact.get_all(path, ("ID", field), where=where)
    same = [str(row["ID"]) for row in rows if _plain(row.get(field)) == _plain(wanted.get(field))]
    return min(same, default=None)


def _plain(value: Any) -> str:
    return "".join(str(value or "").split()).casefold()
