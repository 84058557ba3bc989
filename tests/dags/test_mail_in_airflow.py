"""Mails of whole runs in Airflow: a night that rejects, and a night while Exact is down."""

from __future__ import annotations

from types import SimpleNamespace

from exact_online.failure_mail import mail_on_failure
from tests.dags.mailbox import Mailbox, mailbox, subject_of
from tests.dags.test_night_in_airflow import Run, link, reject_one, small_place
from tests.link.small import SmallLink

__all__ = ["link", "mailbox", "small_place"]


def fails(run: Run, link: SmallLink) -> None:
    """The run fails, and Airflow calls what it calls then."""
    state, _ = run.start()
    assert state == "failed"
    found = link.ledger.conn.execute("select airflow_run_id from run order by started_at desc").fetchone()
    assert found is not None
    for callback in mail_on_failure():
        callback({"dag": run.dag, "dag_run": SimpleNamespace(run_id=found["airflow_run_id"])})


def test_a_night_that_rejects_is_one_mail(link: SmallLink, mailbox: Mailbox) -> None:
    reject_one(link)
    fails(Run(), link)
    (message,) = mailbox.messages
    assert "noorderlicht: 1 open na de nacht van 22-11-2026" in subject_of(message)


def test_a_night_while_exact_is_down_is_the_mail_of_the_outage_and_of_its_end(
    link: SmallLink, mailbox: Mailbox
) -> None:
    link.world.faults.add("status", endpoint="system/Divisions", status=503, times=None)
    run = Run()
    fails(run, link)
    (subject,) = mailbox.subjects
    assert "een storing raakt alle praktijken" in subject
    link.world.faults.clear()
    link.ledger.conn.execute("update outage set last_failure_at = last_failure_at - interval '3 hours'")
    assert run.start()[0] == "success"
    assert mailbox.subjects[1:] == ["Exact Online: de storing is voorbij (1 praktijk)"]
