"""What stops all practices at once is one alarm: their runs fail without a mail each."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk import DAG

from exact_online.book_day import AMSTERDAM
from exact_online.failure_mail import mail_on_failure
from exact_online.failures import AppScopeMissing, ReconnectNeeded
from exact_online.ledger import LedgerClock
from exact_online.mails.fleet import tell_links
from exact_online.registry import DAG_PREFIX
from exact_online.tasks import connections, told_once
from exact_online.tasks.support_mail import post_of
from exact_online.tasks.watch_tasks import mail_support
from tests.dags.mailbox import Mailbox, mailbox, subject_of, text_of
from tests.link.fixtures import link, small_place
from tests.link.scopes import grant_only
from tests.link.small import START, SmallLink

__all__ = ["link", "mailbox", "small_place"]


@pytest.fixture(autouse=True)
def connection(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", link.place.ledger_dsn.partition("?")[0])
    link.ledger.conn.execute("update token_chain set issued_at = now()")
    return


def fail(dag_id: str) -> None:
    """Run what Airflow runs when a run of a DAG has failed."""
    dag = DAG(dag_id, schedule=None)
    for callback in mail_on_failure():
        callback({"dag": dag, "dag_run": SimpleNamespace(run_id="scheduled__1", dag_id=dag_id)})


def night_fails(link: SmallLink, times: int = 3) -> None:
    for _ in range(times):
        fail(f"{DAG_PREFIX}{link.practice.code}")


def the_watch_looks() -> None:
    mail_support(SimpleNamespace(run_after=START))


def test_a_failed_run_is_mailed(link: SmallLink, mailbox: Mailbox) -> None:
    night_fails(link, 1)
    (message,) = mailbox.messages
    assert subject_of(message).startswith(f"Exact Online {link.practice.code}: de nacht van ")
    assert "scheduled__1" in text_of(message)


def test_a_missing_scope_is_one_message_whatever_many_runs_fail(link: SmallLink, mailbox: Mailbox) -> None:
    """The scope belongs to the app: every practice fails by it, every night."""
    grant_only(link.world, {})
    with pytest.raises(AppScopeMissing):
        link.night()
    for _ in range(2):
        night_fails(link)
        the_watch_looks()
    (message,) = mailbox.messages
    assert "mist bij Exact de scope" in text_of(message)
    grant_only(link.world)
    link.client(link.ledger).ask_again()
    night_fails(link, 1)
    assert len(mailbox.messages) == 2


def test_a_broken_link_is_one_message_for_all_practices_that_share_it(
    link: SmallLink, mailbox: Mailbox
) -> None:
    link.world.authority.withdraw(link.world.user.id)
    with pytest.raises(ReconnectNeeded):
        link.night()
    for _ in range(2):
        night_fails(link)
        the_watch_looks()
    (message,) = mailbox.messages
    assert "is verbroken" in text_of(message)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(START.date(), dt.time(hour, minute), AMSTERDAM)


def test_a_link_that_breaks_by_day_is_mailed_once_and_at_once(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waited for the next morning. In the night the morning's mail tells it."""
    moments = [at(2), at(7, 19)]
    monkeypatch.setattr(LedgerClock, "now", lambda self: moments[-1])
    mail_support(SimpleNamespace(run_after=at(7, 20)))
    link.world.authority.withdraw(link.world.user.id)
    with pytest.raises(ReconnectNeeded):
        link.night()
    night_fails(link)
    assert mailbox.messages == []
    for hour in (14, 15):
        moments.append(at(hour))
        night_fails(link)
        assert len(mailbox.messages) == 1, hour
    assert "is verbroken" in text_of(mailbox.messages[0])
    mail_support(SimpleNamespace(run_after=at(7, 20) + dt.timedelta(days=1)))
    assert len(mailbox.messages) == 1

    link.authenticate()
    link.world.authority.withdraw(link.world.user.id)
    with pytest.raises(ReconnectNeeded):
        link.night("again")
    night_fails(link)
    assert len(mailbox.messages) == 2, "it broke once more"


def test_of_many_runs_at_once_one_mails_the_link(link: SmallLink, mailbox: Mailbox) -> None:
    link.world.authority.withdraw(link.world.user.id)
    with pytest.raises(ReconnectNeeded):
        link.night()

    def fails(_: int) -> None:
        with connections.ledger_session() as ledger:
            tell_links(post_of(ledger), at(14))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fails, range(16)))
    (found,) = link.ledger.conn.execute("select count(*) as n from mail").fetchall()
    assert found["n"] == 1


NOWHERE = "postgres://nobody:x@127.0.0.1:1/none"


def test_a_ledger_that_is_down_is_one_mail_whatever_many_practices_fail(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outbox is in the ledger, so it can't say what was told: 3,000 runs were 3,000 mails."""
    reached = os.environ["AIRFLOW_CONN_EXACT_SYNC_DB"]
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", NOWHERE)
    for number in range(40):
        fail(f"{DAG_PREFIX}praktijk_{number}")
    assert mailbox.subjects == ["Exact Online: de database van de koppeling is niet te gebruiken"]
    (text,) = mailbox.texts()
    assert "De database van de koppeling is niet bereikbaar." in text
    assert "Run scheduled__1 van exact_online__praktijk_0 is de eerste" in text
    assert "nobody" not in text

    monkeypatch.delenv("AIRFLOW_CONN_EXACT_SYNC_DB")
    night_fails(link, 5)
    assert len(mailbox.messages) == 2, "another cause"
    assert "Airflow kent de verbinding exact_sync_db niet." in mailbox.texts()[1]

    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", reached)
    night_fails(link, 1)
    assert len(mailbox.messages) == 3, "of its practice, as always"

    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", NOWHERE)
    night_fails(link, 3)
    assert len(mailbox.messages) == 3
    night_later = time.time() + 24 * 3600
    monkeypatch.setattr(told_once.time, "time", lambda: night_later)
    night_fails(link, 3)
    assert len(mailbox.messages) == 4, "the next night once more"


def test_of_many_at_once_one_mails(link: SmallLink, mailbox: Mailbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: told_once.is_first("down"), range(200))) == 1


def test_a_mail_that_did_not_go_is_tried_by_the_next_run(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", NOWHERE)
    served = os.environ["AIRFLOW_CONN_SMTP_DEFAULT"]
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", served.replace(str(mailbox.port), "1"))
    with suppress(OSError):
        night_fails(link, 1)
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", served)
    night_fails(link, 2)
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize("found", ["", "no JSON", "[1]", '{"a": "b"}'])
def test_a_file_that_is_damaged_or_can_not_be_written_keeps_no_mail_back(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: str
) -> None:
    told_once.FILE.write_text(found)
    assert [told_once.is_first("down") for _ in range(2)] == [True, False]
    monkeypatch.setattr(told_once, "FILE", tmp_path)
    assert [told_once.is_first("down") for _ in range(2)] == [True, True]
