"""What a benchmark writes: `var/bench/NAME.json`, with the machine and the versions it ran on.

Figures (seconds, megabytes, rows a second) are of this machine at this moment. Ratios compare two
things that ran in the same call, so those of another machine may be held against them:
`make bench-check` does that with the committed ones in `expected.toml`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dev.local.places import ROOT, VAR

FOLDER = VAR / "bench"
PACKAGES = ("apache-airflow", "pandas", "psycopg", "sqlalchemy", "openpyxl")


def write(name: str, figures: Mapping[str, float], ratios: Mapping[str, float]) -> None:
    """Write what a benchmark found; figures and ratios are by their names, with units in them."""
    found = {
        "name": name,
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "figures": {each: round(value, 3) for each, value in figures.items()},
        "ratios": {each: round(value, 3) for each, value in ratios.items()},
        "machine": machine(),
        "versions": {"python": platform.python_version()} | {each: version(each) for each in PACKAGES},
        "commit": _commit(),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def read() -> dict[str, dict[str, Any]]:
    """Return what was written, by the name of the benchmark."""
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def machine() -> dict[str, Any]:
    """Return the processor, its cores, the memory, and how busy the last minute was."""
    models = [
        line.partition(": ")[2]
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
