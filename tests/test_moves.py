"""The ledger itself allows the moves of booking_move and no others, and writes each of them into
the history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dev.local.postgres import Server
from exact_online import moves_page
from exact_online.ledger import Batch, Booking, Connection, Ledger, Run, connect, worker_name
from exact_online.migrations import CONNECTION_VARIABLE
from exact_online.moves_page import BEGIN, END, with_moves
from exact_online.statements import SQL_ROOT
from exact_online.vocabulary import BookingState
from tests.conftest import WORKER
from tests.ledger_cases import PRACTICE, entry, open_run, plan, register, rejection

STATES = [state.value for state in BookingState]
STATEMENTS = sorted((SQL_ROOT / "ledger").glob("*.sql"))
NEW = "new"
Moves = set[tuple[str, str]]


@pytest.fixture(scope="module")
def database(postgres: Server, ledger_template: str) -> Iterator[str]:
    """One ledger for all tests here: each of them is rolled back."""
    name = f"moves_{WORKER}"
    yield postgres.create_database(name, ledger_template)
    postgres.drop_database(name)


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with connect(database, actor="Anna Accountant") as conn, conn.transaction(force_rollback=True):
        ledger = Ledger(conn)
        register(ledger)
        yield ledger


@pytest.fixture
def conn(ledger: Ledger) -> Connection:
    return ledger.conn


@pytest.fixture
def run(ledger: Ledger) -> Run:
    return open_run(ledger)


@pytest.fixture
def allowed(conn: Connection) -> Moves:
    return {(row["from_state"], row["to_state"]) for row in conn.execute("select * from booking_move")}


def way_to(state: str, allowed: Moves) -> list[str]:
    """A shortest way of allowed moves from a new booking to a state."""
    ways = [[NEW]]
    for way in ways:  # grows while it is walked: breadth first
        if way[-1] == state:
            return way[1:]
        ways += [[*way, to] for here, to in sorted(allowed) if here == way[-1] and to not in way]
    raise AssertionError(f"no way leads to {state}")


def add(conn: Connection, run: Run, state: str, key: str = "factuur:1") -> int:
    """The first version of a booking, in this state; its id."""
    row = conn.execute(
        """
        insert into booking (practice, kind, source_key, state, run_id, moved_in_run, settings_version,
                             fingerprint, payload, debtor_number, reason, exact_id)
        values (%(practice)s, 'sales_entry', %(key)s, %(state)s, %(run)s, %(run)s, 1, 'f', '{}', '1001',
                'no_lines', gen_random_uuid())
        returning booking_id""",
        {"practice": PRACTICE, "key": key, "state": state, "run": run.run_id},
    ).fetchone()
    assert row is not None
    return int(row["booking_id"])


def move(conn: Connection, run: Run, booking_id: int, state: str) -> None:
    """To a state, or to the next version in the same one."""
    conn.execute(
        "update booking set state = %s, version = version + 1, moved_in_run = %s where booking_id = %s",
        [state, run.run_id, booking_id],
    )


def booking_in(conn: Connection, run: Run, state: str, allowed: Moves) -> int:
    first, *moves = way_to(state, allowed)
    booking_id = add(conn, run, first)
    for to in moves:
        move(conn, run, booking_id, to)
    return booking_id


def history(conn: Connection) -> list[dict[str, Any]]:
    return conn.execute("select * from booking_history order by history_id").fetchall()


def steps(conn: Connection) -> list[tuple[str | None, str]]:
    return [(row["from_state"], row["to_state"]) for row in history(conn)]


@pytest.mark.parametrize("to_state", STATES)
@pytest.mark.parametrize("from_state", STATES)
def test_a_move_is_in_the_history_or_raises(
    conn: Connection, run: Run, allowed: Moves, from_state: str, to_state: str
) -> None:
    """INV-8: every pair of states, whatever statement tries it."""
    booking_id = booking_in(conn, run, from_state, allowed)
    before = steps(conn)
    if (from_state, to_state) in allowed:
        move(conn, run, booking_id, to_state)
        assert steps(conn) == [*before, (from_state, to_state)]
    else:
        words = f"booking {booking_id} may not move from {from_state} to {to_state}"
        with pytest.raises(psycopg.errors.CheckViolation, match=words), conn.transaction():
            move(conn, run, booking_id, to_state)
        assert steps(conn) == before


@pytest.mark.parametrize("state", STATES)
def test_a_first_version_is_in_the_history_or_raises(
    conn: Connection, run: Run, allowed: Moves, state: str
) -> None:
    if (NEW, state) in allowed:
        add(conn, run, state)
        assert steps(conn) == [(None, state)]
    else:
        with pytest.raises(psycopg.errors.CheckViolation, match=f"may not move from new to {state}"):
            add(conn, run, state)


def test_what_exact_has_is_never_moved_and_only_what_was_claimed_or_read_is_booked(allowed: Moves) -> None:
    """INV-7, INV-1: what the allowed moves themselves must keep to."""
    assert {to for start, to in allowed if start == "booked"} == {"booked", "closed"}
    assert {to for start, to in allowed if start == "exported"} == {"closed"}  # by a person, if not imported
    assert {to for start, to in allowed if start == "closed"} == {"booked", "rejected", "held", "exported"}
    by_read, by_person = {"sending", "doubtful", "booked"}, {"rejected", "held", "closed"}
    assert {start for start, to in allowed if to == "booked"} == by_read | by_person
    assert {start for start, to in allowed if to == "sending"} == {"planned"}
    # The statements ask that there was no attempt: tests/night/test_hand_over.py.
    never_sent = {NEW, "planned", "held", "rejected", "closed"}
    assert {start for start, to in allowed if to == "exported"} == never_sent
    assert ("doubtful", "sending") not in allowed


def test_a_move_without_a_run_raises(conn: Connection, run: Run) -> None:
    booking_id = add(conn, run, "planned")
    words = f"booking {booking_id} moves from planned to held in no run"
    with pytest.raises(psycopg.errors.CheckViolation, match=words):
        conn.execute("update booking set state = 'held', moved_in_run = null")


def test_one_wrong_move_among_many_rolls_back_the_whole_statement(conn: Connection, run: Run) -> None:
    for number in range(20):
        add(conn, run, "planned", f"factuur:{number}")
    add(conn, run, "rejected", "factuur:20")
    with pytest.raises(psycopg.errors.CheckViolation, match="from rejected to sending"), conn.transaction():
        conn.execute("update booking set state = 'sending'")
    assert {row["state"] for row in conn.execute("select distinct state from booking")} == {
        "planned",
        "rejected",
    }
    assert len(history(conn)) == 21


def test_many_moves_in_one_statement_have_a_row_each(ledger: Ledger, conn: Connection, run: Run) -> None:
    plan(ledger, run, [entry(number) for number in range(1, 101)])
    conn.execute(
        "update booking set state = 'held', reason = 'debtor_not_booked' where booking_id %% 2 = 0", []
    )
    assert len(history(conn)) == 150


def test_a_change_that_is_no_move_leaves_the_history_alone(conn: Connection, run: Run) -> None:
    add(conn, run, "planned")
    conn.execute("update booking set absent_since = now(), source_changed_at = now(), credits_number = '1'")
    assert steps(conn) == [(None, "planned")]


def test_another_reason_is_a_move(conn: Connection, run: Run, allowed: Moves) -> None:
    booking_in(conn, run, "held", allowed)
    conn.execute("update booking set reason = 'relation_blocked'")
    assert [row["reason"] for row in history(conn)][-1] == "relation_blocked"


def test_a_history_row_says_who_moved_what_in_which_run(conn: Connection, run: Run) -> None:
    booking_id = add(conn, run, "planned")
    conn.execute("update booking set state = 'sending', attempt = 1, reason = null, moved_in_run = run_id")
    wanted = {
        "booking_id": booking_id,
        "from_state": "planned",
        "to_state": "sending",
        "attempt": 1,
        "reason": None,
    }
    last = history(conn)[-1]
    assert {name: last[name] for name in wanted} == wanted
    assert (str(last["run_id"]), last["moved_by"]) == (run.run_id, "Anna Accountant")


def test_an_act_within_a_session_may_be_another_persons(conn: Connection, run: Run) -> None:
    conn.execute("set local exact_sync.actor to 'Bert Boekhouder'")
    add(conn, run, "planned")
    assert history(conn)[-1]["moved_by"] == "Bert Boekhouder"


def test_a_worker_stands_in_the_history_by_host_and_process(ledger_dsn: str) -> None:
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger)
        plan(ledger, open_run(ledger), [entry(1)])
        assert history(conn)[-1]["moved_by"] == worker_name()


def test_a_session_that_is_not_the_links_own_is_held_to_the_moves_too(ledger_dsn: str) -> None:
    """psql, say: another search path, and nobody said who acts."""
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger)
        run = open_run(ledger)
        plan(ledger, run, [entry(1)])
    with psycopg.connect(ledger_dsn.partition("?")[0]) as stranger:
        with pytest.raises(psycopg.errors.CheckViolation), stranger.transaction():
            stranger.execute("update exact_sync.booking set state = 'booked', exact_id = gen_random_uuid()")
        stranger.execute("update exact_sync.booking set state = 'sending'")
        row = stranger.execute(
            "select moved_by from exact_sync.booking_history order by history_id desc"
        ).fetchone()
        assert row == (stranger.info.user,)


def test_history_is_written_by_the_triggers_alone(conn: Connection, run: Run) -> None:
    booking_id = add(conn, run, "planned")
    with pytest.raises(psycopg.errors.RaiseException, match="by the triggers of booking alone"):
        conn.execute(
            "insert into booking_history (booking_id, run_id, to_state, attempt) values (%s, %s, "
            "'planned', 0)",
            [booking_id, run.run_id],
        )


@pytest.mark.parametrize("delete", ["delete from booking_history", "delete from booking"])
def test_neither_a_booking_nor_its_history_can_be_deleted(conn: Connection, run: Run, delete: str) -> None:
    add(conn, run, "planned")
    with pytest.raises(psycopg.errors.RaiseException, match=r"append-only|never deleted"):
        conn.execute(delete.encode())


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.stem)
def test_a_statement_that_moves_bookings_says_in_which_run_and_writes_no_history(path: Path) -> None:
    """A run that stands there from an earlier move would be taken for the one that moved it."""
    text = path.read_text(encoding="utf-8")
    assert "insert into booking_history" not in text
    for update in re.findall(r"update booking\b.*?(?=\nwhere|\nfrom|\Z)", text, re.DOTALL):
        if re.search(r"\bstate =", update):
            # An act of a person has no run: it moves in the one that planned the booking.
            assert re.search(r"moved_in_run = (%\(run_id\)s|b\.run_id)", update)
    if "insert into booking (" in text:
        assert "%(run_id)s as moved_in_run" in text


def test_the_statements_that_move_bookings_are_found() -> None:
    sets_run = re.compile(r"moved_in_run = %\(run_id\)s|as moved_in_run")
    moving = {path.stem for path in STATEMENTS if sets_run.search(path.read_text(encoding="utf-8"))}
    assert {"claim_bookings", "confirm_bookings", "plan_insert", "hold_what_must_wait"} <= moving
    assert len(moving) == 28


def test_the_page_of_the_moves_is_written_from_the_ledger_that_the_environment_names(
    database: str, allowed: Moves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN}an old table\n{END}After\n", encoding="utf-8")
    monkeypatch.setenv(CONNECTION_VARIABLE, database)
    moves_page.main(page)
    first, *table, last = page.read_text(encoding="utf-8").splitlines()
    assert (first, last) == ("Before", "After")
    assert sum(line.startswith("| ") for line in table) == len(allowed) + 1


def test_a_page_without_its_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="moves: begin"):
        with_moves("# A page\n", [])


def rejected_by_exact(ledger: Ledger, run: Run, number: int) -> None:
    """Sent once, rejected with words, and planned again with the same content."""
    booking = planned(ledger, run, number)
    assert ledger.bookings.claim(run, [booking], "test")
    ledger.bookings.reject(run, booking, "vat_code_in_exact", {})
    ledger.bookings.release_rejected(run, ALL_ENTRIES)


def planned(ledger: Ledger, run: Run, number: int) -> Booking:
    found = ledger.bookings.to_send(run, ALL_ENTRIES)
    return next(booking for booking in found if booking.entry_number == number)


ALL_ENTRIES = Batch(turn=1, kind="sales_entry", first_id=0, last_id=10**9, bookings=9)
RELATION = "00000000-0000-0000-0000-000000001001"


def test_a_move_of_what_was_sent_before_never_says_that_it_was_not(
    ledger: Ledger, conn: Connection, run: Run
) -> None:
    """Invoices that Exact rejected once, and one whose call it did not execute, go all ways on
    which a sentence of booking_move spoke of what was never sent.
    """
    plan(ledger, run, [entry(number) for number in range(1, 6)])
    ledger.relations.keep(planned(ledger, run, 1), RELATION)
    for number in range(1, 5):
        rejected_by_exact(ledger, run, number)
    plan(ledger, run, [entry(1, 2000)])
    plan(ledger, run, [rejection(2)])
    plan(ledger, run, [entry(3, 2000)], exported=True)
    conn.execute("update booking set state = 'held', reason = 'period_closed' where entry_number = 4")
    plan(ledger, run, [entry(4, 2000)], exported=True)
    booking = planned(ledger, run, 5)
    assert ledger.bookings.claim(run, [booking], "test")
    ledger.bookings.unclaim(run, [booking], reached_exact=True)
    conn.execute(
        "insert into exact_line (practice, line_id, entry_id, journal, financial_year, entry_number, "
        "entry_date, gl_account, cents, financial_period) values "
        "(%s, gen_random_uuid(), gen_random_uuid(), '70', 2026, 5, '2026-11-20', '1300', 1000, 11)",
        [PRACTICE],
    )
    assert ledger.bookings.doubt_taken_numbers(run) == 1
    made = conn.execute(
        """
        select distinct h.from_state, h.to_state, m.why
        from booking_history as h
        inner join booking_move as m on h.from_state = m.from_state and h.to_state = m.to_state
        where h.attempt > 0
        """
    ).fetchall()
    assert {
        ("planned", "planned"), ("planned", "rejected"), ("planned", "exported"), ("held", "exported"),
        ("planned", "doubtful"),
    } <= {(row["from_state"], row["to_state"]) for row in made}  # fmt: skip
    assert [row for row in made if "never sent" in row["why"]] == []


def test_the_sentence_of_each_move_names_every_way_in_which_it_is_made(conn: Connection) -> None:
    """What statements do beside the usual: docs/reliability.md is read as the whole of it."""
    why = {
        (row["from_state"], row["to_state"]): row["why"] for row in conn.execute("select * from booking_move")
    }
    assert "by hand" in why["booked", "booked"]  # adopt_entry.sql
    assert "other content" in why["rejected", "planned"]  # plan_replace_unsent.sql
    assert "workbook" in why["planned", "held"]  # hold_what_must_wait.sql: to_be_handed_over
    assert "rejects others" in why["planned", "rejected"]  # hold_alike.sql
    assert "reference and total" in why["planned", "doubtful"]  # doubt_taken_numbers.sql
