"""Two years of older invoices into the books in every way, each beside what James comes to.

    PYTHONPATH=plugins:. python -m tests.history [WAY ..] [--invoices 12000] [--deaths 20]

The ways are import, excel, bulk and backfill, and airflow: Airflow's own backfill in a real
scheduler (tests/faults/backfills.py, `--days`). All of them when none is named. Each runs in a
process of its own and leaves a report in var/history/; report.json has all that are there, without
the balances. Ends with 1 when one of them is not what James comes to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from dev.local.places import VAR
from tests.history.ways import WAYS

FOLDER = VAR / "history"
AIRFLOW = "airflow"
ALL = (*WAYS, AIRFLOW)
TOLD = ("way", "invoices", "seconds", "calls", "deaths", "memory_peak_mb", "is_james")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {', '.join(ALL)}")
    parser.add_argument("--invoices", type=int, default=12_000)
    parser.add_argument("--deaths", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", nargs=2, default=[], metavar="DAY", help="first and last, of airflow")
    parser.add_argument("--profile", action="store_true", help="write var/history/WAY.profile too")
    asked = parser.parse_args(words)
    if unknown := set(asked.ways) - set(ALL):
        parser.error(f"{', '.join(sorted(unknown))}: the ways are {', '.join(ALL)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = [way for way in asked.ways or ALL if _run(way, asked)]
    reports = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("way_*.json"))]
    told = _together(reports)
    (FOLDER / "report.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    for row in told["ways"]:
        print({name: row[name] for name in TOLD})
    print(f"equal to one another: {told['equal']}; failed: {', '.join(failed) or 'none'}")
    return bool(failed or not told["equal"])


def _run(way: str, asked: argparse.Namespace) -> bool:
    """Return whether it failed."""
    if way == AIRFLOW:
        command = [sys.executable, "-m", "tests.faults.backfills", *asked.days]
        return subprocess.run(command, check=False).returncode != 0
    report = FOLDER / f"way_{way}.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.history.one", way]
    command += [str(asked.invoices), str(asked.deaths), str(asked.seed), str(report)]
    command += [str(FOLDER / f"{way}.profile")] if asked.profile else []
    return subprocess.run(command, check=False).returncode != 0


def _together(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """All reports, and whether those of one size have one balance."""
    balances: dict[int, list[Any]] = {}
    for report in reports:
        balances.setdefault(report["invoices"], []).append(report.pop("balance"))
        del report["balance_of_james"]
    return {
        "ways": reports,
        "equal": all(other == found[0] for found in balances.values() for other in found),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
