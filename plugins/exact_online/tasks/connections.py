"""The two databases, opened through Airflow's own hook: connections `james_db` and `exact_sync_db`."""

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
from exact_online.schedule import JAMES, LEDGER

SESSION_DEFAULTS = {
    "application_name": "exact_online",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Settings of libpq for both databases: a peer that vanished is noticed within a minute. What the extra
field of the connection says comes first, ``sslmode`` and ``options`` among it."""


@contextmanager
def ledger_session() -> Iterator[Ledger]:
    """A session on the ledger, closed at the end.

    Raises Unreachable when the server can't be reached, NotReady when it can't be written safely.
    """
    with closing(opened_ledger(lambda: _connection(LEDGER, SESSION_OPTIONS))) as conn:
        yield Ledger(conn)


@contextmanager
def james_session() -> Iterator[psycopg.Connection[Any]]:
    """A connection to James, closed at the end. Raises Unreachable."""
    with closing(opened_james(lambda: _connection(JAMES))) as conn:
        yield conn


def _connection(conn_id: str, options: str = "") -> psycopg.Connection[Any]:
    """Open a database connection that is defined in Airflow, with server settings of ours after its own.

    Raises NotReady when it is not defined.
    """
    hook = PostgresHook(conn_id)
    try:
        defined = hook.connection
    except AirflowNotFoundException:
        raise NotReady(f"Connection {conn_id} is not defined: add it in Airflow under Admin, Connections, and clear this task.") from None
    extra = {**SESSION_DEFAULTS, **defined.extra_dejson}
    extra["options"] = f"{extra.get('options', '')} {options}".strip()
    defined.extra = json.dumps(extra)
    connection: psycopg.Connection[Any] = hook.get_conn()
    return connection
