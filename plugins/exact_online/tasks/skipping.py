"""Tasks that a run does not need: Airflow skips them before it starts a process for each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from airflow.sdk.exceptions import AirflowRescheduleException
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import SkipDownstreamTasks

from exact_online.failures import NeedsPerson

log = logging.getLogger(__name__)


def skip_tasks(tasks: Sequence[str]) -> None:
    """Have Airflow skip tasks of this run that have not begun; a person who clears one starts it.

    Airflow's own way is an exception that ends the task as a success: this message, and no more.
    A task that fails, or returns something, sends the message itself.
    """
    supervisor = getattr(task_runner, "SUPERVISOR_COMMS", None)  # none where no Airflow runs the task
    if tasks and supervisor is not None:
        supervisor.send(SkipDownstreamTasks(tasks=list(tasks)))


@contextmanager
def skipping_when_it_fails(tasks: Sequence[str], ti: Any) -> Iterator[None]:
    """Skip tasks that could do nothing, when the one they need fails and is not tried again."""
    try:
        yield
    except AirflowRescheduleException:
        raise
    except (Exception, NeedsPerson) as failure:
        if isinstance(failure, NeedsPerson) or is_last_try(ti):
            skip_tasks(tasks)
        raise


def is_last_try(ti: Any) -> bool:
    """Return whether Airflow does not try this task again by itself when it fails."""
    return ti is not None and ti.try_number > ti.max_tries
