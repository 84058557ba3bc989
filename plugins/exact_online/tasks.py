"""What the tasks of the DAGs do: take connections from Airflow, do one step of the night, and say in Airflow's way how it ended.

* A refusal or a wrong setting fails the task at once, with the sentence that names the cure.
* A technical failure is left to Airflow's retries.
* Waiting for Exact's next window gives the worker back and comes again at that moment.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException, AirflowSkipException

from exact_online import night, reasons, watch
from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.failures import DayIsFull, NotReady, WaitForWindow
from exact_online.ledger import AttentionItem, Batch, Ledger, NightNumbers, Run, connect
from exact_online.night import Night
from exact_online.registry import DAG_PREFIX, RegisteredPractice, registered_practices
from exact_online.report import concerns
from exact_online.report.dry_run import lines_of
from exact_online.report.mail import Message, compose
from exact_online.vocabulary import BookingKind, BookingState

POOL = "exact_online"
SUPPORT_MAIL_VARIABLE = "EXACT_ONLINE_SUPPORT_MAIL"
JAMES, LEDGER, EXACT = "james_db", "exact_sync_db", "exact_online"
"""The three connections (docs/architecture.md)."""

WORDS = {
    BookingKind.DEBTOR: "debtors",
    BookingKind.SALES_ENTRY: "sales entries",
    BookingKind.GENERAL_JOURNAL_ENTRY: "general journal entries",
}
"""How a batch is called in the UI."""

log = logging.getLogger(__name__)


# Which DAGs there are.


def practices_to_build(wanted_dag_id: str | None) -> list[RegisteredPractice]:
    """All registered practices; for a task that starts only its own, without looking anything up."""
    if wanted_dag_id:
        is_ours = wanted_dag_id.startswith(DAG_PREFIX)
        return [RegisteredPractice(code := wanted_dag_id.removeprefix(DAG_PREFIX), code)] if is_ours else []
    return registered_practices(_snapshot(), _ask_registry)


def _snapshot() -> Path:
    return Path(os.environ.get("EXACT_ONLINE_PRACTICES") or Path(os.environ.get("AIRFLOW_HOME", "~")).expanduser() / "practices.json")


def _ask_registry() -> list[RegisteredPractice]:
    with _ledger() as ledger:
        return [RegisteredPractice(**vars(row)) for row in ledger.practices.with_dag()]


# The steps, one per task.


def dry_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Red when the night would leave a record refused or held, as the night would be (B3)."""
    if not params["dry_run"]:
        raise AirflowSkipException("No dry run was asked for: this run books.")
    with _said_in_airflows_way(), _ledger() as ledger, _ledger() as rehearsal, _james() as james:
        run = night.open_run(ledger, practice_code, dag_run.run_id, book_day(dag_run.run_after), dry_run=True)
        asked = (params["backfill"], params["history_from"], params["rebuild_ledger"], _confirmed_by(dag_run, params))
        numbers, matters = night.dry_run(_night(ledger, run), rehearsal, james, *asked)
        for line in lines_of(numbers):
            log.info("%s", line)
        log.info("The same numbers in cents, with the keys of what is open: row %s of exact_sync.run.", run.run_id)
        refused = [matter for matter in matters if matter.state in (BookingState.REJECTED, BookingState.HELD)]
        for matter in matters:
            if matter not in refused:
                log.warning("%s", sentence(matter))
        _fail_on(refused, "Nothing was written. Correct what is named, then clear this task to see what is left.")
        _fail_on_difference(numbers, run.run_id)


def open_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> str:
    if params["dry_run"]:
        raise AirflowSkipException("A dry run opens no night; what it found is in the log of task dry_run.")
    with _said_in_airflows_way(), _ledger() as ledger:
        run = night.open_run(ledger, practice_code, dag_run.run_id, book_day(dag_run.run_after))
        night.make_ready(_night(ledger, run), _confirmed_by(dag_run, params))
        log.info("Run %s of practice %s: invoices dated before %s.", run.run_id, practice_code, run.book_day)
        return run.run_id


def extract(run_id: str, params: dict[str, Any]) -> dict[str, int]:
    with _at_night(run_id) as tonight, _james() as james:
        scope = night.scope_of(tonight, params["backfill"], params["history_from"])
        counts = night.extract(tonight, james, scope, params["rebuild_ledger"])
        log.info("Staged: %s", ", ".join(f"{count} {name}" for name, count in counts.items()))
        return counts


def plan_debtors(run_id: str) -> list[dict[str, Any]]:
    with _at_night(run_id) as tonight:
        return _labelled(night.plan_debtors(tonight))


def plan_entries(run_id: str) -> list[dict[str, Any]]:
    with _at_night(run_id) as tonight:
        return _labelled(night.plan_entries(tonight))


def check_refusals(run_id: str | None) -> None:
    """Red when the booking rules refused something: nothing was sent of it, and nothing else waits for it."""
    with _at_night(run_id) as tonight:
        _fail_on(
            tonight.ledger.review.planning_rejections(tonight.practice.code),
            "Correct what is named, then clear task extract with its downstream tasks.",
        )


def load(run_id: str, batch: dict[str, Any]) -> None:
    from airflow.sdk import get_current_context

    get_current_context()["batch_label"] = batch["label"]
    with _at_night(run_id) as tonight:
        wanted = Batch(**{name: batch[name] for name in Batch.__dataclass_fields__})
        _fail_on(night.load(tonight, wanted), "Correct what is named, then clear this task with its downstream tasks.")


def choose_backfill(run_id: str | None, params: dict[str, Any]) -> str:
    with _at_night(run_id) as tonight:
        return night.backfill_of(tonight.practice, params["backfill"])


def import_history(run_id: str, params: dict[str, Any]) -> None:
    with _at_night(run_id) as tonight, _james() as james:
        history = night.for_history(tonight, lambda run: _night(tonight.ledger, run, backfill=True))
        days = night.history_days(tonight.practice, params["history_from"])
        _fail_on(night.import_history(history, james, days), "Correct what is named, then clear this task with its downstream tasks.")


def emit_workbook(run_id: str, params: dict[str, Any]) -> None:
    with _at_night(run_id) as tonight, _james() as james:
        history = night.for_history(tonight, lambda run: _night(tonight.ledger, run))
        days = night.history_days(tonight.practice, params["history_from"])
        written = night.hand_over_history(history, james, days, tonight.run.book_day)
        log.info("%s workbook(s) written for invoices from %s until %s.", written, *days)


def reconcile(run_id: str | None, params: dict[str, Any]) -> None:
    with _at_night(run_id) as tonight, _james() as james:
        numbers = night.reconcile(tonight, james, night.scope_of(tonight, params["backfill"], params["history_from"]))
        _fail_on_difference(numbers, tonight.run.run_id)


def report(run_id: str | None) -> None:
    with _at_night(run_id) as tonight:
        numbers, matters = night.report(tonight)
        counts = numbers.to_json() if numbers else {}
        log.info("%s", ", ".join(f"{name} {value}" for name, value in counts.items() if isinstance(value, int)))
        for adjustment in tonight.ledger.review.adjustments_of_run(tonight.run.run_id):
            log.info("%s: a value was shortened or left out [%s]", adjustment.source_key, adjustment.reason)
        if matters:
            _mail_to_support(compose(tonight.practice, tonight.run, numbers, matters))


def _mail_to_support(message: Message) -> bool:
    """Whether it was sent. A mail that can't be sent changes nothing about the night: the page and the log say the same."""
    address = os.environ.get(SUPPORT_MAIL_VARIABLE)
    if not address:
        log.warning("No mail: %s is not set. It would say: %s", SUPPORT_MAIL_VARIABLE, message.subject)
        return False
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    try:
        with SmtpHook() as smtp:
            smtp.send_email_smtp(to=address, subject=message.subject, html_content=message.html)
    except Exception as failure:
        log.error("The mail to support could not be sent (%s); it would say: %s", type(failure).__name__, message.subject)
        return False
    return True


def _confirmed_by(dag_run: Any, params: dict[str, Any]) -> str | None:
    """Who says that the listed relations are ours; None when nobody does."""
    if not params["confirm_relations"]:
        return None
    return getattr(dag_run, "triggering_user_name", None) or "somebody who started the run by hand"


# The watch, over all practices.


def watch_tokens() -> None:
    with _said_in_airflows_way(), _ledger() as ledger:
        _warn(watch.token_concerns(ledger))


def watch_financial_year(dag_run: Any) -> None:
    with _said_in_airflows_way(), _ledger() as ledger:
        _warn(watch.year_concerns(ledger, book_day(dag_run.run_after)))


def tell_support(dag_run: Any) -> None:
    """One message of all that is due. What support could not be told stays due."""
    day = book_day(dag_run.run_after)
    with _said_in_airflows_way(), _ledger() as ledger:
        due = [concern for concern in watch.concerns(ledger, day) if concern.is_due]
        if due and _mail_to_support(concerns.compose_concerns(due, day)):
            ledger.tokens.note_reported([concern.chain_id for concern in due if concern.chain_id])


def _warn(found: Sequence[concerns.Concern]) -> None:
    """One line each; red, without a retry, when one can't wait."""
    for concern in found:
        log.warning("%s", concerns.sentence(concern))
    if urgent := sum(concern.is_urgent for concern in found):
        raise AirflowFailException(f"{urgent} of {len(found)} warning(s) can't wait. The lines above name them and their cures.")


# How a step ends.


def _fail_on(matters: Sequence[AttentionItem], cure: str) -> None:
    """One line per record, numbers only; then fail, without a retry."""
    if not matters:
        return
    for matter in matters:
        log.error("%s", sentence(matter))
    raise AirflowFailException(f"{len(matters)} record(s) need a person, named above. {cure}")


def _fail_on_difference(numbers: NightNumbers, run_id: str) -> None:
    if numbers.difference_cents:
        euros = numbers.difference_cents / 100
        raise AirflowFailException(f"James, ledger and Exact differ by {euros:.2f} euro; row {run_id} of exact_sync.run has the cells.")


def sentence(matter: AttentionItem) -> str:
    """A record that needs an eye, for the log: its key, why, and who cures it where."""
    if matter.state == "doubtful" or matter.reason is None:
        return f"{matter.source_key}: the answer of Exact was lost; the next run asks Exact before anything else."
    why = reasons.explain(matter.reason, matter.values, "en")
    return f"{matter.source_key}: {why} [{matter.reason}] Cure: {reasons.cure(matter.reason, 'en')}"


@contextmanager
def _said_in_airflows_way() -> Iterator[None]:
    try:
        yield
    except WaitForWindow as wait:
        log.info("%s Coming back at %s.", wait, wait.until)
        raise AirflowRescheduleException(wait.until) from None
    except (NotReady, DayIsFull) as failure:
        raise AirflowFailException(str(failure)) from None


def _labelled(batches: Sequence[Batch]) -> list[dict[str, Any]]:
    """Batches for the mapped tasks, with a name for people: ids and counts only."""
    done: Counter[str] = Counter()
    labelled = []
    for batch in batches:
        first, last = done[batch.kind] + 1, done[batch.kind] + batch.bookings
        labelled.append({**vars(batch), "label": f"{WORDS[BookingKind(batch.kind)]} {first}-{last}"})
        done[batch.kind] = last
    return labelled


# Connections.


@contextmanager
def _at_night(run_id: str | None) -> Iterator[Night]:
    """The night of a run; a task whose run was never opened has nothing to do, and no task writes for a dry run."""
    if run_id is None:
        raise AirflowSkipException("The run was not opened; see task open_run.")
    with _said_in_airflows_way(), _ledger() as ledger:
        run = ledger.runs.get(run_id)
        if run.dry_run:
            raise AirflowSkipException("This is a dry run; what it found is in the log of task dry_run.")
        yield _night(ledger, run)


def _night(ledger: Ledger, run: Run, *, backfill: bool = False) -> Night:
    """`backfill`: its calls leave the nightly run's reserve alone (B7)."""
    from exact_online.hook import ExactOnlineHook

    practice = ledger.practices.get(run.practice)
    settings = ledger.practices.settings(practice, run.settings_version)
    client = ExactOnlineHook(EXACT).client(practice, ledger, backfill=backfill)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    return Night(ledger, client, practice, settings, run, SystemClock(), worker)


@contextmanager
def _ledger() -> Iterator[Ledger]:
    with closing(connect(_dsn(LEDGER))) as conn:
        yield Ledger(conn)


@contextmanager
def _james() -> Iterator[psycopg.Connection[Any]]:
    from exact_online.extract.reach import connect_james

    with closing(connect_james(_dsn(JAMES))) as conn:
        yield conn


def _dsn(conn_id: str) -> str:
    connection = BaseHook.get_connection(conn_id)
    parts = {
        "host": connection.host,
        "port": connection.port,
        "dbname": connection.schema,
        "user": connection.login,
        "password": connection.password,
    }
    return psycopg.conninfo.make_conninfo(**{name: value for name, value in parts.items() if value is not None})


def mail_on_failure() -> list[Callable[..., Any]]:
    """Mail to support for a run that failed, when an address is set (M21): also when it never came to its report."""
    address = os.environ.get(SUPPORT_MAIL_VARIABLE)
    if not address:
        return []
    from airflow.providers.smtp.notifications.smtp import send_smtp_notification

    return [
        send_smtp_notification(
            to=address,
            subject="Exact Online: {{ dag.dag_id }} failed",
            html_content="Run {{ dag_run.run_id }} of {{ dag.dag_id }} failed; the log of its red task says why and what cures it.",
        )
    ]
