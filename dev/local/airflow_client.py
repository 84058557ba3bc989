"""A small client of Airflow's REST API (version 2): start a run, follow it, read its logs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from dev.local.failures import CannotRun

UNFINISHED = frozenset({"queued", "running"})
EVERY_SECONDS = 0.5


class AirflowClient:
    """Calls one Airflow as its administrator.

    Every method raises CannotRun, with the text of the API, when the API answers with an error.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        answer = self._http.post("/auth/token", json={"username": user, "password": password})
        self._http.headers["Authorization"] = f"Bearer {_content(answer)['access_token']}"

    def call(self, method: str, path: str, **words: Any) -> Any:
        """Make one call below ``/api/v2`` and return the decoded answer."""
        return _content(self._http.request(method, f"/api/v2{path}", **words))

    def import_errors(self) -> dict[str, str]:
        """Return file name -> traceback of every DAG file that Airflow can't read."""
        return {
            error["filename"]: error["stack_trace"]
            for error in self.call("GET", "/importErrors")["import_errors"]
        }

    def wait_for_dag(self, dag_id: str, seconds: float = 120) -> None:
        """Wait until Airflow has read the DAG.

        Raise CannotRun after ``seconds``, or at once with the last line of the traceback when
        Airflow can't read a DAG file.
        """
        self._until(f"The DAG {dag_id} is not there", seconds, lambda: self._has_dag(dag_id))

    def _has_dag(self, dag_id: str) -> bool:
        if self._http.get(f"/api/v2/dags/{quote(dag_id)}").status_code == httpx.codes.OK:
            return True
        for file, trace in self.import_errors().items():
            raise CannotRun(f"Airflow can't read {file}: {trace.strip().splitlines()[-1]}")
        return False

    def unpause(self, dag_id: str) -> None:
        self.call("PATCH", f"/dags/{quote(dag_id)}", json={"is_paused": False})

    def is_paused(self, dag_id: str) -> bool:
        return bool(self.call("GET", f"/dags/{quote(dag_id)}")["is_paused"])

    def wait_for_run(self, dag_id: str, seconds: float = 60) -> None:
        """Wait until the scheduler has made a first run of the DAG."""
        self._until(f"The scheduler makes no run of {dag_id}", seconds, lambda: bool(self.runs(dag_id)))

    def start(self, dag_id: str) -> None:
        """Start a run of the DAG, when Airflow has read it.

        The scheduler starts last night's run of a DAG that is switched on for the first time; of a
        DAG that is on already a run is triggered.
        """
        self.wait_for_dag(dag_id)
        if self.is_paused(dag_id):
            self.unpause(dag_id)
            self.wait_for_run(dag_id)
        else:
            self.trigger(dag_id)

    def trigger(
        self, dag_id: str, conf: dict[str, Any] | None = None, *, logical_date: str | None = None
    ) -> str:
        """Start a run and return its id."""
        run = self.call(
            "POST", f"/dags/{quote(dag_id)}/dagRuns", json={"logical_date": logical_date, "conf": conf or {}}
        )
        return str(run["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", _run_path(dag_id, run_id))
        return found

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the newest runs of a DAG, newest first, as the API gives them.

        Each has ``dag_run_id``, ``state``, ``queued_at`` and more.
        """
        found: list[dict[str, Any]] = self.call(
            "GET", f"/dags/{quote(dag_id)}/dagRuns", params={"order_by": "-id", "limit": 50}
        )["dag_runs"]
        return found

    def runs_of_type(self, dag_id: str, run_type: str, *, state: str | None = None) -> list[dict[str, Any]]:
        """Return the newest runs of a type (``scheduled``, ``backfill``), of one state or all."""
        asked = {"run_type": run_type, "order_by": "-id", "limit": 100} | ({"state": state} if state else {})
        found: list[dict[str, Any]] = self.call("GET", f"/dags/{quote(dag_id)}/dagRuns", params=asked)[
            "dag_runs"
        ]
        return found

    def wait_until_idle(
        self, dag_id: str, seconds: float = 600, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Wait until no run of the DAG is queued or running; call ``meanwhile`` now and then."""

        def idle() -> bool:
            if not any(run["state"] in UNFINISHED for run in self.runs(dag_id)):
                return True
            meanwhile()
            return False

        self._until(f"The runs of {dag_id} do not end", seconds, idle)

    def wait(self, dag_id: str, run_id: str, seconds: float = 600) -> str:
        """Wait until the run has ended and return its state, ``success`` or ``failed``."""
        self._until(
            f"Run {run_id} of {dag_id} does not end",
            seconds,
            lambda: self.run(dag_id, run_id)["state"] not in UNFINISHED,
        )
        return str(self.run(dag_id, run_id)["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run as the API gives them.

        Each has ``task_id``, ``map_index``, ``state``, ``try_number`` and more.
        """
        found: list[dict[str, Any]] = self.call(
            "GET", f"{_run_path(dag_id, run_id)}/taskInstances", params={"limit": 1000}
        )["task_instances"]
        return found

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """Return task name -> state; a mapped task is named ``task[0]``, ``task[1]`` and so on."""
        return {_name(task): str(task["state"]) for task in self.tasks(dag_id, run_id)}

    def log(self, dag_id: str, run_id: str, task_id: str, *, try_number: int = 1, map_index: int = -1) -> str:
        """Return the log of one try of a task, with the exceptions that were raised."""
        path = f"{_run_path(dag_id, run_id)}/taskInstances/{quote(task_id)}/logs/{try_number}"
        answer = self.call(
            "GET", path, params={"map_index": map_index}, headers={"Accept": "application/json"}
        )
        return "\n".join(_words(line) for line in answer["content"])

    def clear(self, dag_id: str, run_id: str, *, only_failed: bool = True, **words: Any) -> None:
        """Let tasks of a run start again: those that failed, or all of them."""
        body = {"dry_run": False, "dag_run_id": run_id, "only_failed": only_failed, **words}
        self.call("POST", f"/dags/{quote(dag_id)}/clearTaskInstances", json=body)

    @staticmethod
    def _until(problem: str, seconds: float, met: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while not met():
            if time.monotonic() > deadline:
                raise CannotRun(f"{problem} after {seconds:.0f} seconds.")
            time.sleep(EVERY_SECONDS)


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}"


def _name(task: dict[str, Any]) -> str:
    return task["task_id"] if task["map_index"] < 0 else f"{task['task_id']}[{task['map_index']}]"


def _words(line: Any) -> str:
    """Return one line of a task's log; the API gives an exception in another field."""
    if not isinstance(line, dict):
        return str(line)
    raised = [str(error["exc_value"]) for error in line.get("error_detail") or ()]
    return ": ".join([str(line.get("event", line)), *raised])


def _content(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise CannotRun(
            f"Airflow rejects {answer.request.method} {answer.request.url.path}: "
            f"{answer.status_code} {answer.text[:500]}"
        )
    return answer.json() if answer.content else None
