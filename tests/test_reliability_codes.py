"""Every code of an invariant or a fault can be looked up in docs/reliability-codes.md.

Each of its rows has a test or a reason why there is none.
"""

from __future__ import annotations

import re

import pytest

from tests.reliability_page import PAGE, ROOT, Row, codes_in, problems, rows, rows_of
from tests.source_text import prose_of_python, prose_of_sql, text_files

HERE = "tests/test_reliability_codes.py"
CITED = re.compile(r"(?<![\w/])docs/[\w/-]+\.md")
OLD = re.compile(r"(?<![\w./-])(?:[AD-L]\d{1,2}|B1[1-9]|B20|C9|C1[0-2])(?![\w.%-])")
"""A fault as it was called before it had its prefix; B1 to B10 and C1 to C8 may be requirements."""
RELEASED = "include/sql/ledger/migrations/versions/"
"""Statements that ran on ledgers out there: not a letter of them changes."""
PROSE_OF = {"py": prose_of_python, "sql": prose_of_sql}


def undefined(texts: dict[str, str], defined: set[str]) -> list[str]:
    """Return `path:line: code` of each code without a definition."""
    return [
        f"{path}:{number}: {code}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for code in codes_in(line)
        if code not in defined
    ]


def test_every_code_in_the_repository_is_defined() -> None:
    texts = {path: text for path, text in text_files().items() if path != HERE}
    assert sum(len(codes_in(text)) for text in texts.values()) > 500
    assert undefined(texts, {row.code for row in rows()}) == []


def test_every_invariant_and_fault_is_defined_once() -> None:
    codes = [row.code for row in rows()]
    assert sorted(codes) == sorted(set(codes))
    assert {f"INV-{number}" for number in range(1, 16)} <= set(codes)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.code)
def test_a_row_says_what_happens_and_what_shows_it(row: Row) -> None:
    assert list(problems(row)) == []


def old_codes(path: str, text: str) -> list[str]:
    """Return `path:line: code` of each fault without its prefix in comments and docstrings."""
    reading = PROSE_OF.get(path.rpartition(".")[2])
    prose = reading(text) if reading else {}
    return [f"{path}:{number}: {code}" for number, line in prose.items() for code in OLD.findall(line)]


def test_a_fault_is_named_with_its_prefix() -> None:
    files = {path: text for path, text in text_files().items() if not path.startswith((HERE, RELEASED))}
    assert [found for path, text in files.items() for found in old_codes(path, text)] == []


def test_every_page_that_is_cited_exists() -> None:
    texts = {path: text for path, text in text_files().items() if path != HERE}
    cited = {(path, page) for path, text in texts.items() for page in CITED.findall(text)}
    assert len(cited) > 20
    assert sorted(f"{path} cites {page}" for path, page in cited if not (ROOT / page).exists()) == []


# The checks themselves.


def test_a_code_without_a_definition_is_found_with_its_place() -> None:
    module = '"""Fine (FR-A1)."""\n# FR-A99_later, INV-77 and FR-A1\n'
    texts = {"a.py": module, "b.md": "XFR-A9, FR-Z1, INV-1"}
    assert undefined(texts, {"FR-A1", "INV-1"}) == ["a.py:2: FR-A99", "a.py:2: INV-77"]


@pytest.mark.parametrize(
    ("shown_by", "problem"),
    [
        ("", "names neither a test nor a reason"),
        ("no test: ", "names neither a test nor a reason"),
        ("see elsewhere", "names neither a test nor a reason"),
        ("`tests/test_reliability_codes.py::test_that_is_not_there`", "has no test_that_is_not_there"),
        ("`tests/no_such_file.py::test_a`", "has no test_a"),
        ("`tests/test_reliability_codes.py::undefined`<br>*partly*: ", "beside its tests"),
        ("`tests/test_reliability_codes.py::undefined`, mostly", "beside its tests"),
    ],
)
def test_a_row_without_a_test_or_a_reason_is_found(shown_by: str, problem: str) -> None:
    (row,) = rows_of(f"| FR-A1 | what happens | what the link does | {shown_by} |")
    assert any(problem in found for found in problems(row))


def test_an_old_name_of_a_fault_is_found() -> None:
    text = '"""A credit waits (G5)."""\ncell = "A2"\n# C11 and FR-C12, not C3.\n'
    assert old_codes("a.py", text) == ["a.py:1: G5", "a.py:3: C11"]
    assert old_codes("a.sql", "-- It waits (L3).\nselect 'L4'") == ["a.sql:1: L3"]


def test_the_page_is_the_only_one_that_defines_codes() -> None:
    pages = {path: text for path, text in text_files().items() if path.endswith(".md")}
    assert [path for path, text in pages.items() if rows_of(text)] == [PAGE.relative_to(ROOT).as_posix()]
