"""The scheduler, and Celery's workers, load the code of the tasks before they fork them, and the
DAG processor what the DAG files import (`exact_online.preload`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
IN_THE_SCHEDULER = """
import sys
from airflow.jobs import scheduler_job_runner
from airflow.jobs.job import Job
from exact_online import preload

class TaskRunnerMarker: ...

preload.on_starting(component=TaskRunnerMarker())
assert "pandas" not in sys.modules, "a task loads what it does not need"
preload.on_starting(component=Job())
"""
IN_A_WORKER = """
import sys
from airflow.providers.celery.executors.celery_executor import app
assert "pandas" not in sys.modules, "the scheduler loads what a worker needs"
app.loader.import_default_modules()  # as Celery does before it forks its pool
"""
IN_THE_DAG_PROCESSOR = """
import sys
from airflow.dag_processing import manager
from airflow.jobs.job import Job

Job()
assert "airflow.jobs.scheduler_job_runner" not in sys.modules
"""
THEN_A_TASK = """
import os, runpy
before = set(sys.modules)
import exact_online.tasks.loading, exact_online.tasks.intake, exact_online.tasks.night_tasks
from exact_online.night import dry_run, history
from airflow.dag_processing.dagbag import DagBag
os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = "exact_online__praktijk_7"
names = runpy.run_path(sys.argv[1])
assert [name for name in names if name.startswith("exact_online__")] == ["exact_online__praktijk_7"]
print(*sorted(set(sys.modules) - before))
"""
THEN_THE_DAG_FILES = """
import runpy
before = set(sys.modules)
for file in sys.argv[1:]:
    runpy.run_path(file)
print(*sorted(name for name in set(sys.modules) - before if name.startswith("exact_online")))
print(*[name for name in ("pandas", "openpyxl", "exact_online.night") if name in sys.modules])
"""
SHARD = DAGS / "exact_online_nightly" / "shard_00.py"


@pytest.mark.parametrize("program", [IN_THE_SCHEDULER, IN_A_WORKER], ids=["scheduler", "worker"])
def test_what_a_task_imports_is_there_before_it_is_forked(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program + THEN_A_TASK, SHARD], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == []


def test_the_dag_processor_loads_what_its_files_import_and_not_the_tasks(tmp_path: Path) -> None:
    """It would hold 70 MB of pandas for nothing, and each of its children a share of it."""
    snapshot = tmp_path / "practices.json"
    snapshot.write_text('[{"code": "praktijk_1", "name": "Praktijk 1"}]')
    files = [SHARD, DAGS / "exact_online_watch.py", DAGS / "exact_online_decision.py"]
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_DAG_PROCESSOR + THEN_THE_DAG_FILES, *files],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "EXACT_ONLINE_PRACTICES": str(snapshot),
            "EXACT_ONLINE_SUPPORT_MAIL": "support@example.org",
        },
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["", ""]


def test_airflow_calls_it() -> None:
    from airflow.listeners.listener import get_listener_manager

    from exact_online import preload

    assert get_listener_manager().pm.is_registered(preload)
