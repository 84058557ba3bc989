"""The pages that promise something name the code and the tests that hold it, and those exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.local.places import ROOT

PAGES = [ROOT / "SECURITY.md"]
FOLDERS = [ROOT, ROOT / "plugins/exact_online", ROOT / "tests"]
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|txt|md|sql))(?:::(test_\w+))?`")


def _proofs(text: str) -> Iterator[tuple[str, str]]:
    """Give path and test of each row of a table and of each line that begins with `Bewijs:`."""
    for line in text.splitlines():
        if line.startswith(("|", "Bewijs:", "  ")):
            yield from PATH.findall(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_proves_a_promise_exists(page: Path) -> None:
    proofs = list(_proofs(page.read_text("utf-8")))
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
        assert tests and all((ROOT / "tests" / path).exists() for path in tests), row
