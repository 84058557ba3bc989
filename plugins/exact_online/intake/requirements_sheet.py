"""The last sheet of the intake workbook, to read only: what Exact must have, as checked last."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from exact_online.intake import style

SHEET = "Voorwaarden"
REQUIREMENT_COLUMNS = ("Voorwaarde", "Stand", "Gevonden", "Wat te doen", "Wie", "Waar")
WIDTHS = (34, 16, 56, 56, 16, 44)


def add_requirements(sheet: Worksheet, practice_name: str, rows: Sequence[Sequence[str]]) -> None:
    """Fill the sheet: a row per requirement, with a text per column of `REQUIREMENT_COLUMNS`."""
    sheet.title = SHEET
    style.set_up(
        sheet,
        f"Voorwaarden van {practice_name}",
        REQUIREMENT_COLUMNS,
        instruction="Zoals de koppeling het in Exact Online las. Hier valt niets in te vullen.",
        widths=WIDTHS,
    )
    for place, row in enumerate(rows, start=style.HEAD_ROW + 1):
        style.write_row(sheet, place, row, WIDTHS)
    style.finish(sheet, style.HEAD_ROW + len(rows), len(REQUIREMENT_COLUMNS))
