"""docs/reliability.md names a test for each row of the fault matrix that this part answers for, and each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from exact_online.vocabulary import BookingState
from tests.faults.invariants import MOVES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (FR-[A-J]\d+) \| [^|]+ \| (.+) \|$", TEXT, re.MULTILINE)
LAST = {"A": 16, "B": 20, "C": 12, "D": 15, "E": 12, "J": 11}
FURTHER = ("FR-F1", "FR-F2", "FR-G1", "FR-G2", "FR-G5", "FR-H1", "FR-H2", "FR-H3")


def test_every_row_is_there_once() -> None:
    wanted = [f"FR-{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)] + [*FURTHER]
    assert sorted(row for row, _ in ROWS) == sorted(wanted)


@pytest.mark.parametrize(("row", "tests"), ROWS, ids=[row for row, _ in ROWS])
def test_its_tests_exist(row: str, tests: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert named
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{path} has no {name}"


def test_the_table_of_states_has_all_states_and_the_moves_that_are_checked() -> None:
    """INV-8."""
    table = dict(re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE))
    assert {state.value for state in BookingState} <= set(table)
    for state in BookingState:
        told = {word for word in re.findall(r"\w+", table[state]) if word in set(BookingState)}
        assert told == MOVES[state.value] - {state.value}, state
