"""Opens sessions on the link's schema `exact_sync`, and checks that each may be written safely."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from exact_online.database_errors import error_words
from exact_online.failures import NotReady, Unreachable
from exact_online.ledger.session import Connection, Session
from exact_online.statements import newest_version
from exact_online.stops import Stop

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
