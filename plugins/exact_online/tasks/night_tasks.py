"""The tasks of a practice's night, one step each; Airflow's run id identifies the ledger's run.

All state is in the ledger, so any task can be cleared and can run on any machine. The first task is
in `preparing`, those that send are in `loading`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.book_day import book_day
from exact_online.dutch import dutch_amount, dutch_day, dutch_number
from exact_online.failures import LinkFailure, WaitForWindow
from exact_online.ledger import Adjustment, AttentionItem, Ledger, NightNumbers
from exact_online.mails.nights import tell_night
from exact_online.night import dry_run as dry_runs
from exact_online.night import history, own_days, steps
from exact_online.night.context import Night
from exact_online.reason_codes import WARNINGS
from exact_online.report.dry_run import dry_run_lines
from exact_online.report.log_lines import BEFORE_PLANNING, cause_lines, wrapped
from exact_online.report.sentences import (
    closed_periods_sentence,
    history_lines,
    night_sentence,
    warning_sentence,
)
from exact_online.tasks.causes import fail_on_causes, new_items
from exact_online.tasks.complete import end_when_done
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.metrics import measuring_traffic, send_night
from exact_online.tasks.nights import (
    forget_done,
    is_of_days,
    night_of,
    note_done,
    noting_failures,
    opened_night,
    skip_in_days,
    step_of_night,
)
from exact_online.tasks.outcomes import fail_on_difference, fail_on_items, translate_failures
from exact_online.tasks.preparing import confirmed_by, own_days_of
from exact_online.tasks.support_mail import deliver, post_of
from exact_online.vocabulary import Backfill, BookingState

BACKFILL_NAMES = {
    Backfill.NOTHING: "niets",
    Backfill.IMPORT: "boeken via de API",
    Backfill.EXCEL: "overdragen in een werkboek",
}

James = psycopg.Connection[Any]

log = logging.getLogger(__name__)


def dry_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Show what a night would book. Fails when it would leave a record rejected or held (B3)."""
    if not params["dry_run"]:  # cleared by somebody: Airflow skips it otherwise
        raise AirflowSkipException("Niet gedaan: er is geen proefrun gevraagd; deze run boekt.")
    with (
        translate_failures("dry_run"),
        noting_failures(practice_code, dag_run, "dry_run"),
        measuring_traffic(practice_code),
        ledger_session() as ledger,
        ledger_session() as rolled_back,
        james_session() as james,
    ):
        ledger.outages.forget_failure(practice_code, dag_run.run_id, "dry_run")
        choices = dry_runs.Choices(
            params["backfill"],
            params["history_from"],
            params["rebuild_ledger"],
            confirmed_by(dag_run, params),
            params["history_until"],
            own_days_of(dag_run),
        )
        with _ending_when_it_fails(ledger, practice_code, dag_run):
            day = book_day(dag_run.run_after)
            run = steps.open_run(ledger, practice_code, dag_run.run_id, day, dry_run=True)
            numbers, items = dry_runs.dry_run(night_of(ledger, run), rolled_back, james, choices)
        for line in dry_run_lines(numbers):
            log.info("%s", line)
        log.info(
            "The same numbers in cents, with the keys of open records: row %s of exact_sync.run.", run.run_id
        )
        _log_what_would_stay_open(numbers, items)


@contextmanager
def _ending_when_it_fails(ledger: Ledger, practice_code: str, dag_run: Any) -> Iterator[None]:
    """Close the run of a dry run that fails: else its page would wait for it."""
    try:
        yield
    except WaitForWindow:
        raise
    except BaseException:
        with suppress(psycopg.Error, LinkFailure):  # what failed is told, not this
            ledger.runs.end_unopened(practice_code, dag_run.run_id, dry_run=True)
        raise


def _log_what_would_stay_open(numbers: NightNumbers, items: Sequence[AttentionItem]) -> None:
    """Log what a night would leave open. Fails for a rejection and for a difference."""
    rejected = [item for item in items if item.state in (BookingState.REJECTED, BookingState.HELD)]
    for line in cause_lines([item for item in items if item not in rejected]):
        log.warning("%s", line)
    fail_on_items(rejected, "dry_run", plans_anew=True)
    fail_on_difference(numbers, [], "dry_run")
    log.info("Er is niets geschreven; de nacht zou alles boeken.")


def check_rejections(practice_code: str, dag_run: Any) -> None:
    """Fail when the booking rules rejected something that no earlier night told for that reason.

    Nothing was sent of it, and nothing else waits for it.
    """
    skip_in_days(dag_run)
    with opened_night(practice_code, dag_run, "check_rejections") as night:
        rejected = night.ledger.review.planning_rejections(night.run.practice)
        fail_on_items(new_items(night, rejected), BEFORE_PLANNING)
        log.info("De regels weigerden niets nieuws." if rejected else "De regels weigerden niets.")


def backfill(practice_code: str, dag_run: Any) -> None:
    """Do with older invoices what was chosen: nothing, book them, or hand them over (C5)."""
    with step_of_night(practice_code, dag_run, "backfill") as night:
        chosen = Backfill(night.run.backfill)
        log.info("Oudere facturen: %s.", BACKFILL_NAMES[chosen])
        if chosen is Backfill.NOTHING:
            raise AirflowSkipException("Er is niets te doen met oudere facturen.")
        forget_done(night, "backfill", "reconcile")
        with james_session() as james:
            of_days = is_of_days(dag_run)
            if chosen is Backfill.IMPORT:
                _import_history(night, james, own_days.import_days if of_days else history.import_history)
            else:
                _hand_over(night, james, own_days.hand_over_days if of_days else history.hand_over_history)


def _import_history(night: Night, james: James, book: Callable[..., list[AttentionItem]]) -> None:
    """Book older invoices through the API, leaving the nightly runs their share of the calls."""
    older = history.for_history(night, lambda run: night_of(night.ledger, run, backfill=True))
    days = history.history_days(night)
    items = book(older, james, days)
    note_done(night, "backfill")
    fail_on_causes(night, items, "backfill", last=_tell_history(night, days))


def _hand_over(night: Night, james: James, hand_over: Callable[..., history.HandOver]) -> None:
    """Hand over older invoices in workbooks for the bookkeeper. Fails when one is left out."""
    older = history.for_history(night, lambda run: night_of(night.ledger, run, backfill=True))
    days = history.history_days(night)
    done = hand_over(older, james, days, night.run.book_day)
    note_done(night, "backfill")
    if done.in_closed_periods:
        for line in wrapped(closed_periods_sentence(done.in_closed_periods)):
            log.warning("%s", line)
    fail_on_causes(night, done.rejected, "backfill", last=_tell_history(night, days))
    log.info("%s werkboek(en) gemaakt.", done.workbooks)


def _tell_history(night: Night, days: history.Days) -> Callable[[], None]:
    """Return what logs how the days stand: a green task says too what of them is not booked."""

    def tell() -> None:
        totals = night.ledger.totals.by_state(night.practice.code, days)
        for place, line in enumerate(history_lines(days, totals)):
            for part in wrapped(line):
                log.log(logging.WARNING if place else logging.INFO, "%s", part)

    return tell


def reconcile(practice_code: str, dag_run: Any) -> None:
    """Compare James, the ledger and Exact to the cent. Fails on what differs and did not before.

    Skipped when this run has not read James: its failed task says why.
    """
    with opened_night(practice_code, dag_run, "reconcile") as night:
        forget_done(night, "reconcile")
        if is_of_days(dag_run):
            _reconcile_days(night)
        else:
            _reconcile_night(night)


def _reconcile_night(night: Night) -> None:
    if night.ledger.runs.james_totals(night.run.run_id) is None:
        raise AirflowSkipException(
            "Er is niets vergeleken: James is in deze run niet gelezen. Taak prepare zegt waarom."
        )
    with james_session() as james:  # not before: one that is down has made prepare red
        numbers = steps.reconcile(night, james, history.scope_of(night))
        older = history.found_history(night)
        of_older = history.compare_history(night_of(night.ledger, older), james) if older else None
    note_done(night, "reconcile")
    found = night.ledger.review.differences_of_run(night.run)
    fail_on_difference(numbers, found, "reconcile")
    if of_older:
        fail_on_difference(*of_older, "reconcile")
    amounts = {"geboekt": numbers.ledger_cents, "nog open": numbers.open_cents}
    if numbers.closed_cents:
        amounts["gesloten"] = numbers.closed_cents
    parts = [f"{dutch_amount(cents)} euro {name}" for name, cents in amounts.items()]
    log.info("Vergeleken tot op de cent: %s.", ", ".join(parts))


def _reconcile_days(night: Night) -> None:
    older = history.found_history(night)
    if older is None:
        raise AirflowSkipException("Er is niets vergeleken: de dagen van deze run zijn niet gelezen.")
    with james_session() as james:
        numbers = own_days.compare_days(night_of(night.ledger, older), james)
    night.ledger.runs.save_numbers(night.run.run_id, numbers)
    note_done(night, "reconcile")
    fail_on_difference(numbers, night.ledger.review.differences_of_run(older), "reconcile")


def report(practice_code: str, dag_run: Any, ti: Any, outlet_events: Any) -> str:
    """Close the run, log its numbers, and mail support when something needs attention (M21).

    Return the night in one sentence, and announce one that is complete. Skipped when the run was
    not opened: then it is closed as failed, and what stopped it is mailed.
    """
    _end_unopened(practice_code, dag_run)
    with opened_night(practice_code, dag_run, "report") as night:
        forget_done(night, "report")
        numbers, lines = _report_days(night) if is_of_days(dag_run) else _report_night(night)
        note_done(night, "report")
        end_when_done(night, dag_run, ti, outlet_events)
        for line in lines:
            log.info("%s", line)
        return night_sentence(numbers)


def _report_night(night: Night) -> tuple[NightNumbers | None, list[str]]:
    """Close a night, and return its numbers and the last lines of its log."""
    numbers, items = steps.report(night)
    send_night(night, numbers, items)
    counts = numbers.to_json() if numbers else {}
    log.info("%s", ", ".join(f"{name} {value}" for name, value in counts.items() if isinstance(value, int)))
    adjustments = night.ledger.review.adjustments_of_run(night.run.run_id)
    warnings = [adjustment for adjustment in adjustments if adjustment.reason in WARNINGS]
    _log_adjustments(adjustments)
    failures = night.ledger.outages.failures(night.practice.code, night.run.airflow_run_id)
    tell_night(post_of(night.ledger), night.practice, night.run.book_day, failures, numbers, warnings)
    deliver(night.ledger)
    for stop in night.ledger.runs.stops(night.run):
        why = f" Taak {stop.task} is rood en zegt waarom." if stop.is_red else ""
        for line in wrapped(f"Niet (helemaal) gedaan: {', '.join(stop.tasks)}.{why}"):
            log.warning("%s", line)
    day = dutch_day(night.run.book_day)
    if numbers is None:
        return None, [f"Nacht van {day}: niet vergeleken; de rode taak zegt waarom."]
    counted = (numbers.sales_entries, numbers.general_journal_entries, len(items))
    sales, general, left = map(dutch_number, counted)
    booked = f"{sales} verkoopboekingen en {general} memoriaalboekingen geboekt"
    return numbers, [f"Nacht van {day}: {booked}, {left} open."]


def _end_unopened(practice_code: str, dag_run: Any) -> None:
    """Close a run that was not opened: else it would look as if it still ran."""
    with translate_failures("report"), ledger_session() as ledger:
        run = ledger.runs.end_unopened(practice_code, dag_run.run_id)
        if run is None or is_of_days(dag_run):
            return
        ledger.home.check()  # a copy of the ledger mails nobody
        failures = ledger.outages.failures(practice_code, dag_run.run_id)
        tell_night(post_of(ledger), ledger.practices.get(practice_code), run.book_day, failures)
        deliver(ledger)


def _report_days(night: Night) -> tuple[NightNumbers | None, list[str]]:
    """Close a run of days of history. The next night mails what it left open."""
    days = history.history_days(night)
    numbers = night.ledger.runs.numbers(night.run.run_id)
    items = night.ledger.review.open_of_days(night.practice.code, days)
    night.ledger.runs.finish(night.run.run_id, steps.outcome(numbers, items))
    _tell_history(night, days)()
    return numbers, []


def _log_adjustments(adjustments: Sequence[Adjustment]) -> None:
    """Log what was shortened or left out, and in Dutch what is odd and booked all the same."""
    for adjustment in adjustments:
        if adjustment.reason in WARNINGS:
            for line in wrapped(warning_sentence(adjustment)):
                log.warning("%s", line)
        else:
            log.info("%s: a value was shortened or left out [%s]", adjustment.source_key, adjustment.reason)
