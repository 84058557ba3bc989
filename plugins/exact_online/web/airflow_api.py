"""Airflow's own public API, called as the person who asks: it checks his rights."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from fastapi import Depends, Request

from exact_online.registry import DAG_PREFIX

SECONDS = 20.0
RUNS_PER_PAGE = 25
"""Airflow gives 100 at most. After an answer of 90 or more the api-server (Airflow 3.3.2, Python
3.11.7) died in Python's garbage collector at the next requests, each time; of 72 or less, never."""
RUNS_PER_CLEARING = 5
"""Clearing costs some 75 statements a run, for its tasks one by one. Small requests, several at
once, keep the wait for one answer short."""
CLEARINGS_AT_ONCE = 4


class Started(StrEnum):
    """What came of starting a dry run."""

    STARTED = "started"
    NOT_THERE = "not_there"
    """Airflow has not read the DAG yet: it does within a minute."""
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True)
class FailedRun:
    """A run of a practice's DAG that is red."""

    practice: str
    run_id: str
    """Airflow's."""
    started: dt.datetime


@dataclass
class Cleared:
    """What came of clearing runs."""

    runs: list[FailedRun]
    not_done: list[FailedRun]
    """Airflow denied them, or they are not there any more."""


class AirflowFailed(Exception):
    """Airflow's API did not answer as it should; the text is its own."""


class AirflowApi:
    """The API of the api-server that answers this very request."""

    def __init__(
        self, address: str, identity: Mapping[str, str], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`identity`: the headers that say who asks (`identity_of`)."""
        self._options: dict[str, Any] = {
            "base_url": f"{address}/api/v2",
            "headers": identity,
            "timeout": SECONDS,
            "trust_env": False,
            "transport": transport,
        }

    async def start_dry_run(self, practice: str, **choices: str) -> Started:
        """Let the practice's DAG run, and start a dry run of it; return what came of it.

        `choices` are values of the DAG's form.
        """
        dag = f"/dags/{quote(DAG_PREFIX + practice)}"
        body = {"logical_date": None, "conf": {"dry_run": True, **choices}}
        try:
            async with httpx.AsyncClient(**self._options) as http:
                answer = await http.patch(dag, json={"is_paused": False}, params={"update_mask": "is_paused"})
                if answer.is_success:
                    answer = await http.post(f"{dag}/dagRuns", json=body)
        except httpx.HTTPError:
            return Started.FAILED
        if answer.is_success:
            return Started.STARTED
        return {404: Started.NOT_THERE, 401: Started.DENIED, 403: Started.DENIED}.get(
            answer.status_code, Started.FAILED
        )

    async def failed_runs(self, since: dt.datetime) -> list[FailedRun]:
        """Return each practice's latest run that failed since then and that the person may see.

        Raises AirflowFailed.
        """
        body = {"states": ["failed"], "run_after_gte": since.isoformat(), "order_by": "run_after"}
        found: dict[str, FailedRun] = {}
        try:
            async with httpx.AsyncClient(**self._options) as http:
                offset, total = 0, 1
                while offset < total:
                    page = {**body, "page_limit": RUNS_PER_PAGE, "page_offset": offset}
                    answer = await http.post("/dags/~/dagRuns/list", json=page)
                    answer.raise_for_status()
                    runs, total = answer.json()["dag_runs"], answer.json()["total_entries"]
                    offset += len(runs) or total
                    found |= {run["dag_id"]: _failed_run(run) for run in runs if _is_ours(run)}
        except httpx.HTTPError as error:
            raise AirflowFailed(str(error)) from error
        return sorted(found.values(), key=lambda run: (run.started, run.practice))

    async def clear_failed(self, runs: Sequence[FailedRun], note: str, seconds: float) -> Cleared:
        """Clear these runs as a whole until `seconds` are over.

        As a whole: a run that could not begin has skipped its comparison and its report, and
        Airflow leaves what is skipped when failed tasks alone are cleared. What is booked stays
        booked. A run that somebody cleared meanwhile is left alone: whether it is still red is
        asked just before.
        """
        until, cleared = time.monotonic() + seconds, Cleared([], [])
        left = [runs[first : first + RUNS_PER_CLEARING] for first in range(0, len(runs), RUNS_PER_CLEARING)]
        left.reverse()

        async def work(http: httpx.AsyncClient) -> None:
            while left and time.monotonic() < until:
                await self._clear_some(http, left.pop(), note, cleared)

        async with httpx.AsyncClient(**self._options) as http:
            await asyncio.gather(*(work(http) for _ in range(CLEARINGS_AT_ONCE)))
        return cleared

    async def _clear_some(
        self, http: httpx.AsyncClient, runs: Sequence[FailedRun], note: str, cleared: Cleared
    ) -> None:
        some = await self._still_failed(http, runs)
        cleared.not_done += [run for run in runs if run not in some]
        if not some or await self._clear(http, some, note):
            cleared.runs += some
            return
        for run in some:  # one that is denied, or gone, keeps the others of its request from going
            is_done = await self._clear(http, [run], note)
            (cleared.runs if is_done else cleared.not_done).append(run)

    async def _still_failed(self, http: httpx.AsyncClient, runs: Sequence[FailedRun]) -> list[FailedRun]:
        """Those that are red at this moment, of what the person may see."""
        names = [DAG_PREFIX + run.practice for run in runs]
        body = {"dag_ids": names, "states": ["failed"], "page_limit": RUNS_PER_PAGE}
        try:
            answer = await http.post("/dags/~/dagRuns/list", json=body)
            answer.raise_for_status()
        except httpx.HTTPError:
            return []
        red = {(run["dag_id"], run["dag_run_id"]) for run in answer.json()["dag_runs"]}
        return [run for run in runs if (DAG_PREFIX + run.practice, run.run_id) in red]

    async def _clear(self, http: httpx.AsyncClient, runs: Sequence[FailedRun], note: str) -> bool:
        named = [{"dag_id": DAG_PREFIX + run.practice, "dag_run_id": run.run_id} for run in runs]
        body = {"dag_runs": named, "dry_run": False, "only_failed": False, "note": note}
        try:
            return (await http.post("/dags/~/clearDagRuns", json=body)).is_success
        except httpx.HTTPError:
            return False


def _is_ours(run: dict[str, Any]) -> bool:
    return str(run["dag_id"]).startswith(DAG_PREFIX)


def _failed_run(run: dict[str, Any]) -> FailedRun:
    started = dt.datetime.fromisoformat(run["start_date"] or run["run_after"])
    return FailedRun(run["dag_id"].removeprefix(DAG_PREFIX), run["dag_run_id"], started)


def identity_of(request: Request) -> dict[str, str]:
    """Return the headers of a request by which Airflow knew who asks.

    All cookies and not Airflow's own alone: some auth managers keep a session in several, and take
    none of them for the token of a program.
    """
    return {name: request.headers[name] for name in ("authorization", "cookie") if name in request.headers}


def airflow_api(request: Request) -> AirflowApi:
    """Return the API, asked as who sent this request."""
    host, port = request.scope["server"]
    address = f"http://{host}:{port}{request.scope.get('app_root_path', '')}"
    return AirflowApi(address, identity_of(request))


ThisAirflow = Annotated[AirflowApi, Depends(airflow_api)]
