"""Write bookings to a workbook for the Excel import of Exact (M20).

A workbook is for one journal. Its first sheet has only the data, in the columns of Exact's import
form for that journal, so nothing needs editing; control totals are on a second sheet.
Codes and days are text cells, so that a code keeps its zeros; amounts are numbers.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

WIDTHS = {"Boekstuknummer": 16, "Omschrijving": 44, "Omschrijving: Kopregel": 24, "Uw ref.": 16, "Naam": 34}
"""Characters, of columns whose content is longer than their heading."""
DATA_SHEET = "Gegevens"
CONTROL_SHEET = "Controletotalen"
CLOSED_SHEET = "Gesloten perioden"
OPEN_FIRST = "Open deze perioden in Exact voor de import: blad Gesloten perioden"

ClosedPeriods = Collection[tuple[str, int, int]]
"""Journal, financial year and period that Exact says are closed."""

SALES_COLUMNS = (
    "Dagboek: Code", "Boekjaar", "Periode", "Boekstuknummer", "Omschrijving: Kopregel", "Factuurdatum",
    "Vervaldatum", "Valuta", "Wisselkoers", "Betalingsconditie: Code", "Ordernummer", "Uw ref.",
    "Betalingsreferentie", "Code", "Naam", "Grootboekrekening", "Omschrijving", "BTW-code",
    "BTW-percentage", "Bedrag", "Aantal", "BTW-bedrag", "Opmerkingen", "Project", "Van", "Naar",
    "Kostenplaats: Code", "Kostenplaats: Omschrijving", "Kostendrager: Code", "Kostendrager: Omschrijving",
)  # fmt: skip
"""The columns of Exact's import form for sales entries, in order."""

GENERAL_COLUMNS = (
    "Dagboek: Code", "Boekjaar", "Periode", "Boekstuknummer", "Valuta", "Wisselkoers", "Boekdatum",
    "Grootboekrekening", "Omschrijving", "Onze ref.", "Bedrag", "Aantal", "BTW-code", "BTW-percentage",
    "BTW-bedrag", "Opmerkingen", "Project", "Kostenplaats: Code", "Kostenplaats: Omschrijving",
    "Kostendrager: Code", "Kostendrager: Omschrijving", "Code", "Naam",
)  # fmt: skip
"""The columns of Exact's import form for general journal entries, in order."""


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

    @property
    def place(self) -> tuple[str, int, int]:
        """Journal, financial year and period."""
        head = self.payload
        if "JournalCode" in head:
            return head["JournalCode"], head["FinancialYear"], head["FinancialPeriod"]
        return head["Journal"], head["ReportingYear"], head["ReportingPeriod"]


def sales_workbook(
    entries: Iterable[ExportedEntry],
    account_codes: Mapping[str, str],
    made_on: dt.date,
    closed: ClosedPeriods = (),
) -> bytes:
    """Return the sales entries as an .xlsx file; `account_codes` has G/L account id -> code."""
    return _workbook(SALES_COLUMNS, entries, lambda entry: _sales_rows(entry, account_codes), made_on, closed)


def general_journal_workbook(
    entries: Iterable[ExportedEntry],
    account_codes: Mapping[str, str],
    made_on: dt.date,
    closed: ClosedPeriods = (),
) -> bytes:
    """Return the general journal entries as an .xlsx file, with one column of amounts.

    A debit is positive, a credit negative. `account_codes` has G/L account id -> code.
    """
    rows_of = lambda entry: _general_rows(entry, account_codes)  # noqa: E731
    return _workbook(GENERAL_COLUMNS, entries, rows_of, made_on, closed)


def _sales_rows(entry: ExportedEntry, account_codes: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    head = entry.payload
    for line in head["SalesEntryLines"]:
        yield {
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
            "Grootboekrekening": account_codes[line["GLAccount"]],
            "Omschrijving": line["Description"],
            "BTW-code": line["VATCode"],
            "Bedrag": line["AmountFC"],
            "BTW-bedrag": line.get("VATAmountFC"),
        }


def _general_rows(entry: ExportedEntry, account_codes: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    head = entry.payload
    for line in head["GeneralJournalEntryLines"]:
        of_debtor = "Account" in line
        yield {
            "Dagboek: Code": head["JournalCode"],
            "Boekjaar": str(head["FinancialYear"]),
            "Periode": str(head["FinancialPeriod"]),
            "Boekstuknummer": str(entry.entry_number),
            "Valuta": "EUR",
            "Boekdatum": _day(entry.entry_date),
            "Grootboekrekening": account_codes[line["GLAccount"]],
            "Omschrijving": line["Description"],
            "Bedrag": line["AmountFC"],
            "BTW-code": line.get("VATCode") or None,
            "BTW-bedrag": line.get("AmountVATFC"),
            "Code": entry.relation_code if of_debtor else None,
            "Naam": entry.debtor_name if of_debtor else None,
        }


def _workbook(
    columns: tuple[str, ...],
    entries: Iterable[ExportedEntry],
    rows_of: Any,
    made_on: dt.date,
    closed: ClosedPeriods,
) -> bytes:
    book = Workbook(write_only=True)
    data = book.create_sheet(DATA_SHEET)
    data.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        data.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, len(column) + 2)
    data.append([_head_cell(data, column) for column in columns])
    count, total_cents = 0, 0
    in_closed: list[ExportedEntry] = []
    for entry in entries:
        count, total_cents = count + 1, total_cents + entry.total_cents
        if entry.place in closed:
            in_closed.append(entry)
        for row in rows_of(entry):
            data.append([_cell(data, row.get(column)) for column in columns])
    control = book.create_sheet(CONTROL_SHEET)
    control.column_dimensions["A"].width = 32
    totals: list[tuple[str, str | float]] = [
        ("Aangemaakt op", _day(made_on)),
        ("Aantal boekingen", count),
        ("Totaal inclusief btw", total_cents / 100),
    ]
    if in_closed:
        totals += [("Waarvan in een gesloten periode", len(in_closed)), ("Let op", OPEN_FIRST)]
        _closed_sheet(book.create_sheet(CLOSED_SHEET), in_closed)
    for label, value in totals:
        control.append([_head_cell(control, label), _cell(control, value)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _closed_sheet(sheet: Any, entries: Iterable[ExportedEntry]) -> None:
    """List what Exact's import rejects until somebody opens its period."""
    sheet.freeze_panes = "A2"
    heads = ("Dagboek", "Boekjaar", "Periode", "Boekstuknummer", "Datum", "Totaal inclusief btw")
    for place, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = len(head) + 4
    sheet.append([_head_cell(sheet, head) for head in heads])
    for entry in sorted(entries, key=lambda each: (each.place, each.entry_number)):
        journal, year, period = entry.place
        texts = (journal, str(year), str(period), str(entry.entry_number), _day(entry.entry_date))
        sheet.append([_cell(sheet, value) for value in (*texts, entry.total_cents / 100)])


def _head_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: str | float | None) -> Cell | None:
    """Return a cell; a text stays a text, also when it begins with ``=``."""
    if value is None:
        return None
    cell: Cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    elif isinstance(value, float):
        cell.number_format = "0.00"
    return cell


def _day(day: dt.date) -> str:
    return f"{day:%d-%m-%Y}"


def payload_of(text: str) -> dict[str, Any]:
    """Return the payload of a booking, which the ledger stores as JSON."""
    payload: dict[str, Any] = json.loads(text)
    return payload
