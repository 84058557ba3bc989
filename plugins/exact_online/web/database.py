"""The sessions of the pages on the ledger: one small pool per process of the api-server.

It is made on first use, because nothing may connect while Airflow imports its plugins.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import Annotated, Any, Self

import psycopg
from fastapi import Depends
from psycopg_pool import ConnectionPool, PoolTimeout

from exact_online.failures import Unreachable
from exact_online.ledger import Ledger
from exact_online.tasks.connections import page_connection

MAX_SESSIONS = 8
"""Per process of the api-server. Its 40 threads are shared with the whole of Airflow's API."""
WAIT_SECONDS = 5.0
IDLE_SECONDS = 300.0

_first = Lock()


class _LedgerConnection(psycopg.Connection[Any]):
    """What the Airflow connection `exact_sync_db` says, with all checks of a ledger session."""

    @classmethod
    def connect(cls, *_: Any, **__: Any) -> Self:
        return page_connection()  # type: ignore[return-value]


@cache
def _pool() -> ConnectionPool[Any]:
    return ConnectionPool(
        connection_class=_LedgerConnection,
        min_size=0,
        max_size=MAX_SESSIONS,
        timeout=WAIT_SECONDS,
        max_idle=IDLE_SECONDS,
        check=ConnectionPool.check_connection,
        open=True,
    )


def ledger() -> Iterator[Ledger]:
    """Give a ledger for one request, whose statements commit one by one.

    Raises Unreachable when all sessions stay in use or the server can't be reached.
    """
    with _first:  # two first requests at once would make two pools
        pool = _pool()
    try:
        conn = pool.getconn()
    except PoolTimeout:
        raise Unreachable(
            "The ledger's database can't be reached, or all sessions of the pages are in use; try again."
        ) from None
    try:
        yield Ledger(conn)
    finally:
        pool.putconn(conn)


OpenLedger = Annotated[Ledger, Depends(ledger, scope="function")]
"""Ends before the answer is sent, so what a page says is what is committed."""
