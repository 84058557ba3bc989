"""The blank workbook of a practice: a manual, and a sheet per kind of code to fill in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from exact_online.intake import style
from exact_online.intake.fields import NO, SHEETS, YES, Form, IntakeField, Kind
from exact_online.intake.manual import SHEET as MANUAL_SHEET
from exact_online.intake.manual import add_manual
from exact_online.intake.proposal import Proposed
from exact_online.intake.requirements_sheet import add_requirements

LAYOUT = "1"
"""Raised when a workbook of before can't be read any more."""
PREFIX = "EO_"
"""Before each of our defined names: the field is EO_sales_journal."""
ABOUT_SHEET, LISTS_SHEET = "Kenmerk", "Lijsten"
COLUMNS = ("Gegeven", "Code in Exact Online", "Voorbeeld", "Uitleg")
PROPOSAL_COLUMN = "Waarom dit voorstel"
CODE_COLUMN = 2


@dataclass(frozen=True)
class Choices:
    """The codes that Exact has, for the drop-downs; empty before the division is authorised."""

    codes: Mapping[Kind, Sequence[str]] = field(default_factory=dict)


def blank_workbook(
    form: Form,
    proposed: Mapping[str, Proposed] | None = None,
    choices: Choices | None = None,
    values: Mapping[str, str] | None = None,
    requirements: Sequence[Sequence[str]] = (),
) -> bytes:
    """Return the workbook as an .xlsx file.

    `proposed`: field -> code with its reason, filled in for the accountant to correct. `values`:
    field -> code of the settings as they are, which go before a proposal. `requirements`: a row
    per requirement, with the texts of `REQUIREMENT_COLUMNS`.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    add_manual(book.create_sheet(), form, has_proposal=bool(proposed))
    lists = _add_lists(book, choices or Choices())
    for title in SHEETS:
        _add_sheet(book, form, title, proposed or {}, lists, values or {})
    if requirements:
        add_requirements(book.create_sheet(), form.practice_name, requirements)
    _add_about(book, form)
    book.move_sheet(LISTS_SHEET, len(SHEETS) + 1)
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.title = f"{MANUAL_SHEET}: gegevens inrichten uit boekhoudpakket, {form.practice_name}"
    book.properties.creator = "Koppeling James - Exact Online"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _add_sheet(
    book: Workbook,
    form: Form,
    title: str,
    proposed: Mapping[str, Proposed],
    lists: Mapping[Kind, str],
    values: Mapping[str, str],
) -> None:
    sheet = book.create_sheet(title)
    columns = (*COLUMNS, PROPOSAL_COLUMN) if proposed else COLUMNS
    style.set_up(sheet, f"{title} van {form.practice_name}", columns)
    row, last_profession = style.HEAD_ROW, None
    for each in form.on_sheet(title):
        if each.cell and each.cell[0] != last_profession:
            if last_profession is not None:
                sheet.row_breaks.append(Break(id=row))  # on paper each profession has its own page
            row, last_profession = row + 1, each.cell[0]
            style.write_band(sheet, row, _profession_name(form, last_profession), len(columns))
        row += 1
        proposal = proposed.get(each.name)
        code = values.get(each.name) or (proposal.code if proposal else None)
        texts = [each.label, None, each.example, each.hint]
        if proposed:
            texts.append(proposal.reason if proposal else "Geen voorstel: vul zelf in.")
        style.write_row(sheet, row, texts)
        _write_input(sheet, row, each, code)
        _add_rule(sheet, row, each, lists)
        _name(book, each.name, sheet, row, CODE_COLUMN)
    style.finish(sheet, row, len(columns))


def _write_input(sheet: Worksheet, row: int, of: IntakeField, code: str | None) -> None:
    cell = style.write_input(sheet, row, CODE_COLUMN, code)
    wanted = "Verplicht" if of.required else "Mag leeg blijven"
    cell.comment = Comment(f"{of.label}\n{of.hint}\n{wanted}. Voorbeeld: {of.example}", "Koppeling", 150, 320)


def _add_rule(sheet: Worksheet, row: int, of: IntakeField, lists: Mapping[Kind, str]) -> None:
    """A list where one is known; a code that is not in it may be typed all the same."""
    source = f'"{YES},{NO}"' if of.kind is Kind.YES_NO else lists.get(of.kind)
    if source is None:
        rule = DataValidation("textLength", operator="lessThanOrEqual", formula1="32", allow_blank=True)
    else:
        rule = DataValidation("list", formula1=source, allow_blank=True, errorStyle="warning")
    rule.errorTitle, rule.error = "Controleer de code", "Deze code staat niet in de lijst, of is te lang."
    rule.promptTitle, rule.prompt = of.label[:32], of.hint[:255]
    rule.showErrorMessage = rule.showInputMessage = True
    rule.add(sheet.cell(row, CODE_COLUMN))
    sheet.add_data_validation(rule)


def _add_lists(book: Workbook, choices: Choices) -> dict[Kind, str]:
    """Write the codes of Exact on a hidden sheet; return the range of each kind."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    ranges = {}
    for column, (kind, codes) in enumerate(sorted(choices.codes.items()), start=1):
        for row, code in enumerate(codes, start=1):
            cell = sheet.cell(row, column, code)
            cell.data_type, cell.number_format = "s", "@"
        if codes:
            letter = get_column_letter(column)
            ranges[kind] = f"{LISTS_SHEET}!${letter}$1:${letter}${len(codes)}"
    sheet.protection.sheet = True
    return ranges


def _add_about(book: Workbook, form: Form) -> None:
    """The hidden sheet by which the workbook is known again: practice, layout, professions."""
    sheet = book.create_sheet(ABOUT_SHEET)
    sheet.sheet_state = "hidden"
    facts = {"practice": form.practice, "layout": LAYOUT}
    facts |= {f"profession_{number}": each.code for number, each in enumerate(form.professions, start=1)}
    for row, (name, value) in enumerate(facts.items(), start=1):
        sheet.cell(row, 1, name)
        cell = sheet.cell(row, 2, value)
        cell.data_type, cell.number_format = "s", "@"
        _name(book, name, sheet, row, 2)
    sheet.protection.sheet = True


def _name(book: Workbook, name: str, sheet: Worksheet, row: int, column: int) -> None:
    place = f"'{sheet.title}'!${get_column_letter(column)}${row}"
    book.defined_names[PREFIX + name] = DefinedName(PREFIX + name, attr_text=place)


def _profession_name(form: Form, code: str) -> str:
    return next(each.name for each in form.professions if each.code == code)
