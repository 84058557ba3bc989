"""Loads the code of the tasks once in each parent process of Airflow, before it forks.

A task is a process that is forked from a worker of LocalExecutor, which is forked from the
scheduler. What the scheduler has imported, every task has without importing it again: pandas and
the modules of the night cost each task more than a second of processor time otherwise. A worker of
Celery forks as well: `preload_worker` loads this for it. So does the DAG processor, a process per
file, which loads what the DAG files import and not the 70 MB of the tasks.

Airflow calls `on_starting` of a listener in two kinds of processes: in its long-lived ones when
they make their `Job`, which is before they fork, and in each task, which needs nothing here any
more. A `Job` does not know yet of which process it is; the module that runs it is imported. The
modules are those that tasks import when they run, so what a task needs and what is loaded here
can't go apart: all of `exact_online.tasks`, and whatever these modules import late.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules

from airflow.listeners import hookimpl

log = logging.getLogger(__name__)

LATE = (
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.task_runner",
    "exact_online.nightly_dag",
)
"""What a task imports after it was forked, beside its own code: Airflow's, and its DAG file's."""

DAG_FILES = (
    "exact_online.failure_mail",
    "exact_online.nightly_dag",
    "exact_online.tasks.failure_notifier",
)
"""What the DAG files import of ours; what they import of Airflow it loads by itself."""

SCHEDULER, DAG_PROCESSOR = "airflow.jobs.scheduler_job_runner", "airflow.dag_processing.manager"
"""The module that only this process of Airflow imports before it makes its `Job`."""


@hookimpl  # type: ignore[untyped-decorator]
def on_starting(component: object) -> None:
    """Load what is forked from this process, if `component` is the job of one that does so."""
    if type(component).__name__ != "Job":
        return
    if SCHEDULER in sys.modules:
        load()
    elif DAG_PROCESSOR in sys.modules:
        _import_all(DAG_FILES)


def load() -> None:
    """Load the code of the tasks."""
    _import_all([*task_modules(), *LATE])


def _import_all(names: Iterable[str]) -> None:
    """Import each module.

    What can't be imported here is named in the log; what needs it then says why it fails.
    """
    for name in names:
        try:
            import_module(name)
        except Exception:
            log.exception("%s can't be loaded; each process that needs it tries it again", name)


def task_modules() -> list[str]:
    """Names of the modules with the code of the tasks."""
    package = import_module("exact_online.tasks")
    return [module.name for module in iter_modules(package.__path__, f"{package.__name__}.")]
