"""The ledger: what a plan does to what is there, and that a booking only makes the moves it may
make.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from exact_online.failures import LockLost, NotReady
from exact_online.ledger import Ledger, LedgerClock, Run, connect
from exact_online.ledger.opening import check_one_writer
from exact_online.ledger.session import Session
from tests.ledger_cases import (
    PRACTICE,
    book,
    entry,
    keep_relation,
    line,
    open_run,
    plan,
    register,
    rejection,
    states,
)


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger)
        yield ledger


@pytest.fixture
def run(ledger: Ledger) -> Run:
    return open_run(ledger)


def _history(ledger: Ledger) -> list[tuple[str | None, str]]:
    rows = ledger.conn.execute(
        "select from_state, to_state from booking_history order by history_id"
    ).fetchall()
    return [(row["from_state"], row["to_state"]) for row in rows]


def test_a_new_record_is_planned_with_its_lines(ledger: Ledger, run: Run) -> None:
    plan(ledger, run, [entry(1), entry(2)])
    assert states(ledger) == {"factuur:1": "planned", "factuur:2": "planned"}
    assert _history(ledger) == [(None, "planned")] * 2
    assert ledger.conn.execute("select count(*) as n from booking_line").fetchone() == {"n": 2}


def test_the_same_plan_again_changes_nothing(ledger: Ledger, run: Run) -> None:
    """INV-9."""
    plan(ledger, run, [entry(1), rejection(2)])
    plan(ledger, run, [entry(1), rejection(2)])
    assert len(_history(ledger)) == 2


def test_what_was_never_sent_takes_over_newer_content(ledger: Ledger, run: Run) -> None:
    plan(ledger, run, [entry(1, cents=1000)])
    plan(ledger, run, [entry(1, cents=900)])
    rows = ledger.conn.execute("select version, total_cents from booking").fetchall()
    assert rows == [{"version": 2, "total_cents": 900}]
    assert ledger.conn.execute("select gross_cents from booking_line").fetchall() == [{"gross_cents": 900}]


def test_what_was_sent_once_keeps_what_it_claimed(ledger: Ledger, run: Run) -> None:
    """FR-G2: a doubtful booking is resolved before newer content is looked at."""
    plan(ledger, run, [entry(1, cents=1000)])
    booking = ledger.bookings.to_send(run, ledger.planning.batches(PRACTICE, 10)[0])[0]
    ledger.bookings.claim(run, [booking], "test")
    plan(ledger, run, [entry(1, cents=900)])
    ledger.bookings.doubt(run, booking, "answer lost")
    plan(ledger, run, [entry(1, cents=900)])
    assert ledger.conn.execute("select total_cents from booking").fetchall() == [{"total_cents": 1000}]


def test_what_may_have_reached_exact_keeps_its_content_when_it_is_planned_again(
    ledger: Ledger, run: Run
) -> None:
    """FR-G2: its first call may still land, and must meet the number it was sent with."""
    plan(ledger, run, [entry(1, cents=1000)])
    booking = ledger.bookings.to_send(run, ledger.planning.batches(PRACTICE, 10)[0])[0]
    ledger.bookings.claim(run, [booking], "test")
    ledger.bookings.doubt(run, booking, "answer lost")
    ledger.bookings.note_absence(booking)
    ledger.bookings.release_absent(run, booking)
    plan(ledger, run, [entry(1, cents=900)])
    assert ledger.conn.execute("select total_cents from booking").fetchall() == [{"total_cents": 1000}]


def test_what_certainly_reached_nobody_takes_over_newer_content(ledger: Ledger, run: Run) -> None:
    plan(ledger, run, [entry(1, cents=1000)])
    booking = ledger.bookings.to_send(run, ledger.planning.batches(PRACTICE, 10)[0])[0]
    ledger.bookings.claim(run, [booking], "test")
    ledger.bookings.unclaim(run, [booking], reached_exact=False)
    plan(ledger, run, [entry(1, cents=900)])
    assert ledger.conn.execute("select total_cents from booking").fetchall() == [{"total_cents": 900}]


def test_orphans_of_another_practice_are_left_alone(ledger: Ledger, run: Run) -> None:
    """FR-D1: that practice has a writer of its own, who may be sending."""
    register(ledger, "praktijk_b")
    other = open_run(ledger, "praktijk_b")
    for of in (run, other):
        plan(ledger, of, [entry(1)])
        batch = ledger.planning.batches(of.practice, 10)[0]
        ledger.bookings.claim(of, ledger.bookings.to_send(of, batch)[:1], "test")
    ledger.bookings.doubt_orphans(run)
    assert (states(ledger), states(ledger, "praktijk_b")) == (
        {"factuur:1": "doubtful"},
        {"factuur:1": "sending"},
    )


def test_a_corrected_record_leaves_its_rejection_behind(ledger: Ledger, run: Run) -> None:
    """M21."""
    plan(ledger, run, [rejection(1)])
    plan(ledger, run, [entry(1)])
    assert states(ledger) == {"factuur:1": "planned"}
    assert _history(ledger) == [(None, "rejected"), ("rejected", "planned")]


def test_a_booked_invoice_that_changed_in_james_is_reported_and_not_rewritten(
    ledger: Ledger, run: Run
) -> None:
    """B9, FR-G1."""
    plan(ledger, run, [entry(1, cents=1000)])
    book(ledger, run, 1)
    plan(ledger, run, [entry(1, cents=900)])
    assert ledger.conn.execute("select state, total_cents from booking").fetchall() == [
        {"state": "booked", "total_cents": 1000}
    ]
    (change,) = ledger.review.james_changes_of_run(run)
    assert (change.source_key, change.reason) == ("factuur:1", "changed_after_booking")
    amounts = {name: change.reason_values[name] for name in ("exact_cents", "james_cents")}
    assert amounts == {"exact_cents": 1000, "james_cents": 900}


def test_a_booked_invoice_of_which_only_words_changed_is_no_change(ledger: Ledger, run: Run) -> None:
    """FR-G3."""
    plan(ledger, run, [entry(1)])
    book(ledger, run, 1)
    plan(ledger, run, [entry(1, payload='{"Description": "other words"}')])
    assert ledger.review.james_changes_of_run(run) == []


def test_an_invoice_that_became_a_pin_invoice_is_never_booked_a_second_time(ledger: Ledger, run: Run) -> None:
    plan(ledger, run, [entry(1)])
    book(ledger, run, 1)
    plan(ledger, run, [entry(1, kind="general_journal_entry", journal="90")])
    assert ledger.conn.execute("select count(*) as n from booking").fetchone() == {"n": 1}
    assert len(ledger.review.james_changes_of_run(run)) == 1


def test_two_records_with_one_number_give_one_booking_and_one_rejection(ledger: Ledger, run: Run) -> None:
    """FR-G18, across nights."""
    plan(ledger, run, [entry(7)])
    other = entry(7, source_key="declaratie:9")
    plan(ledger, run, [other], [line(7, source_key="declaratie:9")])
    assert states(ledger) == {"factuur:7": "planned", "declaratie:9": "rejected"}
    rejected = ledger.review.planning_rejections(run.practice)
    assert [item.reason for item in rejected] == ["duplicate_in_source"]


def test_what_is_handed_over_in_a_workbook_is_never_planned(ledger: Ledger, run: Run) -> None:
    """M20: import and Excel exclude each other per invoice."""
    keep_relation(ledger)
    plan(ledger, run, [entry(1)], exported=True)
    plan(ledger, run, [entry(1)])
    assert states(ledger) == {"factuur:1": "exported"}
    assert ledger.planning.batches(PRACTICE, 10) == []


def test_of_two_claims_one_wins(ledger: Ledger, run: Run, ledger_dsn: str) -> None:
    plan(ledger, run, [entry(1)])
    booking = (
        ledger.bookings.to_send(run, ledger.planning.batches(PRACTICE, 10)[0])[0]
        if ledger.planning.batches(PRACTICE, 10)
        else None
    )
    assert booking is not None
    with connect(ledger_dsn) as other:
        assert ledger.bookings.claim(run, [booking], "a") == [replace(booking, attempt=1)]
        assert Ledger(other).bookings.claim(run, [booking], "b") == []


def test_a_move_that_is_not_allowed_raises(ledger: Ledger, run: Run) -> None:
    """INV-8: only a booking that is being sent can be confirmed."""
    plan(ledger, run, [entry(1)])
    booking = ledger.bookings.to_send(run, ledger.planning.batches(PRACTICE, 10)[0])[0]
    with pytest.raises(LockLost):
        ledger.bookings.confirm(run, {booking.booking_id: "00000000-0000-0000-0000-000000000001"})
    assert states(ledger) == {"factuur:1": "planned"}


def test_history_can_only_grow(ledger: Ledger, run: Run) -> None:
    plan(ledger, run, [entry(1)])
    for act in ("delete from booking_history", "update booking_history set to_state = 'booked'"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            ledger.conn.execute(act)


def test_a_booking_without_its_debtor_is_held_and_goes_on_when_the_debtor_is_there(
    ledger: Ledger, run: Run
) -> None:
    plan(ledger, run, [entry(1)])
    batch = ledger.planning.batches(PRACTICE, 10)[0]
    booking = ledger.bookings.to_send(run, batch)[0]
    ledger.bookings.hold_what_must_wait(run, batch)
    assert states(ledger) == {"factuur:1": "held"}
    ledger.relations.keep(booking, "00000000-0000-0000-0000-000000000001")
    ledger.bookings.hold_what_must_wait(run, batch)
    assert states(ledger) == {"factuur:1": "planned"}


def test_one_session_holds_a_practice(ledger: Ledger, ledger_dsn: str) -> None:
    with connect(ledger_dsn) as other, ledger.holding(PRACTICE):
        ledger.check_holds(PRACTICE)
        with pytest.raises(LockLost, match=PRACTICE), Ledger(other).holding(PRACTICE):
            pass
        with pytest.raises(LockLost):
            Ledger(other).check_holds(PRACTICE)


def test_sessions_of_a_server_pass_the_check_of_one_writer(ledger: Ledger) -> None:
    """FR-D1."""
    for _ in range(3):
        ledger.check_one_writer()
    held = ledger.conn.execute(
        "select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
    )
    assert held.fetchall() == []


class Pooled:
    """A session behind a transaction pooler: each statement runs on a free server session."""

    def __init__(self, *servers: Any) -> None:
        self._servers = itertools.cycle(servers)

    def __getattr__(self, name: str) -> Any:
        return getattr(next(self._servers), name)


@pytest.mark.parametrize(("of_first", "of_second"), [("a", "a"), ("ab", "c"), ("ab", "ba"), ("a", "ab")])
def test_sessions_that_a_pooler_shares_do_not_pass_it(ledger_dsn: str, of_first: str, of_second: str) -> None:
    """FR-D1: two writers would hold one lock."""
    with connect(ledger_dsn) as a, connect(ledger_dsn) as b, connect(ledger_dsn) as c:
        servers = {"a": a, "b": b, "c": c}
        first, second = (
            Session(Pooled(*(servers[name] for name in names)))  # type: ignore[arg-type]
            for names in (of_first, of_second)
        )
        with pytest.raises(NotReady, match=r"Verbinding exact_sync_db loopt via een pooler"):
            check_one_writer(first, second)


def test_the_ledgers_clock_does_not_depend_on_the_workers(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-E6: the age of a token is the same for all, also when a clock jumps in between."""
    monkeypatch.setattr("time.time", lambda: 0.0)
    clock = LedgerClock(ledger.session)
    row = ledger.conn.execute("select clock_timestamp() as now").fetchone()
    assert row is not None
    assert abs(clock.now() - row["now"]) < dt.timedelta(seconds=5)
    assert clock.now().utcoffset() == dt.timedelta(0)
    before = clock.now()
    ledger.conn.execute("select pg_sleep(0.001)")
    assert before < clock.now()


def test_a_practice_is_free_when_its_session_dies(ledger: Ledger, ledger_dsn: str) -> None:
    with connect(ledger_dsn) as other, Ledger(other).holding(PRACTICE):
        pid = other.info.backend_pid
        ledger.conn.execute("select pg_terminate_backend(%s)", [pid])
        ledger.conn.execute("select pg_sleep(0.1)")
        with ledger.holding(PRACTICE):
            ledger.check_holds(PRACTICE)
        with pytest.raises(LockLost, match="gone"):
            Ledger(other).check_holds(PRACTICE)


def test_a_practice_without_settings_is_named_with_its_cure(ledger: Ledger) -> None:
    ledger.conn.execute("delete from settings_version")
    with pytest.raises(NotReady, match="praktijk_a heeft nog geen instellingen"):
        ledger.practices.settings(ledger.practices.get(PRACTICE))


def test_settings_get_a_version_only_when_they_change(ledger: Ledger) -> None:
    """B8."""
    latest = ledger.conn.execute("select settings from settings_version").fetchone()
    assert latest is not None
    ledger.practices.save_settings(PRACTICE, latest["settings"], "someone")
    ledger.practices.save_settings(PRACTICE, {**latest["settings"], "sales_journal": "71"}, "someone")
    assert [
        row["version"] for row in ledger.conn.execute("select version from settings_version order by 1")
    ] == [1, 2]


@pytest.mark.parametrize(
    ("setting", "problem"),
    [("synchronous_commit=off", "stroomstoring"), ("default_transaction_read_only=on", "read-only")],
)
def test_a_session_that_could_lose_a_claim_is_not_allowed(
    ledger_dsn: str, setting: str, problem: str
) -> None:
    """FR-A16, and a ledger in read-only mode."""
    name, value = setting.split("=")
    with psycopg.connect(ledger_dsn, autocommit=True) as owner:
        database = psycopg.sql.Identifier(owner.info.dbname)
        owner.execute(
            psycopg.sql.SQL("alter database {} set {} = {}").format(
                database, psycopg.sql.Identifier(name), value
            )
        )
    with pytest.raises(NotReady, match=problem):
        connect(ledger_dsn)


def test_exacts_words_about_a_person_leave_the_ledger_without_the_person(ledger: Ledger, run: Run) -> None:
    """B7, FR-K4: Exact's message stays whole in the ledger; logs and mail get it blotted."""
    debtor = entry(1001, source_key="debiteur:1001", kind="debtor", journal=None, entry_number=None)
    debtor["payload"] = (
        '{"account": {"Name": "Vries, A.B. de", "City": "Assen"}, "contact": {"LastName": "Vries"}, '
        '"bank_account": null}'
    )
    plan(ledger, run, [debtor])
    (batch,) = ledger.planning.batches(PRACTICE, 10)
    (booking,) = ledger.bookings.to_send(run, batch)
    ledger.bookings.reject(run, booking, "rejected_other", {}, "Ongeldig: VRIES, a.b. de te Assen (Vries)")
    (item,) = ledger.review.open_items(PRACTICE)
    assert item.exact_message == "Ongeldig: [...] te Assen ([...])"
    assert ledger.conn.execute("select exact_message from booking").fetchone() == {
        "exact_message": "Ongeldig: VRIES, a.b. de te Assen (Vries)"
    }
