"""One way, in a process and a PostgreSQL of its own, so that its memory can be told.

python -m tests.history.one WAY INVOICES DEATHS SEED REPORT [PROFILE]
"""

from __future__ import annotations

import cProfile
import gc
import json
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.local.postgres import Server, running
from exact_online.migrations import migrate
from tests.history.books import Balance, balance_of_james, trial_balance
from tests.history.two_years import BEFORE, FIRST
from tests.history.walk import Walk
from tests.history.ways import WAYS
from tests.link.places import make_reader, place_on

DAY_CALLS = 5_000
TELL_SECONDS = 20.0
MEGABYTE = 1_000_000


def walked(way: str, invoices: int, deaths: int, seed: int) -> dict[str, Any]:
    """Bring the two years in, and return the report of it."""
    with _server() as server:
        make_reader(server)
        migrate(server.create_database("ledger_template"))
        with place_on(server, "history", "ledger_template", plan_once=False) as place:
            days = min(invoices, (BEFORE - FIRST).days)
            limit = None if way == "backfill" else DAY_CALLS
            walk = Walk(place, invoices, days, deaths, seed, limit, lambda text: _tell(way, text))
            _tell(way, f"{invoices} invoices are in James")
            gc.collect()
            memory, began = _megabytes("VmRSS"), time.monotonic()
            with _progress(way, walk):
                WAYS[way](walk)
            seconds = time.monotonic() - began
            james, exact = balance_of_james(walk.link), trial_balance(walk.link)
            report = {
                "way": way,
                "invoices": invoices,
                "seconds": round(seconds, 1),
                "calls": walk.calls,
                "writes": dict(Counter(write.endpoint for write in walk.link.world.auditor.writes)),
                "deaths": walk.deaths_died,
                "day_calls": limit,
                "memory_before_mb": memory,
                "memory_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 976.5625),
                "memory_after_mb": _megabytes("VmRSS"),
                "nights": [vars(night) for night in walk.nights],
                "is_james": exact == james,
                "balance": _listed(exact),
                "balance_of_james": _listed(james),
            }
            walk.link.die()
    return report


@contextmanager
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="exact-online-history-") as folder:
        Path(folder).chmod(0o755)  # the server has an account of its own
        with running(Path(folder) / "postgres", fast=True) as server:
            yield server


def _listed(balance: Balance) -> list[list[Any]]:
    return [[*key, cents] for key, cents in sorted(balance.items())]


def _megabytes(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) * 1024 / MEGABYTE)
    return 0


@contextmanager
def _progress(way: str, walk: Walk) -> Iterator[None]:
    """Say from time to time how far it is, whatever it waits for."""
    done = threading.Event()

    def say() -> None:
        while not done.wait(TELL_SECONDS):
            writes = len(walk.link.world.auditor.writes)
            _tell(way, f"{walk.calls:,} calls, {writes:,} of them write, {walk.deaths_died} deaths")

    thread = threading.Thread(target=say, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _tell(way: str, text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {way}: {text}", flush=True)


def main(words: list[str]) -> int:
    way, invoices, deaths, seed, path, *profile = words
    if profile:
        with cProfile.Profile() as profiler:
            report = walked(way, int(invoices), int(deaths), int(seed))
        profiler.dump_stats(profile[0])
    else:
        report = walked(way, int(invoices), int(deaths), int(seed))
    Path(path).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return not report["is_james"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
