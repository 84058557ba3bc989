"""Read a filled intake workbook, as Excel or LibreOffice saved it, by the names of its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.intake.blank import ABOUT_SHEET, LAYOUT, PREFIX
from exact_online.intake.cells import CellFault, code_in
from exact_online.intake.fields import Form, IntakeField, revenue_name
from exact_online.intake.filled import Filled
from exact_online.intake.opening import CanNotOpen, OpenedWorkbook, open_workbook
from exact_online.intake.rules import Fault, fill_in
from exact_online.settings import ExactLists
from exact_online.vocabulary import RevenueGroup, VatRate

NEW_FORM = "Haal een nieuw leeg formulier op en vul dat in."
NOT_OURS = (
    "Dit is niet het formulier van de koppeling, of de kenmerken ervan zijn verwijderd. "
    f"{NEW_FORM} Kopieer de tabbladen niet naar een ander bestand."
)


@dataclass(frozen=True)
class Place:
    """Where a named cell is now, whatever was inserted or moved around it."""

    sheet: str
    cell: str


def read_workbook(
    form: Form, content: bytes, lists: ExactLists | None = None, before: Mapping[str, Any] | None = None
) -> tuple[Filled | None, list[Fault]]:
    """Return the filled form, or None with every fault at once, each with its sheet and cell.

    `lists` and `before` are those of `fill_in`.
    """
    try:
        opened = open_workbook(content)
    except CanNotOpen as problem:
        return None, [Fault(str(problem))]
    if fault := _foreign(opened, form):
        return None, [fault]
    names = _names_in_workbook(opened, form)
    values: dict[str, str] = {}
    places: dict[str, Place] = {}
    faults: list[Fault] = []
    for field in form.fields:
        place = _place(opened, names.get(field.name, ""))
        if place is None:
            faults.append(_without_place(field))
            continue
        places[field.name] = place
        try:
            code = code_in(_formula(opened, place, field), _value(opened, place), field, lists)
        except CellFault as problem:
            faults.append(Fault(str(problem), field.name))
        else:
            values.update({field.name: code} if code else {})
    filled, found = fill_in(form, values, lists, before, tuple(faults))
    return filled, [_placed(fault, places) for fault in found]


def _placed(fault: Fault, places: Mapping[str, Place]) -> Fault:
    place = places.get(fault.field or "")
    return replace(fault, sheet=place.sheet, cell=place.cell) if place else fault


def _foreign(opened: OpenedWorkbook, form: Form) -> Fault | None:
    """Say when the workbook is another one than this practice's, of this layout."""
    practice, layout = _about(opened, "practice"), _about(opened, "layout")
    if practice is None or layout is None:
        return Fault(NOT_OURS)
    if practice != form.practice:
        return Fault(
            f"Dit formulier is van een andere praktijk ({practice}). Haal het formulier van "
            f"{form.practice_name} op en vul dat in.",
            sheet=ABOUT_SHEET,
        )
    if layout != LAYOUT:
        return Fault(
            f"Dit formulier is van een oudere versie van de koppeling. {NEW_FORM}", sheet=ABOUT_SHEET
        )
    return None


def _about(opened: OpenedWorkbook, name: str) -> str | None:
    place = _place(opened, name)
    value = None if place is None else _value(opened, place).value
    return None if value is None else str(value).strip()[:40]


def _names_in_workbook(opened: OpenedWorkbook, form: Form) -> dict[str, str]:
    """Return field -> its name in this workbook: its professions may stand in another order."""
    names = {field.name: field.name for field in form.fields if not field.cell}
    numbers: dict[str, int] = {}
    number = 1
    while code := _about(opened, f"profession_{number}"):
        numbers[code] = number
        number += 1
    for place, profession in enumerate(form.professions, start=1):
        if found := numbers.get(profession.code):
            for group in RevenueGroup:
                for rate in VatRate:
                    names[revenue_name(place, group, rate)] = revenue_name(found, group, rate)
    return names


def _without_place(field: IntakeField) -> Fault:
    if field.cell:
        cure = "Het beroep is nieuw, of de rij is verwijderd. " + NEW_FORM
    else:
        cure = "De rij of het tabblad is verwijderd. " + NEW_FORM
    return Fault(f"De cel van {field.label} is er niet. {cure}", field.name, field.sheet)


def _place(opened: OpenedWorkbook, name: str) -> Place | None:
    """Return where a name points; None when it is gone or its cell was deleted."""
    defined = {known.upper(): found for known, found in opened.values.defined_names.items()}
    found = defined.get((PREFIX + name).upper())
    if found is None or "#REF!" in (found.attr_text or ""):
        return None
    try:
        ((sheet, cells),) = found.destinations
        cell = cells.replace("$", "").partition(":")[0]
        row, column = coordinate_to_tuple(cell)
    except (ValueError, TypeError):
        return None
    if not isinstance(_sheet(opened.values, sheet), Worksheet):
        return None
    return Place(sheet, f"{get_column_letter(column)}{row}")


def _sheet(book: Any, title: str) -> Any:
    return book[title] if title in book.sheetnames else None


def _value(opened: OpenedWorkbook, place: Place) -> Any:
    return opened.values[place.sheet][place.cell]


def _formula(opened: OpenedWorkbook, place: Place, field: IntakeField) -> Any:
    """Return the cell with its formula. Raises CellFault when it was merged into another one."""
    cell = opened.formulas[place.sheet][place.cell]
    if isinstance(cell, MergedCell):
        raise CellFault(
            f"De cel van {field.label} is samengevoegd met een andere. "
            "Hef de samenvoeging op en vul de code in."
        )
    return cell
