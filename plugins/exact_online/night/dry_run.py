"""A whole night without writing (B3): the real steps in a transaction that is rolled back.

The client of a dry run sends nothing, and what passes our checks is taken for booked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from exact_online.extract.snapshot import snapshot
from exact_online.ledger import AttentionItem, Ledger, NightNumbers
from exact_online.night.context import Night
from exact_online.night.history import (
    choose,
    for_history,
    hand_over_history,
    history_days,
    import_history,
    scope_of,
)
from exact_online.night.steps import (
    extract,
    load,
    other_debtors,
    outcome,
    plan_debtors,
    plan_entries,
    read_division,
)
from exact_online.report.dry_run import open_by_reason
from exact_online.report.numbers import dry_run_cells, numbers_of
from exact_online.vocabulary import Backfill


@dataclass(frozen=True)
class Choices:
    """What was chosen in the form of the DAG."""

    backfill: str
    """``as_set``, or one of `Backfill`."""
    history_from: str | None
    rebuild_ledger: bool = False
    confirmed_by: str | None = None
    history_until: str | None = None


def dry_run(
    night: Night, rolled_back: Ledger, james: psycopg.Connection[Any], choices: Choices
) -> tuple[NightNumbers, list[AttentionItem]]:
    """Walk the night as it would go if Exact took everything that passes our checks.

    Return what `report` does.

    `rolled_back` is a second session on the ledger: all that the night would write is written
    there, in one transaction that is rolled back. What remains is the run with its numbers, and
    what `night.exact` keeps by the session of `night.ledger`: tokens and call budget. Raises
    LockLost while somebody writes for the practice, and what the steps raise.
    """
    with night.ledger.holding(night.practice.code), rolled_back.rolled_back(night.run):
        tried = choose(
            replace(night, ledger=rolled_back),
            choices.backfill,
            choices.history_from,
            choices.history_until,
        )
        scope = scope_of(tried)
        read_division(tried, choices.confirmed_by)
        extract(tried, james, scope, choices.rebuild_ledger)
        for batch in [*plan_debtors(tried), *plan_entries(tried), *other_debtors(tried)]:
            load(tried, batch)
        _try_history(tried, james)
        numbers, items = _numbers(tried, james, scope)
        changes = rolled_back.review.james_changes_of_run(night.run)
    differing = sum(cell.difference_cents != 0 for cell in numbers.cells)
    numbers = replace(numbers, differences_new=len(changes) or differing)
    night.ledger.runs.save_numbers(night.run.run_id, numbers)
    night.ledger.runs.finish(night.run.run_id, outcome(numbers, items))
    return numbers, items + changes


def _try_history(night: Night, james: psycopg.Connection[Any]) -> None:
    if night.run.backfill == Backfill.NOTHING:
        return
    history = for_history(night, lambda run: replace(night, run=run))
    if night.run.backfill == Backfill.IMPORT:
        import_history(history, james, history_days(night))
    else:
        hand_over_history(history, james, history_days(night), night.run.book_day)


def _numbers(
    night: Night, james: psycopg.Connection[Any], scope: tuple[dt.date, dt.date]
) -> tuple[NightNumbers, list[AttentionItem]]:
    """Return the numbers that the night would keep, and what it would leave open.

    Its bookings will not be there to be looked up afterwards, so the keys of what is open are kept
    too.
    """
    with snapshot(james):
        cells = dry_run_cells(night.ledger, james, night.practice, night.run, scope)
    items = night.ledger.review.unfinished_items(night.practice.code)
    numbers = numbers_of(night.ledger, night.run, cells, night.lists, scope)
    return replace(numbers, open=open_by_reason(items)), items
