"""The steps of a practice's night, in the order of time. Free of Airflow: the tasks call these, and so do the tests.

Each step may be done again at any time and by any machine: what is done stands in the ledger.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg

from exact_online.clock import Clock
from exact_online.exact import entries_mirror
from exact_online.exact.client import ExactClient
from exact_online.exact.identity import divisions
from exact_online.exact.lists import fetch_lists, load_lists, store_lists
from exact_online.exact.relations import cursors, fetch_relations, store_relations
from exact_online.failures import NotReady, WaitForWindow
from exact_online.ledger import Batch, Ledger, Matter, Practice, Run
from exact_online.load.batch import rehearse, resolve_doubts, work_off
from exact_online.load.session import SETTLE_SECONDS, LoadSession
from exact_online.readiness import complaints
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import Backfill, BookingKind

if TYPE_CHECKING:
    import pandas as pd

BATCH_SIZE = 250
"""Bookings per task: a few minutes of work at 60 calls a minute, so that a task that dies leaves little to look up."""

DEBTOR_KEY = "debiteur:"
"""Before a debtor's number, so that every record of a practice has a key of its own: factuur:.., declaratie:.., debiteur:.."""

CHUNK_INVOICES = 20_000
"""Invoices planned at once: bounds the memory of a night."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """One run of one practice: what every step needs at hand."""

    ledger: Ledger
    exact: ExactClient
    practice: Practice
    settings: PracticeSettings
    run: Run
    clock: Clock
    worker: str
    settle_seconds: float = SETTLE_SECONDS

    @property
    def lists(self) -> ExactLists:
        return load_lists(self.ledger.conn, self.practice.code)

    def load_session(self) -> LoadSession:
        exact = self.exact.rehearsing() if self.ledger.undoes else self.exact
        return LoadSession(self.ledger, exact, self.run, self.lists, self.clock, self.worker, self.settle_seconds)


# 1. Open.


def open_run(ledger: Ledger, practice_code: str, airflow_run_id: str, book_day: dt.date, *, dry_run: bool = False) -> Run:
    """Put the run down in the ledger, or find it again. NotReady when the practice has no settings, no link, or no nights yet."""
    practice = ledger.practice(practice_code)
    if not (practice.active or dry_run):
        raise NotReady(
            f"Practice {practice_code} is not active yet, so nothing was booked: start its DAG with 'Dry run', and set it active in "
            "exact_sync.practice when the result is as it should be."
        )
    settings = ledger.settings(practice)
    return ledger.open_run(practice_code, airflow_run_id, book_day, dry_run, settings_version=settings.version)


def make_ready(night: Night, confirmed_by: str | None = None) -> None:
    """Refresh the division's lists, resolve what is doubtful, and refuse to go on when the division can't take bookings.

    `confirmed_by`: who says that the relations listed for confirmation are ours (M15); None when nobody did.
    """
    _read_division(night, confirmed_by)
    resolve_doubts(night.load_session())


def _read_division(night: Night, confirmed_by: str | None) -> None:
    """All of `make_ready` but the doubts."""
    _check_division(night)
    document = fetch_lists(night.exact, night.practice.first_sync_date.year)
    store_lists(night.ledger.conn, night.practice.code, document)
    changes = fetch_relations(night.exact, cursors(night.ledger.conn, night.practice.code))
    store_relations(night.ledger.conn, night.practice.code, changes)
    if gone := night.ledger.forget_deleted_relations(night.practice.code):
        log.warning("Deleted in Exact, to be made again: debtors %s.", ", ".join(gone))
    if confirmed_by and (adopted := night.ledger.adopt_relations(night.practice.code, confirmed_by)):
        log.info("Confirmed by %s to be ours: debtors %s.", confirmed_by, ", ".join(adopted))
    found = complaints(night.settings, night.lists, night.run.book_day)
    if found:
        raise NotReady(f"Practice {night.practice.code} can't be booked: {' '.join(found)}")
    _read_journals(night)


def _read_journals(night: Night) -> None:
    """What stands in our journals, so that a number that is taken is known before anything is sent."""
    days = (night.practice.first_sync_date, night.run.book_day)
    journals = entries_mirror.journals_of(night.practice, night.settings, night.lists, days)
    entries_mirror.refresh(night.exact, night.ledger.conn, night.practice.code, journals, deletions=False)


def _check_division(night: Night) -> None:
    """The division must be the one that was chosen: same number, same name (C11, J11)."""
    names = {division.code: division.name for division in divisions(night.exact)}
    wanted, name = night.practice.division, night.practice.division_name
    if wanted not in names:
        raise NotReady(
            f"Division {wanted} ({name}) is not among those that the Exact user gave us; authenticate practice {night.practice.code} again."
        )
    if names[wanted] != name:
        raise NotReady(
            f"Division {wanted} is called '{names[wanted]}' in Exact and '{name}' here; check the link of practice {night.practice.code}."
        )


# 2. Extract.


def extract(night: Night, james: psycopg.Connection[Any], scope: tuple[dt.date, dt.date], rebuild_ledger: bool = False) -> dict[str, int]:
    """Stage all debtors, and the invoices since the link date that the ledger does not know as booked. Answers counts.

    `scope` is the days that this run answers for; what James says they come to is kept, from the same snapshot. NotReady when Exact has
    entries of ours that the ledger does not know, unless a person said to take them up (`rebuild_ledger`; J8, J9).
    """
    from exact_online.extract.contract import check_contract
    from exact_online.extract.james import stage_debtors, stage_invoices
    from exact_online.extract.snapshot import snapshot
    from exact_online.report.numbers import james_totals

    run, practice, conn = night.run, night.practice, night.ledger.conn
    with snapshot(james):
        check_contract(james)
        night.ledger.save_james_totals(run.run_id, james_totals(james, practice, scope))
        debtors = stage_debtors(james, conn, run.run_id, practice.code)
        invoices = stage_invoices(james, conn, run.run_id, practice.code, practice.link_date, run.book_day)
    if not rebuild_ledger:
        _refuse_older_ledger(night)
    return {"debtors": debtors, "invoices": invoices.invoices, "lines": invoices.lines}


def _refuse_older_ledger(night: Night) -> None:
    """A restored backup, or a second environment on the same division: what was sent once must not be sent again."""
    journals = (night.settings.sales_journal, night.settings.general_journal)
    if unknown := night.ledger.unknown_numbers(night.run, journals):
        raise NotReady(
            f"{len(unknown)} invoice(s), {unknown[0]} first, stand in Exact's journals {' and '.join(journals)} and were never seen by "
            "this ledger: it is older than Exact (a restored backup?), or another environment books in this division. Nothing was sent. "
            "Restore the newer ledger or stop the other environment; if neither can be had, start the DAG with "
            "'Rebuild the ledger from Exact'."
        )


# 3. Plan.


def plan_debtors(night: Night) -> list[Batch]:
    """Every staged debtor becomes a planned booking or a rejection; unchanged ones cost nothing."""
    from exact_online.extract.frames import debtors_frame
    from exact_online.transform import transform_debtors

    plans = transform_debtors(debtors_frame(night.ledger.conn, night.run.run_id), night.settings, night.lists)
    frames = (plans.bookings, rejected_rows(plans.rejections))
    night.ledger.save_notices(night.run, _adjustments(plans.adjustments))
    night.ledger.save_plan(night.run, [frame.assign(source_key=DEBTOR_KEY + frame["source_key"]) for frame in frames], _no_lines())
    return [batch for batch in night.ledger.batches(night.practice.code, BATCH_SIZE) if batch.kind == BookingKind.DEBTOR]


def plan_entries(night: Night) -> list[Batch]:
    """Every staged invoice and claim becomes a planned booking or a rejection."""
    _plan_invoices(night, exported=False)
    night.ledger.doubt_taken_numbers(night.run)
    return [batch for batch in night.ledger.batches(night.practice.code, BATCH_SIZE) if batch.kind != BookingKind.DEBTOR]


def _plan_invoices(night: Night, exported: bool) -> None:
    from exact_online.extract.frames import invoice_chunks
    from exact_online.transform import transform_invoices

    lists = night.lists
    for invoices, lines in invoice_chunks(night.ledger.conn, night.run.run_id, CHUNK_INVOICES):
        plans = transform_invoices(invoices, lines, night.settings, lists)
        night.ledger.save_plan(night.run, (plans.bookings, rejected_rows(plans.rejections)), plans.booking_lines, exported)


def rejected_rows(rejections: pd.DataFrame) -> pd.DataFrame:
    """Rejections as rows of a plan: the fingerprint is that of the reason, so that the same refusal is one refusal."""
    import hashlib

    said = rejections["reason"] + " " + rejections["reason_values"].fillna("")
    return rejections.assign(fingerprint=[hashlib.sha256(text.encode()).hexdigest() for text in said])


def _adjustments(adjustments: pd.DataFrame) -> list[dict[str, Any]]:
    """What of debtors was shortened or left out, under their keys in the ledger."""
    columns = (adjustments["source_key"], adjustments["reason"], adjustments["reason_values"])
    return [
        {"source_key": DEBTOR_KEY + key, "reason": reason, "reason_values": json.loads(values)}
        for key, reason, values in zip(*columns, strict=True)
    ]


def _no_lines() -> pd.DataFrame:
    import pandas as pd

    from exact_online.transform.plans import BOOKING_LINE_COLUMNS

    return pd.DataFrame(columns=list(BOOKING_LINE_COLUMNS))


# 4. Load.


def load(night: Night, batch: Batch) -> list[Matter]:
    """Work off a batch; answers what of it is refused, held or doubtful. Nothing is sent where the ledger will be undone."""
    work = rehearse if night.ledger.undoes else work_off
    return work(night.load_session(), batch)


# 5. Older invoices.


def backfill_of(practice: Practice, asked: str) -> Backfill:
    """What happens to older invoices: as asked for this run, else as set for the practice."""
    return Backfill(practice.backfill if asked == "as_set" else asked)


def history_days(practice: Practice, history_from: str | None) -> tuple[dt.date, dt.date]:
    """First day of history, and the link date. ValueError for a day that is none or lies after the link date."""
    first = dt.date.fromisoformat(history_from) if history_from else practice.first_sync_date
    if first > practice.link_date:
        raise NotReady(
            f"History can't begin on {first}: practice {practice.code} is linked since {practice.link_date}. Give an earlier day."
        )
    return first, practice.link_date


def scope_of(night: Night, asked: str, history_from: str | None) -> tuple[dt.date, dt.date]:
    """The days that a run answers for: from the link date, or from the first day of history, up to its book day (M20)."""
    history = backfill_of(night.practice, asked) is not Backfill.NOTHING
    first = history_days(night.practice, history_from)[0] if history else night.practice.link_date
    return first, night.run.book_day


def import_history(night: Night, james: psycopg.Connection[Any], days: tuple[dt.date, dt.date]) -> list[Matter]:
    """Book the invoices of `days` through the API, as the nightly run does; answers what is refused, held or doubtful."""
    from exact_online.extract.james import stage_invoices

    stage_invoices(james, night.ledger.conn, night.run.run_id, night.practice.code, *days)
    return [matter for batch in plan_entries(night) for matter in load(night, batch)]


def hand_over_history(night: Night, james: psycopg.Connection[Any], days: tuple[dt.date, dt.date], made_on: dt.date) -> int:
    """Write the invoices of `days` into workbooks and put them down as exported, both or neither. Answers the number of workbooks."""
    from exact_online.extract.james import stage_invoices
    from exact_online.report.exports import save_workbooks

    stage_invoices(james, night.ledger.conn, night.run.run_id, night.practice.code, *days)
    with night.ledger.conn.transaction():
        _plan_invoices(night, exported=True)
        return save_workbooks(night.ledger, night.run, night.settings, night.lists, days, made_on)


def for_history(night: Night, make_night: Callable[[Run], Night]) -> Night:
    """The same night under a run of its own, so that history has its own staged rows and numbers."""
    run = night.run
    history = night.ledger.open_run(run.practice, f"{run.airflow_run_id}:history", run.book_day, run.dry_run, run.settings_version)
    return make_night(history)


# 6. Reconcile and report.


def reconcile(night: Night, james: psycopg.Connection[Any], scope: tuple[dt.date, dt.date]) -> dict[str, Any]:
    """Compare James, the ledger and Exact over the days this run answers for; the numbers are kept with the run.

    Raises WaitForWindow when Exact may need a moment to show what was booked last.
    """
    from exact_online.extract.snapshot import snapshot
    from exact_online.report.numbers import StillSettling, numbers_of, reconcile_practice

    about = (night.practice, night.run, night.settings, night.lists, scope)
    try:
        with snapshot(james):
            cells = reconcile_practice(night.ledger, james, night.exact, *about, settling_seconds=night.settle_seconds)
    except StillSettling as settling:
        until = night.clock.now() + dt.timedelta(seconds=settling.seconds)
        raise WaitForWindow("Exact does not show yet what it booked a moment ago; it is compared when it has had time.", until) from None
    numbers = numbers_of(night.ledger, night.run, cells, night.lists, scope)
    night.ledger.save_numbers(night.run.run_id, numbers)
    return numbers


def report(night: Night) -> tuple[dict[str, Any], list[Matter]]:
    """Close the run. Answers its numbers, and everything of the practice that needs an eye: what is not at rest, and what this run was the
    first to find different from what is booked."""
    numbers = night.ledger.numbers(night.run.run_id)
    matters = night.ledger.open_matters(night.practice.code)
    night.ledger.finish_run(night.run.run_id, _outcome(numbers, matters))
    return numbers or {}, matters + night.ledger.drift_of_run(night.run.run_id)


def _outcome(numbers: dict[str, Any] | None, matters: list[Matter]) -> str:
    if numbers is None or numbers["difference_cents"]:
        return "failed"
    if any(matter.state in ("planned", "sending", "doubtful") for matter in matters):
        return "unfinished"
    return "refused" if matters else "complete"


# Or all of it without writing.


def dry_run(
    night: Night,
    rehearsal: Ledger,
    james: psycopg.Connection[Any],
    asked: str,
    history_from: str | None,
    rebuild_ledger: bool = False,
    confirmed_by: str | None = None,
) -> tuple[dict[str, Any], list[Matter]]:
    """Walk the night as it would go if Exact took everything that passes our checks (B3). Answers what `report` does.

    `rehearsal` is a second session on the ledger: all that the night would write is written there, in one transaction that is undone. What
    remains is the run with its numbers, and what `night.exact` keeps by the session of `night.ledger`: tokens and call budget.
    Raises LockLost while somebody writes for the practice, and what the steps raise.
    """
    with night.ledger.holding(night.practice.code), rehearsal.undone(night.run):
        rehearsed = replace(night, ledger=rehearsal)
        scope = scope_of(rehearsed, asked, history_from)
        _read_division(rehearsed, confirmed_by)
        extract(rehearsed, james, scope, rebuild_ledger)
        for batch in [*plan_debtors(rehearsed), *plan_entries(rehearsed)]:
            load(rehearsed, batch)
        _rehearse_history(rehearsed, james, asked, history_from)
        numbers, matters = _foresee(rehearsed, james, scope)
        drift = rehearsal.drift_of_run(night.run.run_id)
    night.ledger.save_numbers(night.run.run_id, numbers)
    night.ledger.finish_run(night.run.run_id, _outcome(numbers, matters))
    return numbers, matters + drift


def _rehearse_history(night: Night, james: psycopg.Connection[Any], asked: str, history_from: str | None) -> None:
    backfill = backfill_of(night.practice, asked)
    if backfill is Backfill.NOTHING:
        return
    days = history_days(night.practice, history_from)
    history = for_history(night, lambda run: replace(night, run=run))
    if backfill is Backfill.IMPORT:
        import_history(history, james, days)
    else:
        hand_over_history(history, james, days, night.run.book_day)


def _foresee(night: Night, james: psycopg.Connection[Any], scope: tuple[dt.date, dt.date]) -> tuple[dict[str, Any], list[Matter]]:
    """The numbers that the night would keep, with what it would leave open: its bookings will not be there to be looked up."""
    from exact_online.extract.snapshot import snapshot
    from exact_online.report.dry_run import open_by_reason
    from exact_online.report.numbers import foresee_practice, numbers_of

    with snapshot(james):
        cells = foresee_practice(night.ledger, james, night.practice, night.run, scope)
    matters = night.ledger.open_matters(night.practice.code)
    return {**numbers_of(night.ledger, night.run, cells, night.lists, scope), "open": open_by_reason(matters)}, matters
