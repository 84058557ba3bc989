"""The two databases, opened through Airflow's connections `james_db` and `exact_sync_db`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from typing import Any

import psycopg
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk.exceptions import AirflowNotFoundException

from exact_online.extract.reach import SESSION_OPTIONS as JAMES_OPTIONS
from exact_online.extract.reach import opened_james
from exact_online.failures import NotReady
from exact_online.ledger import SESSION_OPTIONS, Connection, Ledger, opened_ledger
from exact_online.registry import RegisteredPractice
from exact_online.schedule import JAMES, LEDGER
from exact_online.stops import Stop

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


PAGE_OPTIONS = "-c statement_timeout=10s -c lock_timeout=5s"
"""A page shares the threads of Airflow's API, which tasks need: it does not wait for long."""

ENCRYPTED = ("require", "verify-ca", "verify-full")
"""Values of ``sslmode`` by which nothing goes over the network that others can read."""

PLAIN_HOSTS_VARIABLE = "EXACT_ONLINE_PLAIN_DATABASE_HOSTS"
"""The environment variable with hosts, separated by commas, that are on a private network of this
machine (containers of one Compose project): they alone may be reached without TLS."""


@contextmanager
def ledger_session() -> Iterator[Ledger]:
    """Give a session on the ledger, and close it at the end.

    Raise Unreachable when the server can't be reached, NotReady when it can't be written safely.
    """
    with closing(opened_ledger(lambda: _connection(LEDGER, SESSION_OPTIONS))) as conn:
        yield Ledger(conn)


def page_connection() -> Connection:
    """Open a session on the ledger for pages, whose statements end within seconds.

    Raises what `ledger_session` raises.
    """
    return opened_ledger(lambda: _connection(LEDGER, f"{SESSION_OPTIONS} {PAGE_OPTIONS}"))


def registered() -> list[RegisteredPractice]:
    """Return the practices that get a DAG, as the ledger has them."""
    with ledger_session() as ledger:
        return [RegisteredPractice(**vars(practice)) for practice in ledger.practices.with_dag()]


@contextmanager
def james_session() -> Iterator[psycopg.Connection[Any]]:
    """Give a connection to James, and close it at the end; raise Unreachable when it fails."""
    with closing(opened_james(lambda: _connection(JAMES, JAMES_OPTIONS))) as conn:
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
        raise NotReady(Stop.CONNECTION_MISSING, connection=conn_id) from None
    extra = {**SESSION_DEFAULTS, **defined.extra_dejson}
    _check_encrypted(conn_id, defined.host, extra)
    extra["options"] = f"{extra.get('options', '')} {options}".strip()
    defined.extra = json.dumps(extra)
    connection: psycopg.Connection[Any] = hook.get_conn()
    return connection


def _check_encrypted(conn_id: str, host: str | None, extra: dict[str, Any]) -> None:
    """Raise NotReady when names and tokens could be read on the way to the database."""
    plain = os.environ.get(PLAIN_HOSTS_VARIABLE, "").split(",")
    hosts = [*(host or "").split(","), *str(extra.get("hostaddr") or "").split(",")]
    off_machine = [name for name in map(str.strip, hosts) if not (_is_local(name) or name in plain)]
    if off_machine and extra.get("sslmode") not in ENCRYPTED:
        raise NotReady(Stop.CONNECTION_WITHOUT_TLS, connection=conn_id, host=off_machine[0])


def _is_local(host: str) -> bool:
    """A socket in the file system, or this very machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in ("", "localhost") or host.startswith(("/", "@"))
