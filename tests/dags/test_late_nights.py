"""Airflow's deadline on each practice's DAG: late nights are told once, however many there are."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from exact_online import late_nights
from exact_online.book_day import AMSTERDAM
from exact_online.late_nights import night_is_late
from exact_online.ledger import Ledger, RunOutcome, connect
from exact_online.schedule import DEADLINE, start_minute, time_to_deadline
from exact_online.tasks.late_nights import tell_late_nights
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.ledger_cases import register

__all__ = ["mailbox"]

DAY = dt.date(2026, 11, 24)
NOW = dt.datetime.combine(DAY, dt.time(7, 1), AMSTERDAM)
CODES = [f"praktijk_{number}" for number in range(6)]


@pytest.fixture
def ledger(ledger_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Six practices whose nights of today have begun."""
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", ledger_dsn.replace("postgresql://", "postgres://"))
    late_nights._told.clear()
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        for division, code in enumerate(CODES, start=1):
            register(ledger, code, division)
            ledger.runs.open(code, "tonight", DAY, dry_run=False, settings_version=1)
        conn.execute("update practice set created_at = '2026-01-01'")
        yield ledger


def test_six_late_nights_at_the_same_minute_are_one_mail(ledger: Ledger, mailbox: Mailbox) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(tell_late_nights, [NOW] * 6)) == [False] * 5 + [True]
    (message,) = mailbox.messages
    assert all(code in text_of(message) for code in CODES)
    assert "niet klaar" in text_of(message)
    assert not tell_late_nights(NOW)


def test_a_night_that_ended_is_not_told(ledger: Ledger, mailbox: Mailbox) -> None:
    for row in ledger.conn.execute("select run_id::text from run").fetchall():
        ledger.runs.finish(row["run_id"], RunOutcome.COMPLETE)
    assert not tell_late_nights(NOW)
    assert mailbox.messages == []


def test_a_mail_that_can_not_be_sent_is_kept_and_goes_later(
    ledger: Ledger, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.delenv("AIRFLOW_CONN_SMTP_DEFAULT")
        assert tell_late_nights(NOW)
    assert mailbox.messages == []
    ledger.conn.execute("update mail set server_failed_at = now() - interval '1 hour', held_until = null")
    assert not tell_late_nights(NOW)
    assert len(mailbox.messages) == 1


def test_the_callback_asks_the_ledger_once_a_day(ledger: Ledger, mailbox: Mailbox) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(night_is_late(code, context={}) for code in CODES))

    with ThreadPoolExecutor(1) as pool:  # a browser of another test may have a loop in this thread
        pool.submit(lambda: asyncio.run(all_at_once())).result()
    assert len(mailbox.messages) <= 1
    assert len(late_nights._told) == 1


@pytest.mark.parametrize("code", CODES)
def test_the_deadline_is_just_after_seven(code: str) -> None:
    begun = dt.datetime.combine(DAY, dt.time(), AMSTERDAM) + dt.timedelta(minutes=start_minute(code))
    assert (begun + time_to_deadline(code)).time() == dt.time(7, 1)
    assert dt.time(7) == DEADLINE
