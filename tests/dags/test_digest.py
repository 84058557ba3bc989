"""The mails of the morning: the digest over the fleet, and practices of which all is well again."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from types import SimpleNamespace

import pytest

from exact_online.book_day import AMSTERDAM
from exact_online.ledger import Ledger, connect
from exact_online.mails.nights import tell_night
from exact_online.tasks import watch_tasks
from exact_online.tasks.support_mail import deliver, post_of
from tests.dags.mailbox import Mailbox, mailbox
from tests.ledger_cases import open_run, plan, register, rejection
from tests.many_causes import PRACTICES, plant

__all__ = ["mailbox"]


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


def morning(box: Mailbox, days: int = 0) -> list[str]:
    """Run task `mail_support` of a morning; return the subjects that came."""
    before = len(box.messages)
    moment = dt.datetime.combine(today() + dt.timedelta(days=days), dt.time(7, 20), AMSTERDAM)
    watch_tasks.mail_support(SimpleNamespace(run_after=moment))
    return box.subjects[before:]


def night(ledger: Ledger, practice: str, days: int = 0) -> None:
    tell_night(post_of(ledger), ledger.practices.get(practice), today() + dt.timedelta(days=days), [])
    deliver(ledger)


def rows(html: str) -> list[str]:
    return re.findall(r"<tr>(<td>.*?)</tr>", html, re.DOTALL)


def test_thirty_causes_over_fourteen_practices_and_900_invoices_are_thirty_items(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    plant(ledger)
    for practice in PRACTICES:
        night(ledger, practice)
    assert len(mailbox.messages) == 14, "one per practice and night"
    of_one = ledger.open_items.causes()[0].found
    assert of_one == 30
    records = 0
    for practice, text in zip(PRACTICES, mailbox.texts(), strict=True):
        own = rows(text)
        assert len(own) == 15, "every second of the thirty"
        (number,) = re.findall(r": (\d+) records open", text)
        records += int(number)
        assert f"practices/{practice}" in text
        assert text.count("<strong>nieuw</strong>") == 15
    assert records == 900

    assert morning(mailbox) == [f"Exact Online: 30 oorzaken open bij 14 praktijken op {today():%d-%m-%Y}"]
    digest = mailbox.texts()[-1]
    assert len(rows(digest)) == 30
    assert "14 van 14 praktijken hebben iets open: 900 records, 900,00 euro, door 30 oorzaken." in digest
    assert "Het oudste staat open sinds " in digest
    assert "30 records, 30,00 euro, 7 praktijken" in digest
    assert "https://airflow.example.org/plugin/exact-online/exact-online/open-items" in digest

    told = {days: morning(mailbox, days) for days in range(1, 32)}
    assert [days for days, subjects in told.items() if subjects] == [1, 7, 30]
    assert all(len(subjects) <= 1 for subjects in told.values())


def test_nothing_is_mailed_when_nothing_is_open(ledger: Ledger, mailbox: Mailbox) -> None:
    register(ledger)
    assert [morning(mailbox, days) for days in range(3)] == [[], [], []]


def test_the_digest_tells_a_practice_that_has_a_known_cause_since_today(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    for code in ("noord", "zuid"):
        register(ledger, code)
    plan(ledger, open_run(ledger, "noord"), [rejection(1)])
    assert len(morning(mailbox)) == 1
    assert morning(mailbox, 2) == [f"Exact Online: 1 oorzaak open bij 1 praktijk op {_day(2)}"]
    plan(ledger, open_run(ledger, "zuid"), [rejection(1)])
    assert morning(mailbox, 3) == [f"Exact Online: 1 oorzaak open bij 2 praktijken op {_day(3)}"]
    assert "<strong>1 nieuw</strong>" in mailbox.texts()[-1]


def test_what_a_person_closes_by_day_is_told_the_next_morning(ledger: Ledger, mailbox: Mailbox) -> None:
    register(ledger)
    plan(ledger, open_run(ledger), [rejection(1)])
    night(ledger, "praktijk_a")
    ledger.conn.execute("update booking set state = 'closed', closed_by_person = true")
    assert morning(mailbox) == ["Exact Online praktijk_a: alles is weer in orde"]
    assert morning(mailbox, 1) == []
    night(ledger, "praktijk_a", 2)
    assert len(mailbox.messages) == 2


def test_a_night_that_fails_by_a_cause_of_the_practice_is_in_the_digest(
    ledger: Ledger, mailbox: Mailbox
) -> None:
    register(ledger)
    ledger.outages.note_failure(
        "praktijk_a",
        "night",
        "prepare",
        "prepare",
        [("year_missing", {"date": "2027-01-01", "year": 2027})],
    )
    failures = ledger.outages.failures("praktijk_a", "night")
    tell_night(post_of(ledger), ledger.practices.get("praktijk_a"), today(), failures)
    deliver(ledger)
    assert morning(mailbox) == [f"Exact Online: 1 oorzaak open bij 1 praktijk op {_day(0)}"]
    assert "maak boekjaar 2027 aan" in mailbox.texts()[-1]
    night(ledger, "praktijk_a", 1)
    assert mailbox.subjects[2:] == ["Exact Online praktijk_a: alles is weer in orde"]


def test_a_long_list_is_shortened_and_the_others_are_counted(ledger: Ledger, mailbox: Mailbox) -> None:
    register(ledger)
    blocked = [rejection(n, "gl_account_blocked", f'{{"account": "{n}"}}') for n in range(2000, 2205)]
    plan(ledger, open_run(ledger), [*map(rejection, range(1000, 1030)), *blocked])
    ledger.conn.execute("analyze")
    night(ledger, "praktijk_a")
    (text,) = mailbox.texts()
    assert len(rows(text)) == 200
    assert "factuur:1009 en 20 andere" in text
    assert "En nog 6 oorzaken." in text


def _day(days: int) -> str:
    return f"{today() + dt.timedelta(days=days):%d-%m-%Y}"
