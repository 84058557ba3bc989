"""Says, while the nights run, how far each practice is: at Exact's 60 calls a minute a first night takes minutes."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

from dev.local.airflow_client import AirflowClient
from dev.local.progress import console
from exact_online.ledger import Ledger
from exact_online.registry import DAG_PREFIX
from exact_online.vocabulary import BookingState

EVERY_SECONDS = 15
SETTLED = frozenset({BookingState.BOOKED, BookingState.EXPORTED})
ALL_DAYS = (dt.date.min, dt.date.max)


class Following:
    """Call it as often as you like: it speaks every quarter of a minute."""

    def __init__(self, client: AirflowClient, ledger: Ledger, codes: Sequence[str]) -> None:
        self._client, self._ledger, self._codes = client, ledger, codes
        self._begin = time.monotonic()
        self._silent_until = self._begin + EVERY_SECONDS

    def __call__(self) -> None:
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + EVERY_SECONDS
            console.print(f"  {now - self._begin:3.0f} s  " + "; ".join(map(self._where, self._codes)), markup=False, soft_wrap=True)

    def _where(self, code: str) -> str:
        """One practice: the tasks it is at, and how many of its invoices and claims stand where they belong."""
        totals = self._ledger.totals.by_state(code, ALL_DAYS)
        settled = sum(total.bookings for total in totals if total.state in SETTLED)
        return f"{code}: {self._tasks(code)}, {settled} of {sum(total.bookings for total in totals)} booked"

    def _tasks(self, code: str) -> str:
        dag_id = f"{DAG_PREFIX}{code}"
        newest = self._client.runs(dag_id)[0]
        if newest["state"] in ("success", "failed"):
            return "done"
        tasks = self._client.tasks(dag_id, newest["dag_run_id"])
        return " + ".join(dict.fromkeys(task["task_id"] for task in tasks if task["state"] == "running")) or "between two tasks"
