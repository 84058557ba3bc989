"""Celery workers on this machine, each as it would run on a machine of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from celery import Celery

from dev.local.child_process import ChildProcess, start_child
from dev.local.failures import CannotRun

START_SECONDS = 180
GRACE_SECONDS = 60.0
"""What a worker gets to let its tasks end before it is killed."""
FIRST = "worker-1"


@dataclass
class CeleryWorkers:
    """The workers of one Airflow, by their names."""

    environment: Mapping[str, str]
    """As airflow_settings.environment returns it, for the executor of Celery."""
    logs: Path
    by_name: dict[str, ChildProcess] = field(default_factory=dict)

    def start(self, name: str) -> ChildProcess:
        """Start a worker; `wait_until_ready` waits for it. One with this name must have ended."""
        # One machine has one server of logs, whatever the number of its workers.
        quiet = [] if name == FIRST else ["--skip-serve-logs"]
        words = ["celery", "worker", "--celery-hostname", name, "--pid", str(self.logs / f"{name}.pid")]
        self.by_name[name] = start_child(
            name,
            [sys.executable, "-m", "airflow", *words, *quiet],
            self.logs / f"{name}.log",
            environment=self.environment,
            grace_seconds=GRACE_SECONDS,
        )
        return self.by_name[name]

    def wait_until_ready(self) -> None:
        """Wait until each worker answers. Raise CannotRun when one ends, or does not in time."""
        if not self.by_name:
            return
        deadline = time.monotonic() + START_SECONDS
        with Celery(broker=self.environment["AIRFLOW__CELERY__BROKER_URL"]) as queue:
            while missing := set(self.by_name) - _that_answer(queue):
                for name in missing:
                    worker = self.by_name[name]
                    if worker.ended or time.monotonic() > deadline:
                        raise CannotRun(
                            f"{name} does not start: {worker.last_log_line()} (log: {worker.log})"
                        )

    def kill(self, name: str) -> None:
        """End a worker and each of its tasks at once, as the end of its machine would."""
        worker = self.by_name.pop(name)
        for process in _below(worker):
            process.kill()
        worker.stop()

    def of_process(self, pid: int) -> str | None:
        """Return the name of the worker that a process is below; None when there is none."""
        for name, worker in self.by_name.items():
            if pid in {process.pid for process in _below(worker)}:
                return name
        return None


def _that_answer(queue: Celery) -> set[str]:
    """Names of the workers that answer within a second."""
    return {name.rpartition("@")[2] for answer in queue.control.ping(timeout=1) for name in answer}


def _below(worker: ChildProcess) -> list[psutil.Process]:
    """The worker's processes, parents first: a worker that lives starts its children again."""
    try:
        found: list[psutil.Process] = psutil.Process(worker.supervisor.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found
