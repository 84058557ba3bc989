"""Invoices from before the link date (M20, C5): nothing, imported through the API, or handed over.

An invoice is imported or handed over, never both. History has a run of its own beside the night's,
with its own staged rows and numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.extract.james import stage_invoices
from exact_online.failures import NotReady
from exact_online.ledger import AttentionItem, Practice, Run
from exact_online.night.context import Night
from exact_online.night.steps import load, plan_entries, plan_invoices
from exact_online.report.exports import save_workbooks
from exact_online.stops import Stop
from exact_online.vocabulary import Backfill


def backfill_of(practice: Practice, asked: str) -> Backfill:
    """Return what happens to older invoices: as asked for this run, else as the practice set."""
    return Backfill(practice.backfill if asked == "as_set" else asked)


def history_days(practice: Practice, history_from: str | None) -> tuple[dt.date, dt.date]:
    """Return the first day of history, and the link date, which is the first day after it.

    Raises NotReady for a text that is no day, or a day after the link date.
    """
    first = _day(history_from) if history_from else practice.first_sync_date
    if first > practice.link_date:
        raise NotReady(
            Stop.HISTORY_AFTER_LINK_DATE,
            first=str(first),
            practice=practice.code,
            link_date=str(practice.link_date),
        )
    return first, practice.link_date


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotReady(Stop.DAY_NOT_READABLE, text=text) from None


def scope_of(night: Night, asked: str, history_from: str | None) -> tuple[dt.date, dt.date]:
    """Return the days that a run answers for, the second one not included (M20).

    They begin at the link date, or at the first day of history, and end with its book day.
    """
    history = backfill_of(night.practice, asked) is not Backfill.NOTHING
    first = history_days(night.practice, history_from)[0] if history else night.practice.link_date
    return first, night.run.book_day


def import_history(
    night: Night, james: psycopg.Connection[Any], days: tuple[dt.date, dt.date]
) -> list[AttentionItem]:
    """Book the invoices of `days` through the API, as the nightly run does.

    Returns what is rejected, held or doubtful.
    """
    stage_invoices(james, night.ledger.staging, night.run.run_id, night.practice.code, *days)
    return [item for batch in plan_entries(night) for item in load(night, batch)]


@dataclass(frozen=True)
class HandOver:
    """What a hand-over came to."""

    workbooks: int
    rejected: list[AttentionItem]
    """What of its days is left out; it goes into the next hand-over when it is cured."""


def hand_over_history(
    night: Night, james: psycopg.Connection[Any], days: tuple[dt.date, dt.date], made_on: dt.date
) -> HandOver:
    """Write the invoices of `days` into workbooks and down as handed over, both or neither.

    Raises LockLost while another worker has the practice.
    """
    stage_invoices(james, night.ledger.staging, night.run.run_id, night.practice.code, *days)
    with night.ledger.holding(night.practice.code), night.ledger.transaction("hand-over"):
        plan_invoices(night, handed_over=True)
        written = save_workbooks(night.ledger, night.run, night.settings, night.lists, days, made_on)
    return HandOver(written, night.ledger.review.rejections_of_days(night.practice.code, days))


def for_history(night: Night, make_night: Callable[[Run], Night]) -> Night:
    """Return the same night under the run of its history."""
    run = night.run
    history = night.ledger.runs.open(
        run.practice, f"{run.airflow_run_id}:history", run.book_day, run.dry_run, run.settings_version
    )
    return make_night(history)
