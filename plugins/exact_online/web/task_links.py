"""The buttons of a task in Airflow that lead to the pages.

Airflow asks them in its api-server for the tasks of every DAG, whether or not they ran. A button
without an address is not shown.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from airflow.configuration import conf
from airflow.sdk import BaseOperatorLink
from airflow.sdk.exceptions import AirflowNotFoundException

from exact_online.failures import LinkFailure
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import pages_in_frame
from exact_online.web.database import ledger
from exact_online.web.exact import entry_address, exact_hook

log = logging.getLogger(__name__)


def address(page: str) -> str:
    """Return the address of a page inside Airflow's frame, with the prefix of a proxy."""
    return f"{pages_in_frame(urlsplit(conf.get('api', 'base_url', fallback='')).path)}/{page}"


class TaskLink(BaseOperatorLink):  # type: ignore[misc]
    """A button on the tasks of a practice's DAG: all of them, or those in `tasks`."""

    label = ""
    page = ""
    """After the practice's own page."""
    tasks: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What the button says."""
        return self.label

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address; empty for a task that has no such button."""
        practice = ti_key.dag_id.removeprefix(DAG_PREFIX)
        if practice == ti_key.dag_id or (self.tasks and ti_key.task_id not in self.tasks):
            return ""
        return address(f"practices/{practice}{self.page}")


class PracticeLink(TaskLink):
    """To the page of the practice."""

    label = "Praktijk"


class ReconciliationLink(TaskLink):
    """To James against Exact, and its workbook."""

    label = "James tegenover Exact"
    page = "/reconciliation"
    tasks = frozenset({"reconcile", "report"})


class NightsLink(TaskLink):
    """To the nights of the practice, with what each booked."""

    label = "Nachten"
    page = "/nights"
    tasks = frozenset({"report", "check_done", "night_complete"})


class WorkbooksLink(TaskLink):
    """To the workbooks that this run handed over; to all of the practice when it made none."""

    label = "Werkboeken"
    page = "/workbooks"
    tasks = frozenset({"backfill"})

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address; that of all workbooks also when the ledger can't say."""
        every = super().get_link(operator, ti_key=ti_key)
        if not every:
            return ""
        practice = ti_key.dag_id.removeprefix(DAG_PREFIX)
        try:
            with contextmanager(ledger)() as opened:
                made = opened.practice_pages.hand_over_of_run(practice, ti_key.run_id)
        except (LinkFailure, psycopg.Error, AirflowNotFoundException):
            log.warning("The hand-over of a task can't be looked up in the ledger", exc_info=True)
            return every
        return address(f"practices/{practice}/hand-overs/{made}/workbooks") if made else every


class OpenItemsLink(TaskLink):
    """To what is open of the practice, by cause, with the acts that end it."""

    label = "Open posten"
    page = "/open-items"
    tasks = frozenset(
        {"check_rejections", "load_debtors", "load_entries", "load_other_debtors", "reconcile", "report"}
    )


class ReasonLink(TaskLink):
    """To what the code in the last lines of a red task means, and who cures it how."""

    label = "Uitleg"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the page of the reason; empty when nothing stopped the task, and
        when the ledger can't say.
        """
        if not super().get_link(operator, ti_key=ti_key):
            return ""
        practice = ti_key.dag_id.removeprefix(DAG_PREFIX)
        try:
            with contextmanager(ledger)() as opened:
                code = opened.practice_pages.reason_of_task(practice, ti_key.run_id, ti_key.task_id)
        except (LinkFailure, psycopg.Error, AirflowNotFoundException):
            log.warning("The reason of a task can't be looked up in the ledger", exc_info=True)
            return ""
        return address(f"reasons/{code}") if code else ""


class EntryLink(TaskLink):
    """To the entry in Exact that the run stopped on, when there is one."""

    label = "Openen in Exact"
    tasks = frozenset({"load_entries", "backfill", "reconcile"})

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the entry; empty when the run stopped on none, and when the ledger
        can't say.
        """
        if not super().get_link(operator, ti_key=ti_key):
            return ""
        try:
            with contextmanager(ledger)() as opened:
                found = opened.practice_pages.entry_to_look_at(
                    ti_key.dag_id.removeprefix(DAG_PREFIX), ti_key.run_id
                )
        except (LinkFailure, psycopg.Error):
            log.warning("The entry of a task can't be looked up in the ledger", exc_info=True)
            return ""
        return (entry_address(exact_hook(), *found) or "") if found else ""


TASK_LINKS = (
    PracticeLink(), OpenItemsLink(), ReasonLink(), EntryLink(), ReconciliationLink(),
    NightsLink(), WorkbooksLink(),
)  # fmt: skip
