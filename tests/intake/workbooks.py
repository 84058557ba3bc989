"""Filled workbooks, as a person, Excel or LibreOffice would save them."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from exact_online.intake import Form, Profession, blank_workbook, form_of
from exact_online.intake.blank import PREFIX

PROFESSIONS = (
    Profession("fysiotherapie", "Fysiotherapie"),
    Profession("manuele_therapie", "Manuele therapie"),
)
FORM = form_of("noorderlicht", "Fysiotherapie Noorderlicht", PROFESSIONS)


def right_values(form: Form = FORM) -> dict[str, str]:
    """What a correct form holds: the examples, an account of its own per cell."""
    return {field.name: field.example for field in form.fields if field.required}


def filled(
    change: Callable[[Workbook], None] = lambda book: None, form: Form = FORM, **values: object
) -> bytes:
    """The blank workbook, filled in correctly but for these values, and changed by hand."""
    book = load_workbook(io.BytesIO(blank_workbook(form)))
    for name, value in {**right_values(form), **values}.items():
        cell_of(book, name).value = value  # type: ignore[assignment]
    change(book)
    return saved(book)


def cell_of(book: Workbook, name: str) -> Cell:
    ((sheet, cell),) = book.defined_names[PREFIX + name].destinations
    found = book[sheet][cell.replace("$", "")]
    assert isinstance(found, Cell)
    return found


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
