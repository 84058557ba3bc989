"""docs/reliability-codes.md has a row for each fault of the matrix, with a test or a reason.

docs/reliability.md has all states and the moves between them.
"""

from __future__ import annotations

import re

import pytest

from exact_online.vocabulary import BookingState
from tests.faults.invariants import MOVES
from tests.reliability_page import ROOT, Row, problems, rows

TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
FAULTS = [row for row in rows() if row.code.startswith("FR-")]
LAST = dict(zip("ABCDEFGHIJKL", (16, 20, 12, 15, 12, 13, 25, 14, 13, 11, 20, 12), strict=True))
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


def test_the_table_of_states_has_all_states_and_the_moves_that_are_checked() -> None:
    """INV-8."""
    table = dict(re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE))
    assert {state.value for state in BookingState} <= set(table)
    for state in BookingState:
        shown = {word for word in re.findall(r"\w+", table[state]) if word in set(BookingState)}
        assert shown == MOVES[state.value] - {state.value}, state
