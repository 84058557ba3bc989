"""Airflow on this machine: its four parts, and Celery's workers if there are any.

They are child processes that end with this process.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from dev.local.airflow_client import AirflowClient
from dev.local.celery_workers import CeleryWorkers
from dev.local.child_process import ChildProcess, start_child
from dev.local.failures import CannotRun
from dev.local.places import LOCK, MIGRATIONS, PREPARE_AIRFLOW

PARTS = {"api-server": 30.0, "scheduler": 30.0, "dag-processor": 30.0, "triggerer": 3.0}
"""Part of Airflow -> seconds it gets to stop before it is killed.

The triggerer waits ten seconds for a child that has ended already. Killing it loses nothing,
because its work is in the database.
"""
PARTS_WITH_HEARTBEAT = ("scheduler", "dag_processor", "triggerer")
START_SECONDS = 300
ADMIN = "admin"


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: its address and the login of its administrator."""

    url: str
    password: str
    workers: CeleryWorkers
    """None of them with LocalExecutor, whose tasks are processes below the scheduler."""
    user: str = ADMIN

    @cached_property
    def client(self) -> AirflowClient:
        return AirflowClient(self.url, self.user, self.password)


def prepare(environment: Mapping[str, str], log: Path, stamp: Path) -> None:
    """Make Airflow's tables, the ledger's tables, the pools and the login.

    ``stamp`` is a file beside the database that holds a digest of what it was prepared from;
    with the same digest there is nothing to do.
    Raise CannotRun with the last line of ``log`` when the preparation fails.
    """
    sources = _prepared_from(environment)
    if stamp.exists() and stamp.read_text() == sources:
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        command = [sys.executable, str(PREPARE_AIRFLOW)]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            check=False,
        )
    if done.returncode:
        raise CannotRun(f"Airflow can't be prepared: {_last_line(log)} (log: {log})")
    stamp.write_text(sources)


def _prepared_from(environment: Mapping[str, str]) -> str:
    """Return a digest of the locked versions, the migrations, the pools and the secrets."""
    digest = hashlib.sha256(environment["AIRFLOW__CORE__FERNET_KEY"].encode())
    for file in [LOCK, *sorted(PREPARE_AIRFLOW.parent.iterdir()), *sorted(MIGRATIONS.glob("*.sql"))]:
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


@contextmanager
def running(environment: Mapping[str, str], logs: Path, *, celery_workers: int = 0) -> Iterator[Airflow]:
    """Run Airflow for the length of the block; it is healthy when the block begins.

    ``environment`` is what airflow_settings.environment returns, ``logs`` the folder of the logs,
    ``celery_workers`` how many workers take the tasks, where its executor is that of Celery.
    Raise CannotRun when a part ends or is not healthy in time.
    """
    workers = CeleryWorkers(environment, logs)
    airflow = Airflow(environment["AIRFLOW__API__BASE_URL"], environment["AIRFLOW_ADMIN_PASSWORD"], workers)
    began = dt.datetime.now(dt.UTC)
    with ExitStack() as until_the_end:
        parts: list[ChildProcess] = []
        until_the_end.callback(lambda: _stop_all([*workers.by_name.values(), *parts]))
        parts += [_start(part, grace, environment, logs) for part, grace in PARTS.items()]
        for number in range(1, celery_workers + 1):
            workers.start(f"worker-{number}")
        _wait_until_healthy(airflow, parts, began)
        workers.wait_until_ready()
        _check_it_is_ours(airflow)
        yield airflow


def _start(part: str, grace_seconds: float, environment: Mapping[str, str], logs: Path) -> ChildProcess:
    command = [sys.executable, "-m", "airflow", part]
    return start_child(
        part, command, logs / f"{part}.log", environment=environment, grace_seconds=grace_seconds
    )


def _stop_all(parts: list[ChildProcess]) -> None:
    for part in parts:
        part.request_stop()
    for part in parts:
        part.stop()


def _wait_until_healthy(airflow: Airflow, parts: list[ChildProcess], began: dt.datetime) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_healthy(_health(airflow.url), began):
        for part in parts:
            if part.ended:
                raise CannotRun(f"Airflow's {part.name} ended: {part.last_log_line()} (log: {part.log})")
        if time.monotonic() > deadline:
            raise CannotRun(
                f"Airflow is not healthy after {START_SECONDS} seconds: {_health(airflow.url)} "
                f"(logs: {parts[0].log.parent})"
            )
        time.sleep(0.2)


def _health(url: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = httpx.get(f"{url}/api/v2/monitor/health", timeout=5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return {}
    return answer


def _is_healthy(health: dict[str, Any], began: dt.datetime) -> bool:
    """Ask of each part a heartbeat after ``began``.

    Airflow alone would also call a part healthy for the heartbeat of an earlier process.
    """
    return bool(health) and all(
        _has_heartbeat(health.get(part) or {}, f"latest_{part}_heartbeat", began)
        for part in PARTS_WITH_HEARTBEAT
    )


def _has_heartbeat(part: dict[str, Any], key: str, began: dt.datetime) -> bool:
    return part.get("status") == "healthy" and dt.datetime.fromisoformat(part[key]) >= began


def _check_it_is_ours(airflow: Airflow) -> None:
    """Raise CannotRun when another Airflow listens on the port.

    Two Airflows that start at the same moment can both find a port free.
    """
    try:
        airflow.client  # noqa: B018 - signs in, with a password that only our Airflow has
    except CannotRun as problem:
        raise CannotRun(
            f"Another Airflow answers on {airflow.url}: stop that one, "
            "or choose another port with AIRFLOW_PORT=."
        ) from problem


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it does not say why"
