"""Remove old logs and old rows of Airflow's own tables, each day: Compose's `housekeeping`.

The ledger is another database: the watch's task `purge` removes what is past its term there.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

DAY = 24 * 60 * 60
LOGS = Path("/opt/airflow/logs")


def remove_old_logs(folder: Path, before: float) -> int:
    """Remove files last written before a moment in Unix seconds, and folders that are empty then.

    Return the number of files that were removed.
    """
    removed = 0
    for place in sorted(folder.rglob("*"), reverse=True):
        if place.is_symlink() or place.is_file():
            if place.lstat().st_mtime < before:
                place.unlink(missing_ok=True)
                removed += 1
        elif place.is_dir() and place.stat().st_mtime < before and not any(place.iterdir()):
            place.rmdir()
    return removed


def clean_command(today: dt.date, days: int) -> list[str]:
    """Return the command that removes rows of runs older than `days`, without a copy of them."""
    before = (today - dt.timedelta(days=days)).isoformat()
    return ["airflow", "db", "clean", "--clean-before-timestamp", f"{before}T00:00:00+00:00",
            "--skip-archive", "--yes", "--error-on-cleanup-failure"]  # fmt: skip


def keep_house(logs: Path, days: int) -> int:
    """Do both once; return the exit status of the command."""
    print(f"{remove_old_logs(logs, time.time() - days * DAY)} old log files were removed.", flush=True)
    today = dt.datetime.now(tz=dt.UTC).date()
    return subprocess.run(clean_command(today, days), check=False).returncode


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    keep_days = int(os.environ["AIRFLOW_KEEP_DAYS"])
    if "--once" in sys.argv:
        sys.exit(keep_house(LOGS, keep_days))
    while True:
        if keep_house(LOGS, keep_days):
            print("Airflow's tables were not cleaned; it is tried again tomorrow.", flush=True)
        time.sleep(DAY)
