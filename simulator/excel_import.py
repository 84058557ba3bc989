"""Import of Exact's own Excel forms, as a bookkeeper does it: a file, its topic, what was wrong.

The columns are those of the published forms; Exact knows a column by its place. A file whose form
is wrong is not read at all. Rows that share a number are an entry; each entry is booked or rejected
by itself. With a head row per entry, a row whose line columns are all empty begins an entry.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException

from simulator import messages, values
from simulator.accounting import journal, sales
from simulator.division import Division
from simulator.rejections import Rejection, content_rejection
from simulator.tables import Row

RELATIONS, SALES, GENERAL = "Relaties", "Verkoopboekingen", "Memoriaalboekingen"
_COSTS = (
    "Kostenplaats: Code", "Kostenplaats: Omschrijving", "Kostendrager: Code", "Kostendrager: Omschrijving",
)  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    RELATIONS: ("Code", "Naam", "Adres", "Postcode", "Plaats", "Land", "E-mailadres", "Klant"),
    SALES: (
        "Dagboek: Code", "Boekjaar", "Periode", "Boekstuknummer", "Omschrijving: Kopregel", "Factuurdatum",
        "Vervaldatum", "Valuta", "Wisselkoers", "Betalingsconditie: Code", "Ordernummer", "Uw ref.",
        "Betalingsreferentie", "Code", "Naam", "Grootboekrekening", "Omschrijving", "BTW-code",
        "BTW-percentage", "Bedrag", "Aantal", "BTW-bedrag", "Opmerkingen", "Project", "Van", "Naar", *_COSTS,
    ),
    GENERAL: (
        "Dagboek: Code", "Boekjaar", "Periode", "Boekstuknummer", "Valuta", "Wisselkoers", "Boekdatum",
        "Grootboekrekening", "Omschrijving", "Onze ref.", "Bedrag", "Aantal", "BTW-code", "BTW-percentage",
        "BTW-bedrag", "Opmerkingen", "Project", *_COSTS, "Code", "Naam",
    ),
}  # fmt: skip
"""The columns of each topic, in their order."""
AMOUNTS = frozenset({"Wisselkoers", "BTW-percentage", "Bedrag", "Aantal", "BTW-bedrag"})
DAYS = frozenset({"Factuurdatum", "Vervaldatum", "Boekdatum", "Van", "Naar"})
NOT_SUPPORTED = ("Wisselkoers", "Aantal", "BTW-percentage", "Project", "Van", "Naar", *_COSTS)
"""Columns whose content the simulator can't book."""
_DAY = re.compile(r"(\d\d)-(\d\d)-(\d{4})")


class BadFile(Exception):
    """The file is not the form of its topic. The message names the cell."""


@dataclass
class Imported:
    """What an import came to."""

    entries: list[str] = field(default_factory=list)
    """Ids of what was booked, or codes of relations."""
    rejected: dict[str, str] = field(default_factory=dict)
    """Number of an entry, or code of a relation -> Exact's words."""


@dataclass(frozen=True)
class Options:
    """What the bookkeeper chooses on the screen of the import."""

    captions: bool = True
    """The first row has the names of the columns."""
    entry_heads: bool = False
    """Each entry begins with a row of its head alone."""


def load(
    division: Division, content: bytes, topic: str, user: str | None, options: Options = Options()
) -> Imported:
    """Import a file. Raises BadFile, and books nothing, when its form is wrong."""
    rows = list(_rows(content, topic, options))
    if topic == RELATIONS:
        return _relations(division, rows, user)
    result = Imported()
    for number, lines in _entries(rows, topic, options):
        if not lines:
            result.rejected[number] = "Verplicht: Boekingsregel"
            continue
        try:
            booked = (_sales if topic == SALES else _general)(division, lines, user)
            result.entries.append(booked["EntryID"])
        except Rejection as rejection:
            result.rejected[number] = " ".join(dutch for dutch, _ in rejection.messages)
    return result


def _rows(content: bytes, topic: str, options: Options) -> Iterator[Row]:
    """The rows by column, with the types of the form."""
    columns = COLUMNS[topic]
    try:
        book = load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, InvalidFileException, OSError) as error:
        raise BadFile(f"Het bestand is geen Excel-bestand: {error}.") from None
    if len(book.sheetnames) != 1:
        raise BadFile(f"Het bestand heeft {len(book.sheetnames)} bladen.")
    sheet = book[book.sheetnames[0]]
    given = list(sheet.iter_rows())
    if options.captions:
        found = tuple(cell.value for cell in given[0]) if given else ()
        for place, name in enumerate(columns):
            if found[place : place + 1] != (name,):
                raise BadFile(f"Kolom {place + 1} van {topic} moet {name!r} zijn.")
        given = given[1:]
    if sheet.max_column > len(columns):
        raise BadFile(f"{topic} heeft {len(columns)} kolommen; het bestand heeft er {sheet.max_column}.")
    for cells in given:
        row = {name: _value(name, cell) for name, cell in zip(columns, cells, strict=False)}
        yield {**dict.fromkeys(columns), **row}


def _value(name: str, cell: Cell | MergedCell) -> Any:
    if cell.value is None:
        return None
    where = f"Cel {cell.coordinate} ({name})"
    if cell.data_type == "f":
        raise BadFile(f"{where} is een formule.")
    if name in AMOUNTS:
        if cell.data_type != "n" or not isinstance(cell.value, (int, float)):
            raise BadFile(f"{where} is geen getal.")
        return float(cell.value)
    if cell.data_type not in ("s", "inlineStr") or not isinstance(cell.value, str):
        raise BadFile(f"{where} is geen tekst.")
    return _stamp(where, cell.value) if name in DAYS else cell.value


def _stamp(where: str, text: str) -> int:
    found = _DAY.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        day = dt.date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise BadFile(f"{where} is geen datum dd-mm-jjjj: {text!r}.") from None
    return values.stamp(day.isoformat())


def _entries(rows: Sequence[Row], topic: str, options: Options) -> Iterator[tuple[str, list[Row]]]:
    """Number and lines of each entry; the rows of one stand together."""
    heads = COLUMNS[topic][: COLUMNS[topic].index("Grootboekrekening")]
    found: dict[tuple[Any, Any, str], list[Row]] = {}
    last = None
    for row in rows:
        for name in ("Dagboek: Code", "Boekjaar", "Periode", "Boekstuknummer"):
            if not row[name]:
                raise BadFile(f"Een rij van {topic} heeft geen {name}.")
        key = (row["Dagboek: Code"], row["Boekjaar"], row["Boekstuknummer"])
        is_head = options.entry_heads and key != last
        if key != last and key in found:
            raise BadFile(f"Boekstuk {key[2]} staat op twee plaatsen in het bestand.")
        last = key
        if is_head:
            if any(row[name] is not None for name in COLUMNS[topic] if name not in heads):
                raise BadFile(f"Boekstuk {key[2]} begint niet met een kopregel.")
            found[key] = []
            continue
        lines = found.setdefault(key, [])
        if lines and any(row[name] != lines[0][name] for name in heads):
            raise BadFile(f"De regels van boekstuk {key[2]} hebben niet dezelfde kop.")
        lines.append(row)
    for (_, _, number), lines in found.items():
        yield number, lines


def _sales(division: Division, lines: list[Row], user: str | None) -> Row:
    head = lines[0]
    relation = _by_code(division, "Accounts", head.get("Code"), "Klant")
    entry = {
        "Journal": head["Dagboek: Code"],
        "Customer": relation["ID"],
        "EntryDate": head["Factuurdatum"],
        "DueDate": head["Vervaldatum"],
        "EntryNumber": _whole(head["Boekstuknummer"], "Boekstuknummer"),
        "ReportingYear": _whole(head["Boekjaar"], "Boekjaar"),
        "ReportingPeriod": _whole(head["Periode"], "Periode"),
        "Description": head["Omschrijving: Kopregel"],
        "YourRef": head["Uw ref."],
        "PaymentCondition": head["Betalingsconditie: Code"],
        "PaymentReference": head["Betalingsreferentie"],
        "Currency": head["Valuta"],
        "SalesEntryLines": [{**_line(division, row), "VATAmountFC": row["BTW-bedrag"]} for row in lines],
    }
    return sales.book(division, entry, user)


def _general(division: Division, lines: list[Row], user: str | None) -> Row:
    head = lines[0]
    entry = {
        "JournalCode": head["Dagboek: Code"],
        "EntryNumber": _whole(head["Boekstuknummer"], "Boekstuknummer"),
        "FinancialYear": _whole(head["Boekjaar"], "Boekjaar"),
        "FinancialPeriod": _whole(head["Periode"], "Periode"),
        "Currency": head["Valuta"],
        "GeneralJournalEntryLines": [
            {
                **_line(division, row),
                "AmountVATFC": row["BTW-bedrag"],
                "Date": row["Boekdatum"],
                "Account": _by_code(division, "Accounts", row["Code"], "Relatie")["ID"]
                if row["Code"]
                else None,
            }
            for row in lines
        ],
    }
    return journal.book(division, entry, user)


def _line(division: Division, row: Row) -> Row:
    for name in NOT_SUPPORTED:
        if row.get(name) is not None:
            raise content_rejection(messages.invalid(name))
    if row["Bedrag"] is None:
        raise content_rejection(messages.mandatory("AmountFC"))
    account = _by_code(division, "GLAccounts", row["Grootboekrekening"], "Grootboekrekening")
    return {
        "GLAccount": account["ID"],
        "Description": row["Omschrijving"],
        "VATCode": row["BTW-code"] or "",
        "AmountFC": row["Bedrag"],
        "Notes": row["Opmerkingen"],
    }


def _by_code(division: Division, table: str, code: str | None, name: str) -> Row:
    found = division.find_by_code(table, code) if code else None
    if found is None:
        raise content_rejection((f"Ongeldige referentie: {name}", f"Invalid reference: {name}"))
    return found


def _whole(text: str, name: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise content_rejection(messages.invalid(name))
    return int(text)


def _relations(division: Division, rows: Sequence[Row], user: str | None) -> Imported:
    """Make or change each relation; a cell that is empty changes nothing."""
    result = Imported()
    fields = {
        "Naam": "Name", "Adres": "AddressLine1", "Postcode": "Postcode", "Plaats": "City", "Land": "Country",
        "E-mailadres": "Email",
    }  # fmt: skip
    for row in rows:
        code, name = row["Code"], row["Naam"]
        if not code or not name:
            result.rejected[code or ""] = "Verplicht: Code, Naam"
            continue
        given = {fields[column]: row[column] for column in fields if row[column]}
        known = division.find_by_code("Accounts", code)
        if row["Klant"]:
            given["Status"] = "C"
        if known is None:
            division.add("Accounts", {"Code": code.rjust(18), **given}, user)
        else:
            division.save("Accounts", {**known, **given})
        result.entries.append(code)
    return result
