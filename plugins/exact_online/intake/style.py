"""How the sheets of the intake workbook look, on screen and on paper, landscape."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

HEAD_ROW = 4
WIDTHS = (46, 22, 13, 62, 62)
"""Characters, of the columns in order."""
DARK, BAND, INPUT = "1A56B0", "E8EEF7", "FFF8DC"
FONT = "Calibri"
_EDGE = Side(style="thin", color="B8C2D3")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
CHARACTERS_PER_LINE = 0.95
"""Of a column's width: what fits on a line of wrapped text."""


FILL_IN = "Vul alleen de gele cellen in, als tekst: 00 is een andere code dan 0."


def set_up(
    sheet: Worksheet,
    title: str,
    columns: Sequence[str],
    *,
    instruction: str = FILL_IN,
    widths: Sequence[int] = WIDTHS,
) -> None:
    """Write title, instruction and headings of a sheet with fields."""
    for place, width in enumerate(widths[: len(columns)], start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    write_title(sheet, title)
    sheet["A2"] = instruction
    sheet["A2"].font = Font(name=FONT, italic=True, color="55607A")
    for place, text in enumerate(columns, start=1):
        head = sheet.cell(HEAD_ROW, place, text)
        head.font = Font(name=FONT, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=DARK)
        head.alignment = Alignment(vertical="center", wrap_text=True)
        head.border = _BOX
    sheet.row_dimensions[HEAD_ROW].height = 22
    sheet.freeze_panes = f"C{HEAD_ROW + 1}"


def write_title(sheet: Worksheet, title: str) -> None:
    """Write the title of a sheet in its first cell."""
    sheet["A1"] = title
    sheet["A1"].font = Font(name=FONT, bold=True, size=16, color=DARK)
    sheet.row_dimensions[1].height = 24


def write_band(sheet: Worksheet, row: int, text: str, columns: int) -> None:
    """Write a row that names the profession of the rows below it."""
    for place in range(1, columns + 1):
        sheet.cell(row, place).fill = PatternFill("solid", fgColor=BAND)
    cell = sheet.cell(row, 1, text)
    cell.data_type = "s"  # a name that begins with = is no formula
    cell.font = Font(name=FONT, bold=True, color=DARK)


def write_row(
    sheet: Worksheet, row: int, texts: Sequence[str | None], widths: Sequence[int] = WIDTHS
) -> None:
    """Write the texts of a field's row, wrapped, with a height that shows them whole."""
    lines = 1.0
    for place, text in enumerate(texts, start=1):
        cell = sheet.cell(row, place)
        if text is not None:
            cell.value = text
            cell.data_type = "s"
            lines = max(lines, -(-len(text) // (widths[place - 1] * CHARACTERS_PER_LINE)))
        cell.font = Font(name=FONT, color="1A2233" if place == 1 else "55607A")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.border = _BOX
    sheet.row_dimensions[row].height = 15.5 * lines + 3


def write_input(sheet: Worksheet, row: int, column: int, code: str | None) -> Cell:
    """Make a cell one to fill in: yellow, not protected, text; return it."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # nothing is merged
    if code is not None:
        cell.value = code
        cell.data_type = "s"
    cell.number_format = "@"
    cell.font = Font(name=FONT, bold=True)
    cell.fill = PatternFill("solid", fgColor=INPUT)
    cell.border = _BOX
    cell.alignment = Alignment(horizontal="left", vertical="center")
    cell.protection = Protection(locked=False)
    return cell


def finish(sheet: Worksheet, last_row: int, columns: int) -> None:
    """Protect all but the input cells, and let the sheet print in landscape, one page wide."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if columns > 1:
        sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.print_area = f"A1:{get_column_letter(columns)}{last_row}"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&A, bladzijde &P van &N"
