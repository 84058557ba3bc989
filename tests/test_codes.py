"""Every number of a fact that the project cites is defined, and every definition is cited.

Invariants and faults are checked by tests/test_reliability_codes.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.source_text import text_files

HERE = "tests/test_codes.py"
"""Its examples cite nothing."""
NUMBER = r"\d+(?:\.\d+[a-z]?|[a-z])(?![\w.]*\d)"
JOINT = r"\s*(?:,\s*and|,|and|to)\s+"


def cited_facts(text: str) -> Iterator[str]:
    """Return the numbers after "fact" or "facts"; a range gives every whole number in it."""
    for found in re.finditer(rf"\b[Ff]acts?\s+({NUMBER}(?:{JOINT}{NUMBER})*)", text):
        for first, last in re.findall(rf"({NUMBER})(?:\s+to\s+({NUMBER}))?", found[1]):
            yield from _range(first, last) if last else (first,)


def _range(first: str, last: str) -> Iterator[str]:
    section, _, start = first.partition(".")
    other, _, end = last.partition(".")
    assert section == other, f"{first} to {last}: a range stays within a section"
    assert (start + end).isdecimal(), f"{first} to {last}: a range is of plain numbers"
    yield from (f"{section}.{number}" for number in range(int(start), int(end) + 1))


@dataclass(frozen=True)
class Codes:
    """One kind of code: the page with its definitions, how these look, and who cites them."""

    page: str
    definition: str
    """A pattern of which the first group is the code; tried on each line of the page."""
    cited: Callable[[str], Iterator[str]]

    @property
    def defined(self) -> set[str]:
        return set(re.findall(self.definition, text_files()[self.page], re.MULTILINE))

    @property
    def citations(self) -> dict[str, set[str]]:
        """Code -> files that cite it."""
        found: dict[str, set[str]] = {}
        for path, text in text_files().items():
            if path not in (self.page, HERE):
                for code in self.cited(text):
                    found.setdefault(code, set()).add(path)
        return found


PAGES = [
    Codes("docs/exact-facts.md", rf"^- \*\*({NUMBER})\*\* \((?:vendor|one user|assumed)\)", cited_facts),
]


def named(codes: Codes) -> str:
    return codes.page


@pytest.mark.parametrize("codes", PAGES, ids=named)
def test_every_cited_code_is_defined(codes: Codes) -> None:
    defined = codes.defined
    unknown = {code: sorted(files) for code, files in codes.citations.items() if code not in defined}
    assert unknown == {}, f"cited, but not defined in {codes.page}"


@pytest.mark.parametrize("codes", PAGES, ids=named)
def test_every_definition_is_cited(codes: Codes) -> None:
    assert sorted(codes.defined - codes.citations.keys()) == [], f"defined in {codes.page}, but cited nowhere"


@pytest.mark.parametrize("codes", PAGES, ids=named)
def test_the_page_and_the_files_are_found(codes: Codes) -> None:
    """Empty sets would make the tests above pass."""
    assert len(codes.defined) > 10
    assert len(set().union(*codes.citations.values())) > 10


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as Exact does (fact 4.7a).", ["4.7a"]),
        ("Fact 1a: no filter", ["1a"]),
        ("(facts 1.22, 1.23)", ["1.22", "1.23"]),
        ("facts 4.3 to 4.5, 4.10", ["4.3", "4.4", "4.5", "4.10"]),
        ("facts 3.1, 3.4\n    and 3.5", ["3.1", "3.4", "3.5"]),
        ("facts 4.6, 4.7, 4.7a, and 6.3", ["4.6", "4.7", "4.7a", "6.3"]),
        ("| fact 1.23 | what a POST answers |", ["1.23"]),
        ("In fact 3 of 4 are, a fact: 1.2 is none, and artefact 1.2 neither", []),
    ],
)
def test_citations_are_found_in_every_form(text: str, numbers: list[str]) -> None:
    assert list(cited_facts(text)) == numbers
