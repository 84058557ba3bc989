"""`make faults`: the long fault tests within a budget of minutes.

Prints what was tried and writes var/faults/report.json.

python -m tests.faults.long [--minutes 30] [--seed N] [--workers 2]
    [--loops airflow workers processes crashes programs]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import accumulate, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dev.local.places import ROOT, VAR
from tests.faults import invariants
from tests.faults.celery_deaths import DEATHS, deaths
from tests.faults.long.places import server
from tests.faults.long.share import (
    PROGRAMS_AT_A_TIME,
    Tally,
    crashes,
    move_in,
    programs,
    reference_effects,
    scene_crashes,
    scene_places,
)
from tests.faults.loop_c import loop_c
from tests.faults.two_nights import PRACTICES, disturbances

PROGRAMS, KILLS, INVOICES = 20_000, 200, 500
KILLS_OF_WORKERS = 60
PARTS_OF_TIME = {"airflow": 1, "workers": 1, "processes": 1, "crashes": 1, "programs": 2}
"""Loops D, C (workers of Celery, then plain processes), A and B, in this order, and how the time is
divided over those that were asked for.

What one leaves is the next one's.
"""


def main(words: list[str]) -> int:
    chosen = _options(words)
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**9)
    began = time.time()
    ends = _ends(chosen.loops, began, 60 * chosen.minutes)
    print(f"seed {seed}, commit {_commit()}", flush=True)
    tally = Tally()
    for part in _parts(seed, ends, chosen.workers):
        tally.add(part)
        if any(part.counts.values()):
            print(_line(tally, began), flush=True)
    report = _report(tally, seed, time.time() - began)
    folder = VAR / "faults"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=2))
    for name, value in report.items():
        print(f"{name:20} {value}")
    return bool(tally.violations)


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.long", description="The long fault tests.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--loops", nargs="+", choices=list(PARTS_OF_TIME), default=list(PARTS_OF_TIME))
    return parser.parse_args(words)


def _ends(loops: list[str], began: float, seconds: float) -> dict[str, float]:
    """Until when each of the asked loops may go on."""
    asked = [loop for loop in PARTS_OF_TIME if loop in loops]
    spent = list(accumulate(PARTS_OF_TIME[loop] for loop in asked))
    return {loop: began + seconds * parts / spent[-1] for loop, parts in zip(asked, spent, strict=True)}


def _parts(seed: int, ends: dict[str, float], workers: int) -> Iterator[Tally]:
    if "airflow" in ends:
        yield _airflow()
    if "workers" in ends:
        yield _workers(seed, ends["workers"])
    if "processes" in ends:
        yield _processes(seed, ends["processes"])
    with (
        server() as started,
        ProcessPoolExecutor(workers, get_context("spawn"), move_in, (started.folder,)) as pool,
    ):
        if "crashes" in ends:
            yield from _shared(pool, scene_crashes, scene_places(started.folder), 25, ends["crashes"])
            yield from _shared(pool, crashes, _deaths(started.folder, seed), 50, ends["crashes"])
        if "programs" in ends:
            yield from _shared(
                pool, programs, range(seed, seed + -(-PROGRAMS // PROGRAMS_AT_A_TIME)), 1, ends["programs"]
            )


def _airflow() -> Tally:
    """Loop D in a real scheduler: two nights at once; it takes the time it takes."""
    with tempfile.TemporaryDirectory(prefix="exact-online-loop-d-") as folder:
        Path(folder).chmod(0o755)
        tally = Tally(violations=[f"airflow: {found}" for found in disturbances(Path(folder) / "var")])
    tally.counts["nights"] = len(PRACTICES)
    return tally


def _workers(seed: int, until: float) -> Tally:
    """Loop C in a real Airflow: Celery's workers are killed, and each night ends."""
    with tempfile.TemporaryDirectory(prefix="exact-online-workers-") as folder:
        Path(folder).chmod(0o755)
        ends = time.monotonic() + until - time.time()
        found, done = deaths(Path(folder) / "var", random.Random(seed), kills=KILLS_OF_WORKERS, until=ends)
    tally = Tally(violations=[f"workers: {each}" for each in found])
    killed = sum(done[kind] for kind in DEATHS)
    tally.counts["deaths_of_workers"] = tally.counts["crashes"] = killed
    return tally


def _processes(seed: int, until: float) -> Tally:
    """Loop C: `KILLS` deaths over a night of `INVOICES`."""
    with tempfile.TemporaryDirectory(prefix="exact-online-loop-c-") as folder:
        Path(folder).chmod(0o755)
        ends = time.monotonic() + until - time.time()
        result = loop_c(Path(folder), random.Random(seed), kills=KILLS, invoices=INVOICES, until=ends)
    tally = Tally(violations=[f"processes: {found}" for found in result.violations])
    tally.counts["deaths_of_processes"] = sum(result.done.values())
    tally.counts["crashes"] = sum(result.done.values())
    tally.counts["invariants_checked"] = sum(invariants.checked.values())
    return tally


def _shared(
    pool: ProcessPoolExecutor,
    walk: Callable[[Sequence[Any], float], Tally],
    cases: Sequence[Any],
    at_a_time: int,
    until: float,
) -> Iterator[Tally]:
    """What came of the cases, in the order in which shares of them were done."""
    shares = [
        pool.submit(walk, cases[first : first + at_a_time], until)
        for first in range(0, len(cases), at_a_time)
    ]
    yield from (share.result() for share in as_completed(shares))


def _deaths(folder: Path, seed: int) -> list[tuple[int, ...]]:
    """Loop A: every single crash, then all pairs in random order."""
    effects = reference_effects(folder)
    pairs: list[tuple[int, ...]] = list(product(effects, effects))
    random.Random(seed).shuffle(pairs)
    return [*((effect,) for effect in effects), *pairs]


def _line(tally: Tally, began: float) -> str:
    counts = tally.counts
    return (
        f"{time.time() - began:6.0f} s  programs {counts['programs']}  crashes {counts['crashes']}  faults "
        f"{counts['faults']}"
        f"  calls {counts['calls']}  violations {len(tally.violations)}"
    )


def _report(tally: Tally, seed: int, seconds: float) -> dict[str, Any]:
    names = (
        "programs", "nights", "crashes", "crashes_1", "crashes_2", "deaths_of_processes", "deaths_of_workers",
        "stalls", "faults", "calls", "invariants_checked",
    )  # fmt: skip
    counted = {name: tally.counts[name] for name in names}
    return {
        **counted,
        "violations": tally.violations,
        "seed": seed,
        "commit": _commit(),
        "seconds": round(seconds),
    }


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
