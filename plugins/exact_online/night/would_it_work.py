"""Would it work now? One rejected record, judged against today's lists, settings and James.

The night's own steps in a transaction that is rolled back, as in a dry run, for this record and its
debtor alone. Exact is only read: its lists, what changed of its relations, and what stands under
the number of the record.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg

from exact_online.api.client import ExactClient
from exact_online.api.lists import fetch_lists, keep_lists
from exact_online.api.relations import fetch_relations
from exact_online.api.stores import RelationChanges
from exact_online.clock import Clock
from exact_online.extract.james import stage_record
from exact_online.failures import NotReady
from exact_online.ledger import AttentionItem, Batch, Ledger, Practice, worker_name
from exact_online.ledger.acts import ActedBooking
from exact_online.load.batch import dry_run_batch
from exact_online.load.stop import check_goes
from exact_online.night.context import Night
from exact_online.night.steps import DEBTOR_KEY, plan_debtors, plan_entries
from exact_online.readiness import readiness_problems
from exact_online.reason_codes import Reason
from exact_online.settings import PracticeSettings
from exact_online.vocabulary import BookingKind, BookingState

SETTLED = (BookingState.BOOKED, BookingState.EXPORTED, BookingState.CLOSED)
UNSENT = (BookingState.PLANNED, BookingState.HELD, BookingState.DOUBTFUL)


class Verdict(StrEnum):
    """What would come of a record."""

    WORKS = "works"
    """It passes all checks, and what Exact rejected is otherwise now."""
    REJECTED = "rejected"
    """A check of ours rejects it."""
    WAITS = "waits"
    """Something else must be booked, or put right, first."""
    UNCHANGED = "unchanged"
    """It passes our checks; Exact rejected it, and nothing that we can read changed since."""
    GONE = "gone"
    """James has it no more."""
    SETTLED = "settled"
    """It is booked, handed over or closed by now."""


@dataclass(frozen=True)
class Judgement:
    """The verdict, and the record with the reason that keeps it back, if one does."""

    verdict: Verdict
    item: AttentionItem | None = None


@dataclass(frozen=True)
class Trial:
    """Of which practice a record is judged, and with what."""

    ledger: Ledger
    rolled_back: Ledger
    """A second session: tokens and calls are kept by the first."""
    exact: ExactClient
    practice: Practice
    settings: PracticeSettings
    clock: Clock
    book_day: dt.date
    """Of the night that would judge it."""


def would_it_work(trial: Trial, james: psycopg.Connection[Any], source_key: str) -> Judgement:
    """Judge a record of the practice by its key.

    Nothing is written, in Exact or in the ledger, but for the count of calls. Raises NotReady for a
    key that the ledger does not know and when the division, or the practice, is not ready, LockLost
    while a night writes for the practice, and what reading Exact or James raises.
    """
    ledger, code = trial.ledger, trial.practice.code
    before = ledger.acts.booking(code, source_key)
    if before is None:
        raise NotReady(f"Practice {code} has no record {source_key!r}.")
    if before.state in SETTLED:
        return Judgement(Verdict.SETTLED)
    with ledger.holding(code):
        check_goes(ledger, code)
        lists = fetch_lists(trial.exact, trial.practice.first_sync_date)
        relations = _relations(trial)
        with trial.rolled_back.rolled_back():
            mirrors = trial.rolled_back.mirrors
            keep_lists(mirrors, code, lists, trial.practice.first_sync_date)
            if relations is not None:
                mirrors.save_relations(code, relations)
            return _judged(_night(trial), james, source_key, before)


def _relations(trial: Trial) -> RelationChanges | None:
    """What changed since the last night; None when none read them: then it would be all."""
    cursors = trial.ledger.mirrors.relation_cursors(trial.practice.code)
    return fetch_relations(trial.exact, cursors) if cursors.relations else None


def _night(trial: Trial) -> Night:
    """A night whose run is rolled back too. Raises NotReady when the division is not ready."""
    run = trial.rolled_back.runs.open(
        trial.practice.code,
        f"would_it_work__{uuid.uuid4()}",
        trial.book_day,
        dry_run=False,
        settings_version=trial.settings.version,
    )
    night = Night(
        trial.rolled_back, trial.exact, trial.practice, trial.settings, run, trial.clock, worker_name()
    )
    if problems := readiness_problems(night.settings, night.lists, trial.book_day):
        raise NotReady.of([(problem.reason, problem.values) for problem in problems])
    return night


def _judged(night: Night, james: psycopg.Connection[Any], source_key: str, before: ActedBooking) -> Judgement:
    ledger, practice, run = night.ledger, night.practice.code, night.run
    keys = [] if before.kind == BookingKind.DEBTOR else _keys(ledger, practice, source_key)
    moment, days = ledger.staging.moment(), (night.first_day, run.book_day)
    staged = stage_record(james, ledger.staging, run.run_id, practice, before.debtor_number, keys)
    ledger.staging.note_read(run.run_id, moment, days, debtors=True)
    if staged.invoices < len(keys):
        return Judgement(Verdict.GONE)
    plan_debtors(night)
    _try(night, DEBTOR_KEY + before.debtor_number)
    is_changed = ledger.acts.is_changed(practice, source_key, run.run_id)
    if keys:
        plan_entries(night)
        _try(night, source_key)
    return _verdict(ledger, practice, source_key, before, is_changed)


def _keys(ledger: Ledger, practice: str, source_key: str) -> Sequence[str]:
    """The record, and those that share its number when it is rejected for that."""
    item = ledger.review.item(practice, source_key)
    if item is None or item.reason != Reason.DUPLICATE_IN_SOURCE:
        return [source_key]
    named = str(item.reason_values.get("records", "")).replace("...", "").split(", ")
    return sorted({source_key, *filter(None, named)})


def _try(night: Night, source_key: str) -> None:
    """Walk one booking as the loader would, when it is planned; nothing is sent."""
    booking = night.ledger.acts.booking(night.practice.code, source_key)
    if booking is not None and booking.state in UNSENT:
        batch = Batch(booking.turn, booking.kind, booking.booking_id, booking.booking_id, 1)
        dry_run_batch(night.load_session(), batch)


def _verdict(
    ledger: Ledger, practice: str, source_key: str, before: ActedBooking, is_changed: bool
) -> Judgement:
    after = ledger.acts.booking(practice, source_key)
    assert after is not None
    if after.state == BookingState.BOOKED:
        was_rejected_by_exact = before.state == BookingState.REJECTED and before.has_content
        is_same = after.fingerprint == before.fingerprint and not is_changed
        return Judgement(Verdict.UNCHANGED if was_rejected_by_exact and is_same else Verdict.WORKS)
    item = ledger.review.item(practice, source_key)
    return Judgement(Verdict.REJECTED if after.state == BookingState.REJECTED else Verdict.WAITS, item)
