"""The tasks of a night in the order of `exact_online.nightly_dag`, without Airflow.

A test of whole DAG runs takes seconds; this takes a tenth of one. The tasks are the real ones; only
what Airflow gives them (connections, the hook) comes from a small link.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException
from airflow.sdk.execution_time import task_runner

from exact_online.failures import NeedsPerson
from exact_online.ledger import Ledger, Run
from exact_online.night.context import Night
from exact_online.tasks import loading, night_tasks, nights, preparing
from tests.link.small import MOST_RETURNS, Endless, SmallLink

ORDER = (
    "prepare", "check_rejections", "load_debtors", "load_entries", "load_other_debtors", "backfill",
    "reconcile", "report",
)  # fmt: skip
AFTER = {task: ORDER[place + 1 :] for place, task in enumerate(ORDER)} | {"check_rejections": ("report",)}
"""Task -> those that are cleared with it."""
RUN_AFTER = dt.datetime(2026, 11, 22, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
PARAMS = {
    "dry_run": False, "backfill": "as_set", "history_from": None, "history_until": None,
    "rebuild_ledger": False, "confirm_relations": False,
}  # fmt: skip
CLEAR = re.compile(r"Daarna: wis \(Clear\) taak (\w+) met alle taken erna \(Downstream\)\.$")


def patched(monkeypatch: pytest.MonkeyPatch, link: SmallLink) -> None:
    """Give the tasks the sessions and the client of a small link."""

    @contextmanager
    def ledger_session() -> Iterator[Ledger]:
        yield link.ledger

    @contextmanager
    def james_session() -> Iterator[Any]:
        yield link.james_reader

    def night_of(ledger: Ledger, run: Run, *, backfill: bool = False) -> Night:
        of = ledger.practices.get(run.practice)
        settings = ledger.practices.settings(of, run.settings_version)
        client = link.client(ledger, backfill=backfill)
        return Night(ledger, client, of, settings, run, link.clock, "test", link.settle_seconds)

    for module in (night_tasks, nights, preparing):
        monkeypatch.setattr(module, "ledger_session", ledger_session)
        monkeypatch.setattr(module, "night_of", night_of)
    for module in (night_tasks, preparing):
        monkeypatch.setattr(module, "james_session", james_session)


class Walk:
    """One run: its tasks, how they ended, and what their logs say."""

    def __init__(self, link: SmallLink, caplog: pytest.LogCaptureFixture, **params: Any) -> None:
        self.link = link
        self.caplog = caplog
        self.params = {**PARAMS, **params}
        self.dag_run = SimpleNamespace(
            run_id="scheduled__1", run_after=RUN_AFTER, triggering_user_name="anna"
        )
        self.nights = 1
        self.ended: dict[str, str] = {}
        """Task -> success, failed, skipped."""
        self.left_out: set[str] = set()
        """What was skipped since the first task of the run began, without a start of its own."""
        self.lines: dict[str, list[str]] = {}
        """Task -> the lines of its last try."""
        self.announced: list[Any] = []
        """The extras of the events that the run sent."""

    @property
    def red(self) -> set[str]:
        return {task for task, state in self.ended.items() if state == "failed"}

    def to_clear(self, task: str) -> str:
        """The task that the last line of a red one names."""
        found = CLEAR.search(self.lines[task][-1])
        assert found, self.lines[task]
        return found.group(1)

    def all(self) -> None:
        """The whole run."""
        for task in ORDER:
            self.step(task)

    def next_night(self) -> None:
        """The whole run of the day after."""
        self.nights += 1
        self.dag_run = SimpleNamespace(
            run_id=f"scheduled__{self.nights}",
            run_after=RUN_AFTER + dt.timedelta(days=self.nights - 1),
            triggering_user_name="anna",
        )
        self.all()

    def clear(self, task: str) -> None:
        """A person clears a task with all that come after it: none of them is skipped any more."""
        cleared = (task, *AFTER[task])
        self.left_out -= {*cleared}
        for one in cleared:
            self.step(one)

    def step(self, task: str) -> None:
        """One task of the run."""
        if task in self.left_out:
            self.ended[task], self.lines[task] = "skipped", []
            return
        self.caplog.clear()
        with self.caplog.at_level(logging.INFO):
            self.ended[task] = self._state(task)
        own = [record for record in self.caplog.records if record.name.startswith("exact_online")]
        self.lines[task] = [record.getMessage() for record in own]

    def _state(self, task: str) -> str:
        if task == "prepare":
            self.left_out = set()
        try:
            with patch.object(task_runner, "SUPERVISOR_COMMS", self, create=True):
                self._patiently(lambda: self._call(task))
        except NeedsPerson:
            return "failed"
        except AirflowSkipException:
            return "skipped"
        return "success"

    def _call(self, task: str) -> None:
        code, dag_run = self.link.practice.code, self.dag_run
        if task == "prepare":
            preparing.prepare(code, dag_run, self.params)
        elif task.startswith("load_"):
            loading.load(code, dag_run, task)
        elif task == "report":
            night_tasks.report(code, dag_run, self, self)
        else:
            getattr(night_tasks, task)(code, dag_run)

    # --- what Airflow gives a task ----------------------------------------------------------------

    dag_id = "exact_online__practice"

    @property
    def run_id(self) -> str:
        return str(self.dag_run.run_id)

    def get_task_states(self, **_: Any) -> dict[str, dict[str, str]]:
        """The states of the tasks of the run."""
        return {self.run_id: {task: self.ended.get(task, "None") for task in ORDER}}

    def send(self, message: Any) -> None:
        """What a task says to Airflow: which others it skips."""
        self.left_out |= {*message.tasks}

    def __getitem__(self, alias: Any) -> Any:
        """The events of an alias."""
        return SimpleNamespace(add=lambda _, extra: self.announced.append(extra))

    def _patiently(self, call: Any) -> None:
        for _ in range(MOST_RETURNS):
            try:
                call()
            except AirflowRescheduleException as wait:
                self.link.pass_by((wait.reschedule_date - self.link.clock.now()).total_seconds())
            else:
                return
        raise Endless(f"still waiting after {MOST_RETURNS} returns")
