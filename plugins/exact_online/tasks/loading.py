"""The tasks that send what a run has planned: each sends all of its batches, one after the other.

A task that must wait ends and begins again in a new process, as one that is killed does. So which
batches came to an end is in the ledger: in this pass they are not sent again. A pass ends when all
of them did, or when a person must act; who clears the task then begins a new one, in which what
Exact rejected is sent once more.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from exact_online.dutch import dutch_amount, dutch_number
from exact_online.failures import (
    LinkFailure,
    NamedFailure,
    NeedsPerson,
    ProtocolFailure,
    StoreUnavailable,
    Unreachable,
    WaitForWindow,
)
from exact_online.ledger import AttentionItem, Batch, Ledger, Run
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.report.log_lines import cause_lines, clear_sentence, problem_lines, task_to_clear
from exact_online.tasks.causes import new_causes
from exact_online.tasks.nights import forget_done, skip_in_days, skip_what_waits, step_of_night
from exact_online.tasks.outcomes import fail_on_items
from exact_online.tasks.skipping import is_last_try
from exact_online.vocabulary import BookingKind, Turn

LOADS = {
    "load_debtors": (steps.TONIGHT, True),
    "load_entries": (steps.TONIGHT, False),
    "load_other_debtors": ((Turn.OTHER_DEBTORS,), True),
}
"""Task -> the turns that it sends, and whether it sends debtors; in the order of a night."""

KIND_NAMES = {
    BookingKind.DEBTOR: "debiteuren",
    BookingKind.SALES_ENTRY: "verkoopboekingen",
    BookingKind.GENERAL_JOURNAL_ENTRY: "memoriaalboekingen",
}
"""Kind of booking -> the name of its batches in a log."""

LONGEST = dt.timedelta(hours=1)
"""After so long a task goes on in a new process: one that sends is never taken for one that hangs
(`schedule.TASK_TIMEOUT`)."""

log = logging.getLogger(__name__)


def load(practice_code: str, dag_run: Any, task: str, ti: Any = None) -> None:
    """Send what the run has planned for a task, each booking exactly once. Fails when one of them
    is rejected or held.

    What waits for a debtor or an original that is not booked is no cause of its own: it is only
    logged. A batch that fails keeps the later ones from nothing.
    """
    skip_in_days(dag_run)
    if ti is not None and ti.map_index > 0:  # of a run that began when a batch was a part of its own
        raise AirflowSkipException("Niet gedaan: het eerste deel van deze taak doet alles.")
    with step_of_night(practice_code, dag_run, task) as night, _passing(night, task, ti):
        batches = _planned(night, task)
        if not batches:
            raise AirflowSkipException("Niets te versturen.")
        forget_done(night, "reconcile")
        found = _send(night, task, batches)
        causes = new_causes(night, found.items)
        _fail(found, causes, task)
        totals = [night.ledger.totals.of_batch(night.run, batch) for batch in batches]
        booked, wanted = sum(each.booked for each in totals), sum(batch.bookings for batch in batches)
        cents = sum(each.booked_cents for each in totals)
        amount = f", {dutch_amount(cents)} euro" if task == "load_entries" else ""
        log.info("%s van %s geboekt%s.", dutch_number(booked), dutch_number(wanted), amount)
        if task == "load_entries" and booked < wanted and found.items:
            skip_what_waits(night)


def batches_of(task: str, batches: Sequence[Batch]) -> list[Batch]:
    """Return those of the batches that a task sends."""
    return [batch for batch in batches if task_of(batch.turn, batch.kind) == task]


def task_of(turn: int, kind: str) -> str:
    """Return the task that sends a batch."""
    is_debtor = kind == BookingKind.DEBTOR
    return next(task for task, (turns, debtors) in LOADS.items() if turn in turns and is_debtor is debtors)


def unsent(ledger: Ledger, run: Run) -> list[str]:
    """Return the tasks with a batch that did not come to its end since it was planned, or since
    its task was begun again.

    How a batch ended before the plan was made again says nothing: what Exact rejected is planned
    once more then, in the same place.
    """
    return [
        task
        for task, (turns, debtors) in LOADS.items()
        if not all(
            ledger.runs.step_has_ended(run, _step(task, batch))
            for batch in ledger.planning.planned_batches(run, turns, debtors=debtors)
        )
    ]


@dataclass
class _Found:
    """What of its batches a task could not book, and by what they failed."""

    items: list[AttentionItem] = field(default_factory=list)
    stops: list[NamedFailure] = field(default_factory=list)
    """A person must act."""
    technical: LinkFailure | None = None
    """The first that is tried again."""


def _planned(night: Night, task: str) -> list[Batch]:
    turns, debtors = LOADS[task]
    return night.ledger.planning.planned_batches(night.run, turns, debtors=debtors)


def _step(task: str, batch: Batch) -> str:
    return f"{task} {batch.kind} {batch.first_id}"


@contextmanager
def _passing(night: Night, task: str, ti: Any) -> Iterator[None]:
    """Begin a new pass when the last one came to its end, and note when this one does."""
    runs, whole = night.ledger.runs, f"{task} pass"
    if runs.step_has_ended(night.run, whole):
        runs.forget_ended(night.run, whole, *(_step(task, batch) for batch in _planned(night, task)))
    try:
        yield
    except (NamedFailure, NeedsPerson, AirflowSkipException):
        runs.end_step(night.run, whole)
        raise
    except (Unreachable, ProtocolFailure):
        if is_last_try(ti):
            runs.end_step(night.run, whole)
        raise
    runs.end_step(night.run, whole)


def _send(night: Night, task: str, batches: Sequence[Batch]) -> _Found:
    """Send the batches that did not come to an end in this pass.

    Raises what keeps all of them waiting: WaitForWindow, LockLost, a ledger that is gone.
    """
    found, began, places = _Found(), night.clock.now(), _places(batches)
    for batch, place in zip(batches, places, strict=True):
        if night.ledger.runs.step_has_ended(night.run, _step(task, batch)):
            found.items += night.ledger.review.batch_items(night.practice.code, batch)
            continue
        if night.clock.now() - began > LONGEST:
            log.info("Verder met %s in een nieuw proces.", place)
            raise AirflowRescheduleException(night.clock.now())
        _send_one(night, task, batch, found)
        if len(batches) > 1:
            booked = night.ledger.totals.of_batch(night.run, batch).booked
            log.info("%s: %s van %s geboekt.", place, dutch_number(booked), dutch_number(batch.bookings))
    return found


def _send_one(night: Night, task: str, batch: Batch, found: _Found) -> None:
    try:
        found.items += steps.load(night, batch)
    except (StoreUnavailable, WaitForWindow):
        raise
    except NamedFailure as stop:
        found.stops.append(stop)
    except (Unreachable, ProtocolFailure) as failure:
        log.warning("%s: %s", _step(task, batch), failure)
        found.technical = found.technical or failure
    else:
        night.ledger.runs.end_step(night.run, _step(task, batch))


def _fail(found: _Found, causes: Sequence[AttentionItem], task: str) -> None:
    """Fail when something is rejected or held, and when a batch failed; log all causes.

    What is tried again is raised before what waits for a person: the retry comes to that as well.
    """
    stops = _together(found.stops)
    if stops is None and found.technical is None:
        fail_on_items(causes, task)
        return
    if causes:
        for line in [*cause_lines(causes), clear_sentence(task_to_clear(causes, task), len(causes))]:
            log.error("%s", line)
    if found.technical is None:
        assert stops is not None
        raise stops
    if stops is not None:
        for line in problem_lines(stops.problems):
            log.error("%s", line)
    raise found.technical


def _together(stops: Sequence[NamedFailure]) -> NamedFailure | None:
    """Return the failure that several batches failed by, each of its problems once."""
    if not stops:
        return None
    named = [problem for each in stops for problem in each.problems]
    problems = {f"{code} {sorted(values.items())}": (code, values) for code, values in named}
    if len(problems) == len(stops[0].problems):
        return stops[0]
    return NamedFailure.of(list(problems.values()))


def _places(batches: Sequence[Batch]) -> list[str]:
    """Return how a log names each batch: *verkoopboekingen 501-1000*."""
    done: dict[str, int] = {}
    names = []
    for batch in batches:
        first = done.get(batch.kind, 0) + 1
        done[batch.kind] = last = first + batch.bookings - 1
        names.append(f"{KIND_NAMES[BookingKind(batch.kind)].capitalize()} {first}-{last}")
    return names
