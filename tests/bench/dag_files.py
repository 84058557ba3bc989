"""How soon Airflow shows the DAG of each practice of a large fleet.

    PYTHONPATH=plugins:. python -m tests.bench.dag_files [--practices 3000]

Starts PostgreSQL and Airflow's DAG processor with its default time-outs, and nothing else. Prints
when the first and the last practice had its DAG, the largest memory of the DAG processor and its
children, their processor time, how long a practice that is added takes, and what a minute costs in
which nothing changes.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg

from dev.local import airflow
from dev.local.airflow_settings import Ports, environment
from dev.local.child_process import start_child
from dev.local.places import DAGS, PLUGINS
from dev.local.stack import _airflow_uri, opened
from exact_online.migrations import migrate
from tests.bench import results

LIMIT_SECONDS = 900
REFRESH_SECONDS = 75
"""A file whose practices changed is read once more at the next refresh."""
ADD = """
insert into exact_sync.practice (
    code, name, james_practice_code, active, link_date, first_sync_date, backfill
)
select
    'praktijk_' || n, 'Praktijk ' || n, 'P' || n, true, '2026-10-01', '2026-10-01', 'nothing'
from generate_series(%s::int, %s) as n"""
COUNT = "select count(*) from dag where dag_id like 'exact\\_online\\_\\_%' and not is_stale"


def main() -> int:
    """Measure, and return 0 when all practices have their DAG in time."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--practices", type=int, default=3000)
    wanted = words.parse_args().practices
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-dags-") as name,
        opened(Path(name).resolve() / "var") as stack,
    ):
        stack.folder.parent.chmod(0o755)
        migrate(stack.databases.exact_sync)
        with psycopg.connect(stack.databases.exact_sync, autocommit=True) as ledger:
            ledger.execute(ADD, [1, wanted])
            settings = environment(
                stack.folder / "airflow",
                metadata_dsn=stack.databases.airflow,
                connections={
                    "james_db": _airflow_uri(stack.databases.james),
                    "exact_sync_db": _airflow_uri(stack.databases.exact_sync),
                },
                ports=Ports.choose(),
                dags=DAGS,
                plugins=PLUGINS,
            )
            airflow.prepare(settings, stack.logs / "prepare.log", stack.folder / "prepared")
            return _measure(ledger, settings, stack.databases.airflow, stack.logs, wanted)


def _measure(
    ledger: psycopg.Connection[Any], settings: dict[str, str], airflow_dsn: str, logs: Path, wanted: int
) -> int:
    began = time.monotonic()
    processor = start_child(
        "dag-processor",
        [sys.executable, "-m", "airflow", "dag-processor"],
        logs / "dag-processor.log",
        environment=settings,
    )
    try:
        with psycopg.connect(airflow_dsn, autocommit=True) as tables:
            seen = Seen(tables, processor.supervisor.pid, began)
            first, last = seen.wait_for(1), seen.wait_for(wanted)
            cpu = seen.cpu_seconds
            print(f"dag files  {wanted} practices: first DAG after {first:.0f} s, all after {last:.0f} s")
            print(f"dag files  processor time {cpu:.0f} s, largest process {seen.most_mb:.0f} MB")
            ledger.execute(ADD, [wanted + 1, wanted + 1])
            added = time.monotonic()
            seen.wait_for(wanted + 1)
            soon = time.monotonic() - added
            print(f"dag files  a practice that was added: after {soon:.0f} s")
            quiet = seen.cpu_of_a_minute()
            print(f"dag files  a minute in which nothing changes: {quiet:.1f} s of processor")
            figures = {
                "seconds until the first DAG": first,
                "seconds until all DAGs": last,
                "seconds until a DAG that is added": soon,
                "processor seconds until all DAGs": cpu,
                "processor seconds of a minute without changes": quiet,
                "megabytes of the largest process": seen.most_mb,
            }
            ratios = {
                "seconds until all DAGs, of 90": last / 90,
                "seconds until a DAG that is added, of 60": soon / 60,
                "megabytes of the largest process, of 300": seen.most_mb / 300,
            }
            results.write("dag_files", figures, ratios)
    finally:
        processor.stop()
    return 0


class Seen:
    """Counts the DAGs that Airflow has, and what the DAG processor uses meanwhile."""

    def __init__(self, tables: psycopg.Connection[Any], pid: int, began: float) -> None:
        self._tables, self._top, self._began = tables, psutil.Process(pid), began
        self.most_mb = self.cpu_seconds = 0.0
        self._cpu: dict[int, float] = {}

    def wait_for(self, count: int) -> float:
        """Return the seconds since the start at which there are so many."""
        while (found := self._count()) < count:
            self._look_at_processes()
            if time.monotonic() - self._began > LIMIT_SECONDS:
                raise SystemExit(f"{found} of {count} DAGs after {LIMIT_SECONDS} seconds")
            time.sleep(0.25)
        return time.monotonic() - self._began

    def cpu_of_a_minute(self) -> float:
        """Return the processor seconds of a minute, beginning after the refresh that follows."""
        self._look_for(REFRESH_SECONDS)
        before = self.cpu_seconds
        self._look_for(60)
        return self.cpu_seconds - before

    def _look_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._look_at_processes()
            time.sleep(0.25)

    def _count(self) -> int:
        row = self._tables.execute(COUNT).fetchone()
        return int(row[0]) if row else 0

    def _look_at_processes(self) -> None:
        for each in [self._top, *self._top.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                used = each.cpu_times()
                self._cpu[each.pid] = used.user + used.system
                self.most_mb = max(self.most_mb, each.memory_info().rss / 2**20)
        self.cpu_seconds = sum(self._cpu.values())


if __name__ == "__main__":
    sys.exit(main())
