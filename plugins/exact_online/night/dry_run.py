"""A whole night without writing (B3): the real steps in a transaction that is rolled back.

The client of a dry run sends nothing, and what passes our checks is taken for booked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from exact_online.extract.snapshot import snapshot
from exact_online.ledger import AttentionItem, Ledger, NightNumbers, Run
from exact_online.ledger.range_preview import RangePreview
from exact_online.night.context import Night
from exact_online.night.history import (
    Days,
    choose,
    choose_days,
    for_history,
    found_history,
    hand_over_history,
    history_days,
    import_history,
    scope_of,
)
from exact_online.night.own_days import hand_over_days, import_days
from exact_online.night.range_preview import range_preview
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
    own_days: Days | None = None
    """Of a run that does days of history and nothing of tonight (`night.own_days`)."""


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
        tried = replace(night, ledger=rolled_back)
        if choices.own_days is None:
            numbers, items = _try_night(tried, james, choices)
        else:
            numbers, items = _try_days(tried, james, choices, choices.own_days)
        changes = rolled_back.review.james_changes_of_run(night.run)
    differing = sum(cell.difference_cents != 0 for cell in numbers.cells)
    numbers = replace(numbers, differences_new=len(changes) or differing)
    night.ledger.runs.save_numbers(night.run.run_id, numbers)
    night.ledger.runs.finish(night.run.run_id, outcome(numbers, items))
    return numbers, items + changes


def _try_night(
    night: Night, james: psycopg.Connection[Any], choices: Choices
) -> tuple[NightNumbers, list[AttentionItem]]:
    tried = choose(night, choices.backfill, choices.history_from, choices.history_until)
    scope = scope_of(tried)
    read_division(tried, choices.confirmed_by)
    extract(tried, james, scope, choices.rebuild_ledger)
    for batch in [*plan_debtors(tried), *plan_entries(tried), *other_debtors(tried)]:
        load(tried, batch)
    preview = _try_history(tried, james, import_history, hand_over_history)
    numbers = _numbers(tried, james, scope, tried.run)
    items = tried.ledger.review.unfinished_items(tried.practice.code)
    return replace(numbers, history=preview, open=open_by_reason(items)), items


def _try_days(
    night: Night, james: psycopg.Connection[Any], choices: Choices, days: Days
) -> tuple[NightNumbers, list[AttentionItem]]:
    """A run that does some days of history and nothing of tonight."""
    tried = choose_days(night, choices.backfill, days)
    read_division(tried, choices.confirmed_by, of_range=True)
    preview = _try_history(tried, james, import_days, hand_over_days)
    history = found_history(tried)
    assert history is not None
    items = tried.ledger.review.open_of_days(tried.practice.code, days)
    numbers = _numbers(tried, james, days, history)
    return replace(numbers, history=preview, open=open_by_reason(items)), items


def _try_history(
    night: Night,
    james: psycopg.Connection[Any],
    book: Callable[[Night, psycopg.Connection[Any], Days], Any],
    hand_over: Callable[[Night, psycopg.Connection[Any], Days, dt.date], Any],
) -> RangePreview | None:
    """Book or hand over the older invoices; return what that came to, None when there is nothing
    to do with them.
    """
    if night.run.backfill == Backfill.NOTHING:
        return None
    tonights = night.exact.writes_tried
    history = for_history(night, lambda run: replace(night, run=run))
    if night.run.backfill == Backfill.IMPORT:
        book(history, james, history_days(night))
    else:
        hand_over(history, james, history_days(night), night.run.book_day)
    return range_preview(night, history.run, tonights, night.exact.writes_tried - tonights)


def _numbers(night: Night, james: psycopg.Connection[Any], scope: Days, has_totals: Run) -> NightNumbers:
    """Return the numbers that the night would keep. `has_totals`: the run that read James."""
    with snapshot(james):
        cells = dry_run_cells(night.ledger, james, night.practice, has_totals, scope)
    return numbers_of(night.ledger, night.run, cells, night.lists, scope)
