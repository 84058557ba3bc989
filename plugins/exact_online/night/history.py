"""Invoices from before the link date (M20, C5): nothing, imported through the API, or handed over.

An invoice is imported or handed over, never both. History has a run of its own beside the night's,
with its own staged rows and numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from exact_online.extract.james import stage_invoices
from exact_online.failures import NotReady
from exact_online.ledger import AttentionItem, Practice, Run
from exact_online.night.context import Night
from exact_online.night.steps import load, plan_history, plan_invoices
from exact_online.report.exports import save_workbooks
from exact_online.stops import Stop
from exact_online.vocabulary import Backfill

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""


def choose(night: Night, asked: str, history_from: str | None) -> Night:
    """Decide, once for the whole night, what happens to older invoices; return the night with it.

    As asked for this run (`asked` is ``as_set``, or one of `Backfill`), else as the practice set;
    and an import of an earlier night that left something open goes on, unless nothing was asked
    for. Raises NotReady for a `history_from` that is no day, a day after the link date, or one
    that is past its term: what was booked then is deleted, and would be booked again.
    """
    practice, runs = night.practice, night.ledger.runs
    chosen = Backfill(practice.backfill if asked == "as_set" else asked)
    first = _first_day(practice, history_from)
    unfinished = runs.open_import(practice.code) if asked in ("as_set", Backfill.IMPORT) else None
    if unfinished and chosen is not Backfill.EXCEL:
        first = min(unfinished, practice.link_date if chosen is Backfill.NOTHING else first)
        chosen = Backfill.IMPORT
    run = runs.choose_history(night.run, chosen, None if chosen is Backfill.NOTHING else first)
    return replace(night, run=run)


def _first_day(practice: Practice, history_from: str | None) -> dt.date:
    first = _day(history_from) if history_from else practice.first_sync_date
    if practice.kept_from and first < practice.kept_from:
        since = str(practice.kept_from)
        raise NotReady(Stop.HISTORY_NOT_KEPT, first=str(first), practice=practice.code, since=since)
    if first > practice.link_date:
        raise NotReady(
            Stop.HISTORY_AFTER_LINK_DATE,
            first=str(first),
            practice=practice.code,
            link_date=str(practice.link_date),
        )
    return first


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotReady(Stop.DAY_NOT_READABLE, text=text) from None


def history_days(night: Night) -> Days:
    """Return the first day of history of this night, and the link date, the first day after it."""
    return night.run.history_from or night.practice.first_sync_date, night.practice.link_date


def scope_of(night: Night) -> Days:
    """Return the days that a run answers for, the second one not included (M20).

    They begin at the link date, or at the first day of history, and end with its book day.
    """
    return night.run.history_from or night.practice.link_date, night.run.book_day


def import_history(night: Night, james: psycopg.Connection[Any], days: Days) -> list[AttentionItem]:
    """Book the invoices of `days` through the API, as the nightly run does.

    Returns what of them is rejected, by our rules or by Exact, held or doubtful.
    """
    _stage(night, james, days)
    items = [item for batch in plan_history(night) for item in load(night, batch)]
    told = {item.booking_id for item in items}
    rejected = night.ledger.review.rejections_of_days(night.practice.code, days)
    return items + [item for item in rejected if item.booking_id not in told]


@dataclass(frozen=True)
class HandOver:
    """What a hand-over came to."""

    workbooks: int
    in_closed_periods: int
    """Entries in them whose import Exact rejects until somebody opens their period."""
    rejected: list[AttentionItem]
    """What of its days is left out; it goes into the next hand-over when it is cured."""


def hand_over_history(night: Night, james: psycopg.Connection[Any], days: Days, made_on: dt.date) -> HandOver:
    """Write the invoices of `days` into workbooks and down as handed over, both or neither.

    What was planned for the API and never sent goes along; what was sent once, or is doubtful,
    stays with the API. Raises LockLost while another worker has the practice.
    """
    _stage(night, james, days, unsent_too=True)
    with night.ledger.holding(night.practice.code), night.ledger.transaction("hand-over"):
        plan_invoices(night, handed_over=True)
        written = save_workbooks(night.ledger, night.run, night.settings, night.lists, days, made_on)
    in_closed = night.ledger.totals.handed_over_closed([night.run.run_id], night.lists.closed_periods)
    return HandOver(written, in_closed, night.ledger.review.rejections_of_days(night.practice.code, days))


def _stage(night: Night, james: psycopg.Connection[Any], days: Days, *, unsent_too: bool = False) -> None:
    staging, read_at = night.ledger.staging, night.ledger.staging.moment()
    practice, run_id = night.practice.code, night.run.run_id
    stage_invoices(james, staging, run_id, practice, *days, unsent_too=unsent_too)
    staging.note_read(night.run.run_id, read_at, days, debtors=False)


def for_history(night: Night, make_night: Callable[[Run], Night]) -> Night:
    """Return the same night under the run of its history."""
    run = night.run
    history = night.ledger.runs.open(
        run.practice, f"{run.airflow_run_id}:history", run.book_day, run.dry_run, run.settings_version
    )
    return make_night(night.ledger.runs.choose_history(history, run.backfill, run.history_from))
