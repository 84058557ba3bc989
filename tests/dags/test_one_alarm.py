"""What stops all practices at once is one alarm: their runs fail without a mail each."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from airflow.sdk import DAG

from exact_online.failure_mail import mail_on_failure
from exact_online.failures import AppScopeMissing, ReconnectNeeded
from exact_online.registry import DAG_PREFIX
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


def test_a_ledger_that_can_not_be_asked_keeps_no_mail_back(
    link: SmallLink, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", "postgres://nobody:x@127.0.0.1:1/none")
    night_fails(link, 1)
    assert len(mailbox.messages) == 1
