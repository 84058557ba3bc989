"""Nights in workers of Celery that die, in a real Airflow with a real queue.

A worker is killed with all that runs in it, as when its machine is switched off. Airflow notices
that the heartbeats of its task stop, and tries the task again; another worker takes it. Where the
loader was is in the ledger alone.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from dev.demo.exact_server import ExactServer
from dev.demo.night import airflow_with_practices
from dev.demo.practices import RECEIVABLES, Practice
from dev.local.airflow import Airflow
from dev.local.airflow_client import UNFINISHED
from dev.local.stack import Stack, opened
from exact_online.ledger import Ledger, connect
from exact_online.registry import DAG_PREFIX
from tests.link.fleet import CENTS, answer_slowly, bill, fill, fleet, invoice_number

SOON = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "30",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "3",
}
"""A dead task is noticed after twenty seconds instead of Airflow's five minutes.

The queue gives what a dead worker had taken from it to another one after thirty seconds instead of
a day: then the same try of a task is started twice."""
ANSWER_SECONDS = 0.1
"""What Exact takes for an answer at least."""
LONGEST_SECONDS = 1800
PER_NIGHT, KILLS_PER_NIGHT = 60, 6
DEATHS = ("killed while it booked", "killed at random")
WAITING = frozenset({"up_for_retry", "failed"})
PROGRESS = """
select
    count(*) filter (where state = 'booked' and kind <> 'debtor') as booked,
    count(*) filter (where state in ('planned', 'sending')) as open
from exact_sync.current_booking
where practice = %s"""


@dataclass
class Nights:
    """Nights of some practices, in Celery's workers, and what becomes of them."""

    stack: Stack
    airflow: Airflow
    ledger: Ledger
    practices: Sequence[Practice]
    invoices: int
    """Of each practice."""
    done: Counter[str] = field(default_factory=Counter)
    """What was done to the workers, and how often Airflow or a person started a task again."""

    def begin(self) -> None:
        """Start the night of each practice."""
        for practice in self.practices:
            self.airflow.client.start(_dag(practice))

    def bill(self, invoices: int) -> None:
        """Give each practice so many more invoices."""
        bill(self.stack.databases.james_owner, self.practices, invoices, self.invoices)
        self.invoices += invoices

    def kill_while_booking(self, seconds: float = 300) -> str:
        """Kill the worker that books, when a practice has entries and more to send.

        Return its name.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for practice in self.practices:
                if self._is_in_the_middle(practice) and (name := self._worker_of(practice)):
                    self.airflow.workers.kill(name)
                    assert self._is_in_the_middle(practice), "it had booked all before it died"
                    self.done["killed while it booked"] += 1
                    return name
            time.sleep(0.05)
        raise AssertionError(f"no worker booked within {seconds:.0f} seconds")

    def kill_any(self, chance: random.Random) -> None:
        """Kill a worker, whatever it does, and start another one."""
        name = chance.choice(sorted(self.airflow.workers.by_name))
        self.airflow.workers.kill(name)
        self.airflow.workers.start(name)
        self.done["killed at random"] += 1

    def end(self, *, clears: bool) -> None:
        """Wait until all nights are green.

        What Airflow would try again is cleared, so that it starts at once, if it `clears`; a night
        that failed is cleared in any case, as the runbook says.
        """
        deadline = time.monotonic() + LONGEST_SECONDS
        while unfinished := [each for each in self.practices if self._run(each)["state"] != "success"]:
            assert time.monotonic() < deadline, self.states()
            for practice in unfinished:
                if clears or self._run(practice)["state"] == "failed":
                    self._clear(practice)
            time.sleep(1)

    def states(self) -> dict[str, dict[str, str]]:
        """Practice -> task -> state."""
        client = self.airflow.client
        return {
            each.code: client.task_states(_dag(each), self._run(each)["dag_run_id"])
            for each in self.practices
        }

    def wrong(self) -> list[str]:
        """What is not right in the books: each invoice is there once, and to the cent."""
        return [
            problem
            for number, each in enumerate(self.practices, start=1)
            for problem in self._wrong(number, each)
        ]

    def _wrong(self, number: int, practice: Practice) -> Iterator[str]:
        audit = self._audit(practice)
        wanted = {str(invoice_number(number, place)): 1 for place in range(self.invoices)}
        entries = audit["entries_per_reference"]
        for reference in sorted(wanted.keys() | entries.keys()):
            if entries.get(reference) != wanted.get(reference):
                yield f"{practice.code}: {entries.get(reference, 0)} entries of invoice {reference}"
        total = sum(each["cents"] for each in audit["totals_per_account"] if each["account"] == RECEIVABLES)
        if total != self.invoices * CENTS or audit["trial_balance_cents"] or audit["unbalanced"]:
            yield f"{practice.code}: {total} cents received, {audit['trial_balance_cents']} out of balance"
        run = self._run(practice)
        numbers = self.ledger.runs.numbers_of_airflow_run(practice.code, run["dag_run_id"])
        if numbers is None or numbers.difference_cents or numbers.doubtful:
            yield f"{practice.code}: the night says {numbers}"

    def _audit(self, practice: Practice) -> dict[str, Any]:
        division = self.ledger.practices.get(practice.code).division
        answer = requests.get(
            f"{self.stack.simulator_url}/simulator/api/divisions/{division}/audit", timeout=30
        )
        found: dict[str, Any] = answer.json()
        return found

    def _is_in_the_middle(self, practice: Practice) -> bool:
        (row,) = self.ledger.conn.execute(PROGRESS, [practice.code]).fetchall()
        return bool(row["booked"] and row["open"])

    def _worker_of(self, practice: Practice) -> str | None:
        """Name of the worker that runs a task of the practice's night."""
        for task in self._tasks(practice):
            if task["state"] == "running" and task["pid"]:
                return self.airflow.workers.of_process(task["pid"])
        return None

    def _tasks(self, practice: Practice) -> list[dict[str, Any]]:
        return self.airflow.client.tasks(_dag(practice), self._run(practice)["dag_run_id"])

    def _run(self, practice: Practice) -> dict[str, Any]:
        return self.airflow.client.runs(_dag(practice))[0]

    def _clear(self, practice: Practice) -> None:
        """As support clears: the red task, and what comes after it."""
        run = self._run(practice)
        waiting = {task["task_id"] for task in self._tasks(practice) if task["state"] in WAITING}
        if waiting:
            self.done["cleared"] += 1
            self.airflow.client.clear(
                _dag(practice),
                run["dag_run_id"],
                only_failed=run["state"] not in UNFINISHED,
                task_ids=sorted(waiting),
                include_downstream=run["state"] not in UNFINISHED,
            )


def _dag(practice: Practice) -> str:
    return f"{DAG_PREFIX}{practice.code}"


@contextmanager
def nights(folder: Path, *, practices: int, invoices: int, workers: int) -> Iterator[Nights]:
    """So many practices with so many invoices each, beside an Airflow with so many workers."""
    wanted = fleet(practices)
    with opened(folder) as stack, ExitStack() as until_the_end:
        airflow = until_the_end.enter_context(
            airflow_with_practices(
                stack,
                ExactServer(None, None),
                wanted,
                fill=lambda dsn: fill(dsn, wanted, invoices),
                more=SOON,
                celery_workers=workers,
            )
        )
        ledger = until_the_end.enter_context(closing(connect(stack.databases.exact_sync)))
        answer_slowly(stack, ANSWER_SECONDS)
        yield Nights(stack, airflow, Ledger(ledger), wanted, invoices)


def deaths(
    folder: Path, chance: random.Random, *, kills: int, until: float = float("inf")
) -> tuple[list[str], Counter[str]]:
    """Kill workers at random, some in each night of three practices.

    Return what is wrong, and what was done to the workers how often.
    `until` is the moment of the monotonic clock after which no further night is begun.
    """
    wrong: list[str] = []
    with nights(folder, practices=3, invoices=PER_NIGHT, workers=3) as walked:
        while sum(walked.done[kind] for kind in DEATHS) < kills:
            walked.begin()
            walked.airflow.workers.start(walked.kill_while_booking())
            for _ in range(KILLS_PER_NIGHT - 1):
                time.sleep(chance.uniform(1, 8))
                walked.kill_any(chance)
            walked.end(clears=False)
            wrong += walked.wrong()
            if wrong or time.monotonic() > until:
                break
            walked.bill(PER_NIGHT)
        return wrong, walked.done
