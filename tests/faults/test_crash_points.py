"""No act of the loader is without a crash point on both sides.

All pass the same few places, and nothing goes around them.

Most of this reads the source, so that a new statement or call can't be forgotten.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LockLost
from exact_online.ledger import Ledger, connect
from exact_online.statements import SQL_ROOT, statement
from tests.ledger_cases import PRACTICE, open_run, plan, register

PLUGINS = Path(__file__).parents[2] / "plugins" / "exact_online"
LEDGER, LOADER = (sorted((PLUGINS / package).glob("*.py")) for package in ("ledger", "load"))
OUTSIDE = sorted(set(PLUGINS.rglob("*.py")) - set(LEDGER))
WRITES = re.compile(
    r"\b(insert into|update|delete from|truncate|merge "
    r"into|create|drop|alter)\s+(?!set\b|of\b|skip\b)[a-z_\"]",
    re.IGNORECASE,
)
READERS = {"rows", "row", "records", "record", "copy_out", "stream"}
WRITERS = {"write", "write_row", "change", "_move"}
STATEMENTS = {path.stem for path in (SQL_ROOT / "ledger").glob("*.sql")}
CALLS = {"api/client.py": "transport.send(", "api/oauth.py": "grants.refresh("}
"""Module -> the call to Exact that its crash points stand around."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef))


def function_named(name: str, path: Path) -> ast.FunctionDef:
    (found,) = [function for function in functions(path) if function.name == name]
    return found


def bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for inner in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            found = getattr(inner, field, None)
            if isinstance(found, list) and found and isinstance(found[0], ast.stmt):
                yield found


def is_bracketed(function: ast.FunctionDef, call: str) -> bool:
    """Every statement with the call has a crash point before and after it in its own block."""
    for body in bodies(function):
        told = [ast.unparse(line).startswith("crash_point(") for line in body]
        for place, line in enumerate(body):
            plain = not any(
                isinstance(line, kind) for kind in (ast.With, ast.Try, ast.If, ast.For, ast.FunctionDef)
            )
            if plain and call in ast.unparse(line) and not (any(told[:place]) and any(told[place + 1 :])):
                return False
    return True


def names_given_to(methods: set[str]) -> set[str]:
    """The statements that the ledger names in a call of one of these methods."""
    calls = [call for path in LEDGER for call in ast.walk(tree_of(path)) if isinstance(call, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in methods]
    return {name for call in named for name in _literals(call)}


def _literals(call: ast.Call) -> list[str]:
    texts = [
        node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [text for text in texts if text in STATEMENTS]


def without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.strip().startswith("--"))


# The ledger.


def test_every_statement_that_writes_is_run_between_crash_points() -> None:
    """The ledger reads with one set of methods, and writes with one that has the crash points."""
    read, written = names_given_to(READERS), names_given_to(WRITERS)
    writing = {name for name in STATEMENTS if WRITES.search(without_comments(statement("ledger", name)))}
    assert len(writing) > 40
    assert sorted(writing & read) == []
    assert sorted(writing - written) == []


def test_every_statement_is_run_by_the_ledger_and_by_nothing_else() -> None:
    assert sorted(STATEMENTS - names_given_to(READERS | WRITERS)) == []
    folders = {
        (path.name, ast.unparse(call.args[0]))
        for path in OUTSIDE
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "statement"
    }
    assert {folder for _, folder in folders} == {"'james'"}


def test_a_statement_is_named_where_it_is_run() -> None:
    """A name that is put together could not be found here.

    Only the two functions that pass a name on may do it.
    """
    passing_on = {
        function_named("_move", PLUGINS / "ledger/bookings.py"),
        *functions(PLUGINS / "ledger/session.py"),
    }
    passed_on = {id(call) for function in passing_on for call in ast.walk(function)}
    unnamed = [
        f"{path.name}:{call.lineno}"
        for path in LEDGER
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call)
        and re.fullmatch(r"(self\.)?_?session\.\w+", ast.unparse(call.func))
        and getattr(call.func, "attr", "") in READERS | WRITERS
        and id(call) not in passed_on
        and not _literals(call)
    ]
    assert unnamed == []


def test_the_session_is_the_one_place_that_runs_statements() -> None:
    """Writing goes through `_execute` and `copy_in`, and both through `_crash_points`."""
    session = PLUGINS / "ledger/session.py"
    for path in LEDGER:
        executing = {
            function.name
            for function in functions(path)
            for call in ast.walk(function)
            if isinstance(call, ast.Attribute) and call.attr in ("execute", "executemany", "cursor", "copy")
        }
        reading = {"_run", "copy_out", "stream"}
        allowed = {"copy_in", "drop_temporary", "rolled_back", *reading} if path == session else set()
        assert executing <= allowed, path
    running = {
        function.name
        for function in functions(session)
        for call in ast.walk(function)
        if isinstance(call, ast.Attribute) and call.attr == "_run"
    }
    assert running == {"rows", "records", "_execute"}  # the first two only read
    for name in ("_execute", "copy_in", "transaction"):
        (block,) = [node for node in function_named(name, session).body if isinstance(node, ast.With)]
        assert ast.unparse(block.items[0].context_expr).startswith("self._crash_points(")
    assert [ast.unparse(line) for line in function_named("_crash_points", session).body[1:]] == [
        "crash_point(f'{self._place}before {name}')",
        "yield",
        "crash_point(f'{self._place}after {name}')",
    ]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_nothing_but_the_ledger_holds_its_connection(path: Path) -> None:
    assert [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "conn"
    ] == []


def test_the_whole_plan_is_one_transaction_with_crash_points_within(ledger_dsn: str) -> None:
    """FR-A4."""
    reached: list[str] = []
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger)
        run = open_run(ledger)
        watch_crash_points(reached.append)
        try:
            plan(ledger, run, [])
        finally:
            watch_crash_points(None)
    assert (reached[0], reached[-1]) == ("before plan", "after plan")
    assert all(name.startswith("within plan, ") for name in reached[1:-1])
    assert "within plan, after plan_insert" in reached
    saving = ast.unparse(function_named("save_plan", PLUGINS / "ledger/planning.py"))
    assert saving.count("session.transaction(") == 1


def test_what_fails_does_not_reach_the_crash_point_after_it(ledger_dsn: str) -> None:
    reached: list[str] = []
    with connect(ledger_dsn) as conn, connect(ledger_dsn) as other:
        register(Ledger(conn))
        watch_crash_points(reached.append)
        try:
            with (
                Ledger(conn).holding(PRACTICE),
                pytest.raises(LockLost),
                Ledger(other).transaction("a transaction"),
            ):
                Ledger(other).check_holds(PRACTICE)
        finally:
            watch_crash_points(None)
    assert reached == ["before a transaction"]


# Exact.


@pytest.mark.parametrize(("module", "call"), CALLS.items())
def test_a_call_to_exact_has_a_crash_point_on_both_sides(module: str, call: str) -> None:
    calling = [function for function in functions(PLUGINS / module) if call in ast.unparse(function)]
    assert calling
    assert [function.name for function in calling if not is_bracketed(function, call)] == []


@pytest.mark.parametrize("path", LOADER, ids=lambda path: path.name)
def test_the_loader_reaches_the_ledger_and_exact_through_their_own_interfaces(path: Path) -> None:
    tree = tree_of(path)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"psycopg", "requests", "exact_online.api.transport", "exact_online.statements"}
    beyond = {"session", "transaction", "execute"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in beyond]
