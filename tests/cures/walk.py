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
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException, DownstreamTasksSkipped

from exact_online.failures import NeedsPerson
from exact_online.ledger import Ledger, Run
from exact_online.night.context import Night
from exact_online.tasks import night_tasks, nights
from tests.link.small import MOST_RETURNS, Endless, SmallLink

ORDER = (
    "open_run", "extract", "plan_debtors", "plan_entries", "check_rejections", "load_debtors", "load_entries",
    "plan_other_debtors", "load_other_debtors", "backfill_import", "backfill_excel", "reconcile", "report",
)  # fmt: skip
NEEDS = {"extract": "open_run", "plan_debtors": "extract", "plan_entries": "extract"}
"""Task -> the one without which it is not begun; the others run whatever happened before them."""
AFTER = {"plan_debtors": ORDER[4:], "plan_entries": ORDER[4:]} | {
    task: ORDER[place + 1 :] for place, task in enumerate(ORDER) if not task.startswith("plan_")
}
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

    for module in (night_tasks, nights):
        monkeypatch.setattr(module, "ledger_session", ledger_session)
        monkeypatch.setattr(module, "night_of", night_of)
    monkeypatch.setattr(night_tasks, "james_session", james_session)


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
        """What the first task of a run of days of history skips."""
        self.lines: dict[str, list[str]] = {}
        """Task -> the lines of its last try."""
        self._batches: dict[str, list[dict[str, Any]]] = {}

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
        """A person clears a task with all that come after it."""
        for one in (task, *AFTER[task]):
            self.step(one)

    def step(self, task: str) -> None:
        """One task of the run."""
        if task.startswith("backfill_") and task not in self._chosen():
            return
        if task in self.left_out:
            self.ended[task] = "skipped"
            return
        self.caplog.clear()
        with self.caplog.at_level(logging.INFO):
            self.ended[task] = self._state(task)
        own = [record for record in self.caplog.records if record.name.startswith("exact_online")]
        self.lines[task] = [record.getMessage() for record in own]

    def _chosen(self) -> list[str]:
        try:
            return night_tasks.choose_backfill(self.link.practice.code, self.dag_run)
        except (AirflowSkipException, NeedsPerson):
            return []

    def _state(self, task: str) -> str:
        if task == "open_run":
            self.left_out = set()
        if self.ended.get(NEEDS.get(task, ""), "success") != "success":
            return "upstream_failed"
        try:
            for call in self._calls(task):
                self._patiently(call)
        except NeedsPerson:
            return "failed"
        except AirflowSkipException:
            return "skipped"
        except DownstreamTasksSkipped as skipped:
            self.left_out = set(skipped.tasks)
        return "success"

    def _calls(self, task: str) -> Iterator[Any]:
        code, dag_run, params = self.link.practice.code, self.dag_run, self.params
        if task in ("plan_debtors", "plan_entries", "plan_other_debtors"):
            yield lambda: self._batches.update({task: getattr(night_tasks, task)(code, dag_run)})
        elif task in ("load_debtors", "load_entries", "load_other_debtors"):
            failures = 0
            for batch in self._batches.get(task.replace("load", "plan"), []):
                try:
                    self._patiently(lambda batch=batch: night_tasks.load(code, dag_run, batch))
                except NeedsPerson:
                    failures += 1
            if failures:
                raise NeedsPerson
        elif task in ("check_rejections", "backfill_import", "backfill_excel", "reconcile", "report"):
            name = {"backfill_import": "import_history", "backfill_excel": "hand_over_history"}.get(
                task, task
            )
            yield lambda: getattr(night_tasks, name)(code, dag_run)
        else:
            yield lambda: getattr(night_tasks, task)(code, dag_run, params)

    def _patiently(self, call: Any) -> None:
        for _ in range(MOST_RETURNS):
            try:
                call()
            except AirflowRescheduleException as wait:
                self.link.pass_by((wait.reschedule_date - self.link.clock.now()).total_seconds())
            else:
                return
        raise Endless(f"still waiting after {MOST_RETURNS} returns")
