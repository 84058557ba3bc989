"""The call budget of a division, in a real ledger."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import psycopg
import pytest
import requests

from exact_online.api import budget as budgets
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.budget import CallBudget
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted
from exact_online.api.grants import TokenPair
from exact_online.failures import DayIsFull, Unreachable, WaitForWindow
from exact_online.ledger import Connection, Ledger
from tests.api.conftest import DIVISION
from tests.api.fake_server import Asked, FakeServer, Reply
from tests.api.virtual_clock import VirtualClock

ENTRIES = "salesentry/SalesEntries"
ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def budget(ledger: Connection, clock: VirtualClock) -> CallBudget:
    return CallBudget(Ledger(ledger).call_windows, DIVISION, clock)


def take(budget: CallBudget, calls: int) -> None:
    for _ in range(calls):
        budget.take(ENTRIES)


def hear(
    budget: CallBudget,
    clock: VirtualClock,
    status: int,
    headers: dict[str, str] | None = None,
    kind: AnswerKind = AnswerKind.DONE,
) -> None:
    budget.note_answer(ENTRIES, Answer(kind, status, headers=headers or {}), clock.now())


def minute_says(clock: VirtualClock, limit: int, left: int) -> dict[str, str]:
    return _family(
        "X-RateLimit-Minutely-", limit, left, clock.now().replace(second=0) + dt.timedelta(minutes=1)
    )


def day_says(clock: VirtualClock, limit: int, left: int) -> dict[str, str]:
    return _family(
        "X-RateLimit-", limit, left, clock.now().replace(hour=0, minute=0, second=0) + dt.timedelta(days=1)
    )


def _family(name: str, limit: int, left: int, reset: dt.datetime) -> dict[str, str]:
    return {
        f"{name}Limit": str(limit),
        f"{name}Remaining": str(left),
        f"{name}Reset": str(int(reset.timestamp() * 1000)),
    }


def test_a_server_that_says_nothing_gets_sixty_calls_a_minute(
    budget: CallBudget, clock: VirtualClock
) -> None:
    take(budget, 60)
    with pytest.raises(WaitForWindow) as full:
        budget.take(ENTRIES)
    assert full.value.until == dt.datetime(2026, 3, 2, 1, 11, tzinfo=dt.UTC) + budgets.MARGIN
    assert not clock.slept
    clock.moment = full.value.until
    take(budget, 60)


def test_a_short_wait_is_slept_through(budget: CallBudget, clock: VirtualClock) -> None:
    clock.pass_by(27)
    take(budget, 61)
    assert clock.slept == [3.25]


def test_exacts_own_limit_is_adopted_larger_or_smaller(budget: CallBudget, clock: VirtualClock) -> None:
    budget.take(ENTRIES)
    hear(budget, clock, 201, minute_says(clock, 300, 299))
    take(budget, 299)
    with pytest.raises(WaitForWindow, match="300 oproepen"):
        budget.take(ENTRIES)


def test_what_one_process_hears_the_others_know(
    ledger: Connection, ledger_dsn: str, clock: VirtualClock
) -> None:
    one = CallBudget(Ledger(ledger).call_windows, DIVISION, clock)
    with psycopg.connect(ledger_dsn, autocommit=True) as session:
        other = CallBudget(Ledger(session).call_windows, DIVISION, clock)
        other.take(ENTRIES)
        one.take(ENTRIES)
        hear(one, clock, 429, minute_says(clock, 60, 0), AnswerKind.MINUTE_FULL)
        with pytest.raises(WaitForWindow):
            other.take(ENTRIES)


def test_a_backfill_leaves_the_night_its_reserve(ledger: Connection, clock: VirtualClock) -> None:
    """FR-B7, FR-J4."""
    nightly, backfill = (
        CallBudget(Ledger(ledger).call_windows, DIVISION, clock),
        CallBudget(Ledger(ledger).call_windows, DIVISION, clock, reserve=1000),
    )
    nightly.take(ENTRIES)
    hear(nightly, clock, 201, day_says(clock, 5000, 1000))
    nightly.take(ENTRIES)
    with pytest.raises(DayIsFull, match=r"van 5\.000 oproepen blijven er 1\.000 voor de nacht"):
        backfill.take(ENTRIES)
    nightly.take(ENTRIES)


def test_a_backfill_begins_where_exact_allows_few_calls(ledger: Connection, clock: VirtualClock) -> None:
    """FR-J4: it leaves a fifth of such a day."""
    backfill = CallBudget(Ledger(ledger).call_windows, DIVISION, clock, reserve=1000)
    backfill.take(ENTRIES)
    hear(backfill, clock, 201, day_says(clock, 500, 102))
    backfill.take(ENTRIES)
    backfill.take(ENTRIES)
    with pytest.raises(DayIsFull, match=r"van 500 oproepen blijven er 100 voor de nacht"):
        backfill.take(ENTRIES)


def test_a_full_day_ends_the_run_and_the_next_day_begins_anew(
    budget: CallBudget, clock: VirtualClock
) -> None:
    """FR-B7."""
    budget.take(ENTRIES)
    hear(budget, clock, 429, day_says(clock, 5000, 0), AnswerKind.DAY_FULL)
    with pytest.raises(DayIsFull, match=r"daglimiet van Exact \(5\.000 oproepen\) is op tot"):
        budget.take(ENTRIES)
    clock.pass_by(24 * 3600)
    budget.take(ENTRIES)


def test_a_full_day_is_asked_again_on_a_persons_word(
    ledger: Connection, budget: CallBudget, clock: VirtualClock
) -> None:
    """C7, FR-B7: Exact lifted the limit; without that one 429 closes the day again."""
    budget.take(ENTRIES)
    hear(budget, clock, 429, day_says(clock, 5000, 0), AnswerKind.DAY_FULL)
    another = CallBudget(Ledger(ledger).call_windows, DIVISION, clock)
    with pytest.raises(DayIsFull, match=r"op tot \d\d-\d\d-2026 01:00"):
        another.take(ENTRIES)
    another.ask_again()
    another.take(ENTRIES)
    hear(another, clock, 200, day_says(clock, 9000, 4000))
    take(another, 3)
    hear(another, clock, 429, day_says(clock, 9000, 0), AnswerKind.DAY_FULL)
    with pytest.raises(DayIsFull, match=r"9\.000"):
        another.take(ENTRIES)


def test_asking_again_forgets_no_call_of_a_day_that_is_not_full(
    ledger: Connection, budget: CallBudget, clock: VirtualClock
) -> None:
    hear(budget, clock, 200, day_says(clock, 3, 2))
    take(budget, 1)
    budget.ask_again()
    with pytest.raises(DayIsFull):
        take(CallBudget(Ledger(ledger).call_windows, DIVISION, clock), 2)


def test_eight_errors_within_an_hour_close_an_endpoint_and_no_other(
    budget: CallBudget, clock: VirtualClock
) -> None:
    """FR-B8, INV-11."""
    for status in (400, 401, 403, 404) * 2:
        budget.take(ENTRIES)
        hear(budget, clock, status, kind=AnswerKind.REJECTED)
    with pytest.raises(DayIsFull, match="8 fouten in een uur"):
        budget.take(ENTRIES)
    budget.take("crm/Accounts")
    clock.pass_by(3601)
    budget.take(ENTRIES)


def test_errors_of_all_processes_count_together(
    ledger: Connection, ledger_dsn: str, clock: VirtualClock
) -> None:
    with psycopg.connect(ledger_dsn, autocommit=True) as session:
        one, other = (
            CallBudget(Ledger(ledger).call_windows, DIVISION, clock),
            CallBudget(Ledger(session).call_windows, DIVISION, clock),
        )
        for budget in (one, other) * 4:
            budget.take(ENTRIES)
            hear(budget, clock, 400, kind=AnswerKind.REJECTED)
        for budget in (one, other):
            with pytest.raises(DayIsFull):
                budget.take(ENTRIES)


def test_rejected_content_does_not_count_as_an_error(budget: CallBudget, clock: VirtualClock) -> None:
    for _ in range(20):
        budget.take(ENTRIES)
        hear(budget, clock, 500, kind=AnswerKind.REJECTED)
    budget.take(ENTRIES)


def test_429s_without_a_word_wait_a_minute_and_then_stop_for_an_hour(
    budget: CallBudget, clock: VirtualClock
) -> None:
    """FR-B6."""
    budget.take(ENTRIES)
    hear(budget, clock, 429, kind=AnswerKind.BLOCKED)
    with pytest.raises(WaitForWindow) as full:
        budget.take(ENTRIES)
    clock.moment = full.value.until
    budget.take(ENTRIES)
    hear(budget, clock, 429, kind=AnswerKind.BLOCKED)
    with pytest.raises(DayIsFull, match="zegt niet waarom"):
        budget.take(ENTRIES)
    clock.pass_by(3601)
    budget.take(ENTRIES)


def test_after_a_crash_of_the_database_exacts_words_fill_the_windows_again(
    budget: CallBudget, ledger: Connection, clock: VirtualClock
) -> None:
    """The table is unlogged: after a crash it is empty."""
    budget.take(ENTRIES)
    ledger.execute("truncate call_window")
    budget.take(ENTRIES)
    hear(budget, clock, 201, minute_says(clock, 60, 2))
    take(budget, 2)
    with pytest.raises(WaitForWindow):
        budget.take(ENTRIES)


def test_without_the_ledger_no_call_is_made(budget: CallBudget, ledger: Connection) -> None:
    ledger.close()
    with pytest.raises(Unreachable, match="no call is made"):
        budget.take(ENTRIES)


def test_a_call_costs_one_statement(
    budget: CallBudget, ledger: Connection, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(budget, 1)
    done = []
    execute = psycopg.Cursor.execute
    monkeypatch.setattr(
        psycopg.Cursor,
        "execute",
        lambda cursor, query, *rest, **named: done.append(query) or execute(cursor, query, *rest, **named),
    )
    for _ in range(10):
        budget.take(ENTRIES)
        hear(budget, clock, 201, minute_says(clock, 60, 50))
    assert len(done) == 10


class LimitedExact:
    """Sixty calls in each minute of its clock, which may go ahead of ours or behind it.

    Tells its windows, and answers the rest with 429.
    """

    def __init__(self, clock: VirtualClock, ahead_seconds: float) -> None:
        self.clock, self.ahead = clock, dt.timedelta(seconds=ahead_seconds)
        self.calls: Counter[dt.datetime] = Counter()
        self.answered_429 = 0

    def __call__(self, asked: Asked) -> Reply:
        self.clock.pass_by(0.05)
        minute = (self.clock.now() + self.ahead).replace(second=0, microsecond=0)
        if self.calls[minute] == 60:
            self.answered_429 += 1
            return Reply(
                429, headers=_family("X-RateLimit-Minutely-", 60, 0, minute + dt.timedelta(minutes=1))
            )
        self.calls[minute] += 1
        left = 60 - self.calls[minute]
        return Reply(
            201,
            {"d": {"EntryID": ID}},
            _family("X-RateLimit-Minutely-", 60, left, minute + dt.timedelta(minutes=1)),
        )


@pytest.mark.parametrize("ahead_seconds", [0, 7, -7])
def test_a_backlog_uses_the_minutes_to_the_last_call_and_gets_no_429(
    server: FakeServer,
    session: requests.Session,
    budget: CallBudget,
    clock: VirtualClock,
    ahead_seconds: float,
) -> None:
    """FR-B5, B6: at least 95 % of what the windows allow.

    No 429 by our own fault (one, to learn that the clocks differ).
    """
    exact = LimitedExact(clock, ahead_seconds)
    server.on("POST", f"/api/v1/{DIVISION}/{ENTRIES}", exact)
    client = ExactClient(
        session, server.url, DIVISION, JustGranted(TokenPair("access", "refresh")), budget, clock
    )
    booked = 0
    while booked < 600:
        try:
            client.make_ready(ENTRIES)
            client.post(ENTRIES, {})
            booked += 1
        except WaitForWindow as full:
            clock.moment = full.until
    assert sum(exact.calls.values()) == 600
    assert 600 / (60 * len(exact.calls)) >= (0.95 if ahead_seconds == 0 else 0.85)
    assert exact.answered_429 <= (0 if ahead_seconds == 0 else 1)


def test_a_full_day_stays_full_when_calls_were_taken_ahead(
    budget: CallBudget, clock: VirtualClock, ledger: Connection
) -> None:
    """What was taken ahead is not given back to a day that Exact says is full."""
    assert budget.take_ahead(ENTRIES, 10) == 10
    budget.take(ENTRIES)
    hear(budget, clock, 429, day_says(clock, 5_000, 0), AnswerKind.DAY_FULL)
    with pytest.raises(DayIsFull):
        budget.take(ENTRIES)
    budget.give_back()
    with pytest.raises(DayIsFull):
        CallBudget(Ledger(ledger).call_windows, DIVISION, clock).take(ENTRIES)
