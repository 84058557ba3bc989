"""The two databases, opened through Airflow's connections `james_db` and `exact_sync_db`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk.exceptions import AirflowNotFoundException

from exact_online.extract.reach import opened_james
from exact_online.failures import NotReady
from exact_online.ledger import SESSION_OPTIONS, Ledger, opened_ledger
from exact_online.registry import RegisteredPractice
from exact_online.schedule import JAMES, LEDGER

SESSION_DEFAULTS = {
    "application_name": "exact_online",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Settings of libpq for both databases: a server that disappeared is noticed within a minute.

The extra field of a connection goes before these; it can have ``sslmode`` and ``options`` too.
"""


@contextmanager
def ledger_session() -> Iterator[Ledger]:
    """Give a session on the ledger, and close it at the end.

    Raise Unreachable when the server can't be reached, NotReady when it can't be written safely.
    """
    with closing(opened_ledger(lambda: _connection(LEDGER, SESSION_OPTIONS))) as conn:
        yield Ledger(conn)


def registered() -> list[RegisteredPractice]:
    """Return the practices that get a DAG, as the ledger has them."""
    with ledger_session() as ledger:
        return [RegisteredPractice(**vars(practice)) for practice in ledger.practices.with_dag()]


@contextmanager
def james_session() -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to James, and close it at the end; raise Unreachable when it fails."""
    with closing(opened_james(lambda: _connection(JAMES))) as conn:
        yield conn


def _connection(conn_id: str, options: str = "") -> psycopg.Connection[Any]:
    """Open a database connection that is defined in Airflow.

    `options` are server settings that are added to those of the connection.
    Raise NotReady when the connection is not defined.
    """
    hook = PostgresHook(conn_id)
    try:
        defined = hook.connection
    except AirflowNotFoundException:
        raise NotReady(
            f"Connection {conn_id} is not defined: add it in Airflow under Admin, Connections, "
            "and clear this task."
        ) from None
    extra = {**SESSION_DEFAULTS, **defined.extra_dejson}
    extra["options"] = f"{extra.get('options', '')} {options}".strip()
    defined.extra = json.dumps(extra)
    connection: psycopg.Connection[Any] = hook.get_conn()
    return connection
