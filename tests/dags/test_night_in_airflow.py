"""Loop D: how a night ends in Airflow for each class of failure.

Each test runs whole DAG runs in this process, which takes seconds.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pendulum
import pytest
from airflow.sdk.exceptions import AirflowSkipException

from exact_online.api import client
from exact_online.night import steps as night
from exact_online.night.context import Night
from exact_online.schedule import RETRIES
from exact_online.tasks import loading, night_tasks, nights
from simulator.server import running
from tests.airflow_database import without_deadline
from tests.ledger_contents import contents
from tests.link.fixtures import small_place
from tests.link.small import BOOK_DAY, KEY, Place, SmallLink, seeded_world

__all__ = ["small_place"]

ENTRIES = "salesentry/SalesEntries"
DAGS = Path(__file__).parents[2] / "dags"
RUN_AFTER = pendulum.datetime(2026, 11, 22, 1, tz="Europe/Amsterdam")
SETTLE_SECONDS = 5.5
"""Just longer than the longest wait for which a task sleeps instead of starting again later."""


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SmallLink]:
    """A debtor with two invoices, a simulator that listens, and Airflow's three connections."""
    world = seeded_world()
    world.clock.set(dt.datetime.now(dt.UTC))
    world.clock.run()
    with running(world) as url:
        small = SmallLink(small_place, world=world, url=url)
        small.james.debtor("1001")
        small.james.invoice(2600001, "1001")
        small.james.invoice(2600002, "1001")
        _configure_airflow(monkeypatch, small, tmp_path)
        yield small
        small.die()


def _configure_airflow(monkeypatch: pytest.MonkeyPatch, link: SmallLink, folder: Path) -> None:
    snapshot = folder / "practices.json"
    snapshot.write_text(json.dumps([{"code": link.practice.code, "name": link.practice.name}]))
    app = link.world.app
    exact = {
        "conn_type": "exact_online",
        "host": link.url,
        "login": app.client_id,
        "password": app.client_secret,
    }
    settings = {
        "EXACT_ONLINE_PRACTICES": str(snapshot),
        "AIRFLOW_CONN_JAMES_DB": link.place.james_dsn,
        "AIRFLOW_CONN_EXACT_SYNC_DB": link.place.ledger_dsn.partition("?")[0],
        "AIRFLOW_CONN_EXACT_ONLINE": json.dumps({**exact, "extra": {"token_keys": [KEY.decode()]}}),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(nights, "Night", functools.partial(Night, settle_seconds=SETTLE_SECONDS))
    monkeypatch.setattr(client, "_pause_seconds", lambda state: 0.0)
    # A run parses the DAG file anew, so the task objects of a test are not those that are retried.
    monkeypatch.setitem(RETRIES, "retry_delay", dt.timedelta(0))
    monkeypatch.setitem(RETRIES, "retry_exponential_backoff", False)


class Run:
    """A run of the DAG; a second start is the same run with all its tasks cleared."""

    def __init__(self) -> None:
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(dag_folder=str(DAGS), load_op_links=False)
        self.dag = without_deadline(bag.dags["exact_online__noorderlicht"])

    def start(self, **choices: Any) -> tuple[str, dict[str, tuple[str, int]]]:
        """Run it and return its state, and per task its state and the number of its last try.

        `choices` are the values of the DAG's form.
        """
        run = self.dag.test(run_after=RUN_AFTER, logical_date=RUN_AFTER, run_conf=choices, use_executor=False)
        return str(run.state), {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def reject_one(link: SmallLink) -> None:
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add(
        "status", endpoint=ENTRIES, method="POST", containing="2600001", times=None, status=500, body=body
    )


def test_a_rejection_fails_its_task_without_a_retry_and_clearing_it_books(
    link: SmallLink, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """FR-D3, FR-D4, FR-D5, FR-D8, M21, C7: its log has three short lines and no stack trace."""
    reject_one(link)
    run = Run()
    with caplog.at_level(logging.ERROR):
        state, tasks_of_run = run.start()
    assert state == "failed"
    assert tasks_of_run["load_entries"] == ("failed", 1)
    assert tasks_of_run["reconcile"][0] == tasks_of_run["report"][0] == "success"
    assert [record.getMessage() for record in caplog.records if record.name.startswith("exact_online")] == [
        "Exact weigert 2600001: Dit gaat niet.",
        "Oplossen: James Support: lijst van geweigerde boekingen: de melding van Exact. [rejected_other]",
        "1 record wacht. Daarna: wis (Clear) taak load_entries met alle taken erna (Downstream).",
    ]
    assert "Traceback" not in (printed := capfd.readouterr().out)
    assert "Task failed with exception" not in printed
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [0, 1]
    link.world.faults.clear()
    before = link.writes()
    assert run.start()[0] == "success"
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [1, 1]
    assert link.writes() == before + 1


def test_a_fault_that_a_person_must_cure_fails_at_once(
    link: SmallLink, capfd: pytest.CaptureFixture[str]
) -> None:
    """FR-H4, INV-11: no retry, no write."""
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True
    state, tasks_of_run = Run().start()
    assert (state, tasks_of_run["prepare"]) == ("failed", ("failed", 1))
    assert link.writes() == 0
    assert "XCom not found" not in capfd.readouterr().out


def test_a_technical_failure_is_tried_again_and_a_wait_counts_as_no_try(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-B10, FR-D8: Exact is away for all attempts of one try; and one answer is lost."""
    link.world.faults.add("status", endpoint="system/Divisions", status=503, times=client.MAX_ATTEMPTS)
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    state, tasks_of_run = Run().start()
    assert state == "success"
    assert tasks_of_run["prepare"] == ("success", 2)
    assert "Exact Online is niet bereikbaar" in caplog.text
    assert "[exact_unreachable]" in caplog.text
    assert tasks_of_run["load_entries"] == ("success", 1)
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [1, 1]


OTHERS = {
    "check_rejections", "load_debtors", "load_entries", "load_other_debtors", "backfill", "reconcile",
    "report", "check_done",
}  # fmt: skip


@pytest.mark.parametrize("backfill", ["as_set", "import", "excel"])
def test_a_dry_run_is_one_task_and_writes_nothing(
    link: SmallLink, caplog: pytest.LogCaptureFixture, backfill: str
) -> None:
    """B3, FR-J7: all other tasks are skipped, also those that run whatever happened before them."""
    before = contents(link.ledger.conn)
    with caplog.at_level(logging.INFO):
        state, tasks_of_run = Run().start(dry_run=True, backfill=backfill)
    assert {task: of for task, (of, _) in tasks_of_run.items()} == {
        "prepare": "success",
        "dry_run": "success",
        "night_complete": "success",
        **dict.fromkeys(OTHERS, "skipped"),
    }
    assert (state, link.writes(), contents(link.ledger.conn)) == ("success", 0, before)
    assert "Would be booked: 2 entries" in [record.getMessage() for record in caplog.records]
    rows = link.ledger.conn.execute(
        "select dry_run, outcome, numbers ->> 'sales_entries' as entries from run"
    ).fetchall()
    assert rows == [{"dry_run": True, "outcome": "complete", "entries": "2"}]


def test_a_dry_run_fails_when_the_night_would_and_names_what_it_would_reject(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """B3, FR-J7: without a retry; it succeeds when it is cleared after the cure."""
    link.division.add("Accounts", {"Code": "1001".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"})
    run = Run()
    state, tasks_of_run = run.start(dry_run=True)
    assert (state, tasks_of_run["dry_run"], tasks_of_run["night_complete"][0]) == (
        "failed",
        ("failed", 1),
        "upstream_failed",
    )
    assert {tasks_of_run[task][0] for task in OTHERS} == {"skipped"}
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(line.startswith("Nummer 1001 is in Exact van een andere relatie") for line in errors)
    assert errors[-1].endswith(" Daarna: wis (Clear) taak dry_run met alle taken erna (Downstream).")
    assert "Pen BV" not in caplog.text
    with link.world.lock:
        link.division.save("Accounts", {**link.division.relation("1001"), "Code": "900001".rjust(18)})
    assert run.start(dry_run=True)[0] == "success"
    assert link.writes() == 0


def test_a_night_skips_the_dry_run(link: SmallLink) -> None:
    state, tasks_of_run = Run().start()
    assert (state, tasks_of_run["dry_run"][0], tasks_of_run["night_complete"][0]) == (
        "success",
        "skipped",
        "success",
    )
    assert link.ledger.conn.execute("select dry_run from run").fetchall() == [{"dry_run": False}]


def test_no_task_writes_for_a_dry_run(link: SmallLink) -> None:
    """FR-J7, FR-D3: also when somebody clears a task, or starts it with the id of the dry run."""
    run = night.open_run(link.ledger, link.practice.code, "dry run", BOOK_DAY, dry_run=True)
    before = contents(link.ledger.conn)
    dag_run = SimpleNamespace(run_id=run.airflow_run_id)
    loads = [functools.partial(loading.load, task=task) for task in loading.LOADS]
    report = functools.partial(night_tasks.report, ti=None, outlet_events=None)
    for task in (night_tasks.check_rejections, *loads, night_tasks.backfill, night_tasks.reconcile, report):
        with pytest.raises(AirflowSkipException, match="dit is een proefrun"):
            task(link.practice.code, dag_run)
    assert (link.writes(), contents(link.ledger.conn)) == (0, before)
