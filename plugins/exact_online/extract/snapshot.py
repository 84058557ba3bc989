"""One read-only look at James: everything that is read within it belongs to one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from exact_online.extract.reach import reaching
from exact_online.failures import NotReady
from exact_online.statements import statement
from exact_online.stops import Stop

UNCHECKED_ENCODING = "SQL_ASCII"
"""A server that keeps any bytes as text; it would not hand out what is no UTF-8 (FR-L3)."""


@contextmanager
def snapshot(james: psycopg.Connection[Any]) -> Iterator[None]:
    """Open a REPEATABLE READ, READ ONLY transaction;
    within another snapshot it is that one (FR-G25).

    Raises NotReady when our user could write in James (FR-L6), Unreachable when James is away.
    """
    with ExitStack() as stack:
        with reaching(james):
            if james.info.transaction_status is TransactionStatus.INTRANS:
                assert _is_snapshot(james), (
                    "this connection to James is within a transaction that is no snapshot"
                )
            else:
                _begin(james, stack)
        yield


def _begin(james: psycopg.Connection[Any], stack: ExitStack) -> None:
    james.isolation_level = IsolationLevel.REPEATABLE_READ
    james.read_only = True
    stack.enter_context(james.transaction())
    encoding = UNCHECKED_ENCODING if keeps_any_bytes(james) else "UTF8"
    james.execute(f"set local client_encoding to {encoding}".encode())
    _check_reads_only(james)


def _is_snapshot(james: psycopg.Connection[Any]) -> bool:
    question = (
        "select current_setting('transaction_isolation') = 'repeatable read'"
        " and current_setting('transaction_read_only')::boolean"
    )
    with james.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(question).fetchone() == (True,)


def keeps_any_bytes(james: psycopg.Connection[Any]) -> bool:
    """Return whether the server keeps bytes as text that may be no text at all."""
    return james.info.parameter_status("server_encoding") == UNCHECKED_ENCODING


def _check_reads_only(james: psycopg.Connection[Any]) -> None:
    with james.cursor(row_factory=tuple_row) as cursor:
        tables = cursor.execute(statement("james", "writable_tables").encode()).fetchall()
    if tables:
        raise NotReady(Stop.JAMES_WRITABLE, count=len(tables), table=tables[0][0])
