"""Entries as the XML that Exact imports: topic GLTransactions. Pure.

It goes out in uploads, and in the files of a hand-over. Made of the very payload that one entry
goes out with, so all ways book the same. Amounts are as
booked, debit positive, with two decimals. A sales entry gives its debtor's line too, so that Exact
itself rejects an entry that would come to another total; its VAT lines are Exact's own work.

Facts (Exact): a line names ledger account, VAT code and relation by code; a relation is named by
its code alone, for more of it would change that relation. The order of the elements is that of
files that others import; a payment condition follows its journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from exact_online.ledger import Booking
from exact_online.money import amount_text
from exact_online.settings import ExactLists
from exact_online.vocabulary import BookingKind

TOPIC = "GLTransactions"
DEBTORS = 20
"""Type of a ledger account for debtors."""

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Transaction:
    """An entry that can go in an upload."""

    booking: Booking
    element: ElementTree.Element


@dataclass(frozen=True)
class Entry:
    """What the element of an entry is made of."""

    kind: BookingKind
    payload: Payload
    """Amounts are decimals, or numbers whose shortest text has all their digits."""
    number: int | None
    total_cents: int
    relation_code: str

    @property
    def journal(self) -> str:
        """The code of its journal."""
        of_sales = self.kind is BookingKind.SALES_ENTRY
        return str(self.payload["Journal" if of_sales else "JournalCode"])


def transaction(booking: Booking, relation_code: str, lists: ExactLists) -> Transaction | None:
    """Return the element of an entry; None when something of it has no code in Exact's lists."""
    payload = json.loads(booking.payload, parse_float=Decimal)
    entry = Entry(booking.kind, payload, booking.entry_number, booking.total_cents, relation_code)
    try:
        return Transaction(booking, element(entry, lists))
    except KeyError:  # a ledger account that the lists lack: Exact says more about one entry
        return None


def element(entry: Entry, lists: ExactLists) -> ElementTree.Element:
    """Return the element of an entry. Raises KeyError for a ledger account that the lists lack."""
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    make = _sales_entry if entry.kind is BookingKind.SALES_ENTRY else _general_journal_entry
    return make(entry, lists, codes)


def document(transactions: Iterable[Transaction]) -> bytes:
    """Return the XML of an upload."""
    return written(TOPIC, (each.element for each in transactions))


def check_document() -> bytes:
    """Return an upload that Exact must reject: one entry without a journal or a line."""
    return written(TOPIC, [ElementTree.Element("GLTransaction", entry="1")])


def written(topic: str, elements: Iterable[ElementTree.Element]) -> bytes:
    """Return the XML file of a topic; the same elements make the same bytes."""
    root = ElementTree.Element("eExact")
    ElementTree.SubElement(root, topic).extend(elements)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _sales_entry(entry: Entry, lists: ExactLists, codes: Mapping[str, str]) -> ElementTree.Element:
    payload = entry.payload
    day, reference, condition = payload["EntryDate"], payload["YourRef"], payload["PaymentCondition"]
    head = _head(entry, day, payload["ReportingYear"], payload["ReportingPeriod"], condition)
    _child(head, "Description", payload["Description"])
    for number, (account, line) in enumerate(_with_debtor(entry, lists, codes)):
        made = _line(head, number, day, account, line.get("Description"), entry.relation_code)
        value = Decimal(entry.total_cents) / 100 if line is _DEBTOR else -_decimal(line["AmountFC"])
        vat = line.get("VATAmountFC")
        _amount(made, value, line.get("VATCode"), None if vat is None else -_decimal(vat))
        _child(ElementTree.SubElement(made, "References"), "YourRef", reference)
    return head


_DEBTOR: Payload = {}
"""Stands for the debtor's line, which the payload of a sales entry leaves to Exact."""


def _with_debtor(entry: Entry, lists: ExactLists, codes: Mapping[str, str]) -> Iterator[tuple[str, Payload]]:
    """Give code and line; the debtor's first, where the journal has an account for debtors."""
    journal = lists.journals.get(entry.journal)
    own = codes.get((journal.gl_account or "").lower()) if journal else None
    if own is not None and lists.gl_accounts[own].type == DEBTORS:
        yield own, _DEBTOR
    for line in entry.payload["SalesEntryLines"]:
        yield codes[line["GLAccount"].lower()], line


def _general_journal_entry(entry: Entry, lists: ExactLists, codes: Mapping[str, str]) -> ElementTree.Element:
    payload = entry.payload
    lines = payload["GeneralJournalEntryLines"]
    head = _head(entry, lines[0]["Date"], payload["FinancialYear"], payload["FinancialPeriod"])
    for number, line in enumerate(lines, start=1):
        account = codes[line["GLAccount"].lower()]
        named = entry.relation_code if "Account" in line else None
        made = _line(head, number, line["Date"], account, line["Description"], named)
        vat = line.get("AmountVATFC")
        value = _decimal(line["AmountFC"])
        _amount(made, value, line.get("VATCode"), None if vat is None else _decimal(vat))
    return head


def _head(
    entry: Entry, day: str, year: int, period: int, condition: str | None = None
) -> ElementTree.Element:
    head = ElementTree.Element("GLTransaction", entry=str(entry.number))
    ElementTree.SubElement(head, "Journal", code=entry.journal)
    if condition is not None:
        ElementTree.SubElement(head, "PaymentCondition", code=condition)
    _child(head, "Date", day[:10])
    ElementTree.SubElement(head, "FinYear", number=str(year))
    ElementTree.SubElement(head, "FinPeriod", number=str(period))
    return head


def _line(
    head: ElementTree.Element, number: int, day: str, account: str, text: str | None, relation: str | None
) -> ElementTree.Element:
    line = ElementTree.SubElement(head, "GLTransactionLine", line=str(number))
    _child(line, "Date", day[:10])
    ElementTree.SubElement(line, "GLAccount", code=account)
    if text:
        _child(line, "Description", text)
    if relation is not None:
        ElementTree.SubElement(line, "Account", code=relation)
    return line


def _amount(line: ElementTree.Element, value: Decimal, vat_code: str | None, vat: Decimal | None) -> None:
    amount = ElementTree.SubElement(line, "Amount")
    ElementTree.SubElement(amount, "Currency", code="EUR")
    _child(amount, "Value", _text(value))
    if vat_code is not None:  # an empty one keeps the ledger account's own off the line
        ElementTree.SubElement(amount, "VAT", code=vat_code)
    if vat is not None:
        _child(amount, "VATAmount", _text(vat))


def _decimal(value: Decimal | float) -> Decimal:
    return Decimal(str(value))


def _text(value: Decimal) -> str:
    """Return an amount to the cent. Raises ValueError for a part of a cent."""
    cents = value * 100
    if cents != cents.to_integral_value():
        raise ValueError("an amount with a part of a cent")
    return amount_text(int(cents))


def _child(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
