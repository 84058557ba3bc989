"""The pages that promise something name the code and the tests that hold it, and those exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dev.local.places import ROOT

PAGES = [ROOT / "SECURITY.md", ROOT / "docs/exact-app-center.nl.md"]
FOLDERS = [ROOT, ROOT / "plugins/exact_online", ROOT / "tests"]
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|txt|md|sql))(?:::(test_\w+))?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_proves_a_promise_exists(page: Path) -> None:
    proofs = PATH.findall(page.read_text("utf-8"))
    assert len(proofs) > 20
    for path, test in proofs:
        found = [folder / path for folder in FOLDERS if (folder / path).exists()]
        assert found, path
        assert not test or any(f"def {test}(" in file.read_text("utf-8") for file in found), (path, test)


def test_each_promise_has_a_test() -> None:
    rows = re.findall(r"^\| .* \|$", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)[1:]
    assert len(rows) > 10
    for row in rows:
        tests = [path for path, _ in PATH.findall(row.split("|")[3])]
        assert tests, row
        assert all((ROOT / "tests" / path).exists() for path in tests), row


def test_the_answers_in_short_are_those_below() -> None:
    """Each row of the table leads to a section that begins with the same answer."""
    text = (ROOT / "docs/exact-app-center.nl.md").read_text("utf-8")
    short = re.findall(r"^\| \[(.+)\]\(.*\) \| (.+) \|$", text, re.MULTILINE)
    sections = re.findall(r"^## (.+)\n\n\*\*(.+?)\.?\*\*", text, re.MULTILINE)
    assert [(title, answer.lower()) for title, answer in sections] == short
