"""How long the nights of a fleet take on one machine, with Exact's 60 calls a minute.

    PYTHONPATH=plugins:. python -m tests.bench.fleet [--practices 12] [--registered 3000]
        [--bookings 80] [--slots 16] [--answer-seconds 0.25]

Starts the stack of `make up` with so many practices registered. A sample of them has a first night,
which makes its debtors, and then a night with new invoices that all begin at once, beside a
simulator with Exact's limits on and with answers that take as long as a distant server's. The
others are as idle as on an evening. Prints per practice: seconds by the clock, of processors and of
a task slot; the largest memory; answers 429 of Exact; the minutes in which calls were made; and
what that comes to for all that are registered, in `HOURS`.

The simulator's own processor time and memory are not counted: Exact is not on our machine. What an
idle Airflow uses is measured first; the rest is the nights'.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from dev.demo.exact_server import ExactServer
from dev.demo.night import airflow_with_practices
from dev.local.airflow import Airflow
from dev.local.airflow_settings import shared_settings
from dev.local.stack import Stack, opened
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import POOL
from tests.bench import dag_files, results
from tests.bench.nights import used
from tests.link.fleet import DEBTORS, answer_slowly, bill, fill, fleet

HOURS = 4
"""The nights of a fleet begin from 00:15 on and should be done by then, long before 07:00."""
CALLS_A_MINUTE = 60
IDLE_SECONDS = 60
EVERY_SECONDS = 1.0
MEMORY_EVERY = 5
"""Reading the memory of a process costs it and us: it is done in every fifth look."""
TELL_EVERY = 30
SECONDS_OF_A_PRACTICE, SECONDS_AT_LEAST = 60, 1800
"""A night that takes longer is given up."""
OCCUPIED = """
select
    count(*) filter (where state in ('queued', 'running')) as slots,
    count(*) filter (where state in ('failed', 'up_for_retry')) as failed
from task_instance where dag_id = any(%s)"""
UNENDED = "select count(*) from dag_run where state in ('queued', 'running') and dag_id = any(%s)"
ENDED_WELL = "select count(*) from dag_run where state = 'success' and dag_id = any(%s)"


@dataclass
class Found:
    """What was seen during the nights."""

    wall: float = 0.0
    cpu: float = 0.0
    """Processor seconds of all processes but the simulator."""
    slot_seconds: float = 0.0
    most_slots: int = 0
    most_mb: float = 0.0
    """PSS of all processes but the simulator; those that share a page have a part of it each."""
    most_mb_below_scheduler: float = 0.0
    calls: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    @property
    def too_many(self) -> int:
        return sum(call["status"] == requests.codes.too_many_requests for call in self.calls.values())

    @property
    def windows(self) -> Counter[tuple[int, int]]:
        """(division, minute) -> calls that Exact answered in it."""
        return Counter(
            (call["division"], int(call["at"] // 60))
            for call in self.calls.values()
            if call["division"] and call["status"] != requests.codes.too_many_requests
        )


class Watch:
    """Looks at processes, slots and calls while something runs."""

    def __init__(self, stack: Stack, tables: psycopg.Connection[Any], dag_ids: list[str]) -> None:
        """Begin to count: slots that tasks of these DAGs take, and calls of now and later."""
        self._stack, self._tables, self._dag_ids, self._since = stack, tables, dag_ids, time.time()
        self.found = Found()
        self._began, self._cpu = time.monotonic(), used(_ours())
        self._looked, self._looks = self._began, 0

    def look(self) -> None:
        """Take a look, and wait until it is time for the next one."""
        slots = _one(self._tables, OCCUPIED, self._dag_ids)[0]
        now = time.monotonic()
        found = self.found
        found.slot_seconds += slots * (now - self._looked)
        found.most_slots = max(found.most_slots, slots)
        found.wall, found.cpu, self._looked = now - self._began, used(_ours()) - self._cpu, now
        if self._looks % MEMORY_EVERY == 0:
            self._look_at_memory()
            self._look_at_calls()
        self._looks += 1
        time.sleep(EVERY_SECONDS)

    def _look_at_memory(self) -> None:
        below = [each for each in _ours() if "scheduler" in _words(each)]
        tasks = {child.pid for each in below for child in _children(each)}
        sizes = {each.pid: _pss_mb(each) for each in _ours()}
        self.found.most_mb = max(self.found.most_mb, sum(sizes.values()))
        of_tasks = sum(size for pid, size in sizes.items() if pid in tasks)
        self.found.most_mb_below_scheduler = max(self.found.most_mb_below_scheduler, of_tasks)

    def _look_at_calls(self) -> None:
        """The simulator keeps the last 2,000: more than come in between two looks."""
        answer = requests.get(
            f"{self._stack.simulator_url}/simulator/api/calls", params={"limit": 2000}, timeout=60
        )
        for call in answer.json():
            if call["at"] >= self._since:
                self.found.calls[call["at"], call["division"], call["path"], call["milliseconds"]] = call


def main() -> int:
    """Print the figures and write them; return 1 when a night failed."""
    slots = int(shared_settings()["AIRFLOW__CORE__PARALLELISM"])
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--practices", type=int, default=12, help="that have nights, at once")
    words.add_argument("--registered", type=int, default=3000, help="with the others")
    words.add_argument("--bookings", type=int, default=80)
    words.add_argument("--slots", type=int, default=slots, help="tasks at once")
    words.add_argument("--answer-seconds", type=float, default=0.25, help="how long Exact takes")
    chosen = words.parse_args()
    os.environ["CALLS_PER_MINUTE"] = str(CALLS_A_MINUTE)
    practices = fleet(chosen.practices)
    nights = [f"{DAG_PREFIX}{each.code}" for each in practices]

    with (
        tempfile.TemporaryDirectory(prefix="exact-online-fleet-") as name,
        opened(Path(name).resolve() / "var") as stack,
    ):
        stack.folder.parent.chmod(0o755)

        def register_the_rest(_exact: str) -> None:
            with psycopg.connect(stack.databases.exact_sync, autocommit=True) as ledger:
                ledger.execute(dag_files.ADD, [chosen.practices + 1, chosen.registered])

        with (
            airflow_with_practices(
                stack,
                ExactServer(None, None),
                practices,
                fill=lambda dsn: fill(dsn, practices, DEBTORS),
                before_linking=register_the_rest,
                more={"AIRFLOW__CORE__PARALLELISM": str(chosen.slots)},
            ) as airflow,
            psycopg.connect(stack.databases.airflow, autocommit=True) as tables,
        ):
            tables.execute("update slot_pool set slots = %s where pool = %s", [chosen.slots, POOL])
            _wait_for_dags(tables, chosen.registered)
            idle = _idle()
            print(f"fleet      idle, {chosen.registered} DAGs: {idle * 60:.1f} s of processor a minute")
            _walk(airflow, stack, tables, nights, "a first night")
            answer_slowly(stack, chosen.answer_seconds)
            bill(stack.databases.james_owner, practices, chosen.bookings, DEBTORS)
            found = _walk(airflow, stack, tables, nights, f"{chosen.bookings} new")
            well = _one(tables, ENDED_WELL, nights)[0]
    _tell(found, chosen, idle)
    print(f"fleet      {well} of {2 * len(nights)} nights succeeded")
    return int(well < 2 * len(nights))


def _walk(
    airflow: Airflow, stack: Stack, tables: psycopg.Connection[Any], dag_ids: list[str], title: str
) -> Found:
    """Begin a night of each DAG at once, and look until all have ended."""
    limit = time.monotonic() + max(SECONDS_AT_LEAST, SECONDS_OF_A_PRACTICE * len(dag_ids))
    watch = Watch(stack, tables, dag_ids)
    for dag_id in dag_ids:
        airflow.client.start(dag_id)
    told = time.monotonic()
    while unended := _one(tables, UNENDED, dag_ids)[0]:
        watch.look()
        if time.monotonic() > limit:
            raise SystemExit(f"{unended} nights do not end (logs: {stack.logs})")
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            slots, failed = _one(tables, OCCUPIED, dag_ids)
            print(
                f"fleet      {title}: {len(dag_ids) - unended} of {len(dag_ids)} ended after "
                f"{watch.found.wall:.0f} s, {slots} slots taken, {failed} tasks red or tried again, "
                f"load {os.getloadavg()[0]:.0f}",
                flush=True,
            )
    watch.look()
    return watch.found


def _tell(found: Found, chosen: argparse.Namespace, idle: float) -> None:
    """Print what was found, and write it."""
    count, cores = chosen.practices, os.cpu_count() or 1
    cpu = max(0.0, found.cpu - idle * found.wall) / count
    slot = found.slot_seconds / count
    by_cpu = chosen.registered * cpu / max(0.1, cores - idle) / 3600
    by_slots = chosen.registered * slot / chosen.slots / 3600
    hours = max(by_cpu, by_slots)
    windows = found.windows
    per_division = Counter(division for division, _ in windows)
    calls = sum(windows.values()) / max(1, len(per_division))
    used = len(windows) / max(1, len(per_division))
    load = os.getloadavg()[0]
    print(
        f"fleet      {count} practices with {chosen.bookings} new, {chosen.slots} slots, load {load:.0f}: "
        f"{found.wall:.0f} s by the clock, {count * 3600 / found.wall:.0f} practices an hour"
    )
    print(f"fleet      a practice: {cpu:.2f} s of processor, {slot:.1f} s of a slot, {calls:.0f} calls")
    print(f"fleet      minutes with calls: {used:.1f} a practice; answers 429: {found.too_many}")
    print(
        f"fleet      most memory: {found.most_mb:.0f} MB (PSS), "
        f"of tasks {found.most_mb_below_scheduler:.0f} MB at {found.most_slots} slots at most"
    )
    print(
        f"fleet      {chosen.registered} practices: {by_cpu:.1f} hours by {cores} cores, "
        f"{by_slots:.1f} hours by {chosen.slots} slots: {hours / HOURS:.2f} of {HOURS} hours"
    )
    results.write(
        "fleet",
        {
            "processor seconds of a practice": cpu,
            "slot seconds of a practice": slot,
            "seconds of all nights": found.wall,
            "practices an hour": count * 3600 / found.wall,
            "hours by the processor": by_cpu,
            "hours by the slots": by_slots,
            "idle processor seconds a minute": idle * 60,
            "megabytes": found.most_mb,
            "megabytes of tasks": found.most_mb_below_scheduler,
            "minutes with calls of a practice": used,
            "calls of a practice": calls,
        },
        {
            f"hours of {chosen.registered} practices, of {HOURS}": hours / HOURS,
            "answers 429": float(found.too_many),
        },
    )


def _wait_for_dags(tables: psycopg.Connection[Any], count: int) -> None:
    """Wait until Airflow has read the DAG of each practice."""
    began = time.monotonic()
    while _one(tables, dag_files.COUNT)[0] < count:
        if time.monotonic() - began > dag_files.LIMIT_SECONDS:
            raise SystemExit(f"not all DAGs are there after {dag_files.LIMIT_SECONDS} seconds")
        time.sleep(EVERY_SECONDS)
    print(f"fleet      {count} DAGs after {time.monotonic() - began:.0f} s", flush=True)


def _idle() -> float:
    """Return the processor seconds a second while nothing runs."""
    began, before = time.monotonic(), used(_ours())
    time.sleep(IDLE_SECONDS)
    return (used(_ours()) - before) / (time.monotonic() - began)


def _ours() -> list[psutil.Process]:
    """All processes below this one, but the simulator."""
    return [each for each in psutil.Process().children(recursive=True) if " -m simulator" not in _words(each)]


def _words(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return list(process.children(recursive=True))
    return []


def _pss_mb(process: psutil.Process) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _one(tables: psycopg.Connection[Any], query: str, *values: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] = tables.execute(query, values or None).fetchone() or ()
    return row


if __name__ == "__main__":
    sys.exit(main())
