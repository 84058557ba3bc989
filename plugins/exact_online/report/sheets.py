"""How a sheet for people looks: what control workbooks have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

EURO = "#,##0.00;[Red]-#,##0.00"
LINE = 15.0
"""Height of a line, in points."""
WIDEST = 60
"""Characters; a longer text goes on below."""


def fill_sheet(
    sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Any]], widest: int = WIDEST
) -> None:
    """Fill a sheet: a bold head that stays in view, widths that fit, landscape on one page wide."""
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    for column in sheet.iter_cols():
        longest = max(len(str(cell.value or "")) for cell in column[1:] or column)
        word = max(map(len, str(column[0].value or "").split()), default=0)
        width = max(min(max(longest, 9) + 3, widest), word + 3)
        sheet.column_dimensions[get_column_letter(column[0].column or 1)].width = width
        for cell in column[1:]:
            cell.alignment = Alignment(vertical="top")
            if isinstance(cell.value, float):
                cell.number_format = EURO
            elif isinstance(cell.value, str):
                cell.data_type = "s"  # a text stays a text, also when it begins with =
                is_long = len(cell.value) > width - 3
                cell.alignment = Alignment("left", "top", wrap_text=is_long, indent=1)
                _fit_height(sheet, cell.row or 1, cell.value, width)
        column[0].font = Font(bold=True)
        column[0].alignment = Alignment("left", "top", wrap_text=True, indent=1)
        _fit_height(sheet, 1, str(column[0].value or ""), width)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _fit_height(sheet: Worksheet, row: int, text: str, width: float) -> None:
    """Make a row as high as the lines of a text; not every program does so by itself."""
    lines = len(textwrap.wrap(text, max(int(width) - 3, 1))) or 1
    height = sheet.row_dimensions[row].height or LINE
    sheet.row_dimensions[row].height = max(height, lines * LINE)


def euros(*cents: int) -> tuple[float, ...]:
    """Return amounts as the cells of a row."""
    return tuple(amount / 100 for amount in cents)
