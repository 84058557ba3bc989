"""Invoices from before the link date (M20, C5): nothing, imported through the API, or handed over.

An invoice is imported or handed over, never both. History has a run of its own beside the night's,
with its own staged rows and numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from exact_online.extract.james import stage_invoices
from exact_online.extract.revenue import revenue_totals
from exact_online.extract.snapshot import snapshot
from exact_online.failures import NotReady
from exact_online.ledger import AttentionItem, NightNumbers, Practice, Run
from exact_online.night.context import Night
from exact_online.night.steps import compare, load, plan_history, plan_invoices
from exact_online.report.exports import save_workbooks
from exact_online.stops import Stop
from exact_online.vocabulary import Backfill

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""
ONE_DAY = dt.timedelta(days=1)


def choose(night: Night, asked: str, history_from: str | None, history_until: str | None = None) -> Night:
    """Decide, once for the whole night, what happens to older invoices; return the night with it.

    As asked for this run (`asked` is ``as_set``, or one of `Backfill`), else as the practice set,
    for the days from `history_from` up to and including `history_until`, both ISO days. An import
    of an earlier night that is not finished goes on when no days are asked for. Imports whose days
    touch go on as one; others take turns, one a night, for no night may book days between them that
    nobody asked for.

    Raises NotReady for days that can't be: no day at all, after the link date, in the wrong order,
    days while nothing is done with history, and days that are past their term: what was booked then
    is deleted, and would be booked again.
    """
    practice, runs = night.practice, night.ledger.runs
    chosen = Backfill(practice.backfill if asked == "as_set" else asked)
    if chosen is Backfill.NOTHING and (history_from or history_until):
        raise NotReady(Stop.HISTORY_DAYS_OF_NOTHING, practice=practice.code)
    own = _asked_days(practice, history_from, history_until)
    days: Days | None = None if chosen is Backfill.NOTHING else own
    goes_on = asked in ("as_set", Backfill.IMPORT) and not (history_from or history_until)
    if goes_on and chosen is not Backfill.EXCEL:
        unfinished = [_within(practice, *found) for found in runs.unfinished_imports(practice.code)]
        days = _next_days([*unfinished, *([days] if days else [])])
        chosen = Backfill.IMPORT if days else chosen
    first, last = (days[0], _last_day(practice, days)) if days else (None, None)
    return replace(night, run=runs.choose_history(night.run, chosen, first, last))


def choose_days(night: Night, asked: str, days: Days) -> Night:
    """Decide what a run of Airflow's own backfill does with exactly the days of its data interval.

    Nothing else goes on in it. Raises NotReady when the practice does nothing with history, and for
    days on or after the link date, which the nights book, or past their term.
    """
    practice = night.practice
    chosen = Backfill(practice.backfill if asked == "as_set" else asked)
    if chosen is Backfill.NOTHING:
        raise NotReady(Stop.BACKFILL_OF_NOTHING, practice=practice.code)
    _first_day(practice, days[0].isoformat())
    if days[1] > practice.link_date:
        raise NotReady(
            Stop.HISTORY_UNTIL_LINK_DATE,
            last=str(days[1] - ONE_DAY),
            practice=practice.code,
            link_date=str(practice.link_date),
        )
    last = days[1] - ONE_DAY
    return replace(night, run=night.ledger.runs.choose_history(night.run, chosen, days[0], last))


def _asked_days(practice: Practice, history_from: str | None, history_until: str | None) -> Days:
    """Return the days of the form. Raises NotReady as `choose`."""
    first = _first_day(practice, history_from)
    if not history_until:
        return first, practice.link_date
    last = _day(history_until)
    if last < first:
        raise NotReady(Stop.HISTORY_ENDS_BEFORE_IT_BEGINS, last=str(last), first=str(first))
    if last >= practice.link_date:
        raise NotReady(
            Stop.HISTORY_UNTIL_LINK_DATE,
            last=str(last),
            practice=practice.code,
            link_date=str(practice.link_date),
        )
    return first, last + ONE_DAY


def _first_day(practice: Practice, history_from: str | None) -> dt.date:
    first = _day(history_from) if history_from else practice.first_sync_date
    if practice.kept_from and first < practice.kept_from:
        since = str(practice.kept_from)
        raise NotReady(Stop.HISTORY_NOT_KEPT, first=str(first), practice=practice.code, since=since)
    if first > practice.link_date or (history_from and first == practice.link_date):
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


def _within(practice: Practice, first: dt.date, last: dt.date | None) -> Days:
    """Return the days of an earlier import that are still kept and still before the link date."""
    before = min(last + ONE_DAY, practice.link_date) if last else practice.link_date
    return max(first, practice.kept_from or first), before


def _next_days(ranges: Sequence[Days]) -> Days | None:
    """Return the first range, with all that touch it; None when there is no day left.

    `ranges` stand in the order of their turns.
    """
    left = [days for days in ranges if days[0] < days[1]] or list(ranges[-1:])
    if not left:
        return None
    first, before = left[0]
    for _ in left:  # one that touches may bring in another
        touching = [days for days in left if days[0] <= before and days[1] >= first]
        first, before = min(days[0] for days in touching), max(days[1] for days in touching)
    return first, before


def _last_day(practice: Practice, days: Days) -> dt.date | None:
    """Return the last day as the ledger keeps it: none for the day before the link date."""
    return None if days[1] >= practice.link_date else days[1] - ONE_DAY


def history_days(night: Night) -> Days:
    """Return the first day of history of this night, and the first day after it."""
    run, practice = night.run, night.practice
    before = run.history_until + ONE_DAY if run.history_until else practice.link_date
    return run.history_from or practice.first_sync_date, before


def scope_of(night: Night) -> Days:
    """Return the days that a night answers for, the second one not included (M20).

    They begin at the link date, or at the first day of history, and end with its book day. History
    that ends before the link date is compared by itself (`days_apart`): nobody asked for the days
    between.
    """
    first = None if days_apart(night) else night.run.history_from
    first = first or night.practice.link_date
    return first, max(first, night.run.book_day)  # a backfill is on a day before the link date


def days_apart(night: Night) -> Days | None:
    """Return the days of history that end before the link date; None when there are none."""
    return history_days(night) if night.run.history_until else None


def import_history(night: Night, james: psycopg.Connection[Any], days: Days) -> list[AttentionItem]:
    """Book the invoices of `days` through the API, as the nightly run does.

    Returns what of them is rejected, by our rules or by Exact, held or doubtful.
    """
    stage(night, james, days)
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
    stage(night, james, days, unsent_too=True)
    with night.ledger.holding(night.practice.code), night.ledger.transaction("hand-over"):
        plan_invoices(night, handed_over=True)
        store = None if night.ledger.is_dry_run else night.workbooks
        of = (night.practice, night.settings, night.lists, days, made_on)
        written = save_workbooks(night.ledger, night.run, *of, store)
    in_closed = night.ledger.totals.handed_over_closed([night.run.run_id], night.lists.closed_periods)
    return HandOver(written, in_closed, night.ledger.review.rejections_of_days(night.practice.code, days))


def stage(night: Night, james: psycopg.Connection[Any], days: Days, *, unsent_too: bool = False) -> None:
    """Stage the invoices of `days` that the ledger lacks, with what James says they come to."""
    staging, read_at = night.ledger.staging, night.ledger.staging.moment()
    practice, run_id = night.practice, night.run.run_id
    with snapshot(james):
        totals = revenue_totals(james, practice.james_practice_code, days) if days_apart(night) else None
        stage_invoices(james, staging, run_id, practice.code, *days, unsent_too=unsent_too)
    staging.note_read(night.run.run_id, read_at, days, debtors=False)
    if totals is not None:
        night.ledger.runs.save_james_totals(run_id, totals)


def for_history(night: Night, make_night: Callable[[Run], Night]) -> Night:
    """Return the same night under the run of its history."""
    run, runs = night.run, night.ledger.runs
    name = f"{run.airflow_run_id}:history"
    history = runs.open(run.practice, name, run.book_day, run.dry_run, run.settings_version)
    days = run.history_from, run.history_until
    return make_night(runs.choose_history(history, run.backfill, *days))


def compare_history(night: Night, james: psycopg.Connection[Any]) -> tuple[NightNumbers, list[AttentionItem]]:
    """Compare the days of history that end before the link date, and return what differs.

    `night` is that of the history run (`found_history`). Raises as `steps.reconcile`.
    """
    numbers = compare(night, james, history_days(night))
    return numbers, night.ledger.review.differences_of_run(night.run)


def found_history(night: Night) -> Run | None:
    """Return the run of history whose days are compared by themselves; None when there are none,
    or when James was not read for them: a red task says why.
    """
    if not days_apart(night):
        return None
    run_ids = night.ledger.runs.ids_of_night(night.run)
    runs = [night.ledger.runs.get(run_id) for run_id in run_ids if run_id != night.run.run_id]
    return next((run for run in runs if night.ledger.runs.james_totals(run.run_id) is not None), None)
