"""Loop D: how a night ends in Airflow, failure class by failure class. Whole runs in this process; each costs seconds."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pendulum
import pytest

from exact_online import tasks
from exact_online.exact import client
from exact_online.night import Night
from simulator.server import running
from tests.link.fixtures import small_place
from tests.link.small import KEY, Place, SmallLink, seeded_world

__all__ = ["small_place"]

ENTRIES = "salesentry/SalesEntries"
DAGS = Path(__file__).parents[2] / "dags"
RUN_AFTER = pendulum.datetime(2026, 11, 22, 1, tz="Europe/Amsterdam")
SETTLE_SECONDS = 5.5
"""Just longer than a wait that is slept through."""


@pytest.fixture
def link(small_place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SmallLink]:
    """A debtor with two invoices, a simulator on a socket, and the three connections in the environment."""
    world = seeded_world()
    world.clock.set(dt.datetime.now(dt.UTC))
    world.clock.run()
    with running(world) as url:
        small = SmallLink(small_place, world=world, url=url)
        small.james.debtor("1001")
        small.james.invoice(2600001, "1001")
        small.james.invoice(2600002, "1001")
        _tell_airflow(monkeypatch, small, tmp_path)
        yield small
        small.die()


def _tell_airflow(monkeypatch: pytest.MonkeyPatch, link: SmallLink, folder: Path) -> None:
    snapshot = folder / "practices.json"
    snapshot.write_text(json.dumps([{"code": link.practice.code, "name": link.practice.name}]))
    app = link.world.app
    exact = {"conn_type": "exact_online", "host": link.url, "login": app.client_id, "password": app.client_secret}
    settings = {
        "EXACT_ONLINE_PRACTICES": str(snapshot),
        "AIRFLOW_CONN_JAMES_DB": link.place.james_dsn,
        "AIRFLOW_CONN_EXACT_SYNC_DB": link.place.ledger_dsn.partition("?")[0],
        "AIRFLOW_CONN_EXACT_ONLINE": json.dumps({**exact, "extra": {"token_keys": [KEY.decode()]}}),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tasks, "Night", functools.partial(Night, settle_seconds=SETTLE_SECONDS))
    monkeypatch.setattr(client, "_pause_seconds", lambda state: 0.0)


class Run:
    """One run of the DAG; started again, it is the same run with all its tasks cleared."""

    def __init__(self) -> None:
        from airflow.dag_processing.dagbag import DagBag

        self.dag = DagBag(dag_folder=str(DAGS), load_op_links=False).dags["exact_online__noorderlicht"]
        for task in self.dag.tasks:
            task.retry_delay = dt.timedelta(0)

    def start(self) -> tuple[str, dict[str, tuple[str, int]]]:
        """State of the run; per task its state and the number of its last try."""
        run = self.dag.test(logical_date=RUN_AFTER, use_executor=False)
        return str(run.state), {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def refuse(link: SmallLink) -> None:
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", containing="2600001", times=None, status=500, body=body)


def test_a_refusal_makes_its_task_red_without_a_retry_and_clearing_it_books(link: SmallLink, caplog: pytest.LogCaptureFixture) -> None:
    """D3, D4, D5, D8, M21."""
    refuse(link)
    run = Run()
    with caplog.at_level(logging.ERROR):
        state, tasks_of_run = run.start()
    assert state == "failed"
    assert tasks_of_run["load_entries"] == ("failed", 1)
    assert tasks_of_run["reconcile"][0] == tasks_of_run["report"][0] == "success"
    assert any("factuur:2600001" in record.getMessage() for record in caplog.records)
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [0, 1]
    link.world.faults.clear()
    before = link.writes()
    assert run.start()[0] == "success"
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [1, 1]
    assert link.writes() == before + 1


def test_what_a_person_must_cure_fails_at_once(link: SmallLink) -> None:
    """H4, INV-11: no retry, no write."""
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True
    state, tasks_of_run = Run().start()
    assert (state, tasks_of_run["open_run"]) == ("failed", ("failed", 1))
    assert link.writes() == 0


def test_what_is_technical_is_tried_again_and_a_wait_costs_no_try(link: SmallLink) -> None:
    """B10, D8: Exact is away for all attempts of one try; and one answer is lost."""
    link.world.faults.add("status", endpoint="system/Divisions", status=503, times=client.MOST_ATTEMPTS)
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    state, tasks_of_run = Run().start()
    assert state == "success"
    assert tasks_of_run["open_run"] == ("success", 2)
    assert tasks_of_run["load_entries"] == ("success", 1)
    assert [len(link.entries(number)) for number in (2600001, 2600002)] == [1, 1]
