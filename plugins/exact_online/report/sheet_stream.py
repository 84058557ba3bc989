"""Write a sheet of many rows as an .xlsx file, a row at a time, without an object per cell.

What is written is Office Open XML (ECMA-376, part 1, 18.3): one sheet of inline strings and numbers
in a ZIP file. There is no way to write a formula: a text is a text, whatever it begins with.
docs/decisions/0014-workbooks.md has the figures beside those of libraries.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from exact_online.report.forms import Form

ROWS_AT_A_TIME = 500
"""Rows that are compressed together."""
COMPRESSION = 1
"""The fastest level of zlib: a higher one saves a tenth of the file and costs half of the speed."""
MOST_ROWS = 1_048_576
"""Rows that a sheet can have."""
MADE = (1980, 1, 1, 0, 0, 0)
"""The same rows make the same bytes."""

_ODD = re.compile(r"[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_MEDIA}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        "</cellXfs>"
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
"""All parts but the workbook and its sheet. Styles: 1 is text, 2 an amount, 3 a caption."""

Row = Mapping[str, str | float | None]
"""Caption of a column -> text or number; a column that is not there, or None, stays empty."""


_TEXT = '<t xml:space="preserve">%s</t>'
_NUMBER = "\0"
"""Stands in a template for the number of the row: no name of a column or element has it."""


class TooManyRows(ValueError):
    """More rows than a sheet can have."""


def write_sheet(file: BinaryIO, form: Form, rows: Iterable[Row], captions: bool = True) -> int:
    """Write the rows in the columns of `form` and return how many there were.

    `captions`: begin with the captions of the columns, which stay in view. Raises TooManyRows.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as package:
        for name, text in {**_PARTS, "xl/workbook.xml": _workbook(form, captions)}.items():
            package.writestr(_part(name), _XML + text)
        with package.open(_part("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write((_XML + _sheet_head(form, captions)).encode())
            above, count, written, xml_of = int(captions), 0, list[str](), _Rows(form)
            for count, row in enumerate(rows, start=1):
                written.append(xml_of.row(above + count, row))
                if len(written) >= ROWS_AT_A_TIME:
                    sheet.write("".join(written).encode())
                    written.clear()
            if above + count > MOST_ROWS:
                raise TooManyRows(f"A sheet has {MOST_ROWS} rows at most; there are {above + count}.")
            sheet.write(("".join(written) + _SHEET_END).encode())
    return count


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files in a ZIP file; the same files make the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, file in sorted(files.items()):
            package.writestr(_part(name), file)
    return content.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, MADE)
    part.compress_type = zipfile.ZIP_DEFLATED
    part._compresslevel = COMPRESSION  # type: ignore[attr-defined]  # until Python 3.13 it has no public name
    return part


class _Rows:
    """Rows as XML: what rows with the same columns and types share is put together once."""

    def __init__(self, form: Form) -> None:
        self._letters = {column.name: _letters(place) for place, column in enumerate(form.columns)}
        self._known: dict[tuple[object, ...], tuple[str, Callable[[Row], Any], Callable[[Row], Any]]] = {}

    def row(self, number: int, row: Row) -> str:
        """Return one row. Raises KeyError for a column that the form does not have."""
        key = (*row, *map(type, row.values()))
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._template(row)
        template, all_of, texts_of = known
        template = template.replace(_NUMBER, str(number))
        if _ODD.search("".join(texts_of(row))):
            row = {name: _safe(value) if isinstance(value, str) else value for name, value in row.items()}
        return str(template % all_of(row))

    def _template(self, row: Row) -> tuple[str, Callable[[Row], Any], Callable[[Row], Any]]:
        for name in row:
            self._letters[name]
        filled = [name for name in self._letters if row.get(name) is not None]
        texts = [name for name in filled if isinstance(row[name], str)]
        cells = [
            f'<c r="{self._letters[name]}{_NUMBER}" s="1" t="inlineStr"><is>{_TEXT}</is></c>'
            if name in texts
            else f'<c r="{self._letters[name]}{_NUMBER}" s="2"><v>%.2f</v></c>'
            for name in filled
        ]
        return f'<row r="{_NUMBER}">{"".join(cells)}</row>', _values(filled), _values(texts)


def _values(names: list[str]) -> Callable[[Row], Any]:
    """Return what gives the values of these columns as a tuple."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _safe(text: str) -> str:
    """Return the text as XML that is read back as it is, but for characters that XML has not."""
    text = _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("", text)).replace("\r", "_x000D_")
    return escape(text)


def _workbook(form: Form, captions: bool) -> str:
    sheet = escape(form.sheet, {'"': "&quot;"})
    titles = (
        f'<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">\'{sheet}\'!$1:$1'
        "</definedName></definedNames>"
    )
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets>{titles if captions else ""}</workbook>'
    )


def _sheet_head(form: Form, captions: bool) -> str:
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        for place, column in enumerate(form.columns, start=1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if captions else ""
    cells = "".join(
        f'<c r="{_letters(place)}1" s="3" t="inlineStr"><is>{_TEXT % _safe(column.name)}</is></c>'
        for place, column in enumerate(form.columns)
    )
    captions_row = f'<row r="1">{cells}</row>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{widths}</cols>'
        f"<sheetData>{captions_row if captions else ''}"
    )


_SHEET_END = (
    '</sheetData><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>'
)


def _letters(place: int) -> str:
    """Return the letters of a column, the first of which is 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
