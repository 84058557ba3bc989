"""Turns a James that can't be reached, or that drops us,
into one clear failure that may be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from exact_online.database_errors import error_words
from exact_online.failures import JamesFailure, JamesUnreachable

CONNECT_SECONDS = 10
SESSION_OPTIONS = "-c statement_timeout=30min -c lock_timeout=1min -c idle_in_transaction_session_timeout=1h"
"""A statement of James may read years of history; a snapshot may stand still while Exact is read.
Neither goes on for ever: James' own clean-up would wait for it."""
KEEPALIVE_SECONDS = 30
"""With three more tries 10 seconds apart, a peer that vanished is noticed within a minute."""


def connect_james(dsn: str) -> psycopg.Connection[Any]:
    """Open a connection to James; server settings of `dsn` outweigh ours. Raises Unreachable."""
    options = f"{SESSION_OPTIONS} {conninfo_to_dict(dsn).get('options') or ''}".strip()
    try:
        return psycopg.connect(
            dsn,
            connect_timeout=CONNECT_SECONDS,
            keepalives_idle=KEEPALIVE_SECONDS,
            keepalives_interval=10,
            keepalives_count=3,
            tcp_user_timeout=60_000,
            options=options,
            application_name="exact_online",
        )
    except psycopg.OperationalError as error:
        raise JamesUnreachable(_sentence(conninfo_to_dict(dsn), error)) from None


def opened_james(open_connection: Callable[[], psycopg.Connection[Any]]) -> psycopg.Connection[Any]:
    """Return a connection to James that Airflow's hook opens. Raises Unreachable."""
    try:
        return open_connection()
    except psycopg.OperationalError as error:
        raise JamesUnreachable(_sentence({}, error)) from None


@contextmanager
def reaching(james: psycopg.Connection[Any]) -> Iterator[None]:
    """Raise Unreachable when James is gone or cancels us,
    as a standby does when it must replay (FR-L1, FR-L2); JamesFailure when a statement fails.
    """
    try:
        yield
    except psycopg.OperationalError as error:
        raise JamesUnreachable(_sentence(_address(james), error)) from None
    except psycopg.Error as error:
        raise JamesFailure(
            f"A statement of James failed ({error_words(error)}); the record that it failed on is in the "
            "log of James' own database server."
        ) from None


def _address(james: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return where a session is or was, also one that was lost; empty for one that was closed."""
    try:
        return james.info.get_parameters()
    except psycopg.OperationalError:
        return {}


def _sentence(address: dict[str, Any], error: psycopg.Error) -> str:
    """Names host, port and database; never a password, never a row."""
    host = address.get("host") or address.get("hostaddr") or "localhost"
    place = f"{address.get('dbname') or 'of connection james_db'} on {host}:{address.get('port') or 5432}"
    return (
        f"James' database {place} can't be reached ({_reason(error)}); "
        "check that server and connection james_db."
    )


def _reason(error: psycopg.Error) -> str:
    first = error.diag.message_primary or str(error).strip().splitlines()[0]
    return first.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip("?.")
