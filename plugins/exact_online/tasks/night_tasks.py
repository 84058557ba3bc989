"""The tasks of a practice's night, one step each; Airflow's run id identifies the ledger's run.

Only the list of batches goes from task to task through XCom. All other state is in the ledger, so
any task can be cleared and can run on any machine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from airflow.sdk.exceptions import AirflowSkipException, DownstreamTasksSkipped

from exact_online.book_day import book_day
from exact_online.dutch import dutch_amount, dutch_day, dutch_number
from exact_online.failures import LinkFailure, NotReady, WaitForWindow
from exact_online.ledger import Adjustment, AttentionItem, Batch, Ledger, NightNumbers
from exact_online.mails.nights import tell_night
from exact_online.mails.outages import EXACT, JAMES, tell_answered
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
from exact_online.stops import Stop
from exact_online.tasks.batches import planned
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.metrics import measuring_traffic, send_night
from exact_online.tasks.nights import (
    is_of_days,
    night_of,
    noting_failures,
    noting_the_end,
    opened_night,
    skip_in_days,
    skip_what_waits,
    step_of_night,
    waiting_its_turn,
)
from exact_online.tasks.outcomes import fail_on_difference, fail_on_items, translate_failures
from exact_online.tasks.support_mail import deliver, post_of
from exact_online.vocabulary import Backfill, BookingKind, BookingState, Turn

BACKFILL_NAMES = {
    Backfill.NOTHING: "niets",
    Backfill.IMPORT: "boeken via de API",
    Backfill.EXCEL: "overdragen in een werkboek",
}

OF_TONIGHT = (
    "extract", "plan_debtors", "plan_entries", "check_rejections", "load_debtors", "load_entries",
    "plan_other_debtors", "load_other_debtors",
)  # fmt: skip
"""What a run of days of history leaves out: `choose_backfill` follows at once."""

log = logging.getLogger(__name__)


def dry_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Show what a night would book. Fails when it would leave a record rejected or held (B3)."""
    if not params["dry_run"]:
        raise AirflowSkipException("Niet gedaan: er is geen proefrun gevraagd; deze run boekt.")
    with (
        translate_failures("dry_run"),
        measuring_traffic(practice_code),
        ledger_session() as ledger,
        ledger_session() as rolled_back,
        james_session() as james,
    ):
        choices = dry_runs.Choices(
            params["backfill"],
            params["history_from"],
            params["rebuild_ledger"],
            _confirmed_by(dag_run, params),
            params["history_until"],
            _own_days(dag_run),
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


def open_run(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Open the run: take a token, read the division's lists, check that the practice is ready."""
    if params["dry_run"]:
        raise AirflowSkipException(
            "Niet gedaan: een proefrun boekt niets. Het log van taak dry_run heeft de uitkomst."
        )
    with (
        translate_failures("open_run"),
        noting_failures(practice_code, dag_run, "open_run", "open_run"),
        ledger_session() as ledger,
        measuring_traffic(practice_code),
    ):
        ledger.outages.forget_failure(practice_code, dag_run.run_id, "open_run")
        run = steps.open_run(ledger, practice_code, dag_run.run_id, book_day(dag_run.run_after))
        night = night_of(ledger, run)
        if ledger.runs.step_has_ended(run, "open_run"):
            night.exact.ask_again()
        with waiting_its_turn(ledger, dag_run), noting_the_end(night, "open_run"):
            night = _with_history(night, dag_run, params)
            if is_of_days(dag_run):
                own_days.make_ready(night)
            else:
                steps.make_ready(night, _confirmed_by(dag_run, params))
            ledger.runs.forget_ended(run)
        _tell_answered(ledger, EXACT)
        log.info("Run %s of practice %s.", run.run_id, practice_code)
        log.info("%s is klaar om te boeken: facturen tot %s.", night.practice.name, dutch_day(run.book_day))
    if is_of_days(dag_run):
        raise DownstreamTasksSkipped(tasks=list(OF_TONIGHT))


def _with_history(night: Night, dag_run: Any, params: dict[str, Any]) -> Night:
    """Decide what happens to older invoices: as the form says, or those of its own days."""
    first, last = params["history_from"], params["history_until"]
    days = _own_days(dag_run)
    if days is None:
        return history.choose(night, params["backfill"], first, last)
    if first or last:
        raise NotReady(Stop.HISTORY_DAYS_OF_NOTHING, practice=night.practice.code)
    return history.choose_days(night, params["backfill"], days)


def _own_days(dag_run: Any) -> history.Days | None:
    """Return the days of a run of Airflow's backfill; None for a night.

    Its data interval goes from the run before it to itself, so its day is the one before its book
    day.
    """
    if not is_of_days(dag_run):
        return None
    return book_day(dag_run.data_interval_start), book_day(dag_run.data_interval_end)


def extract(practice_code: str, dag_run: Any, params: dict[str, Any]) -> None:
    """Read debtors and invoices from James into staged rows."""
    skip_in_days(dag_run)
    with step_of_night(practice_code, dag_run, "extract") as night, james_session() as james:
        counts = steps.extract(night, james, history.scope_of(night), params["rebuild_ledger"])
        # What is planned from these rows comes after them: the lists were read now.
        night.ledger.runs.forget_ended(night.run, "plan_debtors", "plan_entries")
        _tell_answered(night.ledger, JAMES)
        log.info(
            "Uit James gelezen: %s debiteuren, %s facturen en declaraties met %s regels.",
            *map(dutch_number, (counts["debtors"], counts["invoices"], counts["lines"])),
        )


def _tell_answered(ledger: Ledger, shared: Collection[str]) -> None:
    """What stopped all practices works for this one."""
    tell_answered(post_of(ledger), shared)
    deliver(ledger)


def plan_debtors(practice_code: str, dag_run: Any) -> list[dict[str, Any]]:
    """Apply the booking rules to the staged debtors; return the batches for the mapped task."""
    skip_in_days(dag_run)
    with step_of_night(practice_code, dag_run, "plan_debtors") as night:
        return planned(steps.plan_debtors(night))


def plan_entries(practice_code: str, dag_run: Any) -> list[dict[str, Any]]:
    """Apply the booking rules to the staged invoices; return the batches for the mapped task."""
    skip_in_days(dag_run)
    with step_of_night(practice_code, dag_run, "plan_entries") as night:
        return planned(steps.plan_entries(night))


def plan_other_debtors(practice_code: str, dag_run: Any) -> list[dict[str, Any]]:
    """Return the batches of debtors that no open invoice waits for: they go after the invoices."""
    skip_in_days(dag_run)
    with opened_night(practice_code, dag_run, "plan_other_debtors") as night:
        return planned(steps.other_debtors(night))


def check_rejections(practice_code: str, dag_run: Any) -> None:
    """Fail when the booking rules rejected something that no earlier night told for that reason.

    Nothing was sent of it, and nothing else waits for it.
    """
    skip_in_days(dag_run)
    with opened_night(practice_code, dag_run, "check_rejections") as night:
        rejected = night.ledger.review.planning_rejections(night.run)
        fail_on_items(_new(night, rejected), BEFORE_PLANNING)
        log.info("De regels weigerden niets nieuws." if rejected else "De regels weigerden niets.")


def load(practice_code: str, dag_run: Any, batch: dict[str, Any]) -> None:
    """Send a batch, each booking exactly once. Fails when one of them is rejected or held.

    What waits for a debtor or an original that is not booked is no cause of its own: it is only
    logged.
    """
    skip_in_days(dag_run)
    wanted = Batch(**{name: batch[name] for name in Batch.__dataclass_fields__})
    task = _loading_task(wanted)
    step = f"{task} {wanted.kind} {wanted.first_id}"
    with step_of_night(practice_code, dag_run, task, step) as night:
        items = steps.load(night, wanted)
        totals = night.ledger.totals.of_batch(night.run, wanted)
        amount = "" if wanted.kind == BookingKind.DEBTOR else f", {dutch_amount(totals.booked_cents)} euro"
        numbers = map(dutch_number, (totals.booked, wanted.bookings))
        _fail_on_causes(night, items, task)
        log.info("%s van %s geboekt%s.", *numbers, amount)
        if task == "load_entries" and totals.booked < wanted.bookings and items:
            skip_what_waits(night, step)


def _loading_task(batch: Batch) -> str:
    if batch.kind != BookingKind.DEBTOR:
        return "load_entries"
    return "load_other_debtors" if batch.turn == Turn.OTHER_DEBTORS else "load_debtors"


def _fail_on_causes(
    night: Night,
    items: Sequence[AttentionItem],
    task: str,
    plans_anew: bool = False,
    last: Callable[[], None] = lambda: None,
) -> None:
    """Fail on items but those that wait for another record that is not booked, and those that are
    known.

    One cause is one red task, and what is red is new. `last` logs what is said before that.
    """
    new = _new(night, items)
    waiting = night.ledger.review.waiting_for_another(night.practice.code, new)
    for line in cause_lines([item for item in new if item.booking_id in waiting]):
        log.warning("%s", line)
    last()
    fail_on_items([item for item in new if item.booking_id not in waiting], task, plans_anew)


def _new(night: Night, items: Sequence[AttentionItem]) -> list[AttentionItem]:
    """Return what no earlier night told for the same reason; log how many it did."""
    known = night.ledger.review.known(night.run, items)
    if known:
        log.warning("Al bekend en nog open: %s. Zie de mail, of items.", dutch_number(len(known)))
    return [item for item in items if item.booking_id not in known]


def choose_backfill(practice_code: str, dag_run: Any) -> list[str]:
    """Return the task for older invoices: ``backfill_import``, ``backfill_excel``, or none (C5)."""
    with opened_night(practice_code, dag_run, "choose_backfill") as night:
        chosen = Backfill(night.run.backfill)
        log.info("Oudere facturen: %s.", BACKFILL_NAMES[chosen])
        return [] if chosen is Backfill.NOTHING else [f"backfill_{chosen}"]


def import_history(practice_code: str, dag_run: Any) -> None:
    """Book older invoices through the API, leaving the nightly runs their share of the calls."""
    with step_of_night(practice_code, dag_run, "backfill_import") as night, james_session() as james:
        older = history.for_history(night, lambda run: night_of(night.ledger, run, backfill=True))
        days = history.history_days(night)
        book = own_days.import_days if is_of_days(dag_run) else history.import_history
        items = book(older, james, days)
        _fail_on_causes(night, items, "backfill_import", last=_tell_history(night, days))


def hand_over_history(practice_code: str, dag_run: Any) -> None:
    """Hand over older invoices in workbooks for the bookkeeper. Fails when one is left out."""
    with step_of_night(practice_code, dag_run, "backfill_excel") as night, james_session() as james:
        older = history.for_history(night, lambda run: night_of(night.ledger, run, backfill=True))
        days = history.history_days(night)
        hand_over = own_days.hand_over_days if is_of_days(dag_run) else history.hand_over_history
        done = hand_over(older, james, days, night.run.book_day)
        if done.in_closed_periods:
            for line in wrapped(closed_periods_sentence(done.in_closed_periods)):
                log.warning("%s", line)
        _fail_on_causes(night, done.rejected, "backfill_excel", last=_tell_history(night, days))
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
        if is_of_days(dag_run):
            _reconcile_days(night)
        else:
            _reconcile_night(night)


def _reconcile_night(night: Night) -> None:
    if night.ledger.runs.james_totals(night.run.run_id) is None:
        raise AirflowSkipException(
            "Er is niets vergeleken: James is in deze run niet gelezen. Taak extract zegt waarom."
        )
    with james_session() as james:  # not before: one that is down has made extract red
        numbers = steps.reconcile(night, james, history.scope_of(night))
        older = history.found_history(night)
        of_older = history.compare_history(night_of(night.ledger, older), james) if older else None
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
    fail_on_difference(numbers, night.ledger.review.differences_of_run(older), "reconcile")


def report(practice_code: str, dag_run: Any) -> str:
    """Close the run, log its numbers, and mail support when something needs attention (M21).

    Return the night in one sentence. Skipped when the first task did not succeed: then the run is
    closed as failed, and what stopped it is mailed.
    """
    _end_unopened(practice_code, dag_run)
    with opened_night(practice_code, dag_run, "report") as night:
        if is_of_days(dag_run):
            return _report_days(night)
        numbers, items = steps.report(night)
        send_night(night, numbers, items)
        counts = numbers.to_json() if numbers else {}
        log.info(
            "%s", ", ".join(f"{name} {value}" for name, value in counts.items() if isinstance(value, int))
        )
        adjustments = night.ledger.review.adjustments_of_run(night.run.run_id)
        warnings = [adjustment for adjustment in adjustments if adjustment.reason in WARNINGS]
        _log_adjustments(adjustments)
        failures = night.ledger.outages.failures(practice_code, dag_run.run_id)
        post = post_of(night.ledger)
        tell_night(post, night.practice, night.run.book_day, failures, numbers, warnings)
        deliver(night.ledger)
        for stop in night.ledger.runs.stops(night.run):
            why = f" Taak {stop.task} is rood en zegt waarom." if stop.is_red else ""
            for line in wrapped(f"Niet (helemaal) gedaan: {', '.join(stop.tasks)}.{why}"):
                log.warning("%s", line)
        if numbers is None:
            log.info(
                "Nacht van %s: niet vergeleken; de rode taak zegt waarom.", dutch_day(night.run.book_day)
            )
            return night_sentence(numbers)
        sales, general = numbers.sales_entries, numbers.general_journal_entries
        log.info(
            "Nacht van %s: %s verkoopboekingen en %s memoriaalboekingen geboekt, %s open.",
            dutch_day(night.run.book_day),
            *map(dutch_number, (sales, general, len(items))),
        )
        return night_sentence(numbers)


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


def _report_days(night: Night) -> str:
    """Close a run of days of history. The next night mails what it left open."""
    days = history.history_days(night)
    numbers = night.ledger.runs.numbers(night.run.run_id)
    items = night.ledger.review.open_of_days(night.practice.code, days)
    night.ledger.runs.finish(night.run.run_id, steps.outcome(numbers, items))
    _tell_history(night, days)()
    return night_sentence(numbers)


def _log_adjustments(adjustments: Sequence[Adjustment]) -> None:
    """Log what was shortened or left out, and in Dutch what is odd and booked all the same."""
    for adjustment in adjustments:
        if adjustment.reason in WARNINGS:
            for line in wrapped(warning_sentence(adjustment)):
                log.warning("%s", line)
        else:
            log.info("%s: a value was shortened or left out [%s]", adjustment.source_key, adjustment.reason)


def _confirmed_by(dag_run: Any, params: dict[str, Any]) -> str | None:
    """Return the user who confirms that the listed relations are ours; None when nobody does."""
    if not params["confirm_relations"]:
        return None
    return getattr(dag_run, "triggering_user_name", None) or "somebody who started the run by hand"
