"""docs/reliability.md names a test for each row of the fault matrix that this part answers for, and each of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from exact_online.ledger import Ledger, connect
from exact_online.moves_page import with_moves
from exact_online.vocabulary import BookingState

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([A-J]\d+) \| [^|]+ \| (.+) \|$", TEXT, re.MULTILINE)
LAST = {"A": 16, "B": 20, "C": 12, "D": 15, "E": 12, "J": 11}
FURTHER = ("F1", "F2", "G1", "G2", "G5", "H1", "H2", "H3")


def test_every_row_is_there_once() -> None:
    wanted = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)] + [*FURTHER]
    assert sorted(row for row, _ in ROWS) == sorted(wanted)


@pytest.mark.parametrize(("row", "tests"), ROWS, ids=[row for row, _ in ROWS])
def test_its_tests_exist(row: str, tests: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert named
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{path} has no {name}"


def test_the_table_of_states_has_every_state_once() -> None:
    """INV-8."""
    states = re.findall(r"^\| (\w+) \| [^|]+ \|$", TEXT.partition("## States and moves")[2], re.MULTILINE)
    assert sorted(set(states) - {"State"}) == sorted(BookingState)


def test_the_table_of_moves_is_that_of_the_ledger(ledger_dsn: str) -> None:
    """INV-8. When it fails: python -m exact_online.moves_page docs/reliability.md."""
    with connect(ledger_dsn) as conn:
        assert with_moves(TEXT, Ledger(conn).rows("list_moves")) == TEXT
