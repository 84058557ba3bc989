"""The blank workbook has everything an accountant needs, and a filled one is understood."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from exact_online.intake import Profession, blank_workbook, form_of, read_workbook, values_of
from exact_online.intake.blank import PREFIX
from exact_online.intake.fields import SHEETS
from exact_online.settings_document import read_settings
from tests.intake.workbooks import FORM, PROFESSIONS, cell_of, filled, right_values, saved

Change = Callable[[Workbook], None]


def test_the_blank_has_a_cell_for_every_field_and_protects_the_others() -> None:
    book = load_workbook(io.BytesIO(blank_workbook(FORM)))
    assert book.sheetnames[:5] == ["Uitleg", *SHEETS]
    inputs = {cell_of(book, field.name).coordinate + field.sheet: field for field in FORM.fields}
    assert len(inputs) == len(FORM.fields) == 17 + 24
    for title in SHEETS:
        sheet = book[title]
        assert sheet.protection.sheet
        assert sheet.freeze_panes == "C5"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.protection.locked == (cell.coordinate + title not in inputs), cell.coordinate
        assert len(sheet.data_validations.dataValidation) == len(FORM.on_sheet(title))
    assert all(cell_of(book, field.name).comment for field in FORM.fields)
    assert all(cell_of(book, field.name).number_format == "@" for field in FORM.fields)


def test_a_name_that_looks_like_a_formula_stays_a_name() -> None:
    form = form_of("x", "=1+1", (Profession("=cmd", "=1+1"),))
    book = load_workbook(io.BytesIO(blank_workbook(form)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_an_empty_form_says_of_every_field_what_is_missing() -> None:
    document, faults = read_workbook(FORM, blank_workbook(FORM))
    assert document is None
    assert [fault.field for fault in faults] == [field.name for field in FORM.fields if field.required]
    assert all(fault.cell and fault.sheet in SHEETS and "leeg" in fault.sentence for fault in faults)


def test_a_right_one_becomes_settings_and_comes_back_as_the_same_values() -> None:
    got, faults = read_workbook(FORM, filled(claims_journal="71", one_number_series="Ja"))
    assert faults == []
    assert got is not None
    settings = read_settings("noorderlicht", 1, 1, got.document)
    assert settings.revenue_accounts["manuele_therapie", "articles", "high"] == "8132"
    assert (settings.claims_journal, settings.one_number_series) == ("71", True)
    assert settings.suspense_accounts == {"pin": "1101", "cash": "1001"}
    assert values_of(FORM, got.document) == {
        **right_values(), "claims_journal": "71", "one_number_series": "Ja"
    }  # fmt: skip


def move_columns(book: Workbook) -> None:
    """As Excel does: the cell moves, and its name with it."""
    for title in SHEETS:
        book[title].insert_cols(1, 2)
        book[title].insert_rows(1, 3)
    for name, defined in book.defined_names.items():
        ((sheet, _),) = defined.destinations
        if sheet in SHEETS:
            row = int(defined.attr_text.rpartition("$")[2]) + 3
            book.defined_names[name].attr_text = f"'{sheet}'!$D${row}"


def hide(book: Workbook) -> None:
    for title in SHEETS[1:]:
        book[title].sheet_state = "veryHidden"


def rename_and_reorder(book: Workbook) -> None:
    """A sheet renamed by hand: the names follow."""
    book["Btw-codes"].title = "BTW 2026"
    for defined in book.defined_names.values():
        defined.attr_text = defined.attr_text.replace("'Btw-codes'", "'BTW 2026'")
    book.move_sheet("BTW 2026", -2)


def add_blanks(book: Workbook) -> None:
    cell_of(book, "sales_journal").value = " 70\u00a0\n"
    cell_of(book, "vat_zero").value = "'0"


@pytest.mark.parametrize("change", [move_columns, hide, rename_and_reorder, add_blanks])
def test_what_people_do_to_a_workbook_does_no_harm(change: Change) -> None:
    got, faults = read_workbook(FORM, filled(change))
    assert faults == []
    assert got is not None
    assert dict(got.values) == right_values()


def merge(book: Workbook) -> None:
    cell = cell_of(book, "vat_low")
    cell.parent.merge_cells(f"B{cell.row - 1}:B{cell.row}")


def delete_row(book: Workbook) -> None:
    book.defined_names[PREFIX + "vat_low"].attr_text = "'Btw-codes'!#REF!"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("vat_zero", 0, "is het getal 0 geworden"),
        ("sales_journal", 70, "nullen vooraan zijn dan weg"),
        ("suspense_pin", 110.5, "is een getal geworden (110.5)"),
        ("suspense_pin", -1101, "is een getal geworden"),
        ("condition_days_14", dt.datetime(2026, 1, 14), "is een datum"),
        ("condition_days_14", True, "waar of onwaar"),
        ("receivables_account", "=A1&B1", "formule waarvan de uitkomst niet bewaard is"),
        ("receivables_account", "#N/A", "geeft een fout (#N/A)"),
        ("receivables_account", "1300 Debiteuren binnenland van de praktijk", "langer dan 32 tekens"),
        ("sales_journal", "7\u200b0", "onzichtbaar teken"),
        ("general_journal", "70", "dezelfde code (70) als Verkoopboek"),
        ("vat_high", "1", "Elk tarief heeft een eigen btw-code"),
        ("suspense_cash", "1300", "dezelfde code (1300) als Grootboekrekening debiteuren"),
        ("revenue_1_patients_low", "1300", "Kies een rekening van type Omzet"),
        ("one_number_series", "soms", "kies Ja of Nee"),
    ],
)
def test_each_fault_names_its_cell_and_the_cure(field: str, value: object, words: str) -> None:
    got, faults = read_workbook(FORM, filled(**{field: value}))
    assert got is None
    (fault,) = faults
    place = cell_of(load_workbook(io.BytesIO(filled())), field)
    assert (fault.field, fault.sheet, fault.cell) == (field, place.parent.title, place.coordinate)
    assert words in fault.sentence


def test_a_merged_and_a_deleted_cell() -> None:
    assert "samengevoegd" in read_workbook(FORM, filled(merge))[1][0].sentence
    assert "De rij of het tabblad is verwijderd" in read_workbook(FORM, filled(delete_row))[1][0].sentence


def test_an_account_that_became_a_number_is_taken_and_a_format_with_zeros_is_read_as_shown() -> None:
    def as_numbers(book: Workbook) -> None:
        cell_of(book, "receivables_account").value = 1300.0
        cell_of(book, "revenue_1_patients_low").value = 900
        cell_of(book, "revenue_1_patients_low").number_format = "00000"

    got, faults = read_workbook(FORM, filled(as_numbers))
    assert faults == []
    assert got is not None
    assert got.values["receivables_account"] == "1300"
    assert got.values["revenue_1_patients_low"] == "00900"


def test_the_outcome_of_a_formula_is_taken() -> None:
    """Excel keeps it beside the formula; here it is written there by hand."""
    content = filled(receivables_account="=1000+300")
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            text = book.read(name)
            parts[name] = text.replace(b"<f>1000+300</f><v></v>", b"<f>1000+300</f><v>1300</v>").replace(
                b"<f>1000+300</f><v />", b"<f>1000+300</f><v>1300</v>"
            )
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    got, faults = read_workbook(FORM, again.getvalue())
    assert faults == []
    assert got is not None
    assert got.values["receivables_account"] == "1300"


def test_what_libreoffice_saved_is_understood() -> None:
    """With a formula that it computed, and a sheet that was hidden."""
    file = Path(__file__).with_name("saved_by_libreoffice.xlsx")
    got, faults = read_workbook(FORM, file.read_bytes())
    assert faults == []
    assert got is not None
    assert dict(got.values) == right_values()


def test_another_practice_an_older_layout_and_a_new_profession() -> None:
    (other,) = read_workbook(form_of("zuid", "Zuid", PROFESSIONS), filled())[1]
    assert "van een andere praktijk (noorderlicht)" in other.sentence

    def older(book: Workbook) -> None:
        cell_of(book, "layout").value = "0"

    (old,) = read_workbook(FORM, filled(older))[1]
    assert "oudere versie" in old.sentence
    grown = form_of(FORM.practice, FORM.practice_name, (Profession("ergotherapie", "Ergo"), *PROFESSIONS))
    got, faults = read_workbook(grown, filled())
    assert got is None
    assert len(faults) == 12
    assert all("Ergo" in fault.sentence and "Het beroep is nieuw" in fault.sentence for fault in faults)


def test_professions_in_another_order_keep_their_accounts() -> None:
    turned = form_of(FORM.practice, FORM.practice_name, PROFESSIONS[::-1])
    got, _ = read_workbook(turned, filled())
    assert got is not None
    assert got.values["revenue_1_insurers_zero"] == "8100"  # of manuele therapie, the second before


def test_every_fault_comes_at_once() -> None:
    _, faults = read_workbook(FORM, filled(merge, sales_journal=None, vat_zero=0, suspense_pin=True))
    assert [fault.field for fault in faults] == ["sales_journal", "suspense_pin", "vat_zero", "vat_low"]


def damaged(chance: random.Random) -> bytes:
    """A right workbook in which chance changed something, of the file or of one of its parts."""
    content = bytearray(filled())
    if chance.random() < 0.3:
        for _ in range(chance.randint(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        return bytes(content)
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as book, zipfile.ZipFile(again, "w") as out:
        chosen = chance.choice([name for name in book.namelist() if name.endswith((".xml", ".rels"))])
        for name in book.namelist():
            text = bytearray(book.read(name))
            for _ in range(chance.randint(1, 6) if name == chosen else 0):
                place = chance.randrange(len(text))
                text[place : place + chance.randint(0, 40)] = chance.choice(
                    [b"", b"<", b'"', b"9" * 30, b"A1:"]
                )
            out.writestr(name, bytes(text))
    return again.getvalue()


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_workbook_is_faults_and_never_a_failure(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        got, faults = read_workbook(FORM, damaged(chance))
        assert (got is None) == bool(faults)


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"<a/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return content.getvalue()


def huge_merge() -> bytes:
    content = filled()
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(again, "w") as out:
        for name in book.namelist():
            text = book.read(name)
            if name == "xl/worksheets/sheet2.xml":
                text = text.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                )
            out.writestr(name, text)
    return again.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "geen Excel-werkmap"),
        (b"a;b;c\n1;2;3\n", "geen Excel-werkmap"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "oude werkmap (.xls)"),
        (b"PK\x03\x04" + bytes(100), "beschadigd"),
        (filled()[:3000], "beschadigd"),
        (bytes(3_000_000), "te groot"),
        (bomb(), "te groot"),
        (huge_merge(), "te groot"),
        (saved(Workbook()), "niet het formulier van de koppeling"),
    ],
    ids=["empty", "csv", "xls", "broken", "cut", "large", "bomb", "merge", "another"],
)
def test_a_file_that_is_none_of_ours(content: bytes, words: str) -> None:
    got, faults = read_workbook(FORM, content)
    assert got is None
    (fault,) = faults
    assert words in fault.sentence
