"""Two that change records of the same days mark them, and do not wait for each other; one that
changes many costs by their number, whatever its session did before.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import pytest

from exact_online.ledger import Connection, Ledger, connect
from tests.ledger_cases import PRACTICE, entry, open_run, plan, register

CHANGE = "update booking set due_date = '2026-12-31' where practice = %s and entry_number = any(%s)"
HOLD = "insert into to_judge (practice, subject, marked_by) values (%s, %s, 0)"
PLANS = """
create temporary table question (asked text);
create temporary table said (asked text, plan json);
create function pg_temp.explain_marks() returns trigger language plpgsql as $$
declare
    each text;
    plan json;
begin
    for each in select q.asked from question as q loop
        execute 'explain (format json) select ' || each into plan;
        insert into said values (each, plan);
    end loop;
    return null;
end $$;
create trigger booking_explains_marks after update on booking
referencing old table as old_rows new table as new_rows
for each statement execute function pg_temp.explain_marks();
"""
WAITING = "select 1 from pg_stat_activity where pid = %s and wait_event_type = 'Lock'"
EARLY, LATE = dt.date(2026, 11, 20), dt.date(2026, 11, 21)
SECONDS = 30


@pytest.fixture
def sessions(ledger_dsn: str) -> Iterator[list[Connection]]:
    with ExitStack() as until_the_end:
        yield [until_the_end.enter_context(closing(connect(ledger_dsn))) for _ in range(3)]


def until_it_waits(seen_by: Connection, session: Connection, statement: Future[Any]) -> None:
    """Back when the statement waits for a lock, or has ended."""
    deadline = time.monotonic() + SECONDS
    while not (statement.done() or seen_by.execute(WAITING, [session.info.backend_pid]).fetchone()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def planned(ledger: Ledger, days: dict[int, dt.date]) -> None:
    """Records that are booked on these days, by their numbers, and nothing that is marked."""
    register(ledger)
    plan(ledger, open_run(ledger), [entry(number, entry_date=day) for number, day in days.items()])
    ledger.conn.execute("alter table booking disable trigger booking_moves")
    ledger.conn.execute("update booking set state = 'booked', exact_id = gen_random_uuid()")
    ledger.conn.execute("delete from to_judge")
    ledger.conn.execute("delete from to_add_up")


def nodes(plan_of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All nodes of a plan."""
    yield plan_of
    for below in plan_of.get("Plans", []):
        yield from nodes(below)


def test_two_statements_that_change_records_of_the_same_days_do_not_wait_for_each_other(
    sessions: list[Connection],
) -> None:
    """One has a record of the early day first, the other one of the late day."""
    one, other, third = sessions
    ledger = Ledger(third)
    days = {2600001: EARLY, 2600002: LATE, 2600003: LATE, 2600004: EARLY}
    planned(ledger, days)
    with ThreadPoolExecutor(2) as threads:
        with third.transaction():
            third.execute(HOLD, [PRACTICE, "factuur:2600002"])
            first = threads.submit(one.execute, CHANGE, [PRACTICE, [2600001, 2600002]])
            until_it_waits(third, one, first)
            second = threads.submit(other.execute, CHANGE, [PRACTICE, [2600003, 2600004]])
            until_it_waits(third, other, second)
        assert [first.result(SECONDS).rowcount, second.result(SECONDS).rowcount] == [2, 2]
    marked = {row["subject"] for row in third.execute("select subject from to_judge")}
    assert marked == {f"factuur:{number}" for number in days}
    assert [row["day"] for row in third.execute("select day from to_add_up order by day")] == [EARLY, LATE]


def test_the_two_sides_of_a_change_are_never_joined_row_by_row(sessions: list[Connection]) -> None:
    """A session keeps the plan that it made for one record, and a purge changes 5,000 after it."""
    session = sessions[2]
    planned(Ledger(session), {2600001: EARLY})
    source = session.execute("select prosrc as s from pg_proc where proname = 'mark_changed_bookings'")
    questions = re.findall(r"perform\b(.*?);", source.fetchall()[0]["s"], re.DOTALL)
    session.execute(PLANS)
    for question in questions:
        session.execute("insert into question values (%s)", [question])
    session.execute(CHANGE, [PRACTICE, [2600001]])
    for row in session.execute("select plan from said").fetchall():
        joins = [node for node in nodes(row["plan"][0]["Plan"]) if node.get("Join Type") == "Full"]
        assert [node["Node Type"] in {"Hash Join", "Merge Join"} for node in joins] == [True]
    assert session.execute("select count(*) as n from said").fetchall() == [{"n": len(questions)}]
