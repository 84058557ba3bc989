"""Bookings and relations as the XML files that Exact imports, without columns to choose (M20, C5).

The files of entries are those of an upload (load/gl_transactions.py). Facts (Exact): topic Accounts
has a relation's code and status as attributes, and its address below it; an import of it changes a
relation that is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from exact_online.load import gl_transactions
from exact_online.report.workbook import ExportedEntry
from exact_online.settings import ExactLists
from exact_online.vocabulary import BookingKind

RELATIONS_TOPIC = "Accounts"
CUSTOMER = "C"
VISITED = "VIS"
"""Type of the address that Exact shows with a relation."""


def entries_xml(kind: BookingKind, entries: Iterable[ExportedEntry], lists: ExactLists) -> bytes:
    """Return entries of one kind as an XML file of topic GLTransactions.

    Raises KeyError for a ledger account that the lists lack.
    """
    return gl_transactions.written(gl_transactions.TOPIC, (_entry(kind, each, lists) for each in entries))


def _entry(kind: BookingKind, of: ExportedEntry, lists: ExactLists) -> ElementTree.Element:
    entry = gl_transactions.Entry(kind, of.payload, of.entry_number, of.total_cents, of.relation_code)
    return gl_transactions.element(entry, lists)


def relations_xml(entries: Iterable[ExportedEntry]) -> bytes:
    """Return the relations that entries name, each once, by code, as a file of topic Accounts."""
    named = {entry.relation_code: entry for entry in entries}
    return gl_transactions.written(RELATIONS_TOPIC, (_relation(each) for _, each in sorted(named.items())))


def _relation(entry: ExportedEntry) -> ElementTree.Element:
    sent = entry.relation
    relation = ElementTree.Element("Account", code=entry.relation_code, status=CUSTOMER)
    for name, text in (("Name", entry.debtor_name), ("Email", sent.get("Email"))):
        if text:
            ElementTree.SubElement(relation, name).text = text
    places = (("AddressLine1", "AddressLine1"), ("PostalCode", "Postcode"), ("City", "City"))
    lines = [(name, sent[field]) for name, field in places if sent.get(field)]
    if not lines and not sent.get("Country"):
        return relation
    address = ElementTree.SubElement(relation, "Address", type=VISITED, default="1")
    for name, text in lines:
        ElementTree.SubElement(address, name).text = text
    if country := sent.get("Country"):
        ElementTree.SubElement(address, "Country", code=country)
    return relation
