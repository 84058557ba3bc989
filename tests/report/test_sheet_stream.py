"""Sheets of many rows: what is written is read back as it is, and nothing is a formula (C5)."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from exact_online.report import sheet_stream
from exact_online.report.forms import forms
from exact_online.report.sheet_stream import Row, TooManyRows, write_sheet

FORM = forms()["sales_entry"]
ODD = ["=1+1", "+31", "-5", "@som", "007", "  twee  ", "a&b <c> \"d\" 'e'", "é€😀", "regel\neen", "%s %d"]


def written(rows: list[Row], captions: bool = True) -> bytes:
    file = io.BytesIO()
    assert write_sheet(file, FORM, rows, captions) == len(rows)
    return file.getvalue()


def sheet_of(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [FORM.sheet]
    return book[FORM.sheet]


@pytest.mark.parametrize("text", ODD)
def test_a_text_is_read_back_as_it_is_and_is_no_formula(text: str) -> None:
    sheet = sheet_of(written([{"Naam": text, "Bedrag": 1.5}]))
    cell = sheet["O2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_what_looks_like_a_code_of_a_character_is_written_so_that_it_is_none() -> None:
    """ECMA-376, ST_Xstring: a reader would make an A of it."""
    with zipfile.ZipFile(io.BytesIO(written([{"Naam": "_x0041_"}]))) as package:
        assert b">_x005F_x0041_<" in package.read("xl/worksheets/sheet1.xml")


def test_what_xml_has_no_character_for_is_left_out() -> None:
    assert sheet_of(written([{"Naam": "a\x00b\x1f\ufffec"}]))["O2"].value == "abc"


def test_cells_stand_in_the_columns_of_the_form_whatever_the_order_of_a_row() -> None:
    rows: list[Row] = [{"Bedrag": -0.1, "Code": "0042", "Naam": None}, {}, {"Code": "7", "BTW-bedrag": 21}]
    sheet = sheet_of(written(rows))
    assert tuple(cell.value for cell in sheet[1]) == FORM.names
    assert (sheet["N2"].value, sheet["T2"].value, sheet["O2"].value) == ("0042", -0.1, None)
    assert (sheet["N4"].value, sheet["V4"].value, sheet["T2"].number_format) == ("7", 21, "0.00")
    assert sheet.freeze_panes == "A2"


def test_without_captions_the_first_row_is_a_row() -> None:
    assert sheet_of(written([{"Code": "7"}], captions=False))["N1"].value == "7"


def test_the_same_rows_make_the_same_bytes() -> None:
    rows: list[Row] = [{"Code": str(number)} for number in range(1200)]
    assert written(rows) == written(rows)
    assert sheet_of(written(rows)).max_row == 1201


def test_a_column_that_the_form_has_not_is_an_error() -> None:
    with pytest.raises(KeyError, match="Kolom"):
        written([{"Kolom": "x"}])


def test_more_rows_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_stream, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows, match="3 rows at most; there are 4"):
        written([{"Code": "7"}] * 3)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(written([{"Naam": text, "Bedrag": 1.5} for text in ODD[:5]]))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run(
        [*command, "--convert-to", "csv", "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[14] for line in lines] == ["Naam", *ODD[:5]]
