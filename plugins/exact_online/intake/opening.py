"""Open an uploaded workbook within limits: what it would unpack to is looked at first."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 6 * 1024 * 1024
"""A workbook with the codes of a large division in its drop-downs has some 500 KB."""
MAX_PARTS = 200
MAX_CELLS_OF_RANGE = 10_000
"""Of a merged range or a link: openpyxl makes an object for each of its cells."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RANGE = re.compile(rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\bref\s*=\s*["']([A-Za-z0-9:$]+)["']""")

SAVE_AGAIN = "Sla het formulier in Excel of LibreOffice op als Excel-werkmap (.xlsx) en lever dat bestand in."
NO_WORKBOOK = f"Dit bestand is geen Excel-werkmap. {SAVE_AGAIN}"
UNREADABLE = f"Dit bestand is beschadigd of onvolledig. {SAVE_AGAIN}"
TOO_LARGE = (
    "Dit bestand is te groot voor een ingevuld formulier. Haal afbeeldingen en extra tabbladen weg, of haal "
    "een nieuw leeg formulier op en vul dat in."
)


class CanNotOpen(Exception):
    """The file is no workbook that is read; the message is a Dutch sentence with the cure."""


@dataclass(frozen=True)
class OpenedWorkbook:
    """The workbook twice: with what its formulas came to, and with the formulas themselves."""

    values: Workbook
    formulas: Workbook


def open_workbook(content: bytes) -> OpenedWorkbook:
    """Return the workbook in these bytes. Raises CanNotOpen with a sentence."""
    try:
        _check_parts(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that are left out
            return OpenedWorkbook(
                load_workbook(io.BytesIO(content), data_only=True, keep_links=False),
                load_workbook(io.BytesIO(content), keep_links=False),
            )
    except CanNotOpen:
        raise
    except Exception as error:  # zlib's and openpyxl's: no common class
        raise CanNotOpen(UNREADABLE) from error


def _check_parts(content: bytes) -> None:
    if content.startswith(OLD_OFFICE):
        raise CanNotOpen(f"Dit is een oude werkmap (.xls) of een met een wachtwoord. {SAVE_AGAIN}")
    if len(content) > MAX_BYTES:
        raise CanNotOpen(TOO_LARGE)
    if not content.startswith(b"PK"):
        raise CanNotOpen(NO_WORKBOOK)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        listed = parts.infolist()
        if len(listed) > MAX_PARTS or sum(part.file_size for part in listed) > MAX_UNPACKED_BYTES:
            raise CanNotOpen(TOO_LARGE)
        if "xl/workbook.xml" not in parts.namelist():
            raise CanNotOpen(NO_WORKBOOK)
        for part in listed:
            _check_part(parts, part)


def _check_part(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack no more than the part says that it has, and look for what would unfold in memory."""
    with parts.open(part) as stream:
        text = stream.read(part.file_size + 1)
    if len(text) > part.file_size:
        raise CanNotOpen(TOO_LARGE)
    if not part.filename.endswith((".xml", ".rels", ".vml")):
        return
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\x00" in text:
        raise CanNotOpen(UNREADABLE)
    for found in _RANGE.finditer(text):
        first_column, first_row, last_column, last_row = range_boundaries(found[1].decode())
        cells = ((last_column or 1) - (first_column or 1) + 1) * ((last_row or 1) - (first_row or 1) + 1)
        if cells > MAX_CELLS_OF_RANGE:
            raise CanNotOpen(TOO_LARGE)
