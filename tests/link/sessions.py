"""Sessions that end without their server processes, so that the next one need not learn everything.

A new server process of PostgreSQL reads the catalogue again and plans each statement anew: for a
small night twice what the statements themselves cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import psycopg
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Connection = psycopg.Connection[Any]

MOST_STATEMENTS = 1000
"""More than a night has; psycopg forgets all above a hundred."""
END = b"""
rollback;
close all;
reset session authorization;
reset all;
unlisten *;
select pg_advisory_unlock_all();
discard sequences;
discard temp"""
"""What the end of a session does: `discard all`, but for what the process knows of statements.

It goes past psycopg, which would forget its statements after a rollback.
"""


class _Remembering(PrepareManager):
    """psycopg forgets its statements when a transaction is rolled back or a table is dropped, which
    each night does; PostgreSQL has them still, and plans anew what a dropped table was in.
    """

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult]) -> bool:  # type: ignore[override]
        return False


class Sessions:
    """Opens sessions on the databases of one place, and ends them.

    A server has so many sessions and no more: those that ended are kept by who was used last.
    """

    _used_last: ClassVar[Sessions | None] = None

    def __init__(self) -> None:
        self._ended: dict[str, list[Connection]] = defaultdict(list)
        """By the name of their database."""

    def opened(self, database: str, open_new: Callable[[], Connection]) -> Connection:
        """Return a session that nobody has: one on this database that ended, or else a new one."""
        if Sessions._used_last not in (None, self):
            Sessions._used_last.close()
        Sessions._used_last = self
        while self._ended[database]:
            session = self._ended[database].pop()
            if _is_idle(session):
                return session
            session.close()
        session = open_new()
        session._prepared = _Remembering()
        session.prepare_threshold, session.prepared_max = 1, MOST_STATEMENTS
        return session

    def end(self, session: Connection) -> None:
        """End a session as if its process were gone, with its locks, transaction and settings."""
        if session.closed or session.pgconn.transaction_status == TransactionStatus.ACTIVE:
            session.close()
            return
        for statement in END.split(b";"):
            if session.pgconn.exec_(statement).status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                session.close()
                return
        self._ended[session.info.dbname].append(session)

    def close(self) -> None:
        """End all for good."""
        for sessions in self._ended.values():
            while sessions:
                sessions.pop().close()


def _is_idle(session: Connection) -> bool:
    """Return whether the server still has the session."""
    if session.closed:
        return False
    return session.pgconn.exec_(b"select 1").status == ExecStatus.TUPLES_OK
