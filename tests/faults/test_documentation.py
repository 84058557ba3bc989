"""docs/reliability-codes.md has a row for each fault of the matrix, with a test or a reason.

docs/reliability.md has all states and the moves between them.
"""

from __future__ import annotations

import re

import pytest

from exact_online.ledger import Ledger, connect
from exact_online.moves_page import with_moves
from exact_online.vocabulary import BookingState
from tests.reliability_page import ROOT, Row, problems, rows

TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
FAULTS = [row for row in rows() if row.code.startswith("FR-")]
LAST = dict(zip("ABCDEFGHIJKL", (16, 20, 12, 18, 12, 13, 26, 20, 13, 11, 20, 13), strict=True))
"""Family -> number of its last row."""
ALWAYS_TESTED = "ABCDEJ"
FURTHER = ("FR-F1", "FR-F2", "FR-G1", "FR-G2", "FR-G5", "FR-H1", "FR-H2", "FR-H3")


def test_every_row_is_there_once_and_in_order() -> None:
    wanted = [f"FR-{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
    assert [row.code for row in FAULTS] == wanted


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.code)
def test_its_tests_exist_or_it_says_why_there_is_none(row: Row) -> None:
    assert list(problems(row)) == []


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.code)
def test_a_fault_that_a_night_can_meet_has_a_test(row: Row) -> None:
    """A reason instead of a test will not do for these."""
    if row.code[3] in ALWAYS_TESTED or row.code in FURTHER:
        assert row.tests


def test_the_table_of_states_has_every_state_once() -> None:
    """INV-8."""
    states = re.findall(r"^\| (\w+) \| [^|]+ \|$", TEXT.partition("## States and moves")[2], re.MULTILINE)
    assert sorted(set(states) - {"State"}) == sorted(BookingState)


def test_the_table_of_moves_is_that_of_the_ledger(ledger_dsn: str) -> None:
    """INV-8. When it fails: python -m exact_online.moves_page docs/reliability.md."""
    with connect(ledger_dsn) as conn:
        assert with_moves(TEXT, Ledger(conn).bookings.allowed_moves()) == TEXT
