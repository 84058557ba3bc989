"""No act of the loader is without a crash point on both sides: they stand in the doors, and there is no way around the doors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exact_online import statements

PLUGINS = Path(__file__).parents[2] / "plugins" / "exact_online"
LOADER = sorted((PLUGINS / "load").glob("*.py"))
WRITES = re.compile(
    r"^\s*(insert|update|delete|truncate|merge)\b|\b(insert into|update|delete from) [a-z_]+", re.MULTILINE
)
DOORS = {
    "ledger.py": "self.conn.execute(statement('ledger', name), parameters)",
    "api/client.py": "transport.send(",
    "api/oauth.py": "grants.refresh(",
}
"""Module -> the call that its crash points stand around."""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef))


def bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for inner in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            found = getattr(inner, field, None)
            if isinstance(found, list) and found and isinstance(found[0], ast.stmt):
                yield found


def is_bracketed(function: ast.FunctionDef, call: str) -> bool:
    """Every statement with the call has a crash point before and after it in its own block."""
    for body in bodies(function):
        told = [ast.unparse(statement).startswith("crash_point(") for statement in body]
        for place, statement in enumerate(body):
            plain = not any(
                isinstance(statement, kind) for kind in (ast.With, ast.Try, ast.If, ast.For, ast.FunctionDef)
            )
            if (
                plain
                and call in ast.unparse(statement)
                and not (any(told[:place]) and any(told[place + 1 :]))
            ):
                return False
    return True


@pytest.mark.parametrize(("module", "call"), DOORS.items())
def test_a_door_has_a_crash_point_on_both_sides(module: str, call: str) -> None:
    writing = [
        function
        for function in functions(PLUGINS / module)
        if call in ast.unparse(function) and function.name not in ("rows", "_one")
    ]
    assert writing
    assert [function.name for function in writing if not is_bracketed(function, call)] == []


@pytest.mark.parametrize("path", LOADER, ids=lambda path: path.name)
def test_the_loader_reaches_the_ledger_and_exact_through_the_doors_alone(path: Path) -> None:
    tree = tree_of(path)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"psycopg", "requests", "exact_online.api.transport", "exact_online.statements"}
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("conn", "execute", "rows", "_one")
    ]


def test_what_the_ledger_only_asks_does_not_write() -> None:
    """A statement that writes goes through the door `_do`, or stands in the one transaction of a plan."""
    asked = {
        str(call.args[0].value)
        for call in ast.walk(tree_of(PLUGINS / "ledger.py"))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) in ("self.rows", "self._one")
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(asked) > 20
    assert [
        name
        for name in sorted(asked)
        if WRITES.search(_without_comments(statements.statement("ledger", name)))
    ] == []


def _without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.strip().startswith("--"))


def test_the_whole_plan_is_one_transaction_with_crash_points_within() -> None:
    """FR-A4."""
    (save_plan,) = [function for function in functions(PLUGINS / "ledger.py") if function.name == "save_plan"]
    text = ast.unparse(save_plan)
    assert text.count("self.conn.transaction()") == 1
    assert text.count("crash_point(") == 3
