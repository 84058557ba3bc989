"""Airflow's own backfill of old days in a real scheduler: ten runs at once, both directions, every
way to reprocess, by the command line and by the API that Airflow's pages use, beside a night.

python -m tests.faults.backfills [FIRST LAST] [once]

Of September 2026; ten days when none are given. *once*: backwards alone, and not once more with
each way to reprocess.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dev.demo import airflow_command
from dev.local.airflow import Airflow
from exact_online.ledger import Ledger
from exact_online.registry import DAG_PREFIX
from tests.faults.two_nights import two_practices

PRACTICE = "noorderlicht"
DAG = f"{DAG_PREFIX}{PRACTICE}"
MOST_SECONDS = 1500
WAYS = ("none", "failed", "completed")
"""To reprocess."""


@dataclass
class Backfills:
    """What backfills came to."""

    wrong: list[str] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)
    """Kind of backfill -> runs that it made."""
    seconds: dict[str, float] = field(default_factory=dict)
    most_at_once: int = 0
    """Runs."""
    most_tasks_at_once: int = 0
    """Tasks of them that run at the same moment."""
    night_seconds: float = 0.0


def backfills(folder: Path, first: dt.date, last: dt.date, *, ways: tuple[str, ...] = WAYS) -> Backfills:
    """Import the days from `first` up to and including `last`, and again in each of `ways`."""
    found = Backfills()
    with two_practices(folder) as (airflow, ledger):
        airflow.client.wait_for_dag(DAG)
        airflow.client.unpause(DAG)  # a first night comes, beside the first backfill
        began = time.monotonic()
        _by_command(folder, first, last, "--run-backwards", "--reprocess-behavior", "none")
        _follow(airflow, found, "backwards", began)
        books = _books(ledger)
        for way in ways:
            began = time.monotonic()
            _by_api(airflow, first, last, way)
            _follow(airflow, found, way, began)
            if _books(ledger) != books:
                found.wrong.append(f"reprocess {way} changed the books")
        airflow.client.wait_until_idle(DAG)
        found.wrong += _faults(airflow, ledger, first, last)
        night = next(run for run in airflow.client.runs_of_type(DAG, "scheduled"))
        found.night_seconds = _seconds(night)
    return found


def _moments(first: dt.date, last: dt.date) -> tuple[str, str]:
    """From when until when the runs of these days are due: the night after each, in Amsterdam."""
    day = dt.timedelta(days=1)
    return f"{first + day}T00:00:00+02:00", f"{last + day}T02:00:00+02:00"


def _by_command(folder: Path, first: dt.date, last: dt.date, *words: str) -> None:
    """As a person gives it."""
    begin, end = _moments(first, last)
    asked = ["--from-date", begin, "--to-date", end, "--max-active-runs", "10"]
    conf = ["--dag-run-conf", json.dumps({"backfill": "import"})]
    status = airflow_command.run(folder, ["backfill", "create", "--dag-id", DAG, *asked, *conf, *words])
    assert status == 0, f"airflow backfill create ends with {status}"


def _by_api(airflow: Airflow, first: dt.date, last: dt.date, way: str) -> None:
    begin, end = _moments(first, last)
    body = {
        "dag_id": DAG, "from_date": begin, "to_date": end, "max_active_runs": 10, "reprocess_behavior": way,
        "run_backwards": False, "dag_run_conf": {"backfill": "import"},
    }  # fmt: skip
    airflow.client.call("POST", "/backfills", json=body)


def _follow(airflow: Airflow, found: Backfills, name: str, began: float) -> None:
    """Wait until the backfill is complete."""
    newest: dict[str, Any] = {}
    while time.monotonic() < began + MOST_SECONDS:
        listed = airflow.client.call("GET", "/backfills", params={"dag_id": DAG, "order_by": "-id"})
        newest = listed["backfills"][0]
        running = airflow.client.runs_of_type(DAG, "backfill", state="running")
        found.most_at_once = max(found.most_at_once, len(running))
        found.most_tasks_at_once = max(found.most_tasks_at_once, _tasks_at_work(airflow))
        if newest["completed_at"]:
            break
        time.sleep(1)
    else:
        found.wrong.append(f"{name}: not complete after {MOST_SECONDS} seconds: {newest}")
    found.seconds[name] = time.monotonic() - began
    found.runs[name] = len(airflow.client.runs_of_type(DAG, "backfill"))


def _tasks_at_work(airflow: Airflow) -> int:
    asked = {"state": "running", "limit": 100}
    found = airflow.client.call("GET", f"/dags/{DAG}/dagRuns/~/taskInstances", params=asked)
    return sum(task["dag_run_id"].startswith("backfill__") for task in found["task_instances"])


def _faults(airflow: Airflow, ledger: Ledger, first: dt.date, last: dt.date) -> list[str]:
    """Whatever is not as one import would have left it."""
    runs = airflow.client.runs_of_type(DAG, "backfill")
    wrong = [f"{run['dag_run_id']} is {run['state']}" for run in runs if run["state"] != "success"]
    wrong += [
        f"{run['dag_run_id']}: {task['task_id']} is {task['state']} in try {task['try_number']}"
        for run in runs
        for task in airflow.client.tasks(DAG, run["dag_run_id"])
        if task["state"] not in ("success", "skipped")
    ]
    row = ledger.conn.execute(
        "select count(*) as n, count(distinct source_key) as records from current_booking"
        " where practice = %s and kind <> 'debtor' and state = 'booked' and entry_date between %s and %s",
        [PRACTICE, first, last],
    ).fetchone()
    assert row is not None
    doubles = ledger.conn.execute(
        "select journal, financial_year, entry_number from exact_line where practice = %s"
        " group by journal, financial_year, entry_number having count(distinct entry_id) > 1",
        [PRACTICE],
    ).fetchall()
    numbers = ledger.conn.execute(
        "select airflow_run_id, numbers from run where practice = %s and numbers is not null", [PRACTICE]
    ).fetchall()
    wrong += [f"in Exact twice: {double}" for double in doubles]
    wrong += [
        f"{one['airflow_run_id']}: {one['numbers']['difference_cents']} cents differ"
        for one in numbers
        if one["numbers"]["difference_cents"]
    ]
    if not row["n"] or row["n"] != row["records"]:
        wrong.append(f"{row['n']} bookings of {row['records']} records")
    return wrong


def _books(ledger: Ledger) -> list[Any]:
    """The ledger's bookings of before the link date: what a backfill may have made."""
    return ledger.conn.execute(
        "select source_key, state, total_cents, exact_id from current_booking as b"
        " inner join practice as p on b.practice = p.code where b.practice = %s and kind <> 'debtor'"
        " and entry_date < p.link_date order by source_key",
        [PRACTICE],
    ).fetchall()


def _seconds(run: dict[str, Any]) -> float:
    moments = [dt.datetime.fromisoformat(run[name]) for name in ("start_date", "end_date")]
    return (moments[1] - moments[0]).total_seconds()


def main(words: list[str]) -> int:
    """Run them, print what they came to, and return 1 when anything is wrong."""
    days = [word for word in words if word != "once"]
    first, last = map(dt.date.fromisoformat, days or ("2026-09-20", "2026-09-29"))
    with tempfile.TemporaryDirectory(prefix="exact-online-backfills-") as folder:
        Path(folder).chmod(0o755)
        found = backfills(Path(folder) / "var", first, last, ways=() if "once" in words else WAYS)
    for name, value in vars(found).items():
        print(f"{name:16} {value}")
    return bool(found.wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
