"""What a practice's night costs in processor time, through a real Airflow.

    PYTHONPATH=plugins:. python -m tests.bench.nights [--practices 10] [--bookings 80]

Starts the stack of `make up` with so many practices. Prints the processor seconds and the wall
seconds per practice of: a first night, a night in which nothing is new, a night with new invoices,
and of a DAG with 13 empty tasks, which is what Airflow costs by itself. All processes count:
Airflow's, PostgreSQL, and the simulator.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil

from dev.demo.exact_server import ExactServer
from dev.demo.night import airflow_with_practices
from dev.local.airflow_client import AirflowClient
from dev.local.places import DAGS
from dev.local.stack import opened
from exact_online.registry import DAG_PREFIX
from tests.bench import results
from tests.link.fleet import bill, fill, fleet

SECONDS = 3600
FLOOR = Path(__file__).with_name("floor")


def used(processes: Iterable[psutil.Process] | None = None) -> float:
    """Return the processor seconds of processes, or of all below this one; also of their children
    that have ended.
    """
    total = 0.0
    for each in psutil.Process().children(recursive=True) if processes is None else processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def per_practice(count: int, walk: Callable[[], None]) -> tuple[float, float]:
    """Return the processor seconds and the wall seconds per practice of what `walk` does."""
    cpu, wall = used(), time.monotonic()
    walk()
    return (used() - cpu) / count, (time.monotonic() - wall) / count


def run_all(client: AirflowClient, dag_ids: Sequence[str]) -> None:
    """Run each DAG once, all at the same time; raise AssertionError when one fails."""
    for dag_id in dag_ids:
        client.start(dag_id)
    for dag_id in dag_ids:
        client.wait_until_idle(dag_id, SECONDS)
        assert client.runs(dag_id)[0]["state"] == "success", dag_id


def main() -> int:
    """Print the table and write it."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--practices", type=int, default=10)
    words.add_argument("--bookings", type=int, default=80)
    chosen = words.parse_args()
    practices = fleet(chosen.practices)

    def first_invoices(dsn: str) -> None:
        fill(dsn, practices, chosen.bookings)

    with (
        tempfile.TemporaryDirectory(prefix="exact-online-nights-") as name,
        opened(Path(name).resolve() / "var") as stack,
    ):
        stack.folder.parent.chmod(0o755)
        dags = stack.folder.parent / "dags"
        dags.mkdir()
        for each in (*DAGS.iterdir(), FLOOR):
            if each.name != "__pycache__":
                (dags / each.name).symlink_to(each)
        more = {
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "EXACT_ONLINE_FLOOR_DAGS": str(chosen.practices),
        }
        with airflow_with_practices(
            stack, ExactServer(None, None), practices, fill=first_invoices, more=more
        ) as airflow:
            nights = [f"{DAG_PREFIX}{each.code}" for each in practices]
            floor = [f"floor_{number}" for number in range(chosen.practices)]

            def night() -> None:
                run_all(airflow.client, nights)

            found = {"a first night": per_practice(chosen.practices, night)}
            found["nothing new"] = per_practice(chosen.practices, night)
            bill(stack.databases.james_owner, practices, chosen.bookings, chosen.bookings)
            found[f"{chosen.bookings} new"] = per_practice(chosen.practices, night)
            found["empty tasks"] = per_practice(chosen.practices, lambda: run_all(airflow.client, floor))
    for title, (cpu, wall) in found.items():
        print(f"nights     {title:<14} {cpu:6.2f} s of processor, {wall:6.2f} s by the clock, per practice")
    figures = {f"processor seconds, {title}": cpu for title, (cpu, _) in found.items()}
    floor_cpu = found["empty tasks"][0]
    ratios = {
        f"{title}, times empty tasks": cpu / floor_cpu
        for title, (cpu, _) in found.items()
        if title != "empty tasks"
    }
    results.write("nights", figures, ratios)
    return 0


if __name__ == "__main__":
    sys.exit(main())
