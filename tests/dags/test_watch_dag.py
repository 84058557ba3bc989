"""The DAG of the watch: its schedule and the order of its tasks. No task runs here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from exact_online.book_day import AMSTERDAM

FILE = Path(__file__).parents[2] / "dags" / "exact_online_watch.py"


@pytest.fixture
def dag(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The DAG, loaded without a connection to the ledger."""
    from airflow.dag_processing.dagbag import DagBag

    from exact_online.tasks import connections

    monkeypatch.setattr(connections, "_connection", pytest.fail)
    bag = DagBag(dag_folder=str(FILE), load_op_links=False)
    assert bag.import_errors == {}
    return bag.dags["exact_online_watch"]


def test_it_runs_once_every_morning_at_the_same_time_of_amsterdam(dag: Any) -> None:
    """The night of 25 hours is one of these."""
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    timetable, last, starts = coerce_to_core_timetable(dag.timetable), None, []
    restriction = TimeRestriction(
        earliest=dt.datetime(2026, 10, 23, 12, tzinfo=dt.UTC), latest=None, catchup=True
    )
    for _ in range(3):
        info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        assert info is not None
        starts.append(info.run_after.astimezone(AMSTERDAM))
        last = info.data_interval
    assert [f"{start:%m-%d %H:%M}" for start in starts] == ["10-24 07:20", "10-25 07:20", "10-26 07:20"]
    assert (dag.max_active_runs, dag.catchup) == (1, False)


def test_it_is_on_without_anybody_switching_it_on(dag: Any) -> None:
    """Airflow's default for a new DAG is off."""
    assert dag.is_paused_upon_creation is False


def test_it_has_a_name_an_owner_and_documentation(dag: Any) -> None:
    assert (dag.dag_display_name, dag.owner, dag.tags) == (
        "Exact Online: controle",
        "data-team",
        {"exact-online", "watch"},
    )
    assert all(f"`{task.task_id}`" in dag.doc_md for task in dag.tasks if task.task_id != "watch_complete")
    assert {(task.pool, task.retries) for task in dag.tasks} == {("exact_online", 4)}


def test_support_is_mailed_also_when_a_check_fails_and_the_run_fails(dag: Any) -> None:
    (leaf,) = [task for task in dag.tasks if not task.downstream_task_ids]
    assert (leaf.task_id, leaf.trigger_rule) == ("watch_complete", "none_failed")
    assert leaf.upstream_task_ids == {
        "nights",
        "invoice_counts",
        "tokens",
        "financial_year",
        "requirements",
        "open_items",
        "mail_support",
        "purge",
    }
    assert dag.get_task("mail_support").trigger_rule == "all_done"


def test_terms_are_kept_whatever_the_checks_find(dag: Any) -> None:
    """B7: a link that is broken for weeks stops no purge."""
    assert dag.get_task("purge").upstream_task_ids == set()
