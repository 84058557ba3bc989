"""A session that ends leaves nothing to the next one, though the server's process stays."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.link.emptying import KEPT
from tests.link.fixtures import small_place
from tests.link.sessions import Sessions
from tests.link.small import Place, SmallLink

__all__ = ["small_place"]

LOCKS = "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
SOME_ROW = "select 1 from {} limit 1"


@pytest.fixture
def sessions() -> Iterator[Sessions]:
    made = Sessions()
    yield made
    made.close()


def test_what_a_session_had_ends_with_it(small_place: Place, sessions: Sessions) -> None:
    """Its locks, its transaction, its temporary tables and its settings."""

    def open_new() -> psycopg.Connection[tuple[int]]:
        return psycopg.connect(small_place.ledger_dsn)

    first = sessions.opened(small_place.owner.info.dbname, open_new)
    first.execute("select pg_advisory_lock(7)")
    first.execute("set lock_timeout = 12345")
    first.commit()
    first.execute("create temporary table of_first (a int)")
    first.commit()
    first.execute("insert into mail (mail_key, subject, html) values ('x', '', '')")
    sessions.end(first)
    second = sessions.opened(small_place.owner.info.dbname, open_new)
    assert second.info.backend_pid == first.info.backend_pid
    locks = second.execute(LOCKS).fetchone()
    left = second.execute("select count(*) from mail").fetchone()
    timeout = second.execute("select current_setting('lock_timeout')").fetchone()
    table = second.execute("select to_regclass('pg_temp.of_first')").fetchone()
    assert (locks, left, timeout, table) == ((0,), (0,), ("0",), (None,))
    second.rollback()
    sessions.end(second)


def test_a_session_in_the_middle_of_a_statement_is_closed(small_place: Place, sessions: Sessions) -> None:
    def open_new() -> psycopg.Connection[tuple[int]]:
        return psycopg.connect(small_place.ledger_dsn)

    busy = sessions.opened(small_place.owner.info.dbname, open_new)
    pid = busy.info.backend_pid
    with ThreadPoolExecutor() as thread:
        statement = thread.submit(busy.execute, "select pg_sleep(30)")
        question = "select 1 from pg_stat_activity where pid = %s and state = 'active'"
        while not small_place.owner.execute(question, [pid]).fetchone():
            pass
        sessions.end(busy)
        small_place.owner.execute("select pg_terminate_backend(%s)", [pid])
        with pytest.raises(psycopg.OperationalError):
            statement.result()
    assert sessions.opened(small_place.owner.info.dbname, open_new).info.backend_pid != pid


def test_a_session_that_the_server_ended_is_not_given_again(small_place: Place, sessions: Sessions) -> None:
    def open_new() -> psycopg.Connection[tuple[int]]:
        return psycopg.connect(small_place.ledger_dsn)

    first = sessions.opened(small_place.owner.info.dbname, open_new)
    pid = first.info.backend_pid
    sessions.end(first)
    small_place.terminate(pid)
    assert sessions.opened(small_place.owner.info.dbname, open_new).info.backend_pid != pid


def test_one_place_has_sessions_that_ended(small_place: Place, sessions: Sessions) -> None:
    """A server has two hundred, and a run of tests makes dozens of places."""

    def open_new() -> psycopg.Connection[tuple[int]]:
        return psycopg.connect(small_place.ledger_dsn)

    ended = sessions.opened("any", open_new)
    pid = ended.info.backend_pid
    sessions.end(ended)
    other = Sessions()
    other.opened("any", open_new).close()
    assert ended.closed
    question = "select 1 from pg_stat_activity where pid = %s"
    while small_place.owner.execute(question, [pid]).fetchone():
        pass


def test_an_emptied_ledger_is_as_a_new_one(small_place: Place) -> None:
    """No row, and numbers that begin at 1; also where its tables were truncated."""
    numbers = []
    for _ in range(2):
        link = SmallLink(small_place)
        link.james.debtor("1001")
        link.night()
        rows = link.ledger.conn.execute("select min(booking_id) as first, count(*) as n from booking")
        numbers.append(rows.fetchall())
        link.die()
    assert numbers == [[{"first": 1, "n": 1}]] * 2
    small_place.empty()
    owner = small_place.owner
    tables = owner.execute("select tablename from pg_tables where schemaname = 'exact_sync'").fetchall()
    full = sorted(name for (name,) in tables if owner.execute(SOME_ROW.format(name).encode()).fetchone())
    assert full == sorted(KEPT)
