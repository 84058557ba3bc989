"""docs/reliability-codes.md, read: which codes it defines, and what shows each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability-codes.md"
CODE = re.compile(r"(?<![\w-])(?:INV-\d+|FR-[A-L]\d+)(?!\d)")
ROW = re.compile(r"^\| ((?:INV|FR)-\w+) \|(.+)\|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
REASON = re.compile(r"no test: .{8,}$")
PARTLY = re.compile(r"\*partly\*: .{8,}$")


@dataclass(frozen=True)
class Row:
    """One definition: its code, its texts, and the cell that says what shows it."""

    code: str
    texts: tuple[str, ...]
    shown_by: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        """File and function of each test that the row names."""
        return NAMED.findall(self.shown_by)


def rows_of(page: str) -> list[Row]:
    """Return the definitions on a page, in its order."""
    found = []
    for code, cells in ROW.findall(page):
        *texts, shown_by = (cell.strip() for cell in cells.split("|"))
        found.append(Row(code, tuple(texts), shown_by))
    return found


def rows() -> list[Row]:
    """Return the definitions of docs/reliability-codes.md."""
    return rows_of(PAGE.read_text(encoding="utf-8"))


def codes_in(text: str) -> list[str]:
    """Return the codes of invariants and faults that a text uses; FR-B2 in `FR-B2_timeout` too."""
    return CODE.findall(text)


def problems(row: Row) -> Iterator[str]:
    """Give what is wrong with a row: no text, neither test nor reason, a test that is not there."""
    if not row.texts or not all(row.texts):
        yield f"{row.code} has an empty cell"
    if not row.tests and not REASON.fullmatch(row.shown_by):
        yield f"{row.code} names neither a test nor a reason"
    if row.tests and not _is_well_formed(row.shown_by):
        yield f"{row.code} has words beside its tests that are no '*partly*: what is left out'"
    for path, name in row.tests:
        if name not in functions_of(path):
            yield f"{row.code}: {path} has no {name}"


def _is_well_formed(shown_by: str) -> bool:
    """After the tests, separated by <br>, at most what they leave out."""
    *tests, last = shown_by.split("<br>")
    ends_well = NAMED.fullmatch(last) or PARTLY.fullmatch(last)
    return bool(ends_well) and all(NAMED.fullmatch(test) for test in tests)


@cache
def functions_of(path: str) -> frozenset[str]:
    """Return the names of all functions and methods of a file; none when it is not there."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
