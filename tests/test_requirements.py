"""docs/requirements.md names tests that exist, and every requirement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "requirements.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`([\w/]+\.py::test_\w+)`", PAGE))))
def test_every_test_that_the_page_names_exists(named: str) -> None:
    file, _, test = named.partition("::")
    assert re.search(rf"^def {test}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), (
        f"{named} is not there"
    )


def test_the_page_has_every_requirement_once() -> None:
    numbers = re.findall(r"^\| ([MCB]\d+) \|", PAGE, re.MULTILINE)
    wanted = (
        [f"C{n}" for n in range(1, 9)] + [f"M{n}" for n in range(1, 23)] + [f"B{n}" for n in range(1, 11)]
    )
    assert numbers == wanted
