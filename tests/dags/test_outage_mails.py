"""Exact that is down for three hours over a fleet is two mails: when it is seen, and when over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from types import SimpleNamespace

import pytest
from airflow.sdk import DAG

from exact_online.book_day import AMSTERDAM
from exact_online.failure_mail import mail_on_failure
from exact_online.failures import ExactUnreachable, LinkFailure, NotReady, ProtocolFailure, QueryRejected
from exact_online.ledger import Ledger, connect
from exact_online.mails.nights import tell_night
from exact_online.mails.outages import EXACT, JAMES, tell_answered, tell_failed_run, tell_over
from exact_online.reasons import catalogue, lacks, shared_by_all, stops
from exact_online.registry import DAG_PREFIX
from exact_online.stops import Stop
from exact_online.tasks import watch_tasks
from exact_online.tasks.outcomes import problems_of
from exact_online.tasks.support_mail import deliver, post_of
from tests.dags.mailbox import Mailbox, mailbox
from tests.ledger_cases import open_run, plan, register, rejection

__all__ = ["mailbox"]

FLEET = 3_000
DOWN = [("exact_unreachable", {})]


@cache
def today() -> dt.date:
    """The day on which the first test here began: collecting it may have been the day before."""
    return dt.datetime.now(AMSTERDAM).date()


@pytest.fixture
def ledger(ledger_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", ledger_dsn.partition("?")[0])
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.org/")
    with closing(connect(ledger_dsn)) as conn:
        yield Ledger(conn)


def fleet(ledger: Ledger, practices: int) -> list[str]:
    """Linked practices that are active since last year."""
    register(ledger, "praktijk_0000", 100_000)
    ledger.conn.execute(
        "insert into practice (code, name, james_practice_code, active, link_date, first_sync_date, chain_id,"
        " division, division_name, created_at, backfill)"
        " select 'praktijk_' || lpad(n::text, 4, '0'), 'Praktijk ' || n, 'J' || n, true, link_date,"
        " first_sync_date, chain_id, 100000 + n, 'D', '2025-01-01', 'nothing'"
        " from practice cross join generate_series(1, %s) as n",
        [practices - 1],
    )
    ledger.conn.execute("update practice set created_at = '2025-01-01'")
    return [f"praktijk_{number:04}" for number in range(practices)]


def fails(ledger: Ledger, practice: str, problems: list = DOWN, name: str = "scheduled__1") -> None:
    """A night of a practice fails by something, and Airflow says so."""
    ledger.outages.note_failure(practice, name, "prepare", "prepare", problems)
    tell_failed_run(post_of(ledger), ledger.practices.get(practice), name, today())


def pass_minutes(ledger: Ledger, minutes: int) -> None:
    ledger.conn.execute(
        "update outage set began_at = began_at - %(ago)s, last_failure_at = last_failure_at - %(ago)s,"
        " answered_at = answered_at - %(ago)s",
        {"ago": dt.timedelta(minutes=minutes)},
    )


def test_exact_down_for_three_hours_over_3000_practices_is_two_mails(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    practices = fleet(ledger, FLEET)
    for practice in practices[:-1]:
        fails(ledger, practice)
    deliver(ledger)
    for callback in mail_on_failure():  # the last by what Airflow calls
        ledger.outages.note_failure(practices[-1], "scheduled__1", "prepare", "prepare", DOWN)
        dag_id = DAG_PREFIX + practices[-1]
        dag_run = SimpleNamespace(run_id="scheduled__1", dag_id=dag_id, run_after=dt.datetime.now(dt.UTC))
        callback({"dag": DAG(dag_id, schedule=None), "dag_run": dag_run})
    (subject,) = mailbox.subjects
    assert subject.startswith("Exact Online: een storing raakt alle praktijken, sinds ")
    assert "Exact Online is niet bereikbaar" in mailbox.texts()[0]
    assert "https://airflow.example.org/plugin/exact-online/exact-online/outage" in mailbox.texts()[0]

    tell_answered(post_of(ledger), EXACT)
    deliver(ledger)
    assert len(mailbox.messages) == 1, "others failed a moment ago"
    pass_minutes(ledger, 180)
    tell_answered(post_of(ledger), JAMES)
    assert deliver(ledger).sent == 0, "James was not down"
    for _ in practices[:50]:
        tell_answered(post_of(ledger), EXACT)
    deliver(ledger)
    assert mailbox.subjects[1:] == ["Exact Online: de storing is voorbij (3.000 praktijken)"]

    morning = dt.datetime.combine(today(), dt.time(7, 20), AMSTERDAM)
    watch_tasks.mail_support(SimpleNamespace(run_after=morning))
    assert len(mailbox.messages) == 2, "the morning has no other news"


def test_the_watch_tells_that_it_is_over_when_no_night_comes_after(ledger: Ledger, mailbox: Mailbox) -> None:
    first, second = fleet(ledger, 2)
    fails(ledger, first)
    tell_over(post_of(ledger))
    tell_answered(post_of(ledger), EXACT)
    tell_over(post_of(ledger))
    fails(ledger, second)
    pass_minutes(ledger, 20)
    tell_over(post_of(ledger))
    assert deliver(ledger).sent == 1, "nothing answered since the last failure"
    tell_answered(post_of(ledger), EXACT)
    assert deliver(ledger).sent == 1
    fails(ledger, first)
    assert deliver(ledger).sent == 1, "another outage"


def test_what_is_of_a_practice_is_mailed_beside_an_outage(ledger: Ledger, mailbox: Mailbox) -> None:
    first, second, third = fleet(ledger, 3)
    fails(ledger, first)
    fails(ledger, second, [("year_missing", {"date": "2027-01-01", "year": 2027})])
    fails(ledger, third, [("james_unreachable", {})])
    deliver(ledger)
    assert [subject.partition(",")[0] for subject in mailbox.subjects] == [
        "Exact Online: een storing raakt alle praktijken",
        f"Exact Online {second}: de nacht van {today():%d-%m-%Y} vraagt iets",
        "Exact Online: een storing raakt alle praktijken",
    ]
    assert "de database van James" in mailbox.texts()[2]
    assert "maak boekjaar 2027 aan" in mailbox.texts()[1]


def test_a_night_that_exact_ended_is_mailed_for_what_it_rejected_and_not_as_well(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    """Exact goes down in the middle of a night: the outage is told beside it."""
    (code,) = fleet(ledger, 1)
    practice, run = ledger.practices.get(code), open_run(ledger, code)
    plan(ledger, run, [rejection(1)])
    ledger.outages.note_failure(code, run.airflow_run_id, "load_entries", "load_entries", DOWN)
    failures = ledger.outages.failures(code, run.airflow_run_id)
    tell_night(post_of(ledger), practice, today(), failures)
    tell_failed_run(post_of(ledger), practice, run.airflow_run_id, today())
    deliver(ledger)
    assert len(mailbox.messages) == 2
    assert "niet bereikbaar" not in mailbox.texts()[0]
    assert "niet bereikbaar" in mailbox.texts()[1]


@pytest.mark.parametrize(
    ("failure", "shared"),
    [
        (ExactUnreachable("x"), "exact"),
        (ProtocolFailure("a login page"), "exact"),
        (QueryRejected("x"), ""),
        (NotReady(Stop.APP_REJECTED, cause="x"), "app"),
        (NotReady(Stop.ACCESS_DENIED, call="x"), ""),
        (NotReady(Stop.YEAR_MISSING, year=2027), ""),
    ],
)
def test_a_failure_tells_whose_it_is(failure: LinkFailure, shared: str) -> None:
    ((code, _),) = problems_of(failure)
    assert shared_by_all(code) == shared


def test_only_stops_are_shared_and_by_names_that_mails_know() -> None:
    from exact_online.mails.words import SHARED

    assert {entry.shared for entry in stops().values()} == {"", *SHARED}
    assert not any(entry.shared for entry in [*catalogue().values(), *lacks().values()])
