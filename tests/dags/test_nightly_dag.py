"""The nightly DAGs: which there are, when they run, the order of tasks. No task runs here."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from exact_online.registry import (
    DAG_PREFIX,
    SHARDS,
    RegisteredPractice,
    practices_to_build,
    registered_practices,
    shard_of,
)
from exact_online.schedule import start_minute
from exact_online.tasks.loading import LONGEST

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAGS = Path(__file__).parents[2] / "dags"


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "practices.json"
    file.write_text(
        json.dumps(
            [{"code": "praktijk_a", "name": "Praktijk A"}, {"code": "praktijk_b", "name": "Praktijk B"}]
        )
    )
    monkeypatch.setenv("EXACT_ONLINE_PRACTICES", str(file))
    return file


def _load() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(DAGS), load_op_links=False)
    assert bag.import_errors == {}
    return bag.dags


def test_each_active_practice_has_one_dag(snapshot: Path) -> None:
    """C1."""
    of_all = {"exact_online_watch", "exact_online_decision"}
    assert set(_load()) == {"exact_online__praktijk_a", "exact_online__praktijk_b", *of_all}


def test_each_practice_is_in_the_file_of_its_shard_and_in_no_other(snapshot: Path) -> None:
    """A file of 3,000 practices would not be read within the time that Airflow gives a file."""
    codes = [f"praktijk_{number}" for number in range(64)]
    snapshot.write_text(json.dumps([{"code": code, "name": code} for code in codes]))
    found = {
        dag.dag_id.removeprefix(DAG_PREFIX): Path(dag.fileloc)
        for dag in _load().values()
        if dag.dag_id.startswith(DAG_PREFIX)
    }
    folder = DAGS / "exact_online_nightly"
    assert found == {code: folder / f"shard_{shard_of(code):02}.py" for code in codes}
    assert len(list(folder.glob("*.py"))) == SHARDS == len(set(found.values()))


def test_tasks_do_not_repeat_the_form_of_their_dag(snapshot: Path) -> None:
    """Airflow would validate each value of the form once a task, at every parse of every DAG."""
    from airflow.serialization.serialized_objects import DagSerialization

    dag = _load()["exact_online__praktijk_a"]
    assert {task.task_id: task.params for task in dag.tasks if task.params} == {}
    assert len(json.dumps(DagSerialization.to_dict(dag))) < 30_000


def test_the_choices_of_a_run_stay_with_its_dag(snapshot: Path) -> None:
    """Airflow writes them into a DAG's params: the dry run of one practice is no other's."""
    from exact_online.nightly_dag import build_dag

    one, other = (build_dag(RegisteredPractice(code, code)) for code in ("praktijk_a", "praktijk_b"))
    one.params["dry_run"] = True
    assert (one.params["dry_run"], other.params["dry_run"]) == (True, False)


def test_a_practice_that_is_not_active_has_a_dag_without_a_schedule(snapshot: Path) -> None:
    """B3: for dry runs; a DAG with a schedule would book as soon as it is switched on."""
    snapshot.write_text(json.dumps([{"code": "praktijk_a", "name": "Praktijk A", "active": False}]))
    assert _load()["exact_online__praktijk_a"].schedule is None


def test_a_task_that_starts_builds_its_own_dag_and_needs_no_list(snapshot: Path) -> None:
    snapshot.unlink()
    assert [practice.code for practice in practices_to_build("exact_online__praktijk_b", pytest.fail)] == [
        "praktijk_b"
    ]
    assert practices_to_build("somebody_elses_dag", pytest.fail) == []


def test_the_last_task_fails_when_any_task_has_failed(snapshot: Path) -> None:
    """FR-D5: so the run fails, though the tasks after the failure ran."""
    dag = _load()["exact_online__praktijk_a"]
    leaves = [task.task_id for task in dag.tasks if not task.downstream_task_ids]
    assert leaves == ["night_complete"]
    complete = dag.get_task("night_complete")
    assert complete.trigger_rule == "none_failed"
    can_fail = {task.task_id for task in dag.tasks} - {"night_complete"}
    assert complete.upstream_task_ids == can_fail
    assert dag.get_task("check_done").upstream_task_ids == can_fail - {"check_done"}


def test_no_task_begins_before_those_that_it_waits_for_when_one_between_is_skipped(snapshot: Path) -> None:
    """Airflow takes a skipped task for done: what comes behind it must wait for all before it."""
    dag = _load()["exact_online__praktijk_a"]
    in_order = ["prepare", "load_debtors", "load_entries", "load_other_debtors", "backfill", "reconcile"]
    for place, task_id in enumerate(in_order):
        assert dag.get_task(task_id).upstream_task_ids == set(in_order[:place])
    assert dag.get_task("report").upstream_task_ids == {*in_order, "check_rejections"}


def test_a_dag_has_a_name_an_owner_and_documentation(snapshot: Path) -> None:
    dag = _load()["exact_online__praktijk_a"]
    assert dag.dag_display_name == "Exact Online: Praktijk A"
    assert dag.owner == "data-team"
    assert {"exact-online", "nightly"} <= dag.tags
    assert set(dag.params) == {
        "dry_run", "backfill", "history_from", "history_until", "confirm_relations", "rebuild_ledger",
    }  # fmt: skip
    assert all(f"`{task.task_id}`" in dag.doc_md for task in dag.tasks)


def test_a_practice_runs_once_at_a_time_from_long_ago_on_without_catching_up(snapshot: Path) -> None:
    dag = _load()["exact_online__praktijk_a"]
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.start_date < dt.datetime(2016, 1, 1, tzinfo=AMSTERDAM)


def test_no_task_and_no_run_lasts_for_ever(snapshot: Path) -> None:
    """FR-E10, FR-D1: a run ends before the next night, and a task well before its run."""
    dag = _load()["exact_online__praktijk_a"]
    assert dag.dagrun_timeout < dt.timedelta(hours=24)
    limits = {task.task_id: task.execution_timeout for task in dag.tasks}
    assert all(limit and limit < dag.dagrun_timeout for limit in limits.values())
    assert limits["backfill"] > limits["load_entries"] > LONGEST


def _starts(code: str, first: dt.datetime, nights: int) -> list[dt.datetime]:
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    timetable = coerce_to_core_timetable(_load()[f"exact_online__{code}"].timetable)
    times, last = [], None
    for _ in range(nights):
        info = timetable.next_dagrun_info(
            last_automated_data_interval=last,
            restriction=TimeRestriction(earliest=first, latest=None, catchup=True),
        )
        assert info is not None
        times.append(info.run_after.astimezone(AMSTERDAM))
        last = info.data_interval
    return times


@pytest.mark.parametrize(
    ("first", "hours"),
    [
        (dt.datetime(2026, 3, 28, 12, tzinfo=AMSTERDAM), 23),
        (dt.datetime(2026, 10, 24, 12, tzinfo=AMSTERDAM), 25),
    ],
    ids=["spring_forward", "fall_back"],
)
def test_each_night_has_one_run_also_when_it_is_23_or_25_hours_long(
    snapshot: Path, first: dt.datetime, hours: int
) -> None:
    """FR-E1: the clock changes between the first and the second of these nights."""
    starts = _starts("praktijk_a", first.astimezone(dt.UTC), 3)
    assert [start.date() for start in starts] == [first.date() + dt.timedelta(days=day) for day in (1, 2, 3)]
    assert {start.time() for start in starts} == {starts[0].time()}
    utc = [start.astimezone(dt.UTC) for start in starts]
    assert (utc[1] - utc[0]).total_seconds() / 3600 == hours


def test_start_minutes_are_spread_after_midnight_and_always_the_same_per_practice() -> None:
    """M1: James' day is closed at 24:00."""
    minutes = [start_minute(f"praktijk_{number}") for number in range(500)]
    assert min(minutes) >= 15
    assert max(minutes) <= 115
    assert len(set(minutes)) > 90
    assert minutes == [start_minute(f"praktijk_{number}") for number in range(500)]


def test_the_last_known_list_is_used_when_the_registry_is_down(tmp_path: Path) -> None:
    """FR-D15."""
    file = tmp_path / "practices.json"
    known = [RegisteredPractice("praktijk_a", "Praktijk A")]
    assert registered_practices(file, lambda: known) == known
    os.utime(file, (0, 0))

    def away() -> list[RegisteredPractice]:
        raise ConnectionError("no route to host")

    assert registered_practices(file, away) == known


def test_a_new_list_is_used_without_a_query(tmp_path: Path) -> None:
    file = tmp_path / "practices.json"
    known = [RegisteredPractice("praktijk_a", "Praktijk A")]
    registered_practices(file, lambda: known)
    began = time.perf_counter()
    assert registered_practices(file, pytest.fail) == known
    assert time.perf_counter() - began < 1


def test_without_a_list_and_with_the_registry_down_there_are_no_dags_and_no_error(tmp_path: Path) -> None:
    def away() -> list[RegisteredPractice]:
        raise ConnectionError

    assert registered_practices(tmp_path / "practices.json", away) == []


def test_a_run_has_the_day_before_it_as_its_interval(snapshot: Path) -> None:
    """FR-E3: Airflow's own cron timetable would give a run an interval without length."""
    from airflow.serialization.encoders import coerce_to_core_timetable

    timetable = coerce_to_core_timetable(_load()["exact_online__praktijk_a"].timetable)
    run_after = dt.datetime(
        2026, 11, 22, start_minute("praktijk_a") // 60, start_minute("praktijk_a") % 60, tzinfo=AMSTERDAM
    )
    interval = timetable.infer_manual_data_interval(run_after=run_after.astimezone(dt.UTC))
    assert interval.end - interval.start == dt.timedelta(days=1)


def test_airflow_loads_no_module_of_ours_as_one_of_its_own() -> None:
    """FR-D14: its plugin loader would load every file again, as a top-level module."""
    from airflow._shared.module_loading import find_path_from_directory

    loaded = {
        Path(path).name for path in find_path_from_directory(str(DAGS.parent / "plugins"), ".airflowignore")
    }
    assert {name for name in loaded if name.endswith(".py")} <= {"exact_online_plugin.py"}


@pytest.mark.parametrize(
    "file", ["exact_online_nightly/shard_00.py", "exact_online_watch.py", "exact_online_decision.py"]
)
def test_a_dag_file_loads_no_heavy_library(file: str, tmp_path: Path) -> None:
    """Airflow reads it in its own process; pandas would take longer to load than all the rest."""
    heavy = ("pandas", "numpy", "openpyxl", "exact_online.night.steps", "exact_online.hook")
    reads = (
        f"import runpy, sys; runpy.run_path({str(DAGS / file)!r}); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = {**os.environ, "EXACT_ONLINE_PRACTICES": str(tmp_path / "none_yet.json")}
    done = subprocess.run(
        [sys.executable, "-c", reads], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_support_reads_dutch_names_in_three_groups_and_ids_stay_english(snapshot: Path) -> None:
    """C7: the graph reads from James to the check; the dry run is not first."""
    dag = _load()["exact_online__praktijk_a"]
    groups = {group.group_display_name: set(group.children) for group in dag.task_group.children.values()}
    assert groups == {
        "1. Voorbereiden": {"prepare", "check_rejections"},
        "2. Exact": {"load_debtors", "load_entries", "load_other_debtors", "backfill"},
        "3. Controle": {"reconcile", "report", "dry_run", "check_done", "night_complete"},
    }
    assert dag.get_task("prepare").task_display_name == "Lezen en voorbereiden"
    assert all(task.task_display_name != task.task_id for task in dag.tasks)
    assert dag.params.get_param("dry_run").schema["title"] == "Proefrun"
    assert dag.tasks[0].task_id == "prepare"
    assert all(task.has_retry_policy for task in dag.tasks)
