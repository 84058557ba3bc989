"""The dry run of a range of older invoices as a workbook (B3). Dutch, landscape, without names."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from exact_online import reasons
from exact_online.dutch import dutch_day, dutch_moment
from exact_online.ledger import Practice
from exact_online.ledger.range_preview import PeriodTotal, RangePreview
from exact_online.report.words import STATE_WORDS
from exact_online.transform.words import GROUP_WORDS, RATE_WORDS
from exact_online.vocabulary import Backfill

EURO = "#,##0.00;[Red]-#,##0.00"
Cell = str | int | float
HEAD = (
    "Dagboek", "Boekjaar", "Periode", "Omzetgroep", "Btw-tarief", "Boekingen", "Exclusief btw", "Btw",
    "Inclusief btw",
)  # fmt: skip


def range_workbook(practice: Practice, preview: RangePreview, made_at: dt.datetime) -> bytes:
    """Return the workbook of what a dry run said of older invoices, as an .xlsx file."""
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = "Proefrun"
    way = "overgedragen in een werkboek" if preview.backfill == Backfill.EXCEL else "geboekt via de koppeling"
    _write(
        cover,
        ("Proefrun van oudere facturen", ""),
        [
            ("Praktijk", practice.name),
            ("Administratie in Exact", practice.division_name or ""),
            ("Eerste dag", dutch_day(preview.first_day)),
            ("Laatste dag", dutch_day(preview.last_day)),
            ("Gemaakt", dutch_moment(made_at)),
            (f"Zou worden {way}", preview.entries),
            ("Samen, inclusief btw", preview.cents / 100),
            ("Oproepen aan Exact die schrijven", preview.calls),
            ("Nachten", preview.nights),
            ("Gereed in de nacht van", dutch_day(preview.finish_day)),
            ("Er is niets geschreven: niet in Exact, niet in James, niet in de koppeling.", ""),
        ],
    )
    cover["A1"].font = Font(bold=True, size=14)
    cover["B8"].number_format = EURO
    _write(book.create_sheet("Perioden"), HEAD, map(_row, preview.per_period), 7)
    cells = [total for total in preview.totals if total.revenue_group is not None]
    _write(book.create_sheet("Omzetgroepen"), HEAD, map(_row, cells), 7)
    left = [
        (
            STATE_WORDS[group.state][0] if group.state in STATE_WORDS else group.state,
            group.reason or "",
            reasons.cure(group.reason) if group.reason else "",
            group.records,
            group.cents / 100,
        )
        for group in preview.left
    ]
    head = ("Blijft achter", "Reden", "Wie het oplost, en waar", "Facturen", "Inclusief btw")
    _write(book.create_sheet("Blijft achter"), head, left, 5)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _row(total: PeriodTotal) -> Sequence[Cell]:
    group, rate = total.revenue_group, total.vat_rate
    return (
        total.journal,
        total.financial_year,
        total.financial_period,
        GROUP_WORDS.get(group, (group,))[0] if group else "alle",  # type: ignore[call-overload]
        RATE_WORDS.get(rate, (rate,))[0] if rate else "",  # type: ignore[call-overload]
        total.entries,
        total.net_cents / 100,
        total.vat_cents / 100,
        total.gross_cents / 100,
    )


def _write(
    sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Cell]], first_amount: int | None = None
) -> None:
    """Write a table; columns from `first_amount` on are euros."""
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, column in enumerate(sheet.iter_cols(min_row=1), start=1):
        width = max(len(str(cell.value if cell.value is not None else "")) for cell in column[1:] or column)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width, 12) + 2, 60)
        if first_amount is not None and place >= first_amount:
            for cell in column[1:]:
                cell.number_format = EURO
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
