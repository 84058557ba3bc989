"""One session on the link's schema `exact_sync`: how its statements are run (opened by `opening`).

Everything that the link knows of that schema goes through a `Session`. A statement is a file of
`include/sql/ledger/`, named after what it does. Reading is `rows`, `record` and their like;
writing is `write` and its like, which reach a crash point before and after (docs/decisions/0009).
A statement commits by itself unless a `transaction` is open.
"""

from __future__ import annotations

import io
import re
import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal, TypeVar

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, RowFactory, class_row, dict_row

from exact_online.crash_points import crash_point
from exact_online.database_errors import error_words
from exact_online.failures import LedgerFailure, LockLost
from exact_online.statements import statement

Connection = psycopg.Connection[DictRow]
T = TypeVar("T")

LOCK_TIMEOUT_MILLISECONDS = 60_000
"""`lock_timeout` of `opening.SESSION_OPTIONS`."""

JOURNAL_PATIENCE_SECONDS = 300.0
"""A full read of some years takes a minute or two."""

LOOK_AGAIN_SECONDS = 0.25
"""How old a look at the lock of a practice may be at a call. Whoever takes a practice over reads
Exact two settle delays later, so this is no part of what it waits (docs/reliability.md)."""

MISSING = "\x1a"
"""How `Session.copy_out` writes a missing value:
a control character that no text of a practice consists of."""


@cache
def keeps_plan(name: str) -> bool | None:
    """Return False for a statement that leaves a condition out where a value is null; None else.

    A session of PostgreSQL that asks it often would keep one plan for all values: that of the whole
    fleet, also where one practice is asked for. None lets psycopg decide (`prepare` of `execute`).
    """
    return False if re.search(r"%\(\w+\)s::[\w\[\]]+ is null\s+or\b", statement("ledger", name)) else None


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
        self._looked: tuple[str, float] | None = None
        """The practice that this session was last seen to hold, and when (`time.monotonic`)."""

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
            self._looked = None
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
        """Raise LockLost unless this very session still holds the practice.

        The server is asked when the last look is older than `LOOK_AGAIN_SECONDS`, and always when
        it has said something since: the end of a session is such a word.
        """
        began = time.monotonic()
        if self._was_seen_to_hold(practice, began) and not self._has_word():
            return
        self._looked = None
        try:
            row = self.row("holds_practice", practice=practice)
        except LedgerFailure as failure:
            raise LockLost(
                f"The ledger's session of practice {practice} is gone ({failure}); nothing was sent."
            ) from None
        if not (row and row["exists"]):
            raise LockLost(f"This worker no longer holds practice {practice}; nothing was sent.")
        self._looked = (practice, began)

    def _was_seen_to_hold(self, practice: str, now: float) -> bool:
        return (
            self._looked is not None
            and self._looked[0] == practice
            and now - self._looked[1] < LOOK_AGAIN_SECONDS
        )

    def _has_word(self) -> bool:
        """Whether the server said something, or the connection ended; True if nobody can tell."""
        try:
            poll = select.poll()
            poll.register(self.conn.pgconn.socket, select.POLLIN)
            return bool(poll.poll(0))
        except (psycopg.Error, OSError):
            return True

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
