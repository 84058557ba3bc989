"""The tasks of a practice's night, one step each; Airflow's run id identifies the ledger's run.

Only the list of batches goes from task to task through XCom. All other state is in the ledger, so
any task can be cleared and can run on any machine.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Batch, Ledger, Run, worker_name
from exact_online.night import dry_run as dry_runs
from exact_online.night import history, steps
from exact_online.night.context import Night
from exact_online.report.dry_run import dry_run_lines
from exact_online.report.mail import compose
from exact_online.report.sentences import item_line
from exact_online.schedule import EXACT
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.outcomes import (
    CLEAR_EXTRACT,
    CLEAR_THIS,
    fail_on_difference,
    fail_on_items,
    translate_failures,
)
from exact_online.tasks.support_mail import send_to_support
from exact_online.vocabulary import BookingKind, BookingState

KIND_NAMES = {
    BookingKind.DEBTOR: "debtors",
    BookingKind.SALES_ENTRY: "sales entries",
    BookingKind.GENERAL_JOURNAL_ENTRY: "general journal entries",
}
"""Kind of booking -> the name of its batches in Airflow's UI."""

log = logging.getLogger(__name__)


def dry_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Show what a night would book. Fails when it would leave a record rejected or held (B3)."""
    if not params["dry_run"]:
        raise AirflowSkipException("No dry run was asked for: this run books.")
    with (
        translate_failures(),
        ledger_session() as ledger,
        ledger_session() as rolled_back,
        james_session() as james,
    ):
        day = book_day(dag_run.run_after)
        run = steps.open_run(ledger, practice_code, dag_run.run_id, day, dry_run=True)
        choices = dry_runs.Choices(
            params["backfill"],
            params["history_from"],
            params["rebuild_ledger"],
            _confirmed_by(dag_run, params),
        )
        numbers, items = dry_runs.dry_run(_night(ledger, run), rolled_back, james, choices)
        for line in dry_run_lines(numbers):
            log.info("%s", line)
        log.info(
            "The same numbers in cents, with the keys of open records: row %s of exact_sync.run.", run.run_id
        )
        rejected = [item for item in items if item.state in (BookingState.REJECTED, BookingState.HELD)]
        for item in items:
            if item not in rejected:
                log.warning("%s", item_line(item))
        fail_on_items(
            rejected,
            "Nothing was written. Correct what is named, then clear this task to see what is left.",
        )
        fail_on_difference(numbers, run.run_id)


def open_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Open the run: take a token, read the division's lists, check that the practice is ready."""
    if params["dry_run"]:
        raise AirflowSkipException("A dry run opens no night; its result is in the log of task dry_run.")
    with translate_failures(), ledger_session() as ledger:
        run = steps.open_run(ledger, practice_code, dag_run.run_id, book_day(dag_run.run_after))
        steps.make_ready(_night(ledger, run), _confirmed_by(dag_run, params))
        log.info("Run %s of practice %s: invoices dated before %s.", run.run_id, practice_code, run.book_day)


def extract(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Read debtors and invoices from James into staged rows."""
    with _opened_night(practice_code, dag_run) as night, james_session() as james:
        scope = history.scope_of(night, params["backfill"], params["history_from"])
        counts = steps.extract(night, james, scope, params["rebuild_ledger"])
        log.info("Staged: %s", ", ".join(f"{count} {name}" for name, count in counts.items()))


def plan_debtors(practice_code: str, dag_run: Any) -> list[dict[str, Any]]:
    """Apply the booking rules to the staged debtors; return the batches for the mapped task."""
    with _opened_night(practice_code, dag_run) as night:
        return _labelled(steps.plan_debtors(night))


def plan_entries(practice_code: str, dag_run: Any) -> list[dict[str, Any]]:
    """Apply the booking rules to the staged invoices; return the batches for the mapped task."""
    with _opened_night(practice_code, dag_run) as night:
        return _labelled(steps.plan_entries(night))


def check_rejections(practice_code: str, dag_run: Any) -> None:
    """Fail when the booking rules rejected something.

    Nothing was sent of it, and nothing else waits for it.
    """
    with _opened_night(practice_code, dag_run) as night:
        fail_on_items(night.ledger.review.planning_rejections(night.practice.code), CLEAR_EXTRACT)


def load(practice_code: str, dag_run: Any, batch: dict[str, Any]) -> None:
    """Send a batch, each booking exactly once. Fails when one of them is rejected or held."""
    get_current_context()["batch_label"] = batch["label"]
    with _opened_night(practice_code, dag_run) as night:
        wanted = Batch(**{name: batch[name] for name in Batch.__dataclass_fields__})
        fail_on_items(steps.load(night, wanted), CLEAR_THIS)


def choose_backfill(practice_code: str, dag_run: Any, params: dict[str, Any]) -> list[str]:
    """Return the task for older invoices: ``backfill_import``, ``backfill_excel``, or none (C5)."""
    with _opened_night(practice_code, dag_run) as night:
        chosen = history.backfill_of(night.practice, params["backfill"])
        return [] if chosen == "nothing" else [f"backfill_{chosen}"]


def import_history(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Book older invoices through the API, leaving the nightly runs their share of the calls."""
    with _opened_night(practice_code, dag_run) as night, james_session() as james:
        older = history.for_history(night, lambda run: _night(night.ledger, run, backfill=True))
        days = history.history_days(night.practice, params["history_from"])
        fail_on_items(history.import_history(older, james, days), CLEAR_THIS)


def hand_over_history(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Hand over older invoices in workbooks for the bookkeeper. Fails when one is left out."""
    with _opened_night(practice_code, dag_run) as night, james_session() as james:
        older = history.for_history(night, lambda run: _night(night.ledger, run))
        days = history.history_days(night.practice, params["history_from"])
        done = history.hand_over_history(older, james, days, night.run.book_day)
        log.info("%s workbook(s) written for invoices from %s until %s.", done.workbooks, *days)
        fail_on_items(done.rejected, CLEAR_THIS)


def reconcile(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Compare James, the ledger and Exact to the cent. Fails on what differs and did not before.

    Skipped when this run has not read James: its failed task says why.
    """
    with _opened_night(practice_code, dag_run) as night, james_session() as james:
        if night.ledger.runs.james_totals(night.run.run_id) is None:
            raise AirflowSkipException(
                "Nothing was compared: James was not read in this run. Task extract says why."
            )
        scope = history.scope_of(night, params["backfill"], params["history_from"])
        numbers = steps.reconcile(night, james, scope)
        for item in night.ledger.review.differences_of_run(night.run):
            log.error("%s", item_line(item))
        fail_on_difference(numbers, night.run.run_id)


def report(practice_code: str, dag_run: Any) -> None:
    """Close the run, log its numbers, and mail support when something needs attention (M21)."""
    with _opened_night(practice_code, dag_run) as night:
        numbers, items = steps.report(night)
        counts = numbers.to_json() if numbers else {}
        log.info(
            "%s", ", ".join(f"{name} {value}" for name, value in counts.items() if isinstance(value, int))
        )
        for adjustment in night.ledger.review.adjustments_of_run(night.run.run_id):
            log.info("%s: a value was shortened or left out [%s]", adjustment.source_key, adjustment.reason)
        if items:
            send_to_support(compose(night.practice, night.run, numbers, items))


@contextmanager
def _opened_night(practice_code: str, dag_run: Any) -> Iterator[Night]:
    """Give the night of an Airflow run.

    Skip the task when the run was not opened, and when it is a dry run.
    """
    with translate_failures(), ledger_session() as ledger:
        run = ledger.runs.opened(practice_code, dag_run.run_id)
        if run is None:
            raise AirflowSkipException("The run was not opened; see task open_run.")
        if run.dry_run:
            raise AirflowSkipException("This is a dry run; its result is in the log of task dry_run.")
        yield _night(ledger, run)


def _night(ledger: Ledger, run: Run, *, backfill: bool = False) -> Night:
    """Return the night of a run.

    `backfill`: its calls leave the nightly run's reserve alone (B6, FR-B7).
    """
    practice = ledger.practices.get(run.practice)
    settings = ledger.practices.settings(practice, run.settings_version)
    client = ExactOnlineHook(EXACT).client(practice, ledger, backfill=backfill)
    return Night(ledger, client, practice, settings, run, SystemClock(), worker_name())


def _confirmed_by(dag_run: Any, params: dict[str, Any]) -> str | None:
    """Return the user who confirms that the listed relations are ours; None when nobody does."""
    if not params["confirm_relations"]:
        return None
    return getattr(dag_run, "triggering_user_name", None) or "somebody who started the run by hand"


def _labelled(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Return the batches as mapped tasks get them, each with a label for the UI."""
    done: Counter[str] = Counter()
    labelled = []
    for batch in batches:
        first, last = done[batch.kind] + 1, done[batch.kind] + batch.bookings
        labelled.append({**vars(batch), "label": f"{KIND_NAMES[BookingKind(batch.kind)]} {first}-{last}"})
        done[batch.kind] = last
    return labelled
