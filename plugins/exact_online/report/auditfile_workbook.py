"""A comparison with an auditfile as a workbook (B4). It has nothing of a person.

Dutch, landscape. Rows are written without keeping their cells, so a long list costs no memory.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.dutch import dutch_day, dutch_moment
from exact_online.ledger import Practice
from exact_online.ledger.auditfiles import Comparison, Finding
from exact_online.report.auditfile_words import (
    KIND_WORDS,
    cure_sentence,
    finding_words,
    heading_sentences,
)

EURO = "#,##0.00;[Red]-#,##0.00"
Column = tuple[str, int]
"""Head and width."""


FINDING_COLUMNS: tuple[Column, ...] = (
    ("Soort", 26), ("Factuur", 16), ("Boekjaar", 10), ("Periode", 10), ("Dagboek", 10), ("Boekstuk", 14),
    ("Geboekt", 14), ("Wat er verschilt", 80), ("Wie het waar oplost", 60),
)  # fmt: skip


def auditfile_workbook(comparison: Comparison, findings: Iterable[Finding], practice: Practice) -> bytes:
    """Return the workbook as an .xlsx file."""
    book = Workbook(write_only=True)
    title = (("Vergelijking met de auditfile van Exact", 46), ("", 80))
    _write(book, "Vergelijking", title, _cover(comparison, practice))
    _write(book, "Verschillen", FINDING_COLUMNS, map(_row, findings))
    others = ((journal, entries, cents / 100) for journal, entries, cents in comparison.numbers["others"])
    _write(book, "Andere boekingen", (("Dagboek", 14), ("Boekingen van anderen", 24), ("Bedrag", 18)), others)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cover(comparison: Comparison, practice: Practice) -> list[tuple[Any, ...]]:
    header, numbers = comparison.header, comparison.numbers
    first, last, created = (
        dutch_day(dt.date.fromisoformat(header[name])) for name in ("first_day", "last_day", "created")
    )
    counts = [(KIND_WORDS[kind][0], count) for kind, count in sorted(numbers["findings"].items())]
    return [
        ("Praktijk", practice.name),
        ("Administratie in Exact", practice.division_name or ""),
        ("Bedrijf volgens het bestand", header["company"]),
        ("Auditfile", f"XAF {header['version']}, boekjaar {header['year']}, {first} tot en met {last}"),
        ("Geëxporteerd op", created),
        ("SHA-256 van het bestand", comparison.file_sha256),
        ("Vergeleken", f"{dutch_moment(comparison.made_at)} door {comparison.made_by}"),
        ("Boekingen in het bestand", header["entries"]),
        ("Boekingen van de koppeling", numbers["expected"]),
        ("Daarvan in het bestand gevonden", numbers["compared"]),
        ("Verschillen", comparison.count),
        *counts,
        *(("Let op", sentence) for sentence in heading_sentences(comparison, practice.division_name)),
    ]


def _row(finding: Finding) -> tuple[Any, ...]:
    details = finding.details
    return (
        KIND_WORDS[finding.kind][0],
        details["reference"] or "",
        details["year"],
        details["period"],
        details["journal"] or "",
        details["number"] or "",
        details["cents"] / 100,
        finding_words(finding),
        cure_sentence(finding),
    )


def _write(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Add a sheet: a bold head that stays in view, landscape on one page wide."""
    sheet = book.create_sheet(title)
    for place, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"

    def cell(value: Any, *, head: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        made.alignment = Alignment(wrap_text=True, vertical="top")
        if head:
            made.font = Font(bold=True)
        elif isinstance(value, float):
            made.number_format = EURO
        elif isinstance(value, str):
            made.data_type = "s"  # a text stays a text, also when it begins with =
        return made

    sheet.append([cell(head, head=True) for head, _ in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])
