"""What a demo night came to: one table for people, one JSON file for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

COUNTS = ("debtors_created", "debtors_changed", "sales_entries", "general_journal_entries")
CENTS = ("james_cents", "ledger_cents", "exact_cents", "exported_cents", "rejected_cents", "difference_cents")
MONEY = ("James", "Ledger", "Exact", "Workbook", "Refused", "Difference")
HEADINGS = ("Debtors created", "Debtors changed", "Sales entries", "Journal entries", "Refused", *(f"{name} €" for name in MONEY))
TITLE = "The night, per practice"
WIDE = 150
"""Characters that a row per practice takes."""


def of_practice(code: str, name: str, state: str, nights: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One practice: what its runs did, added up, and where the money stands after the last.

    `nights`: the numbers of its runs since the demo began (report/numbers.py), oldest first; empty when none came to its numbers.
    """
    last = nights[-1] if nights else {}
    return {
        "practice": code,
        "name": name,
        "run": state,
        **{count: sum(night[count] for night in nights) for count in COUNTS},
        "refused": last.get("rejected", 0) + last.get("held", 0),
        "doubtful": last.get("doubtful", 0),
        "exported": last.get("exported", 0),
        **{cents: last.get(cents) for cents in CENTS},
        "from_date": last.get("from_date"),
        "before_date": last.get("before_date"),
        "cells": last.get("cells", []),
    }


def is_whole(report: Mapping[str, Any]) -> bool:
    """Nothing lost: every practice has its numbers, and no cell of any of them differs."""
    practices = report["practices"]
    return bool(practices) and all(
        practice["difference_cents"] == 0 and all(cell["difference_cents"] == 0 for cell in practice["cells"]) for practice in practices
    )


def verdict(report: Mapping[str, Any]) -> str:
    """One sentence about the whole night."""
    if unfinished := [practice["name"] for practice in report["practices"] if practice["difference_cents"] is None]:
        return f"NOT WHOLE: the night of {', '.join(unfinished)} did not come to its numbers; the last words of its red task say why."
    if not is_whole(report):
        return "NOT WHOLE: something differs between James, the ledger and Exact; the cells of report.json say where."
    booked = sum(practice["sales_entries"] + practice["general_journal_entries"] for practice in report["practices"])
    if booked == 0:
        return "Nothing was booked: every invoice already stands in Exact or in a workbook, exactly once. Difference: 0 cents."
    return f"{booked} entries booked, each exactly once. Difference: 0 cents."


def write(report: Mapping[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(report: Mapping[str, Any], console: Console) -> None:
    """The table, a row per practice; a column per practice where the window is too narrow for that."""
    console.print(_wide(report) if console.width >= WIDE else _narrow(report))


def _wide(report: Mapping[str, Any]) -> Table:
    table = Table("Practice", title=TITLE, title_justify="left")
    for heading in HEADINGS:
        table.add_column("\n".join(heading.rsplit(" ", 1)), justify="right", no_wrap=True)
    for practice in report["practices"]:
        table.add_row(practice["name"], *_figures(practice))
    return table


def _narrow(report: Mapping[str, Any]) -> Table:
    table = Table("", title=TITLE, title_justify="left")
    for practice in report["practices"]:
        table.add_column(practice["name"], justify="right")
    for row in zip(HEADINGS, *map(_figures, report["practices"]), strict=True):
        table.add_row(*row)
    return table


def _figures(practice: Mapping[str, Any]) -> list[str]:
    """In the order of HEADINGS; euros as a bookkeeper writes them."""
    return [str(practice[name]) for name in (*COUNTS, "refused")] + [_euros(practice[name]) for name in CENTS]


def _euros(cents: int | None) -> str:
    if cents is None:
        return "?"
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros:,}".replace(",", ".") + f",{rest:02d}"
