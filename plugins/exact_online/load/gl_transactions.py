"""Entries as the XML that Exact imports: topic GLTransactions. Pure.

Made of the very payload that one entry goes out with, so both ways book the same. Amounts are as
booked, debit positive, with two decimals. A sales entry gives its debtor's line too, so that Exact
itself rejects an entry that would come to another total; its VAT lines are Exact's own work.

Facts (Exact): a line names ledger account, VAT code and relation by code; a relation is named by
its code alone, for more of it would change that relation.
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


def transaction(booking: Booking, relation_code: str, lists: ExactLists) -> Transaction | None:
    """Return the element of an entry; None when something of it has no code in Exact's lists."""
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    payload = json.loads(booking.payload, parse_float=Decimal)
    make = _sales_entry if booking.kind is BookingKind.SALES_ENTRY else _general_journal_entry
    try:
        return Transaction(booking, make(booking, payload, relation_code, lists, codes))
    except KeyError:  # a ledger account that the lists lack: Exact says more about one entry
        return None


def document(transactions: Iterable[Transaction]) -> bytes:
    """Return the XML of an upload."""
    root = ElementTree.Element("eExact")
    ElementTree.SubElement(root, TOPIC).extend(each.element for each in transactions)
    return _written(root)


def check_document() -> bytes:
    """Return an upload that Exact must reject: one entry without a journal or a line."""
    root = ElementTree.Element("eExact")
    ElementTree.SubElement(ElementTree.SubElement(root, TOPIC), "GLTransaction", entry="1")
    return _written(root)


def _written(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _sales_entry(
    booking: Booking, payload: Payload, relation: str, lists: ExactLists, codes: Mapping[str, str]
) -> ElementTree.Element:
    head = _head(
        booking,
        payload["Journal"],
        payload["EntryDate"],
        payload["ReportingYear"],
        payload["ReportingPeriod"],
    )
    _child(head, "Description", payload["Description"])
    ElementTree.SubElement(head, "PaymentCondition", code=payload["PaymentCondition"])
    day, reference = payload["EntryDate"], payload["YourRef"]
    lines = payload["SalesEntryLines"]
    for number, (account, line) in enumerate(_with_debtor(booking, lines, lists, codes)):
        element = _line(head, number, day, account, line.get("Description"), relation)
        value = Decimal(booking.total_cents) / 100 if line is _DEBTOR else -Decimal(line["AmountFC"])
        vat = line.get("VATAmountFC")
        _amount(element, value, line.get("VATCode"), None if vat is None else -Decimal(vat))
        _child(ElementTree.SubElement(element, "References"), "YourRef", reference)
    return head


_DEBTOR: Payload = {}
"""Stands for the debtor's line, which the payload of a sales entry leaves to Exact."""


def _with_debtor(
    booking: Booking, lines: Iterable[Payload], lists: ExactLists, codes: Mapping[str, str]
) -> Iterator[tuple[str, Payload]]:
    """Give code and line; the debtor's first, where the journal has an account for debtors."""
    journal = lists.journals.get(booking.journal or "")
    own = codes.get((journal.gl_account or "").lower()) if journal else None
    if own is not None and lists.gl_accounts[own].type == DEBTORS:
        yield own, _DEBTOR
    for line in lines:
        yield codes[line["GLAccount"].lower()], line


def _general_journal_entry(
    booking: Booking, payload: Payload, relation: str, lists: ExactLists, codes: Mapping[str, str]
) -> ElementTree.Element:
    lines = payload["GeneralJournalEntryLines"]
    head = _head(
        booking,
        payload["JournalCode"],
        lines[0]["Date"],
        payload["FinancialYear"],
        payload["FinancialPeriod"],
    )
    for number, line in enumerate(lines, start=1):
        account = codes[line["GLAccount"].lower()]
        named = relation if "Account" in line else None
        element = _line(head, number, line["Date"], account, line["Description"], named)
        vat = line.get("AmountVATFC")
        _amount(
            element, Decimal(line["AmountFC"]), line.get("VATCode"), None if vat is None else Decimal(vat)
        )
    return head


def _head(booking: Booking, journal: str, day: str, year: int, period: int) -> ElementTree.Element:
    head = ElementTree.Element("GLTransaction", entry=str(booking.entry_number))
    ElementTree.SubElement(head, "Journal", code=journal)
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


def _text(value: Decimal) -> str:
    """Return an amount to the cent. Raises ValueError for a part of a cent."""
    cents = value * 100
    if cents != cents.to_integral_value():
        raise ValueError("an amount with a part of a cent")
    return amount_text(int(cents))


def _child(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
