"""The night of an Airflow run, as its tasks get it.

Which steps ended is written down, so that one that is cleared reads anew what it depends on.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from exact_online.clock import SystemClock
from exact_online.failures import LinkFailure, LockLost, NamedFailure, QueryRejected, WaitForWindow
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Ledger, Run, worker_name
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.schedule import EXACT
from exact_online.stops import Stop
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.metrics import measuring_traffic
from exact_online.tasks.outcomes import cause_of, problems_of, translate_failures
from exact_online.tasks.workbook_store import workbook_store

log = logging.getLogger(__name__)

DECIDES_ABOUT = {"prepare": ("load_debtors", "load_entries", "load_other_debtors", "backfill")}
"""Task -> those that do what it planned or chose: what stopped those is about an older plan."""

BACKFILL_RUN = "backfill"
"""The type of a run that Airflow's own backfill made."""
NIGHTS_PATIENCE = 600.0
"""Seconds that a night waits for a practice while a run of days of history sends a batch: in the
queue for it, so before the next of those runs (FR-D2)."""
BUSY_SECONDS = 20
"""After so many seconds such a run tries again to get the practice."""


def is_of_days(dag_run: Any) -> bool:
    """Return whether a run does some days of history and nothing of tonight (`night.own_days`)."""
    return getattr(dag_run, "run_type", None) == BACKFILL_RUN


def skip_in_days(dag_run: Any) -> None:
    """Skip a task of tonight in a run of days of history."""
    if is_of_days(dag_run):
        raise AirflowSkipException("Een backfill doet alleen de facturen van haar eigen dagen.")


@contextmanager
def waiting_its_turn(ledger: Ledger, dag_run: Any) -> Iterator[None]:
    """Let a night wait for the practice, and a run of days of history come back when it is busy."""
    if not is_of_days(dag_run):
        ledger.be_patient(NIGHTS_PATIENCE)
        yield
        return
    try:
        yield
    except LockLost:
        until = SystemClock().now() + dt.timedelta(seconds=BUSY_SECONDS)
        raise WaitForWindow(Stop.PRACTICE_BUSY, until) from None


@contextmanager
def step_of_night(practice_code: str, dag_run: Any, task: str) -> Iterator[Night]:
    """Give the night to a task that depends on settings, lists and relations.

    A task that is begun again after it ended reads those anew: who cleared it has put something
    right.
    """
    with opened_night(practice_code, dag_run, task) as night, noting_the_end(night, task):
        if night.ledger.runs.step_has_ended(night.run, task):
            renewed = steps.read_anew(night)
            night.ledger.runs.forget_ended(night.run, task)
            yield renewed
        else:
            yield night


@contextmanager
def noting_the_end(night: Night, step: str) -> Iterator[None]:
    """Write down that a step ended, well or not; one that goes on later, or that waits for another
    task that has the practice, has not.
    """
    try:
        yield
    except (WaitForWindow, AirflowRescheduleException, LockLost):
        raise
    except BaseException:
        with suppress(psycopg.Error):  # what broke the session is told, not this
            night.ledger.runs.end_step(night.run, step)
        raise
    night.ledger.runs.end_step(night.run, step)


def note_done(night: Night, task: str) -> None:
    """Write down that a task did all that it had to: what is told by it now is of records."""
    night.ledger.runs.end_step(night.run, _all_of(task))


def forget_done(night: Night, *tasks: str) -> None:
    """A task begins anew: it has done nothing yet, nor has what looks at what it does."""
    night.ledger.runs.forget_ended(night.run, *map(_all_of, tasks))


def is_done(ledger: Ledger, run: Run, task: str) -> bool:
    """Return whether a task did all that it had to, since what it depends on was read."""
    return ledger.runs.step_has_ended(run, _all_of(task))


def _all_of(task: str) -> str:
    return f"all of {task}"


@contextmanager
def opened_night(practice_code: str, dag_run: Any, task: str) -> Iterator[Night]:
    """Give the night of an Airflow run.

    Skip the task when the run was not opened, and when it is a dry run.
    """
    with (
        translate_failures(task),
        noting_failures(practice_code, dag_run, task),
        ledger_session() as ledger,
        measuring_traffic(practice_code),
    ):
        ledger.outages.forget_failure(practice_code, dag_run.run_id, task)
        run = ledger.runs.opened(practice_code, dag_run.run_id)
        if run is None:
            raise AirflowSkipException("Niet gedaan: de nacht is niet geopend. Taak prepare zegt waarom.")
        ledger.home.check()  # also where a run was under way when the ledger was copied
        if run.dry_run:
            raise AirflowSkipException(
                "Niet gedaan: dit is een proefrun. Het log van taak dry_run heeft de uitkomst."
            )
        with (
            waiting_its_turn(ledger, dag_run),
            one_red_task(ledger, run, task),
            showing_words(ledger, practice_code),
        ):
            yield night_of(ledger, run)


@contextmanager
def noting_failures(practice_code: str, dag_run: Any, task: str) -> Iterator[None]:
    """Write down by what a task fails, in a session of its own: the mail of the night says it, and
    the page of a dry run.
    """
    try:
        yield
    except WaitForWindow:
        raise
    except LinkFailure as failure:
        with suppress(Exception), ledger_session() as ledger:  # what failed is told, not this
            problems = problems_of(failure)
            ledger.outages.note_failure(practice_code, dag_run.run_id, task, task, problems)
        raise


@contextmanager
def one_red_task(ledger: Ledger, run: Run, task: str) -> Iterator[None]:
    """Skip a task that stops by what made another task of this run red: one cause, one red task.

    The ledger remembers each task that stopped or was skipped, until that one is begun again:
    `complete.py`.
    """
    ledger.runs.forget_stops(run, task, (task, *DECIDES_ABOUT.get(task, ())))
    try:
        yield
    except NamedFailure as failure:
        try:
            red = ledger.runs.note_stop(run, cause_of(failure), task, task)
        except (LinkFailure, psycopg.Error):  # what stopped the task is told, not this
            raise failure from None
        if red != task:
            raise _not_done(f"taak {red} is rood door dezelfde oorzaak") from None
        raise


def skip_what_waits(night: Night) -> None:
    """Skip, as not done, invoices that wait for debtors whose task stopped in this run."""
    for stop in night.ledger.runs.stops(night.run):
        if stop.is_red and stop.task == "load_debtors":
            night.ledger.runs.note_stop(night.run, stop.cause, "load_entries", "load_entries")
            raise _not_done(f"er wachten boekingen op debiteuren, en taak {stop.task} is rood")


def _not_done(why: str) -> AirflowSkipException:
    """Log why a task is skipped, and return what skips it."""
    text = f"Niet gedaan: {why}. Wis (Clear) die, met Downstream."
    log.warning("%s", text)
    return AirflowSkipException(text)


@contextmanager
def showing_words(ledger: Ledger, practice_code: str) -> Iterator[None]:
    """Log what Exact said of a query that it rejects, without names: its failure has no words."""
    try:
        yield
    except QueryRejected as rejection:
        for words in ledger.review.without_names(practice_code, [rejection.words]):
            log.error("Exact: %s", words or "without a word")
        raise


def night_of(ledger: Ledger, run: Run, *, backfill: bool = False) -> Night:
    """Return the night of a run.

    `backfill`: its calls leave the nightly run's reserve alone (B6, FR-B7).
    """
    practice = ledger.practices.get(run.practice)
    settings = ledger.practices.settings(practice, run.settings_version)
    client = ExactOnlineHook(EXACT).client(practice, ledger, backfill=backfill)
    store = workbook_store()
    return Night(ledger, client, practice, settings, run, SystemClock(), worker_name(), workbooks=store)
