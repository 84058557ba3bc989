"""Progress of the nights of the demo: a first night takes minutes at Exact's 60 calls a minute."""

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


class NightProgress:
    """Prints how far each practice is, when called, but not more often than every 15 seconds."""

    def __init__(self, client: AirflowClient, ledger: Ledger, codes: Sequence[str]) -> None:
        self._client, self._ledger, self._codes = client, ledger, codes
        self._begin = time.monotonic()
        self._next_line_at = self._begin + EVERY_SECONDS

    def __call__(self) -> None:
        now = time.monotonic()
        if now >= self._next_line_at:
            self._next_line_at = now + EVERY_SECONDS
            console.print(
                f"  {now - self._begin:3.0f} s  " + "; ".join(map(self._sentence, self._codes)),
                markup=False,
                soft_wrap=True,
            )

    def _sentence(self, code: str) -> str:
        """Return a practice's running tasks and number of settled bookings, as a text."""
        totals = self._ledger.totals.by_state(code, ALL_DAYS)
        settled = sum(total.bookings for total in totals if total.state in SETTLED)
        return f"{code}: {self._tasks(code)}, {settled} of {sum(total.bookings for total in totals)} booked"

    def _tasks(self, code: str) -> str:
        dag_id = f"{DAG_PREFIX}{code}"
        newest = self._client.runs(dag_id)[0]
        if newest["state"] in ("success", "failed"):
            return "done"
        tasks = self._client.tasks(dag_id, newest["dag_run_id"])
        return (
            " + ".join(dict.fromkeys(task["task_id"] for task in tasks if task["state"] == "running"))
            or "between two tasks"
        )
