"""One session on the link's schema `exact_sync`: how it is opened, and how its statements are run.

Everything that the link knows of that schema goes through a `Session`. A statement is a file of
`include/sql/ledger/`, named after what it does. Reading is `rows`, `record` and their like;
writing is `write` and its like, which reach a crash point before and after (docs/decisions/0009).
A statement commits by itself unless a `transaction` is open.
"""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal, TypeVar
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, RowFactory, class_row, dict_row

from exact_online.crash_points import crash_point
from exact_online.database_errors import error_words
from exact_online.failures import LedgerFailure, LockLost, NotReady, Unreachable
from exact_online.statements import newest_version, statement
from exact_online.stops import Stop

Connection = psycopg.Connection[DictRow]
T = TypeVar("T")

SESSION_OPTIONS = (
    "-c search_path=exact_sync -c timezone=UTC"
    " -c statement_timeout=15min -c lock_timeout=1min -c idle_in_transaction_session_timeout=1h"
)
"""What a connection to the ledger is opened with.

A statement ends some time: a plan of 20,000 invoices takes seconds, a COPY as long as James takes
to give 10,000 invoices. A lock is waited for a minute; the renewal of a token has its own time, and
the lock of a practice is waited for by nights alone (`Session.patience_seconds`). A transaction
may stand still while James computes or a dry run waits for Exact, but not for ever: it would hold
back the clean-up of the whole database.
A session without a transaction may be idle as long as it likes: its worker holds a practice.
"""

LOCK_TIMEOUT_MILLISECONDS = 60_000
"""`lock_timeout` of `SESSION_OPTIONS`."""

JOURNAL_PATIENCE_SECONDS = 300.0
"""A full read of some years takes a minute or two."""

MISSING = "\x1a"
"""How `Session.copy_out` writes a missing value:
a control character that no text of a practice consists of."""


def worker_name() -> str:
    """Return the name by which this process stands in the ledger: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def connect(dsn: str, actor: str | None = None) -> Connection:
    """Open a session on the ledger.

    With autocommit, schema exact_sync, UTC, and commits that survive a power cut.

    `actor` stands in the history of what is moved in this session; by default it is
    `worker_name()`. Raises Unreachable when the server can't be reached, NotReady when it may not
    be written safely.
    """
    return opened_ledger(lambda: psycopg.connect(dsn, options=SESSION_OPTIONS, connect_timeout=10), actor)


def opened_ledger(
    open_connection: Callable[[], psycopg.Connection[Any]], actor: str | None = None
) -> Connection:
    """Return a session on the ledger over a connection that is opened with `SESSION_OPTIONS`.

    `actor` and what is raised are as for `connect`.
    """
    try:
        conn: Connection = open_connection()
        conn.autocommit = True
        conn.row_factory = dict_row
    except psycopg.Error as error:
        raise Unreachable(
            f"The ledger's database can't be reached ({error_words(error)}); check connection exact_sync_db."
        ) from None
    _check_session(conn, actor or worker_name())
    return conn


def connect_again(conn: psycopg.Connection[Any]) -> Connection:
    """Open a further session on the same database, in autocommit. Raises psycopg.Error."""
    return psycopg.connect(conn.info.dsn, password=conn.info.password, autocommit=True, row_factory=dict_row)


def _check_session(conn: Connection, actor: str) -> None:
    """Say who acts in this session.

    Raise NotReady, and close the session, when a commit of it could fail or be lost.
    """
    checks = Session(conn).row("session_checks", actor=actor)
    assert checks is not None
    problems = {
        Stop.LEDGER_STANDBY: checks["standby"],
        Stop.LEDGER_READ_ONLY: checks["read_only"],
        Stop.LEDGER_NOT_DURABLE: checks["synchronous_commit"] == "off",
        Stop.LEDGER_WITHOUT_SCHEMA: not checks["migrated"],
    }
    first = next((NotReady(stop) for stop, is_so in problems.items() if is_so), None)
    if problem := first or _version_problem(Session(conn)):
        conn.close()
        raise problem


def _version_problem(session: Session) -> NotReady | None:
    """Why this code and the schema do not belong together; None when they do (FR-L7)."""
    row = session.row("schema_version")
    found, known = row["version_num"] if row else "0000", newest_version()
    if found == known:
        return None
    return NotReady(Stop.SCHEMA_OLDER if found < known else Stop.SCHEMA_NEWER, found=found, known=known)


@cache
def keeps_plan(name: str) -> bool | None:
    """Return False for a statement that leaves a condition out where a value is null; None else.

    A session of PostgreSQL that asks it often would keep one plan for all values: that of the whole
    fleet, also where one practice is asked for. None lets psycopg decide (`prepare` of `execute`).
    """
    return False if re.search(r"%\(\w+\)s::[\w\[\]]+ is null\s+or\b", statement("ledger", name)) else None


def check_one_writer(first: Session, second: Session) -> None:
    """Raise NotReady unless two sessions on the ledger are two sessions of its server.

    Behind a pooler of transactions they share sessions of the server: two writers would hold one
    lock, and a lock could outlive its worker. So one takes a lock that the other must be denied,
    and each must stay with its own process of the server.
    """
    name = f"{worker_name()} {uuid4()}"  # two threads of a process may ask at once
    own = first.row("read_backend")
    with second.conn.transaction():
        others = second.row("read_backend")
        taken = first.row("try_probe_lock", name=name)
        denied = second.row("try_probe_lock", name=name)
        stayed = [first.row("read_backend"), first.row("read_backend"), own]
    freed = first.row("free_probe_lock", name=name)
    is_own = all(row == own for row in stayed) and own != others
    if not (is_own and taken == {"taken": True} and denied == {"taken": False} and freed == {"freed": True}):
        raise NotReady(Stop.LEDGER_POOLED)


class Session:
    """Runs the statement files of `include/sql/ledger/` on one connection.

    Not for use by two threads.
    """

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.is_dry_run = False
        """True while what is written will be rolled back: then nothing may be sent to Exact."""
        self.patience_seconds = 0.0
        """How long to wait for a practice that another session holds."""
        self.journal_patience_seconds = JOURNAL_PATIENCE_SECONDS
        """How long to wait for another session that reads the journals of a practice."""
        self._place = ""
        """Begin of the names of crash points: the named transactions that are open."""

    # --- reading ----------------------------------------------------------------------------------

    def rows(self, name: str, /, **parameters: Any) -> list[DictRow]:
        """Return all rows of a statement that only reads."""
        with _failing_without_values(name):
            return self._run(dict_row, name, parameters).fetchall()

    def row(self, name: str, /, **parameters: Any) -> DictRow | None:
        """Return the first row of a statement that only reads, or None when it has none."""
        return next(iter(self.rows(name, **parameters)), None)

    def records(self, kind: type[T], name: str, /, **parameters: Any) -> list[T]:
        """Return the rows of a statement that only reads as `kind`,
        whose fields are its columns.
        """
        with _failing_without_values(name):
            return self._run(class_row(kind), name, parameters).fetchall()

    def record(self, kind: type[T], name: str, /, **parameters: Any) -> T | None:
        """Return the first of `records`, or None when there are none."""
        return next(iter(self.records(kind, name, **parameters)), None)

    def stream(self, name: str, /, **parameters: Any) -> Iterator[DictRow]:
        """Give the rows of a statement that only reads one by one, within a transaction."""
        with (
            _failing_without_values(name),
            self.conn.cursor(f"stream_{name}", row_factory=dict_row) as cursor,
        ):
            cursor.itersize = 5_000
            cursor.execute(statement("ledger", name), parameters or None)
            yield from cursor

    def copy_out(self, name: str, /, **parameters: Any) -> io.BytesIO:
        """Return what a statement that only reads gives, as CSV with a header;
        `MISSING` for null.
        """
        text = io.BytesIO()
        question = statement("ledger", name)
        command = f"copy ({question}) to stdout (format csv, header, null '{MISSING}')".encode()
        with (
            _failing_without_values(name),
            self.conn.cursor() as cursor,
            cursor.copy(command, parameters) as blocks,
        ):
            for block in blocks:
                text.write(block)
        text.seek(0)
        return text

    # --- writing ----------------------------------------------------------------------------------

    def write(self, name: str, /, **parameters: Any) -> list[DictRow]:
        """Run a statement that writes and return its rows;
        it commits unless a transaction is open.
        """
        cursor = self._execute(name, parameters)
        return cursor.fetchall() if cursor.description else []

    def write_row(self, name: str, /, **parameters: Any) -> DictRow | None:
        """Run a statement that writes and return its first row, or None when it gives none."""
        return next(iter(self.write(name, **parameters)), None)

    def change(self, name: str, /, **parameters: Any) -> bool:
        """Run a statement that writes one row or none; return whether it was one."""
        return self._execute(name, parameters).rowcount == 1

    def copy_in(
        self, table: str, columns: Sequence[str], blocks: Iterable[bytes], form: Literal["text", "csv"]
    ) -> int:
        """Append rows to a table by COPY and return how many; `blocks` are written in `form`."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        command = sql.SQL("copy {} ({}) from stdin (format {})").format(
            sql.Identifier(table), names, sql.Literal(form)
        )
        with (
            self._crash_points(name := f"copy into {table}"),
            _failing_without_values(name),
            self.conn.cursor() as cursor,
        ):
            with cursor.copy(command) as target:
                for block in blocks:
                    target.write(block)
            return cursor.rowcount

    def drop_temporary(self, *tables: str) -> None:
        """Drop temporary tables, so that a later plan of the same transaction can make them
        again.
        """
        names = sql.SQL(", ").join(sql.Identifier("pg_temp", table) for table in tables)
        with _failing_without_values("drop table"):
            self.conn.execute(sql.SQL("drop table {}").format(names))

    @contextmanager
    def transaction(self, name: str) -> Iterator[None]:
        """Make what is written inside one transaction: all of it is committed at the end,
        or nothing.

        The crash points inside are called ``within <name>, before ...`` and ``within <name>,
        after ...``.
        """
        with self._crash_points(name):
            outside, self._place = self._place, f"{self._place}within {name}, "
            try:
                with _failing_without_values(name), self.conn.transaction():
                    yield
            finally:
                self._place = outside

    def _execute(self, name: str, parameters: dict[str, Any]) -> psycopg.Cursor[DictRow]:
        with self._crash_points(name), _failing_without_values(name):
            return self._run(dict_row, name, parameters)

    def _run(self, row_factory: RowFactory[T], name: str, parameters: dict[str, Any]) -> psycopg.Cursor[T]:
        text, keeps = statement("ledger", name), keeps_plan(name)
        return self.conn.cursor(row_factory=row_factory).execute(text, parameters or None, prepare=keeps)

    @contextmanager
    def _crash_points(self, name: str) -> Iterator[None]:
        """The one place that every write passes;
        what fails does not reach the second crash point.
        """
        crash_point(f"{self._place}before {name}")
        yield
        crash_point(f"{self._place}after {name}")

    # --- one writer per practice ------------------------------------------------------------------

    @contextmanager
    def holding(self, practice: str) -> Iterator[None]:
        """Hold the lock of a practice: one session at a time writes for it.

        Raises LockLost when another session has it, after `patience_seconds`; who waits goes before
        who only tries. PostgreSQL frees it when the session ends, so a killed worker leaves nothing
        locked. A session that will be rolled back takes no
        lock: the dry run's own session, beside it, has it.
        """
        if self.is_dry_run:
            yield
            return
        row = self.row("lock_practice", practice=practice)
        if not (row and row["pg_try_advisory_lock"]) and not self._waited_for(practice):
            raise LockLost(
                f"Another task is writing for practice {practice}; this one waits for its next try."
            )
        try:
            yield
        finally:
            if not self.conn.closed and not self.conn.broken:
                self.row("unlock_practice", practice=practice)

    def _waited_for(self, practice: str) -> bool:
        """Wait for a practice that another session has; return whether it is ours now."""
        seconds = self.patience_seconds
        return bool(seconds) and self._waited(
            lambda: self.row("wait_for_practice", practice=practice), seconds
        )

    def _waited(self, take: Callable[[], object], seconds: float) -> bool:
        """Take a lock that another session may have; return whether it was free in time."""
        self.row("set_lock_timeout", milliseconds=round(1000 * seconds))
        try:
            take()
        except LedgerFailure:
            return False
        finally:
            if not self.conn.closed and not self.conn.broken:
                self.row("set_lock_timeout", milliseconds=LOCK_TIMEOUT_MILLISECONDS)
        return True

    @contextmanager
    def reading_journals(self, practice: str) -> Iterator[None]:
        """Hold the mirror of a practice's journals, between reading in Exact and keeping it.

        Beside the lock of the practice, which a comparison does not need. Raises LockLost when
        another session holds it for too long. A session that will be rolled back keeps nothing.
        """
        if self.is_dry_run:
            yield
            return
        seconds = self.journal_patience_seconds
        if not self._waited(lambda: self.row("lock_mirror", practice=practice), seconds):
            raise LockLost(f"Another task reads the journals of practice {practice} in Exact.")
        try:
            yield
        finally:
            if not self.conn.closed and not self.conn.broken:
                self.row("unlock_mirror", practice=practice)

    def check_holds(self, practice: str) -> None:
        """Raise LockLost unless this very session still holds the practice."""
        try:
            row = self.row("holds_practice", practice=practice)
        except LedgerFailure as failure:
            raise LockLost(
                f"The ledger's session of practice {practice} is gone ({failure}); nothing was sent."
            ) from None
        if not (row and row["exists"]):
            raise LockLost(f"This worker no longer holds practice {practice}; nothing was sent.")

    # --- dry run ----------------------------------------------------------------------------------

    @contextmanager
    def rolled_back(self, run_id: str | None) -> Iterator[None]:
        """Make what is written inside visible inside, and roll all of it back at the end.

        Inside, the run, if there is one, counts as a night, and everything is read from one
        snapshot.
        """
        with _failing_without_values("a dry run"), self.conn.transaction(force_rollback=True):
            self.is_dry_run = True
            try:
                self.conn.execute("set transaction isolation level repeatable read")
                if run_id is not None:
                    self.write("count_as_night", run_id=run_id)
                yield
            finally:
                self.is_dry_run = False


@contextmanager
def _failing_without_values(name: str) -> Iterator[None]:
    """Turn an error of the database into a LedgerFailure that names no value of a row."""
    try:
        yield
    except psycopg.Error as error:
        raise LedgerFailure(
            f"The ledger failed in '{name}' ({error_words(error, own_functions=True)})."
        ) from None
