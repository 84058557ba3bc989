"""The scheduler, and Celery's workers, load the code of the tasks before they fork them
(`exact_online.preload`).
"""

from __future__ import annotations

import subprocess
import sys

import pytest

IN_THE_SCHEDULER = """
import sys
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
THEN_A_TASK = """
before = set(sys.modules)
import exact_online.tasks.loading, exact_online.tasks.intake, exact_online.tasks.night_tasks
from exact_online.night import dry_run, history
from airflow.dag_processing.dagbag import DagBag
print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("program", [IN_THE_SCHEDULER, IN_A_WORKER], ids=["scheduler", "worker"])
def test_what_a_task_imports_is_there_before_it_is_forked(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program + THEN_A_TASK], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == []


def test_airflow_calls_it() -> None:
    from airflow.listeners.listener import get_listener_manager

    from exact_online import preload

    assert get_listener_manager().pm.is_registered(preload)
