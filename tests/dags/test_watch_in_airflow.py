"""The watch in Airflow: what is red, what is told, and that it is told once. Whole runs in this process."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path

import pendulum
import pytest

from exact_online.schedule import SUPPORT_MAIL_VARIABLE
from tests.dags.mailbox import Mailbox, mailbox, text_of
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "mailbox", "small_place"]

DAGS = Path(__file__).parents[2] / "dags"
MONDAY = pendulum.datetime(2026, 11, 23, 7, 20, tz="Europe/Amsterdam")
TUESDAY = MONDAY.add(days=1)
ALL_GREEN = dict.fromkeys(("tokens", "financial_year", "mail_support", "watch_complete"), "success")


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", link.place.ledger_dsn.partition("?")[0])
    age(link, 0)
    return


def run(day: pendulum.DateTime = MONDAY) -> dict[str, str]:
    """The state of each task of the watch of `day`."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(dag_folder=str(DAGS / "exact_online_watch.py"), load_op_links=False).dags["exact_online_watch"]
    for task in dag.tasks:
        task.retry_delay = dt.timedelta(0)
    done = dag.test(run_after=day, logical_date=day, use_executor=False)
    states = {ti.task_id: str(ti.state) for ti in done.get_task_instances()}
    assert str(done.state) == ("success" if states == ALL_GREEN else "failed")
    return states


def age(link: SmallLink, days: int) -> None:
    link.ledger.conn.execute("update token_chain set issued_at = now() - %s", [dt.timedelta(days=days)])


def lose_next_year(link: SmallLink) -> None:
    row = {"FinYear": 2026, "FinPeriod": 1, "StartDate": "2026-01-01", "EndDate": "2026-12-31"}
    link.ledger.mirrors.save_lists(link.practice.code, {"periods": [row]})


def test_a_morning_on_which_all_is_well_tells_nothing(link: SmallLink, mailbox: Mailbox) -> None:
    assert run() == ALL_GREEN
    assert mailbox.messages == []


def test_what_can_wait_is_green_and_told_in_one_message(link: SmallLink, mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    """FR-C7, B5, M19."""
    age(link, 20)
    lose_next_year(link)
    with caplog.at_level(logging.WARNING):
        assert run() == ALL_GREEN
    (message,) = mailbox.messages
    assert message["To"] == "support@example.org"
    assert message["Subject"] == "Exact Online: 2 waarschuwingen op 23-11-2026"
    text = text_of(message)
    assert "Fysiotherapie Noorderlicht (noorderlicht) is sinds" in text
    assert "nog geen boekjaar 2027" in text
    lines = [record.getMessage() for record in caplog.records]
    assert [sum(f"[{reason}]" in line for line in lines) for reason in ("token_unused", "financial_year_missing")] == [1, 1]
    assert run(TUESDAY) == ALL_GREEN
    assert len(mailbox.messages) == 1


def test_what_can_not_wait_is_red_every_day_and_told_once(link: SmallLink, mailbox: Mailbox) -> None:
    """FR-C7: without a retry, and without a second mail that says that the watch is red."""
    age(link, 27)
    red = {**ALL_GREEN, "tokens": "failed", "watch_complete": "upstream_failed"}
    assert run() == red
    assert run(TUESDAY) == red
    (message,) = mailbox.messages
    assert "werkt zij nog tot en met" in text_of(message)


def test_a_night_of_the_practice_cures_its_link(link: SmallLink, mailbox: Mailbox) -> None:
    """FR-C7: the cure that the warning names."""
    age(link, 27)
    link.world.clock.advance(days=27)
    link.opened()
    assert run() == ALL_GREEN


def test_what_could_not_be_told_is_told_later(link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-L9."""
    age(link, 20)
    with monkeypatch.context() as meanwhile:
        meanwhile.delenv(SUPPORT_MAIL_VARIABLE)
        assert run() == ALL_GREEN
    assert run(TUESDAY) == ALL_GREEN
    assert len(mailbox.messages) == 1


def test_a_watch_that_can_not_look_is_red_and_says_so(link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", "postgresql://nobody:nothing@127.0.0.1:1/nowhere")
    assert set(run().values()) == {"failed", "upstream_failed"}
    (message,) = mailbox.messages
    assert message["Subject"] == "Exact Online: exact_online_watch failed"
