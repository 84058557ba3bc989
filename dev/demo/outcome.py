"""The result of a demo night: a table to read, and a JSON file for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

COUNTS = ("debtors_created", "debtors_changed", "sales_entries", "general_journal_entries")
CENTS = ("james_cents", "ledger_cents", "exact_cents", "exported_cents", "open_cents", "difference_cents")
MONEY = ("James", "Ledger", "Exact", "Workbook", "Open", "Difference")
HEADINGS = (
    "Debtors created",
    "Debtors changed",
    "Sales entries",
    "Journal entries",
    "Rejected or held",
    *(f"{name} €" for name in MONEY),
)
TITLE = "The night, per practice"
WIDE = 150
"""Characters that the table with a row per practice takes."""


def of_practice(code: str, name: str, state: str, nights: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the report of one practice: counts of all its runs, amounts in cents after the last.

    `nights` are the numbers of its runs since the demo began (report/numbers.py), oldest first;
    a run that failed before its report has none.
    """
    last = nights[-1] if nights else {}
    return {
        "practice": code,
        "name": name,
        "run": state,
        **{count: sum(night[count] for night in nights) for count in COUNTS},
        "rejected_or_held": last.get("rejected", 0) + last.get("held", 0),
        "doubtful": last.get("doubtful", 0),
        "planned": last.get("planned", 0),
        "exported": last.get("exported", 0),
        **{cents: last.get(cents) for cents in CENTS},
        "from_date": last.get("from_date"),
        "before_date": last.get("before_date"),
        "cells": last.get("cells", []),
    }


def is_complete(report: Mapping[str, Any]) -> bool:
    """Return whether every invoice of every practice is in Exact or in a workbook, to the cent."""
    return bool(report["practices"]) and not any(
        _differs(practice) or invoices_elsewhere(practice) or practice["open_cents"]
        for practice in report["practices"]
    )


def invoices_elsewhere(practice: Mapping[str, Any]) -> int:
    """Return how many invoices of a practice are neither in Exact nor in a workbook."""
    return int(practice["rejected_or_held"] + practice["doubtful"] + practice["planned"])


def _differs(practice: Mapping[str, Any]) -> bool:
    """Return whether a practice has no numbers, or a cell of them that differs."""
    return practice["difference_cents"] != 0 or any(cell["difference_cents"] for cell in practice["cells"])


def verdict(report: Mapping[str, Any]) -> str:
    """Return one sentence about all practices."""
    if unfinished := [
        practice["name"] for practice in report["practices"] if practice["difference_cents"] is None
    ]:
        return (
            f"NOT COMPLETE: the night of {', '.join(unfinished)} did not get as far as its numbers; "
            "the last log lines of its failed task say why."
        )
    if any(_differs(practice) for practice in report["practices"]):
        return (
            "NOT COMPLETE: James, the ledger and Exact differ; the cells of report.json show in which group "
            "and at which VAT rate."
        )
    if not is_complete(report):
        invoices = sum(map(invoices_elsewhere, report["practices"]))
        amount = _euros(sum(practice["open_cents"] for practice in report["practices"]))
        return (
            f"NOT COMPLETE: {invoices} invoices ({amount} euro) are neither in Exact nor in a workbook; "
            "the failed tasks name them and what cures each."
        )
    booked = sum(
        practice["sales_entries"] + practice["general_journal_entries"] for practice in report["practices"]
    )
    if booked == 0:
        return (
            "Nothing was booked: every invoice already is in Exact or in a workbook, exactly once. "
            "Difference: 0 cents."
        )
    return f"{booked} entries booked, each exactly once. Difference: 0 cents."


def write(report: Mapping[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print a table with a row per practice; with a column per practice on a narrow terminal."""
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
    """Return counts and amounts in euros as texts, in the order of HEADINGS."""
    counts = [str(practice[name]) for name in (*COUNTS, "rejected_or_held")]
    return counts + [_euros(practice[name]) for name in CENTS]


def _euros(cents: int | None) -> str:
    if cents is None:
        return "?"
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros:,}".replace(",", ".") + f",{rest:02d}"
