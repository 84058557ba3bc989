"""The steps of a night in the order of time: open, extract, plan, load, reconcile, report."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import Any

import pandas as pd
import psycopg

from exact_online import requirements
from exact_online.api import entries_mirror
from exact_online.api.identity import divisions
from exact_online.api.lists import fetch_lists, keep_lists
from exact_online.api.relations import fetch_relations
from exact_online.extract.contract import check_contract
from exact_online.extract.debtors import stage_changed_debtors
from exact_online.extract.frames import credited_frame, debtors_frame, invoice_chunks
from exact_online.extract.months import reads_all, stage_changed
from exact_online.extract.revenue import totals_before
from exact_online.extract.snapshot import snapshot
from exact_online.failures import NotReady, WaitForWindow
from exact_online.ledger import AttentionItem, Batch, Ledger, NightNumbers, Run, RunOutcome
from exact_online.load.batch import UNSETTLED, dry_run_batch, resolve_doubts, work_off
from exact_online.load.stop import check_goes
from exact_online.night.context import BATCH_SIZE, UPLOAD_BATCH_SIZE, Night
from exact_online.night.matching import note_matches
from exact_online.night.plan_rows import adjustments_of, rejected_rows
from exact_online.night.remarks import note_remarks
from exact_online.readiness import readiness_problems
from exact_online.report.numbers import Reconciliation, StillSettling, numbers_of
from exact_online.stops import Stop
from exact_online.transform import transform_debtors, transform_invoices
from exact_online.transform.debtors import debtor_rules
from exact_online.transform.plans import BOOKING_LINE_COLUMNS
from exact_online.vocabulary import BookingKind, Turn

DEBTOR_KEY = "debiteur:"
"""Before a debtor's number, so that every record of a practice has a key of its own: factuur:..,
declaratie:.., debiteur:.."""

MAX_ENTERED_BY_HAND = 3
"""So many invoices that Exact has and the ledger never saw are taken for a bookkeeper's own work;
more are a pattern (docs/reliability.md, "Before the first write")."""

CHUNK_INVOICES = 20_000
"""Invoices planned at once: bounds the memory of a night."""

TONIGHT = (Turn.FIRST, Turn.AGAIN)
"""The turns of invoices since the link date, and of the debtors that they wait for."""

log = logging.getLogger(__name__)


# 1. Open.


def open_run(
    ledger: Ledger, practice_code: str, airflow_run_id: str, book_day: dt.date, *, dry_run: bool = False
) -> Run:
    """Write the run down in the ledger, or find it again, and return it.

    Raises NotReady when the practice has no settings or settings that can't be used, no link with
    Exact, or is not active yet, and when the ledger can't hold one writer per practice (a pooler in
    between), or is a copy (FR-L8).
    """
    ledger.check_one_writer()
    ledger.home.check()
    practice = ledger.practices.get(practice_code)
    if not (practice.active or dry_run):
        raise NotReady(Stop.PRACTICE_NOT_ACTIVE, practice=practice_code)
    version = ledger.practices.latest_version(practice)
    run = ledger.runs.open(practice_code, airflow_run_id, book_day, dry_run, settings_version=version)
    ledger.practices.settings(practice, version)  # after it: a night that they stop is a night that failed
    return run


def make_ready(night: Night, confirmed_by: str | None = None) -> None:
    """Refresh the division's lists, resolve what is doubtful, check that it can take bookings.

    `confirmed_by`: who says that the relations listed for confirmation are ours (M15); None when
    nobody did. Raises NotReady with one sentence per fault.
    """
    check_goes(night.ledger, night.practice.code)
    read_division(night, confirmed_by)
    resolve_doubts(night.load_session())
    night.ledger.runs.note_ready(night.run)


def read_anew(night: Night) -> Night:
    """Read settings, lists, relations and journals again; return the night with them.

    For a step that is begun again: who cleared it has put something right meanwhile. Raises as
    `make_ready`.
    """
    night.exact.ask_again()
    settings = night.ledger.practices.settings(night.practice)
    renewed = replace(
        night, settings=settings, run=night.ledger.runs.use_settings(night.run, settings.version)
    )
    read_division(renewed, None)
    return renewed


def read_division(night: Night, confirmed_by: str | None, *, of_range: bool = False) -> None:
    """Do all of `make_ready` but resolving the doubtful bookings.

    `of_range`: for days of history alone, which leave the list of requirements to the nights.
    """
    _check_division(night)
    document = fetch_lists(night.exact, night.first_day)
    keep_lists(night.ledger.mirrors, night.practice.code, document, night.first_day)
    if not (night.ledger.is_dry_run or of_range):
        requirements.refresh(night.ledger, night.practice, night.settings, night.lists, night.run.book_day)
    changes = fetch_relations(night.exact, night.ledger.mirrors.relation_cursors(night.practice.code))
    night.ledger.mirrors.save_relations(night.practice.code, changes)
    if gone := night.ledger.relations.forget_deleted(night.practice.code):
        log.warning("Deleted in Exact, to be made again: debtors %s.", ", ".join(gone))
    if confirmed_by and (adopted := night.ledger.relations.adopt(night.practice.code, confirmed_by)):
        log.info("Confirmed by %s to be ours: debtors %s.", confirmed_by, ", ".join(adopted))
    found = readiness_problems(night.settings, night.lists, night.run.book_day)
    note_remarks(night)
    if found:
        raise NotReady.of([(problem.reason, problem.values) for problem in found])
    _read_journals(night)


def _read_journals(night: Night) -> None:
    """Read what stands in our journals, so that taken numbers are known before we send."""
    days = (night.first_day, night.run.book_day)
    journals = entries_mirror.journals_of(night.settings, night.lists, night.first_day, days)
    mirror, code = night.ledger.mirrors, night.practice.code
    is_older = night.first_day < night.practice.first_sync_date  # than the mirror
    if is_older and not entries_mirror.is_read_since(mirror, code, journals):
        entries_mirror.reload(night.exact, mirror, code, journals)
    else:
        entries_mirror.refresh(night.exact, mirror, code, journals, deletions=False)


def _check_division(night: Night) -> None:
    """Check that the division is the one chosen: same number, same name (FR-C11, FR-J11)."""
    names = {division.code: division.name for division in divisions(night.exact)}
    wanted, name = night.practice.division, night.practice.division_name
    if wanted not in names:
        raise NotReady(Stop.DIVISION_NOT_GRANTED, division=wanted, name=name)
    judged = requirements.judge_name(night.ledger, night.practice, names[wanted], night.settings.version)
    if judged.is_open:
        raise NotReady.of([(problem.reason, problem.values) for problem in judged.findings])


# 2. Extract.


def extract(
    night: Night,
    james: psycopg.Connection[Any],
    scope: tuple[dt.date, dt.date],
    rebuild_ledger: bool = False,
) -> dict[str, int]:
    """Stage the debtors, and the invoices since the link date, that are new or changed in James, or
    are not booked yet.

    Returns the counts ``debtors``, ``invoices``, ``lines`` and ``months``: those that were read.
    `scope` is the days that this run answers for; what James says they come to is kept, from the
    same snapshot. Raises NotReady when Exact has so much of ours that the ledger does not know that
    the ledger must be an older one, unless a person said to adopt it (`rebuild_ledger`, which reads
    James in full as well; FR-J8, FR-J9).
    """
    run, practice, staging = night.run, night.practice, night.ledger.staging
    rules = debtor_rules(night.settings, night.lists).digest
    read_at, days = staging.moment(), (practice.link_date, max(practice.link_date, run.book_day))
    with snapshot(james):
        check_contract(james)
        in_full = rebuild_ledger or reads_all(night.ledger, run, days[0])
        debtors = stage_changed_debtors(james, night.ledger, run, rules, in_full=in_full).debtors
        read = stage_changed(james, night.ledger, run, days, in_full=in_full)
        totals = totals_before(james, practice.james_practice_code, scope, days[0], read.totals)
    staging.note_read(run.run_id, read_at, days, debtors=True)
    if not night.ledger.is_dry_run:
        codes = staging.professions(run.run_id)
        requirements.see_professions(night.ledger, practice, night.settings, night.lists, codes)
    if rebuild_ledger:
        night.ledger.to_judge.ask_whole(practice.code)
    else:
        _check_age_of_ledger(night)
    night.ledger.runs.save_james_totals(run.run_id, totals)  # last: an extract that failed has none
    counts = read.counts
    return {
        "debtors": debtors, "invoices": counts.invoices, "lines": counts.lines, "months": read.months,
    }  # fmt: skip


def _check_age_of_ledger(night: Night) -> None:
    """Stop a restored backup, or a second environment on the division, from sending again.

    A few invoices that a bookkeeper typed while the link was down are no such pattern: what stands
    under their numbers is read and compared before anything is sent.
    """
    unknown = night.ledger.planning.unknown_invoices(night.run, night.settings.journals)
    if len(unknown) > MAX_ENTERED_BY_HAND or any(invoice.is_overdue for invoice in unknown):
        raise NotReady(Stop.LEDGER_OLDER_THAN_EXACT, count=len(unknown), first=unknown[0].invoice_number)
    if unknown:
        numbers = ", ".join(invoice.invoice_number for invoice in unknown)
        log.warning("In Exact already, entered by others; each is compared first: %s.", numbers)


# 3. Plan.


def plan_debtors(night: Night) -> list[Batch]:
    """Make every staged debtor a planned booking or a rejection; unchanged ones cost nothing.

    Returns the batches of the debtors that open invoices wait for. Raises LockLost while another
    worker has the practice: nothing may change under a batch that is being sent.
    """
    with night.ledger.holding(night.practice.code):
        if not plan_debtors_of(night):
            night.ledger.james_debtors.settle(night.run)
        night.ledger.planning.give_turns(night.run)
    return [batch for batch in _batches(night, *TONIGHT) if batch.kind == BookingKind.DEBTOR]


def plan_debtors_of(night: Night, *, all_debtors: bool = True) -> int:
    """Plan the debtors that the run staged. The caller holds the practice.

    `all_debtors`: they are all that may look like a relation of nobody's. Returns how many are left
    to a run that read James later.
    """
    if not night.ledger.staging.has_debtors(night.run.run_id):
        note_matches(night, None, all_debtors=all_debtors)
        return 0
    debtors = debtors_frame(night.ledger.staging, night.run.run_id)
    plans = transform_debtors(debtors, night.settings, night.lists)
    frames = (plans.bookings, rejected_rows(plans.rejections))
    keyed = [frame.assign(source_key=DEBTOR_KEY + frame["source_key"]) for frame in frames]
    note_matches(night, debtors, all_debtors=all_debtors)
    night.ledger.review.save_adjustments(night.run, adjustments_of(plans.adjustments, DEBTOR_KEY))
    lines = pd.DataFrame(columns=list(BOOKING_LINE_COLUMNS))
    left = night.ledger.planning.save_plan(night.run, keyed, lines)
    _log_left(night, left)
    return left


def plan_entries(night: Night) -> list[Batch]:
    """Make every staged invoice and claim a planned booking or a rejection.

    Returns the batches of entries since the link date. Raises LockLost as `plan_debtors`.
    """
    with night.ledger.holding(night.practice.code):
        plan_invoices(night, handed_over=False)
        night.ledger.james_months.settle(night.run)
        night.ledger.bookings.doubt_taken_numbers(night.run)
        night.ledger.planning.give_turns(night.run)
    return [batch for batch in _batches(night, *TONIGHT) if batch.kind != BookingKind.DEBTOR]


def other_debtors(night: Night) -> list[Batch]:
    """Return the batches of debtors that no open invoice waits for: they are sent after it."""
    return _batches(night, Turn.OTHER_DEBTORS)


def write_batches(night: Night) -> list[Batch]:
    """Write down what the night sends, when all of it is planned; return the batches."""
    batches = _batches(night, *TONIGHT, Turn.OTHER_DEBTORS)
    night.ledger.planning.save_batches(night.run, batches)
    return batches


def plan_history(night: Night) -> list[Batch]:
    """Make every staged invoice from before the link date a planned booking or a rejection.

    Returns their batches, and those of history that is left over from an earlier day. Raises
    LockLost as `plan_debtors`.
    """
    with night.ledger.holding(night.practice.code):
        left = plan_invoices(night, handed_over=False)
        night.ledger.bookings.doubt_taken_numbers(night.run)
        night.ledger.planning.give_turns(night.run, history=True)
        if not left:
            night.ledger.runs.note_history_planned(night.run)
    size = UPLOAD_BATCH_SIZE if night.settings.bulk else BATCH_SIZE
    return _batches(night, Turn.HISTORY, size=size)


def plan_invoices(night: Night, handed_over: bool) -> int:
    """Plan the staged invoices of the run, a chunk at a time. This is the one place that chunks.

    `handed_over`: write new bookings down as handed over in a workbook instead of planned.
    The caller holds the practice. Returns how many are left to a run that read James later.
    """
    lists, left = night.lists, 0
    for invoices, lines in invoice_chunks(night.ledger.staging, night.run.run_id, CHUNK_INVOICES):
        credited = credited_frame(night.ledger.staging, night.practice.code, night.run.run_id, invoices)
        plans = transform_invoices(invoices, lines, night.settings, lists, credited)
        records = (plans.bookings, rejected_rows(plans.rejections))
        left += night.ledger.planning.save_plan(night.run, records, plans.booking_lines, handed_over)
        night.ledger.review.save_adjustments(night.run, adjustments_of(plans.warnings))
    _log_left(night, left)
    return left


def _log_left(night: Night, left: int) -> None:
    if left:
        log.info("%s record(s) of run %s are left to a run that read James later.", left, night.run.run_id)


def _batches(night: Night, *turns: Turn, size: int = BATCH_SIZE) -> list[Batch]:
    batches = night.ledger.planning.batches(night.practice.code, size)
    return [batch for batch in batches if batch.turn in turns]


# 4. Load.


def load(night: Night, batch: Batch) -> list[AttentionItem]:
    """Send a batch; return what of it is rejected, held or doubtful. A dry run sends nothing."""
    work = dry_run_batch if night.ledger.is_dry_run else work_off
    return work(night.load_session(), batch)


# 5. Reconcile and report.


def reconcile(night: Night, james: psycopg.Connection[Any], scope: tuple[dt.date, dt.date]) -> NightNumbers:
    """Compare James, the ledger and Exact over the days this run answers for, and keep the numbers.

    Raises as `compare`.
    """
    numbers = compare(night, james, scope)
    night.ledger.runs.save_numbers(night.run.run_id, numbers)
    return numbers


def compare(
    night: Night, james: psycopg.Connection[Any], days: tuple[dt.date, dt.date], *, deletions: bool = True
) -> NightNumbers:
    """Compare James, the ledger and Exact over days, and write down each difference.

    `deletions`: ask Exact which entries were removed too, which costs a call. Raises WaitForWindow
    when Exact may need a moment to show what was booked last.
    """
    comparison = Reconciliation(
        night.ledger,
        james,
        night.exact,
        night.practice,
        night.run,
        night.settings,
        night.lists,
        days,
        night.settle_seconds,
        deletions,
    )
    try:
        with snapshot(james):
            compared = comparison.compare()
    except StillSettling as settling:
        until = night.clock.now() + dt.timedelta(seconds=settling.seconds)
        raise WaitForWindow(Stop.BOOKED_NOT_SHOWN, until) from None
    return replace(
        numbers_of(night.ledger, night.run, compared.cells, night.lists, days),
        differences_new=compared.differences.new,
        differences_known=compared.differences.known,
        differences_accepted=compared.differences.accepted,
        other_entries=compared.other_entries,
    )


def report(night: Night) -> tuple[NightNumbers | None, list[AttentionItem]]:
    """Close the run. Return its numbers and the practice's attention items.

    The items are what is open, and what this run was the first to find different from what is
    booked.
    """
    numbers, review = night.ledger.runs.numbers(night.run.run_id), night.ledger.review
    unfinished = review.unfinished_items(night.practice.code)
    night.ledger.runs.finish(night.run.run_id, outcome(numbers, unfinished))
    runs = [night.ledger.runs.get(run_id) for run_id in night.ledger.runs.ids_of_night(night.run)]
    found = [item for run in runs for item in review.differences_of_run(run)]
    return numbers, review.open_items(night.practice.code) + found


def outcome(numbers: NightNumbers | None, items: list[AttentionItem]) -> RunOutcome:
    """Return how a run ended."""
    if numbers is None or numbers.differences_new:
        return RunOutcome.FAILED
    if any(item.state in UNSETTLED for item in items):
        return RunOutcome.UNFINISHED
    return RunOutcome.REJECTED if items else RunOutcome.COMPLETE
