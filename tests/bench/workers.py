"""How much sooner the nights of a fleet end with more of Celery's workers.

    PYTHONPATH=plugins:. python -m tests.bench.workers [--practices 6] [--bookings 30]

Starts the stack of `make up` with workers of two tasks at once each, and walks the same nights with
one, two and four of them: once with an Exact that answers at once, which costs the processor most,
and once with one that takes a quarter of a second for each answer, as a distant server does. All
workers are on this machine, so its cores bound the first.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from dev.demo.exact_server import ExactServer
from dev.demo.night import airflow_with_practices
from dev.local.celery_workers import CeleryWorkers
from dev.local.stack import opened
from exact_online.registry import DAG_PREFIX
from tests.bench import results
from tests.bench.nights import per_practice, run_all
from tests.link.fleet import answer_slowly, bill, fill, fleet

WORKERS = (1, 2, 4)
TASKS_OF_A_WORKER = 2
DISTANT_SECONDS = 0.25


def main() -> int:
    """Print the table and write it."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--practices", type=int, default=6)
    words.add_argument("--bookings", type=int, default=30)
    chosen = words.parse_args()
    practices = fleet(chosen.practices)
    found: dict[tuple[str, int], tuple[float, float]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-workers-") as name,
        opened(Path(name).resolve() / "var") as stack,
    ):
        stack.folder.parent.chmod(0o755)
        with airflow_with_practices(
            stack,
            ExactServer(None, None),
            practices,
            fill=lambda dsn: fill(dsn, practices, chosen.bookings),
            more={"AIRFLOW__CELERY__WORKER_CONCURRENCY": str(TASKS_OF_A_WORKER)},
            celery_workers=WORKERS[0],
        ) as airflow:
            nights = [f"{DAG_PREFIX}{each.code}" for each in practices]
            booked = chosen.bookings
            run_all(airflow.client, nights)  # the debtors, whom later nights find
            for exact in ("near", "distant"):
                if exact == "distant":
                    answer_slowly(stack, DISTANT_SECONDS)
                for count in WORKERS:
                    _have(airflow.workers, count)
                    bill(stack.databases.james_owner, practices, chosen.bookings, booked)
                    booked += chosen.bookings
                    found[exact, count] = per_practice(
                        chosen.practices, lambda: run_all(airflow.client, nights)
                    )
    for (exact, count), (cpu, wall) in found.items():
        print(
            f"workers    {count} beside a {exact} Exact: {wall:6.2f} s by the clock, "
            f"{cpu:6.2f} s of processor, per practice"
        )
    results.write(
        "workers",
        {f"seconds, {exact} Exact, {count} workers": wall for (exact, count), (_, wall) in found.items()}
        | {
            f"processor seconds, {exact} Exact, {count} workers": cpu
            for (exact, count), (cpu, _) in found.items()
        },
        {
            f"times one worker, {exact} Exact, {count} workers": found[exact, 1][1] / wall
            for (exact, count), (_, wall) in found.items()
            if count > 1
        },
    )
    return 0


def _have(workers: CeleryWorkers, count: int) -> None:
    """Have so many workers, idle ones; wait until they are ready."""
    names = [f"worker-{number}" for number in range(1, count + 1)]
    for name in set(workers.by_name) - set(names):
        workers.by_name.pop(name).stop()
    for name in set(names) - set(workers.by_name):
        workers.start(name)
    workers.wait_until_ready()


if __name__ == "__main__":
    sys.exit(main())
