"""The end of a run: whether all of its night was done, and who is told.

Task `report` looks, and task `check_done` looks again in a run that had a red task: a person may
have marked that one as success, or cleared it without what comes after it, and then what was
skipped for its cause was never done. So the ledger is asked what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from exact_online.ledger import Ledger, Run
from exact_online.night.context import Night
from exact_online.report.log_lines import clear_sentence, wrapped
from exact_online.tasks.booked_asset import announce_booked
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.loading import unsent
from exact_online.tasks.nights import is_done, is_of_days
from exact_online.tasks.outcomes import fail_with, translate_failures
from exact_online.tasks.skipping import skip_tasks
from exact_online.vocabulary import Backfill

LAST = ("report", "check_done", "night_complete")
"""The tasks that come after the work of a night."""
WELL = ("success", "skipped", "removed")
DAYS_NOT_READ = "Niets vergeleken: de dagen van deze run zijn niet gelezen."

log = logging.getLogger(__name__)


def end_when_done(night: Night, dag_run: Any, ti: Any, outlet_events: Any) -> None:
    """Announce a night of which all was done; then task `check_done` has nothing to find.

    Does nothing while a task is red or something was left: `check_done` says what, once no task is
    red any more.
    """
    if not _is_red(ti) and not list(_left(night.ledger, night.run, is_of_days(dag_run))):
        _announce(night.ledger, night.run, dag_run, outlet_events)
        skip_tasks(["check_done"])


def check_done(practice_code: str, dag_run: Any, params: dict[str, Any], outlet_events: Any) -> None:
    """Announce a night of which all was done; fail while something was not, and name it.

    It only reads. A dry run does nothing that could be left, and is not announced.
    """
    with translate_failures("check_done"), ledger_session() as ledger:
        run = ledger.runs.opened(practice_code, dag_run.run_id)
        is_dry = params["dry_run"] or (run is not None and run.dry_run)
        if not is_dry:
            if lines := list(_left(ledger, run, is_of_days(dag_run))):
                fail_with(lines)
            assert run is not None
            _announce(ledger, run, dag_run, outlet_events)
    log.info("De nacht is compleet: geen taak van deze run is mislukt.")


def _is_red(ti: Any) -> bool:
    """Return whether a task before the last ones failed, or was begun again meanwhile."""
    states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id])[ti.run_id]
    return any(state not in WELL for task, state in states.items() if task not in LAST)


def _announce(ledger: Ledger, run: Run, dag_run: Any, outlet_events: Any) -> None:
    if not is_of_days(dag_run):
        announce_booked(run, ledger.runs.numbers(run.run_id), outlet_events)


def _not_ended(ledger: Ledger, run: Run, of_days: bool) -> list[str]:
    """Return the tasks that did not come to the end of their work, the first to clear first.

    One that was killed has told nothing: a person who marks it as success has the ones after it go
    on with what there is.
    """
    if not is_done(ledger, run, "prepare"):
        return ["prepare"]
    tasks = [] if of_days else unsent(ledger, run)
    if run.backfill != Backfill.NOTHING and not is_done(ledger, run, "backfill"):
        tasks.append("backfill")
    return tasks


def _left(ledger: Ledger, run: Run | None, of_days: bool) -> Iterator[str]:
    """Give what a run has not done, and for each cause the task to clear."""
    if run is None:
        yield "Niets gedaan: de nacht is niet geopend."
        yield clear_sentence("prepare")
        return
    stopped = {stop.task: stop.tasks for stop in ledger.runs.stops(run)}
    failed = [each.task for each in ledger.outages.failures(run.practice, run.airflow_run_id)]
    for task, tasks in (stopped or {task: [task] for task in failed}).items():
        yield from wrapped(f"Niet gedaan: {', '.join(tasks)}.")
        yield clear_sentence(task)
    if stopped or failed:
        return
    if not of_days and ledger.runs.james_totals(run.run_id) is None:
        yield "Niets vergeleken: James is in deze run niet gelezen."
        yield clear_sentence("prepare")
    elif tasks := _not_ended(ledger, run, of_days):
        yield f"Niet gedaan: {', '.join(tasks)}."
        yield clear_sentence(tasks[0])
    elif ledger.runs.numbers(run.run_id) is None and of_days:
        yield DAYS_NOT_READ
        yield clear_sentence("backfill")
    elif not is_done(ledger, run, "reconcile"):
        yield "Niet vergeleken sinds er voor het laatst is geboekt."
        yield clear_sentence("reconcile")
    elif not is_done(ledger, run, "report"):
        yield "Niet gedaan: report."
        yield clear_sentence("report")
