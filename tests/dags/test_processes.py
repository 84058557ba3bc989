"""How many processes a night starts: each costs Airflow a third of a second of processor time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from airflow.models import dagrun
from airflow.sdk.definitions import dag as dags
from airflow.utils.types import DagRunType

from exact_online.night import steps
from tests.dags import test_backfill_in_airflow as of_days
from tests.dags.test_night_in_airflow import Run, link, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

ALWAYS = ["prepare", "reconcile", "report"]
SENDING = ["load_debtors", "load_entries", "load_other_debtors"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks for which Airflow started a process, in that order."""
    names: list[str] = []
    run = dags._run_task

    def counted(*, ti: Any, **given: Any) -> Any:
        if ti.is_schedulable:  # others Airflow's scheduler marks by itself, and `DAG.test` runs
            names.append(ti.task_id)
        return run(ti=ti, **given)

    monkeypatch.setattr(dags, "_run_task", counted)
    return names


def older(link: SmallLink) -> None:
    for day in (9, 10, 11):
        link.james.invoice(2500000 + day, "1001", day=dt.date(2026, 9, day))


def test_a_night_with_everything_starts_eight_processes(
    link: SmallLink, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many batches there are."""
    monkeypatch.setitem(steps._batches.__kwdefaults__, "size", 1)
    link.james.debtor("1002")
    link.james.invoice(2600003, "1001", (1000, 7, "tariff"))
    older(link)
    state, tasks = Run().start(backfill="import")
    assert (state, tasks["check_rejections"][0], tasks["night_complete"][0]) == (
        "failed",
        "failed",
        "upstream_failed",
    )
    assert sorted(started) == sorted([*ALWAYS, *SENDING, "check_rejections", "backfill"])
    assert len(started) == 8
    assert [link.states()[f"factuur:{number}"] for number in (2600001, 2600002, 2500009, 2600003)] == [
        "booked", "booked", "booked", "rejected",
    ]  # fmt: skip
    assert link.states()["debiteur:1002"] == "booked"


def test_a_night_with_nothing_new_starts_three(link: SmallLink, started: list[str]) -> None:
    run = Run()
    assert run.start()[0] == "success"
    assert started == ["prepare", "load_debtors", "load_entries", "reconcile", "report"]
    started.clear()
    state, tasks = run.start()
    assert (state, started) == ("success", ALWAYS)
    assert {task for task, (of, _) in tasks.items() if of == "success"} == {*ALWAYS, "night_complete"}
    assert len(tasks) == 11


def test_a_run_of_days_starts_four(
    link: SmallLink, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = dagrun.get_or_create_dagrun

    def make_backfill(**given: Any) -> Any:
        run = make(**given)
        run.run_type = DagRunType.BACKFILL_JOB
        given["session"].flush()
        return run

    monkeypatch.setattr(dagrun, "get_or_create_dagrun", make_backfill)
    older(link)
    moment = {"run_after": of_days.RUN_AFTER, "logical_date": of_days.RUN_AFTER}
    run = Run().dag.test(run_conf={"backfill": "import"}, use_executor=False, **moment)
    assert (str(run.state), started) == ("success", ["prepare", "backfill", "reconcile", "report"])
    assert link.states()["factuur:2500010"] == "booked"


def test_a_dry_run_starts_two(link: SmallLink, started: list[str]) -> None:
    """B3."""
    assert Run().start(dry_run=True)[0] == "success"
    assert started == ["prepare", "dry_run"]


def test_a_night_that_can_not_begin_starts_two(link: SmallLink, started: list[str]) -> None:
    """What could do nothing is skipped; the report closes the run."""
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True
    state, tasks = Run().start()
    assert (state, started) == ("failed", ["prepare", "report"])
    assert tasks["prepare"] == ("failed", 1)
    assert tasks["night_complete"][0] == "upstream_failed"
