"""The only door to the link's own schema `exact_sync`.

A `Ledger` wraps one session (a psycopg connection in autocommit). Each act below is one statement file of `include/sql/ledger/`
and commits by itself, except `save_plan`, which is one transaction. The session holds the practice's lock while it writes:
PostgreSQL frees it when the session ends, so a killed worker leaves nothing locked.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from exact_online.crash_points import crash_point
from exact_online.failures import LockLost, NotReady, Unreachable
from exact_online.reasons import record_values
from exact_online.settings import PracticeSettings
from exact_online.settings_document import read_settings
from exact_online.statements import statement
from exact_online.vocabulary import BookingKind

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

BLOT = "[...]"

SESSION_OPTIONS = "-c search_path=exact_sync -c timezone=UTC"

CLAIM_SECONDS = 300
"""Longer than the longest call: after it a claim says nothing any more."""

NIGHTS_FOR_ORIGINAL = 7
"""How many nights a credit waits for the invoice it credits, before it is refused (G5)."""
MOST_LOST_ANSWERS = 3
"""In one run, for one booking: after that it waits for the next night, so that nothing is sent in an endless circle (INV-11)."""

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True)
class Practice:
    """A practice and its link to Exact."""

    code: str
    name: str
    james_practice_code: str
    active: bool
    chain_id: str | None
    division: int | None
    division_name: str | None
    link_date: dt.date
    first_sync_date: dt.date
    backfill: str


@dataclass(frozen=True)
class Run:
    """One run of a practice's DAG."""

    run_id: str
    practice: str
    book_day: dt.date
    dry_run: bool
    settings_version: int
    airflow_run_id: str


@dataclass(frozen=True)
class Batch:
    """Consecutive bookings of one kind, worked off by one task. Small enough for XCom, and free of personal data."""

    kind: str
    first_id: int
    last_id: int
    bookings: int

    @property
    def range(self) -> dict[str, Any]:
        return {"kind": self.kind, "first_id": self.first_id, "last_id": self.last_id}


@dataclass(frozen=True)
class Booking:
    """A booking as the loader needs it."""

    booking_id: int
    practice: str
    kind: BookingKind
    source_key: str
    payload: str
    debtor_number: str
    journal: str | None
    financial_year: int | None
    entry_number: int | None
    entry_date: dt.date | None
    reference: str
    total_cents: int
    attempt: int
    relation_id: str | None
    contact_id: str | None
    bank_account_id: str | None


@dataclass(frozen=True)
class DoubtfulBooking:
    """A booking whose answer was lost, and how long Exact must still be left to settle before it is asked about it."""

    booking: Booking
    absent_once: bool
    wait_seconds: float
    """By the database's clock alone: a worker's clock that is wrong makes no absence out of slowness (E6)."""


@dataclass(frozen=True)
class IdleChain:
    """A token chain that is dead, or was not used for long."""

    chain_id: str
    state: str
    state_reason: str | None
    issued_at: dt.datetime
    reported_at: dt.datetime | None
    now: dt.datetime
    """The ledger's moment, by which it is idle."""
    practices: list[str]
    """Name and code of each active practice that hangs on it."""


@dataclass(frozen=True)
class Matter:
    """A record that needs somebody's eye: refused, held or doubtful."""

    booking_id: int
    source_key: str
    kind: str
    state: str
    debtor_number: str
    entry_number: int | None
    reference: str | None
    reason: str | None
    reason_values: Mapping[str, Any]
    exact_message: str | None

    @property
    def values(self) -> Mapping[str, Any]:
        """All that the sentence of its reason may name."""
        number = str(self.entry_number or self.reference or self.source_key.partition(":")[2])
        named = {"debtor": self.debtor_number, "number": number, "message": self.exact_message}
        return {**named, **record_values(BookingKind(self.kind), number), **self.reason_values}


def worker_name() -> str:
    """Return the name by which this process stands in the ledger: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def connect(dsn: str, actor: str | None = None) -> Connection:
    """A session on the ledger: autocommit, schema exact_sync, commits that survive a power cut.

    `actor` is who stands in the history of what is moved in this session; by default `worker_name()`.
    Raises Unreachable when the server can't be reached, NotReady when it may not be written safely.
    """
    try:
        conn = psycopg.connect(
            dsn, autocommit=True, row_factory=dict_row, options=SESSION_OPTIONS, connect_timeout=10
        )
    except psycopg.OperationalError as error:
        raise Unreachable(
            f"The ledger's database can't be reached ({_one_line(error)}); check connection exact_sync_db."
        ) from error
    _refuse_unsafe_session(conn, actor or worker_name())
    return conn


def opened_ledger(open_connection: Callable[[], psycopg.Connection[Any]]) -> Connection:
    """Return a session on the ledger over a connection that Airflow's hook opens with `SESSION_OPTIONS`. Raises as `connect`."""
    try:
        conn: Connection = open_connection()
        conn.autocommit = True
        conn.row_factory = dict_row
    except psycopg.OperationalError as error:
        raise Unreachable(
            f"The ledger's database can't be reached ({_one_line(error)}); check connection exact_sync_db."
        ) from error
    _refuse_unsafe_session(conn, worker_name())
    return conn


def _refuse_unsafe_session(conn: Connection, actor: str) -> None:
    checks = conn.execute(statement("ledger", "session_checks"), {"actor": actor}).fetchone()
    assert checks is not None
    complaint = (
        "it is a standby server; point connection exact_sync_db at the primary"
        if checks["standby"]
        else "it is read-only; make it writable (default_transaction_read_only) and clear the failed task"
        if checks["read_only"]
        else "synchronous_commit is off, so a power cut could lose a booking's claim; set it to on"
        if checks["synchronous_commit"] == "off"
        else "it has no schema exact_sync; run the migrations (python -m exact_online.migrations)"
        if not checks["migrated"]
        else None
    )
    if complaint:
        conn.close()
        raise NotReady(f"The ledger's database can't be used: {complaint}.")


class Ledger:
    """One session on the ledger. Not for use by two threads."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.undoes = False
        """Will what is written now be undone? Then nothing may be sent; and else nothing may be rehearsed."""

    # --- asking -----------------------------------------------------------------------------------

    def rows(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of one statement of include/sql/ledger/, for reports."""
        return self.conn.execute(statement("ledger", name), parameters).fetchall()

    def _one(self, name: str, /, **parameters: Any) -> dict[str, Any] | None:
        return self.conn.execute(statement("ledger", name), parameters).fetchone()

    # --- practices and settings -------------------------------------------------------------------

    def practice(self, code: str) -> Practice:
        """Raises NotReady when there is no such practice."""
        row = self._one("read_practice", practice=code)
        if row is None:
            raise NotReady(
                f"Practice {code} is not registered in exact_sync.practice; register it before its DAG runs."
            )
        return Practice(**row)

    def registered_practices(self) -> list[dict[str, Any]]:
        """Code, name and active of each practice that gets a DAG."""
        return self.rows("read_registered_practices")

    def register_practice(self, **fields: Any) -> None:
        """Add or change a practice: code, name, james_practice_code, active, link_date, first_sync_date, backfill."""
        self._do("register_practice", **fields)

    def link_practice(self, code: str, chain_id: str, division: int, division_name: str) -> None:
        self._do(
            "link_practice", practice=code, chain_id=chain_id, division=division, division_name=division_name
        )

    def save_settings(self, practice: str, document: Mapping[str, Any], changed_by: str) -> None:
        """A new version, when the document differs from the latest (B8)."""
        self._do("save_settings", practice=practice, settings=Jsonb(document), changed_by=changed_by)

    def settings(self, practice: Practice, version: int | None = None) -> PracticeSettings:
        """Raises NotReady when the practice has no settings or no division yet, and for settings that can't be used."""
        row = self._one("read_settings", practice=practice.code, version=version)
        if row is None:
            raise NotReady(
                f"Practice {practice.code} has no settings; save the accountant's workbook for it first."
            )
        if practice.division is None or practice.chain_id is None:
            raise NotReady(
                f"Practice {practice.code} is not linked to a division in Exact; somebody must authenticate first."
            )
        return read_settings(practice.code, row["version"], practice.division, row["settings"])

    # --- what the watch looks at ------------------------------------------------------------------

    def idle_chains(self, idle: dt.timedelta) -> list[IdleChain]:
        """Chains of active practices that are dead, or were not renewed for so long."""
        return [IdleChain(**row) for row in self.rows("idle_chains", idle=idle)]

    def note_told(self, chain_ids: Sequence[str]) -> None:
        """Support was told of these chains a moment ago."""
        self._do("note_reported", chain_ids=list(chain_ids))

    # --- runs -------------------------------------------------------------------------------------

    def open_run(
        self, practice: str, airflow_run_id: str, book_day: dt.date, dry_run: bool, settings_version: int
    ) -> Run:
        row = self._do(
            "open_run",
            practice=practice,
            airflow_run_id=airflow_run_id,
            book_day=book_day,
            dry_run=dry_run,
            settings_version=settings_version,
        )
        assert row is not None
        return self.run(str(row["run_id"]))

    def run(self, run_id: str) -> Run:
        row = self._one("read_run", run_id=run_id)
        assert row is not None, f"run {run_id} is not in the ledger"
        return Run(**row)

    def opened_run(self, practice: str, airflow_run_id: str) -> Run | None:
        """The run of an Airflow run whose first step succeeded, or that is a dry run; None when there is none."""
        row = self._one("find_run", practice=practice, airflow_run_id=airflow_run_id)
        return Run(**row) if row else None

    def note_ready(self, run: Run) -> None:
        """The first step of the run succeeded: the others may begin."""
        self._do("note_ready", run_id=run.run_id)

    def finish_run(self, run_id: str, outcome: str) -> None:
        """`outcome` is complete, unfinished, rejected or failed."""
        self._do("finish_run", run_id=run_id, outcome=outcome)

    def save_numbers(self, run_id: str, numbers: Mapping[str, Any]) -> None:
        self._do("save_numbers", run_id=run_id, numbers=Jsonb(numbers))

    def save_james_totals(self, run_id: str, totals: list[dict[str, Any]]) -> None:
        """Rows of statement james/revenue_totals; amounts as text."""
        self._do("save_james_totals", run_id=run_id, totals=Jsonb(totals))

    def james_totals(self, run_id: str) -> list[dict[str, Any]]:
        row = self._one("read_james_totals", run_id=run_id)
        return (row["james_totals"] if row else None) or []

    def numbers(self, run_id: str) -> dict[str, Any] | None:
        row = self._one("read_numbers", run_id=run_id)
        return row["numbers"] if row else None

    def numbers_of_airflow_run(self, practice: str, airflow_run_id: str) -> dict[str, Any] | None:
        row = self._one("read_numbers_of_airflow_run", practice=practice, airflow_run_id=airflow_run_id)
        return row["numbers"] if row else None

    # --- the practice's lock ----------------------------------------------------------------------

    @contextmanager
    def holding(self, practice: str) -> Iterator[None]:
        """Hold the practice: one writer at a time. Raises LockLost at once when another session has it."""
        row = self._one("lock_practice", practice=practice)
        if not (row and row["pg_try_advisory_lock"]):
            raise LockLost(
                f"Another task is writing for practice {practice}; this one waits for its next try."
            )
        try:
            yield
        finally:
            if not self.conn.closed and not self.conn.broken:
                self._one("unlock_practice", practice=practice)

    def check_holds(self, practice: str) -> None:
        """Raises LockLost unless this very session still holds the practice."""
        try:
            row = self._one("holds_practice", practice=practice)
        except psycopg.OperationalError as error:
            raise LockLost(
                f"The ledger's session of practice {practice} is gone ({_one_line(error)}); nothing was sent."
            ) from error
        if not (row and row["exists"]):
            raise LockLost(f"This worker no longer holds practice {practice}; nothing was sent.")

    # --- dry run ----------------------------------------------------------------------------------

    @contextmanager
    def undone(self, run: Run) -> Iterator[None]:
        """One look at the ledger in which `run` is a night like any other: what is written within is seen within, and never happened."""
        with self.conn.transaction(force_rollback=True):
            self.undoes = True
            try:
                self.conn.execute("set transaction isolation level repeatable read")
                self._do("count_as_night", run_id=run.run_id)
                yield
            finally:
                self.undoes = False

    # --- planning ---------------------------------------------------------------------------------

    def save_plan(
        self, run: Run, records: Sequence[pd.DataFrame], lines: pd.DataFrame, exported: bool = False
    ) -> None:
        """Make the ledger agree with a plan, in one transaction.

        `records` are frames with columns of `new_booking` (bookings in one, rejections in another); a column that a frame lacks is empty
        for it. `lines` has those of `new_line`. `exported` puts new bookings down as handed over in a workbook instead of planned.
        """
        parameters = {
            "practice": run.practice,
            "run_id": run.run_id,
            "settings_version": run.settings_version,
            "exported": exported,
        }
        crash_point("before plan")
        with self.conn.transaction():
            self.conn.execute(statement("ledger", "plan_prepare"))
            for frame in records:
                _copy_frame(self.conn, "new_booking", frame)
            _copy_frame(self.conn, "new_line", lines)
            for step in (
                "reject_taken_numbers",
                "drift",
                "replace_unsent",
                "release",
                "insert",
                "credits",
                "lines",
            ):
                self.conn.execute(statement("ledger", f"plan_{step}"), parameters)
                crash_point(f"within plan, after {step}")
            self.conn.execute("drop table new_booking, new_line")
        crash_point("after plan")

    def batches(self, practice: str, batch_size: int) -> list[Batch]:
        return [Batch(**row) for row in self.rows("list_batches", practice=practice, batch_size=batch_size)]

    # --- loading ----------------------------------------------------------------------------------

    def begin_batch(self, run: Run, batch: Batch) -> str | None:
        """Note that a batch is worked off; answers how it ended before in this run, if it did."""
        row = self._do("begin_batch", run_id=run.run_id, **batch.range)
        return row["outcome"] if row else None

    def end_batch(self, run: Run, batch: Batch, outcome: str) -> None:
        self._do("end_batch", run_id=run.run_id, kind=batch.kind, first_id=batch.first_id, outcome=outcome)

    def release_refused(self, run: Run, batch: Batch) -> None:
        self._do("release_rejected", practice=run.practice, run_id=run.run_id, **batch.range)

    def hold_what_must_wait(self, run: Run, batch: Batch) -> None:
        """Without its debtor, or, for a credit, without its original: held, until it is there."""
        parameters = {"practice": run.practice, "run_id": run.run_id, "most_nights": NIGHTS_FOR_ORIGINAL}
        self._do("hold_what_must_wait", **parameters, **batch.range)

    def to_send(self, run: Run, batch: Batch) -> list[Booking]:
        parameters = {"practice": run.practice, "run_id": run.run_id, "most_lost_answers": MOST_LOST_ANSWERS}
        return [_booking(row) for row in self.rows("bookings_to_send", **parameters, **batch.range)]

    def claim(self, run: Run, booking: Booking, worker: str) -> bool:
        """planned -> sending; False when another worker was first."""
        claim = {
            "booking_id": booking.booking_id,
            "run_id": run.run_id,
            "worker": worker,
            "claim_seconds": CLAIM_SECONDS,
        }
        return self._do("claim_booking", **claim) is not None

    def unclaim(self, run: Run, booking: Booking) -> None:
        self._move("unclaim_booking", run, booking)

    def confirm(self, run: Run, booking: Booking, exact_id: str) -> None:
        self._move("confirm_booking", run, booking, exact_id=exact_id)

    def reject(
        self,
        run: Run,
        booking: Booking,
        reason: str,
        values: Mapping[str, Any],
        exact_message: str | None = None,
    ) -> None:
        self._move(
            "reject_booking",
            run,
            booking,
            reason=reason,
            reason_values=Jsonb(values),
            exact_message=exact_message,
        )

    def doubt(self, run: Run, booking: Booking, why: str) -> None:
        self._move("doubt_booking", run, booking, exact_message=why)

    def _move(self, name: str, run: Run, booking: Booking, /, **parameters: Any) -> None:
        """One guarded move. That it finds no row means that somebody else moved the booking: then we have lost the practice."""
        if self._do(name, booking_id=booking.booking_id, run_id=run.run_id, **parameters) is None:
            raise LockLost(
                f"Booking {booking.booking_id} was moved by another worker while this one held it ({name})."
            )

    # --- is this ledger the right one? ------------------------------------------------------------

    def unknown_numbers(self, run: Run, journals: Sequence[str]) -> list[str]:
        """Numbers of staged invoices that this ledger has never seen and that stand in Exact all the same."""
        rows = self.rows(
            "unknown_to_ledger", practice=run.practice, run_id=run.run_id, journals=list(journals)
        )
        return [row["invoice_number"] for row in rows]

    def doubt_taken_numbers(self, run: Run) -> None:
        self._do("doubt_taken_numbers", practice=run.practice, run_id=run.run_id)

    # --- doubt ------------------------------------------------------------------------------------

    def doubt_orphans(self, run: Run) -> None:
        self._do("doubt_orphans", practice=run.practice, run_id=run.run_id)

    def doubtful(self, practice: str, settle_seconds: float) -> list[DoubtfulBooking]:
        rows = self.rows("doubtful_bookings", practice=practice, settle_seconds=settle_seconds)
        return [
            DoubtfulBooking(
                absent_once=row.pop("absent_once"),
                wait_seconds=row.pop("wait_seconds"),
                booking=_booking(row),
            )
            for row in rows
        ]

    def note_absence(self, booking: Booking) -> None:
        self._do("note_absence", booking_id=booking.booking_id)

    def release_absent(self, run: Run, booking: Booking) -> None:
        self._move("release_absent", run, booking)

    def release_continued(self, run: Run, booking: Booking) -> None:
        self._move("release_continued", run, booking)

    # --- relations --------------------------------------------------------------------------------

    def keep_relation(
        self,
        booking: Booking,
        exact_id: str,
        contact_id: str | None = None,
        bank_account_id: str | None = None,
    ) -> None:
        self._do(
            "keep_relation",
            practice=booking.practice,
            debtor_number=booking.debtor_number,
            exact_id=exact_id,
            contact_id=contact_id,
            bank_account_id=bank_account_id,
        )

    def forget_deleted_relations(self, practice: str) -> list[str]:
        """Relations of ours that are deleted in Exact are ours no more; answers their debtor numbers."""
        return [row["debtor_number"] for row in self._write("forget_deleted_relations", practice=practice)]

    def adopt_relations(self, practice: str, confirmed_by: str) -> list[str]:
        """The relations listed for confirmation become ours, on a person's word; answers their debtor numbers."""
        return [
            row["debtor_number"]
            for row in self._write("adopt_relations", practice=practice, confirmed_by=confirmed_by)
        ]

    def relations_with_code(self, practice: str, code: str) -> list[dict[str, Any]]:
        return self.rows("relations_with_code", practice=practice, code=code)

    def last_booked_debtor(self, booking: Booking) -> dict[str, Any] | None:
        row = self._one("last_booked_debtor", practice=booking.practice, source_key=booking.source_key)
        return json.loads(row["payload"]) if row and row["payload"] else None

    # --- what needs an eye ------------------------------------------------------------------------

    def batch_matters(self, practice: str, batch: Batch) -> list[Matter]:
        return self._matters(practice, self.rows("batch_attention_items", practice=practice, **batch.range))

    def planning_refusals(self, practice: str) -> list[Matter]:
        return self._matters(practice, self.rows("planning_rejections", practice=practice))

    def open_matters(self, practice: str) -> list[Matter]:
        return self._matters(practice, self.rows("open_attention_items", practice=practice))

    def _matters(self, practice: str, rows: Sequence[dict[str, Any]]) -> list[Matter]:
        """Matters as logs and mail may show them: Exact's own words may name a person, so what we know of the debtor is blotted out."""
        numbers = [row["debtor_number"] for row in rows if row["exact_message"]]
        personal = self.rows("names_of_debtors", practice=practice, debtor_numbers=numbers) if numbers else []
        for row in rows:
            for known in sorted(
                personal, key=lambda known: -len(known["personal"])
            ):  # a whole name before its parts
                if row["exact_message"] and known["debtor_number"] == row["debtor_number"]:
                    row["exact_message"] = re.sub(
                        re.escape(known["personal"]), BLOT, row["exact_message"], flags=re.IGNORECASE
                    )
        return [_matter(row) for row in rows]

    def save_export(self, run: Run, **fields: Any) -> None:
        """Keep a workbook: file_name, content, invoices, total_cents."""
        self._do("save_export", practice=run.practice, run_id=run.run_id, **fields)

    def exports(self, practice: str) -> list[dict[str, Any]]:
        """The workbooks of a practice, with their content."""
        return self.rows("exports_of_practice", practice=practice)

    def save_drift_in_exact(self, run: Run, entries: Sequence[Mapping[str, Any]]) -> None:
        """Entries that differ in Exact from what we booked: entry_id, reason, found_cents."""
        self._do("save_drift_in_exact", practice=run.practice, run_id=run.run_id, entries=Jsonb(entries))

    def save_doubled_debtors(self, run: Run, debtors: Sequence[Mapping[str, Any]]) -> None:
        """Debtors of which Exact has a part twice: source_key, parts."""
        self._do("save_doubled_debtors", practice=run.practice, run_id=run.run_id, debtors=Jsonb(debtors))

    def unsettled_seconds(self, practice: str, settle_seconds: float) -> float:
        """How long Exact must still be left to show what was booked last."""
        row = self._one("unsettled_seconds", practice=practice, settle_seconds=settle_seconds)
        return float(row["seconds"]) if row else 0.0

    def drift_of_run(self, run_id: str) -> list[Matter]:
        """What this run was the first to find different from what is booked (B9)."""
        return [_matter(row) for row in self.rows("drift_of_run", run_id=run_id)]

    def save_notices(self, run: Run, notices: Sequence[Mapping[str, Any]]) -> None:
        """What was shortened or left out: source_key, reason, reason_values; each is noted once."""
        self._do("save_adjustments", practice=run.practice, run_id=run.run_id, adjustments=Jsonb(notices))

    def notices_of_run(self, run_id: str) -> list[dict[str, Any]]:
        return self.rows("adjustments_of_run", run_id=run_id)

    def _do(self, name: str, /, **parameters: Any) -> dict[str, Any] | None:
        """One statement that writes, and commits by itself; the first row that it returns, if any."""
        return next(iter(self._write(name, **parameters)), None)

    def _write(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        crash_point(f"before {name}")
        cursor = self.conn.execute(statement("ledger", name), parameters)
        crash_point(f"after {name}")
        return cursor.fetchall() if cursor.description else []


def _copy_frame(conn: Connection, table: str, frame: pd.DataFrame) -> None:
    """COPY a frame's columns, by name, into a table; missing values become null."""
    columns: Sequence[str] = list(frame.columns)
    text = io.StringIO()
    frame.to_csv(text, index=False, header=False, date_format="%Y-%m-%d")
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    command = psycopg.sql.SQL("copy {} ({}) from stdin (format csv)").format(
        psycopg.sql.Identifier(table), names
    )
    with conn.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(text.getvalue())


def _booking(row: dict[str, Any]) -> Booking:
    wanted = {name: row[name] for name in Booking.__dataclass_fields__}
    return Booking(**{**wanted, "kind": BookingKind(row["kind"])})


def _matter(row: dict[str, Any]) -> Matter:
    wanted = {name: row[name] for name in Matter.__dataclass_fields__}
    return Matter(**{**wanted, "reason_values": row["reason_values"] or {}})


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
