"""The watch in Airflow: which tasks fail, and what is mailed, once. Whole runs in this process."""

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
ALL_SUCCEED = dict.fromkeys(
    (
        "nights",
        "invoice_counts",
        "tokens",
        "financial_year",
        "requirements",
        "open_items",
        "purge",
        "mail_support",
        "watch_complete",
    ),
    "success",
)


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", link.place.ledger_dsn.partition("?")[0])
    age(link, 0)
    return


def run(day: pendulum.DateTime = MONDAY) -> dict[str, str]:
    """Run the watch of `day`, and return the state of each task."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(dag_folder=str(DAGS / "exact_online_watch.py"), load_op_links=False).dags[
        "exact_online_watch"
    ]
    for task in dag.tasks:
        task.retry_delay = dt.timedelta(0)
    done = dag.test(run_after=day, logical_date=day, use_executor=False)
    states = {ti.task_id: str(ti.state) for ti in done.get_task_instances()}
    assert str(done.state) == ("success" if states == ALL_SUCCEED else "failed")
    return states


def age(link: SmallLink, days: int) -> None:
    link.ledger.conn.execute("update token_chain set issued_at = now() - %s", [dt.timedelta(days=days)])


def lose_next_year(link: SmallLink) -> None:
    row = {"FinYear": 2026, "FinPeriod": 1, "StartDate": "2026-01-01", "EndDate": "2026-12-31"}
    link.ledger.mirrors.save_lists(link.practice.code, {"periods": [row]})


def test_a_morning_without_items_sends_no_mail(link: SmallLink, mailbox: Mailbox) -> None:
    assert run() == ALL_SUCCEED
    assert mailbox.messages == []


def test_items_that_are_not_urgent_are_mailed_in_one_message_and_fail_no_task(
    link: SmallLink, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-C7, B5, M19."""
    age(link, 20)
    lose_next_year(link)
    with caplog.at_level(logging.WARNING):
        assert run() == ALL_SUCCEED
    (message,) = mailbox.messages
    assert message["To"] == "support@example.org"
    assert message["Subject"] == "Exact Online: 2 waarschuwingen op 23-11-2026"
    text = text_of(message)
    assert "Fysiotherapie Noorderlicht (noorderlicht): sinds" in text
    assert "ontbreekt boekjaar 2027" in text
    lines = [record.getMessage() for record in caplog.records]
    assert [
        sum(f"[{reason}]" in line for line in lines) for reason in ("token_unused", "financial_year_missing")
    ] == [1, 1]
    assert run(TUESDAY) == ALL_SUCCEED
    assert len(mailbox.messages) == 1


def test_an_urgent_item_fails_its_task_every_day_and_is_mailed_once(
    link: SmallLink, mailbox: Mailbox
) -> None:
    """FR-C7: without a retry, and without a second mail about the failure of the watch."""
    age(link, 27)
    failed = {**ALL_SUCCEED, "tokens": "failed", "watch_complete": "upstream_failed"}
    assert run() == failed
    assert run(TUESDAY) == failed
    (message,) = mailbox.messages
    assert "werkt tot en met" in text_of(message)


def test_a_night_of_the_practice_cures_its_link(link: SmallLink, mailbox: Mailbox) -> None:
    """FR-C7: the cure that the warning names."""
    age(link, 27)
    link.world.clock.advance(days=27)
    link.opened()
    assert run() == ALL_SUCCEED


def test_a_night_that_did_not_come_fails_its_task_and_is_in_the_one_mail(
    link: SmallLink, mailbox: Mailbox
) -> None:
    """FR-L13: beside what else there is this morning; told once, not again the next day but one."""
    link.ledger.conn.execute("update practice set created_at = '2026-01-01'")
    age(link, 20)
    failed = {**ALL_SUCCEED, "nights": "failed", "watch_complete": "upstream_failed"}
    assert [run(MONDAY.add(days=days)) for days in range(3)] == [failed] * 3
    assert [message["Subject"] for message in mailbox.messages] == [
        "Exact Online: 2 waarschuwingen op 23-11-2026",
        "Exact Online: 1 waarschuwing op 24-11-2026",
    ]
    assert "Er is geen nacht van 23-11-2026 begonnen" in text_of(mailbox.messages[0])


def test_what_is_past_its_term_goes_every_morning(link: SmallLink, mailbox: Mailbox) -> None:
    """B7: by the ledger's clock, also on a morning on which something is urgent."""
    link.james.debtor("1001")
    link.night()
    age(link, 27)
    link.ledger.conn.execute("update run set read_at = read_at - interval '15 days'")
    assert run()["purge"] == "success"
    assert link.ledger.conn.execute("select count(*) as n from staged_debtor").fetchone() == {"n": 0}
    assert mailbox.messages != []


def test_an_item_that_could_not_be_mailed_is_mailed_later(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-L9."""
    age(link, 20)
    with monkeypatch.context() as meanwhile:
        meanwhile.delenv(SUPPORT_MAIL_VARIABLE)
        assert run() == ALL_SUCCEED
    assert run(TUESDAY) == ALL_SUCCEED
    assert len(mailbox.messages) == 1


def test_a_watch_that_can_not_read_the_ledger_fails_and_mails_support(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", "postgresql://nobody:nothing@127.0.0.1:1/nowhere")
    assert set(run().values()) == {"failed", "upstream_failed"}
    (message,) = mailbox.messages
    assert message["Subject"] == "Exact Online: exact_online_watch is mislukt"
