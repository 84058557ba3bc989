"""Loads the code of the tasks once in each parent process of Airflow, before it forks.

A task is a process that is forked from a worker of LocalExecutor, which is forked from the
scheduler. What the scheduler has imported, every task has without importing it again: pandas and
the modules of the night cost each task more than a second of processor time otherwise. The
DAG processor forks as well, a process per file; and so does a worker of Celery, which
`preload_worker` loads this for.

Airflow calls `on_starting` of a listener in two kinds of processes: in its long-lived ones when
they make their `Job`, which is before they fork, and in each task, which needs nothing here any
more. The modules are those that tasks import when they run, so what a task needs and what is
loaded here can't go apart: all of `exact_online.tasks`, and whatever these modules import late.
"""

from __future__ import annotations

import logging
from importlib import import_module
from pkgutil import iter_modules

from airflow.listeners import hookimpl

log = logging.getLogger(__name__)

LATE = (
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.task_runner",
)
"""What a task imports of Airflow after it was forked."""


@hookimpl  # type: ignore[untyped-decorator]
def on_starting(component: object) -> None:
    """Load the code of the tasks if `component` is the job of a long-lived process of Airflow."""
    if type(component).__name__ == "Job":
        load()


def load() -> None:
    """Load the code of the tasks.

    What can't be imported here is named in the log; the task that needs it then says why it fails.
    """
    for name in [*task_modules(), *LATE]:
        try:
            import_module(name)
        except Exception:
            log.exception("%s can't be loaded; each task tries it again", name)


def task_modules() -> list[str]:
    """Names of the modules with the code of the tasks."""
    package = import_module("exact_online.tasks")
    return [module.name for module in iter_modules(package.__path__, f"{package.__name__}.")]
