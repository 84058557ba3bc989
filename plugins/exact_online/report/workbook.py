"""Bookings as rows of Exact's import forms, in a workbook that a bookkeeper imports unedited (M20).

A workbook is for one journal and month and has nothing but the form's own sheet. Codes and days are
text cells, so that a code keeps its zeros; amounts are numbers.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exact_online.report.forms import RELATIONS, forms
from exact_online.report.sheet_stream import Row, write_sheet
from exact_online.vocabulary import BookingKind, HandOverFormat

CUSTOMER = "V"
"""What Exact's own list of relations has in its column Klant for a customer."""


@dataclass(frozen=True)
class ExportedEntry:
    """A booking to hand over: its planned payload, and columns of the ledger."""

    payload: Mapping[str, Any]
    entry_date: dt.date
    entry_number: int
    relation_code: str
    """The relation's code in Exact, by which its import finds the relation."""
    debtor_name: str
    total_cents: int
    relation: Mapping[str, Any]
    """The relation's fields as they were sent to Exact; empty once they were erased."""

    @property
    def place(self) -> tuple[str, int, int]:
        """Journal, financial year and period."""
        head = self.payload
        if "JournalCode" in head:
            return head["JournalCode"], head["FinancialYear"], head["FinancialPeriod"]
        return head["Journal"], head["ReportingYear"], head["ReportingPeriod"]

    @property
    def month(self) -> dt.date:
        """The first day of its month."""
        return self.entry_date.replace(day=1)


@dataclass(frozen=True)
class Shape:
    """What files of a hand-over are, and what of a form's shape Exact's articles leave open.

    Set per practice.
    """

    format: HandOverFormat = HandOverFormat.XLSX
    """XML has no columns: the rest is about workbooks."""
    captions: bool = True
    """The first row has the captions of the columns."""
    entry_heads: bool = False
    """Each entry begins with a row of its own that has the head's columns alone."""


def entries_workbook(
    kind: BookingKind,
    entries: Iterable[ExportedEntry],
    account_codes: Mapping[str, str],
    shape: Shape = Shape(),
) -> bytes:
    """Return entries of one kind as an .xlsx file; `account_codes` has G/L account id -> code.

    A general journal entry has one column of amounts: a debit is positive, a credit negative.
    """
    rows_of = _sales_rows if kind is BookingKind.SALES_ENTRY else _general_rows
    heads = forms()[kind].head_names if shape.entry_heads else frozenset[str]()

    def rows() -> Iterator[Row]:
        for entry in entries:
            lines = rows_of(entry, account_codes)
            if heads:
                yield {name: value for name, value in lines[0].items() if name in heads}
            yield from lines

    return _written(kind, rows(), shape)


def relations_workbook(entries: Iterable[ExportedEntry], shape: Shape = Shape()) -> bytes:
    """Return the relations that entries name, each once, by code, as an .xlsx file."""
    named = {entry.relation_code: entry for entry in entries}
    return _written(RELATIONS, (_relation_row(entry) for _, entry in sorted(named.items())), shape)


def _written(form: str, rows: Iterable[Row], shape: Shape) -> bytes:
    content = io.BytesIO()
    write_sheet(content, forms()[form], rows, shape.captions)
    return content.getvalue()


def _sales_rows(entry: ExportedEntry, account_codes: Mapping[str, str]) -> list[Row]:
    head = entry.payload
    shared = {
        "Dagboek: Code": head["Journal"],
        "Boekjaar": str(head["ReportingYear"]),
        "Periode": str(head["ReportingPeriod"]),
        "Boekstuknummer": str(entry.entry_number),
        "Omschrijving: Kopregel": head["Description"],
        "Factuurdatum": _day(entry.entry_date),
        "Valuta": "EUR",
        "Betalingsconditie: Code": head["PaymentCondition"],
        "Uw ref.": head["YourRef"],
        "Code": entry.relation_code,
        "Naam": entry.debtor_name,
    }
    return [
        {
            **shared,
            "Grootboekrekening": account_codes[line["GLAccount"]],
            "Omschrijving": line["Description"],
            "BTW-code": line["VATCode"],
            "Bedrag": line["AmountFC"],
            "BTW-bedrag": line.get("VATAmountFC"),
        }
        for line in head["SalesEntryLines"]
    ]


def _general_rows(entry: ExportedEntry, account_codes: Mapping[str, str]) -> list[Row]:
    head = entry.payload
    shared = {
        "Dagboek: Code": head["JournalCode"],
        "Boekjaar": str(head["FinancialYear"]),
        "Periode": str(head["FinancialPeriod"]),
        "Boekstuknummer": str(entry.entry_number),
        "Valuta": "EUR",
        "Boekdatum": _day(entry.entry_date),
    }
    return [
        {
            **shared,
            "Grootboekrekening": account_codes[line["GLAccount"]],
            "Omschrijving": line["Description"],
            "Bedrag": line["AmountFC"],
            "BTW-code": line.get("VATCode") or None,
            "BTW-bedrag": line.get("AmountVATFC"),
            "Code": entry.relation_code if "Account" in line else None,
            "Naam": entry.debtor_name if "Account" in line else None,
        }
        for line in head["GeneralJournalEntryLines"]
    ]


def _relation_row(entry: ExportedEntry) -> Row:
    sent = entry.relation
    return {
        "Code": entry.relation_code,
        "Naam": entry.debtor_name or None,
        "Adres": sent.get("AddressLine1") or None,
        "Postcode": sent.get("Postcode") or None,
        "Plaats": sent.get("City") or None,
        "Land": sent.get("Country") or None,
        "E-mailadres": sent.get("Email") or None,
        "Klant": CUSTOMER,
    }


def _day(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"


def payload_of(text: str) -> dict[str, Any]:
    """Return the payload of a booking, which the ledger stores as JSON."""
    payload: dict[str, Any] = json.loads(text)
    return payload
