"""Which tables a statement of the ledger reads as a whole, by PostgreSQL's plan for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.statements import SQL_ROOT, statement

PRACTICE = "practice_7"
RUN = "00000000-0000-4000-9000-000000007000"

GROWING = frozenset(
    {
        "access_log", "act", "adjustment", "booking", "booking_history", "booking_line", "difference",
        "ended_step", "exact_line", "exact_relation", "export_check", "export_file", "james_change",
        "james_debtor", "load_batch", "mail", "night_failure", "practice_event", "relation",
        "relation_match", "run", "run_stop", "staged_debtor", "staged_invoice", "staged_invoice_line",
        "upload", "day_cell", "day_state", "other_entry",
    }
)  # fmt: skip
"""Tables that have a row per record, per night or per act, so that they grow as long as we live."""

BOUNDED = frozenset(
    {"exact_relation", "james_debtor", "relation", "relation_match", "run", "day_cell", "day_state"}
)
"""Tables with a row per debtor, per day or per night: one practice has few enough to read all of
its own."""

OPEN_ONLY = frozenset(
    {
        "booking_open",
        "booking_closed_for_now",
        "booking_without_due_date",
        "difference_open",
        "mail_unsent",
        "booking_exact_message",
        "exact_relation_deleted",
    }
)
"""Partial indexes that have what is open and nothing else: all of one may be read."""

BEGINS = ("stage_prepare", "plan_prepare", "auditfile_begin", "year_file_begin")
"""The statements that make the temporary tables of others, for one transaction."""

VALUES = {
    "practice": f"'{PRACTICE}'",
    "run_id": f"'{RUN}'",
    "run_ids": f"array['{RUN}']",
    "from_date": "current_date - 400",
    "before_date": "current_date",
    "first_day": "current_date - 400",
    "complete": "false",
    "every": "false",
}
"""What a night asks for; the other parameters are left open, as in a generic plan."""

TYPES = {"at": "timestamptz", "now": "timestamptz"}
"""Types of parameters that a statement does not tell by itself."""

_PARAMETER = re.compile(r"%\((\w+)\)s")
_OF_PRACTICE = re.compile(
    r"\(+(\w+\.)?practice = '[^']*'::text\)+"
    r"( AND \((\w+\.)?state = (ANY )?\(*'[^']*booked[^']*'::text(\[\]\))?\)+)?"
)
"""A condition that holds for all of a practice, or for all that it has booked."""
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, order=True)
class Read:
    """A growing table that a plan reads as a whole.

    `extent` is *fleet* for all rows of it, and *practice* for all rows of one practice.
    """

    extent: str
    table: str


def plans(conn: psycopg.Connection[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the name and the plan of each statement of the ledger, in one transaction."""
    with conn.transaction():
        for name in BEGINS:
            conn.execute(statement("ledger", name).encode())
        for file in sorted((SQL_ROOT / "ledger").glob("*.sql")):
            if can_be_explained(text := statement("ledger", file.stem)):
                yield file.stem, explained(conn, text)


def can_be_explained(text: str) -> bool:
    """Return whether a statement has a plan: no definition, no setting, no lock."""
    words = _COMMENT.sub("", text).split(maxsplit=1)
    return words[0].lower() in {"select", "with", "insert", "update", "delete", "merge"}


def explained(conn: psycopg.Connection[Any], text: str) -> dict[str, Any]:
    """Return PostgreSQL's plan of a statement of the link, which is not run."""
    numbers: dict[str, int] = {}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in VALUES:
            return f"({VALUES[name]})" if name not in {"practice", "run_id"} else VALUES[name]
        number = numbers.setdefault(name, len(numbers) + 1)
        return f"${number}" + (f"::{TYPES[name]}" if name in TYPES else "")

    asked = _PARAMETER.sub(value, _COMMENT.sub("", text)).replace("%%", "%")
    found = conn.execute(f"explain (generic_plan, format json) {asked}".encode()).fetchone()
    assert found is not None
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


def whole_reads(plan: dict[str, Any]) -> set[Read]:
    """Return what a plan reads as a whole, for the fleet or for the practice."""
    return {read for node, limited in _nodes(plan) if (read := _whole_read(node, limited))}


def _nodes(node: dict[str, Any], limited: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    """Give each node of a plan, and whether a limit right above it ends it early."""
    yield node, limited
    for child in node.get("Plans", []):
        yield from _nodes(child, node["Node Type"] == "Limit")


def _whole_read(node: dict[str, Any], limited: bool) -> Read | None:
    table, kind = node.get("Relation Name"), node["Node Type"]
    if table not in GROWING or not kind.endswith("Scan") or limited or _indexes(node) & OPEN_ONLY:
        return None
    condition = node.get("Recheck Cond", node.get("Index Cond", ""))
    if not condition:
        return Read("fleet", table)
    is_whole = table not in BOUNDED and _OF_PRACTICE.fullmatch(condition)
    return Read("practice", table) if is_whole else None


def _indexes(node: dict[str, Any]) -> set[str]:
    """Return the names of the indexes that a scan uses, those of a bitmap among them."""
    below = (_indexes(child) for child in node.get("Plans", []) if child["Node Type"].startswith("Bitmap"))
    return {node.get("Index Name", "")}.union(*below)
