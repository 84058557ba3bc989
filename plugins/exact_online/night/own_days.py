"""A run of exactly some days of history, as Airflow's own backfill makes them: nothing of tonight.

Many of them may run at once, in any order. Each imports or hands over the invoices of its days and
the debtors of those alone. What a night needs and days of history do not is left out: all other
debtors, what earlier nights left, the list of requirements, the comparison of other days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import psycopg

from exact_online.extract.contract import check_contract
from exact_online.extract.james import stage_debtors_of_days
from exact_online.extract.snapshot import snapshot
from exact_online.ledger import AttentionItem, NightNumbers
from exact_online.load.stop import check_goes
from exact_online.night import history
from exact_online.night.context import BATCH_SIZE, Night
from exact_online.night.history import Days, HandOver
from exact_online.night.steps import compare, load, plan_debtors_of, plan_invoices, read_division
from exact_online.vocabulary import BookingKind

FRESH = dt.timedelta(minutes=30)
"""So long the division's lists, relations and journals as another run read them are taken for true.
A night plans by lists that are hours old; what changed since is found when it is sent."""
MOST_READINGS = 3
"""So often a run reads James again when another one read it meanwhile: a night reads it once."""


def make_ready(night: Night) -> None:
    """Check that the division can take the days of this run, by what was read just now.

    The first of many runs reads the division, from the first of January of its first day up to the
    link date; those after it take that over. One that is begun again reads anew, unless another run
    has since. Raises as `steps.make_ready`.
    """
    check_goes(night.ledger, night.practice.code)
    first_day = night.first_day.replace(month=1, day=1)
    if not night.ledger.runs.division_was_read(night.run, first_day, FRESH):
        reading = replace(night.run, history_from=first_day, book_day=night.practice.link_date)
        read_division(replace(night, run=reading), None, of_range=True)
    night.ledger.runs.note_ready(night.run)


def import_days(night: Night, james: psycopg.Connection[Any], days: Days) -> list[AttentionItem]:
    """Book the invoices of `days` through the API; `night` is that of the history run.

    Returns what of them, and of their debtors, is rejected, held or doubtful. Raises LockLost while
    another worker has the practice, and what `steps.load` raises.
    """
    ledger = night.ledger
    with ledger.holding(night.practice.code):
        _plan_debtors(night, james, days)
        left = plan_invoices(night, handed_over=False)
        ledger.bookings.doubt_taken_numbers(night.run)
        ledger.planning.give_turns(night.run, history=True)
        if not left:
            ledger.runs.note_history_planned(night.run)
    items = _send_debtors(night, days)
    for batch in ledger.planning.batches_of(night.run, days, BATCH_SIZE):
        if batch.kind != BookingKind.DEBTOR:
            items += load(night, batch)
    told = {item.booking_id for item in items}
    return items + [item for item in _open(night, days) if item.booking_id not in told]


def hand_over_days(night: Night, james: psycopg.Connection[Any], days: Days, made_on: dt.date) -> HandOver:
    """Hand the invoices of `days` over in workbooks, as `history.hand_over_history` does.

    Their debtors are sent first: a workbook's import needs them in Exact.
    """
    with night.ledger.holding(night.practice.code):
        _plan_debtors(night, james, days)
    _send_debtors(night, days)
    return history.hand_over_history(night, james, days, made_on)


def compare_days(night: Night, james: psycopg.Connection[Any]) -> NightNumbers:
    """Compare James, the ledger and Exact over the days of a history run (`history.found_history`).

    Removed entries are left to the nights, which look for them with one call. Raises as
    `steps.reconcile`.
    """
    return compare(night, james, history.history_days(night), deletions=False)


def _plan_debtors(night: Night, james: psycopg.Connection[Any], days: Days) -> None:
    """Stage the days and plan their debtors. The caller holds the practice.

    A plan leaves a debtor to a night that read James since, which sends him after all else: too
    late for the invoices of these days. So James is read once more.
    """
    for _ in range(MOST_READINGS):
        _stage(night, james, days)
        if not plan_debtors_of(night, all_debtors=False):
            return


def _stage(night: Night, james: psycopg.Connection[Any], days: Days) -> None:
    practice = night.practice.code
    with snapshot(james):
        check_contract(james)
        history.stage(night, james, days)
        stage_debtors_of_days(james, night.ledger, night.run.run_id, practice, days)


def _send_debtors(night: Night, days: Days) -> list[AttentionItem]:
    """Send the debtors of the days, and return what of them is rejected, held or doubtful.

    Each batch is listed and sent while the practice is held: a night between the two gives debtors
    another turn, and the batch would have none.
    """
    items: list[AttentionItem] = []
    after = 0
    while True:
        with night.ledger.holding(night.practice.code):
            listed = night.ledger.planning.batches_of(night.run, days, BATCH_SIZE)
            debtors = [batch for batch in listed if batch.kind == BookingKind.DEBTOR]
            left = [batch for batch in debtors if batch.first_id > after]
            if not left:
                return items
            batch = min(left, key=lambda each: each.first_id)
            items += load(night, batch)
            after = batch.first_id


def _open(night: Night, days: Days) -> list[AttentionItem]:
    return night.ledger.review.open_of_days(night.practice.code, days)
