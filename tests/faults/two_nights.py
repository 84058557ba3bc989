"""Two practices' nights at the same time in a real scheduler, with processes of LocalExecutor.

`dag.test` runs one task after the other, so what tasks do to each other shows here alone: tasks
that both want a practice's lock, two practices that share an app and a user's token, mapped parts.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet

from dev.demo import link
from dev.demo.james import fill_once
from dev.demo.practices import demo_settings
from dev.local.airflow import Airflow
from dev.local.ports import free_port
from dev.local.stack import Stack, opened
from exact_online.api.grants import App
from exact_online.ledger import Ledger, connect
from exact_online.migrations import migrate
from exact_online.registry import DAG_PREFIX

PRACTICES = ("de_brug", "loopwinkel")
MOMENTS = ("start_date", "end_date")
CLIENT, SECRET = "our-app", "our-secret"


@contextmanager
def two_practices(folder: Path) -> Iterator[tuple[Airflow, Ledger]]:
    """Airflow beside James, a simulator and a ledger in which all demo practices are linked."""
    key = Fernet.generate_key()
    with opened(folder) as stack, ExitStack() as closing_all:
        databases = stack.start_postgres()
        migrate(databases.exact_sync)
        fill_once(databases.james_owner)
        app = App(_simulator(stack), CLIENT, SECRET)
        ledger = Ledger(closing_all.enter_context(closing(connect(databases.exact_sync))))
        link.register(ledger)
        ledger.conn.execute("update practice set backfill = 'nothing'")
        link.link(ledger, app, MultiFernet([Fernet(key)]))
        connection = {"conn_type": "exact_online", "host": app.base_url, "login": CLIENT, "password": SECRET}
        exact = json.dumps({**connection, "extra": {"token_keys": key.decode()}})
        yield stack.start_airflow({"exact_online": exact}, port=free_port()), ledger


def _simulator(stack: Stack) -> str:
    seed = stack.folder / "divisions.json"
    seed.write_text(json.dumps(demo_settings(), ensure_ascii=False), encoding="utf-8")
    quick = ["--calls-per-minute", "600"]
    return stack.start_simulator(seed, client_id=CLIENT, client_secret=SECRET, options=quick)


def nights(airflow: Airflow) -> dict[str, dict[str, Any]]:
    """Switch both on, and return the run of each when both have ended."""
    dags = {code: f"{DAG_PREFIX}{code}" for code in PRACTICES}
    for dag in dags.values():
        airflow.client.wait_for_dag(dag)
    for dag in dags.values():
        airflow.client.unpause(dag)
    for dag in dags.values():
        airflow.client.wait_for_run(dag)
        airflow.client.wait_until_idle(dag)
    return {code: airflow.client.runs(dag)[0] for code, dag in dags.items()}


def disturbances(folder: Path) -> list[str]:
    """Walk both nights; return each task that tried again, and each difference."""
    with two_practices(folder) as (airflow, ledger):
        runs = nights(airflow)
        tasks = {
            code: airflow.client.tasks(f"{DAG_PREFIX}{code}", run["dag_run_id"]) for code, run in runs.items()
        }
        rows = ledger.conn.execute(
            "select practice, numbers from run where practice = any(%s)", [list(PRACTICES)]
        ).fetchall()
    wrong = [
        f"{code}: the night is {run['state']}" for code, run in runs.items() if run["state"] != "success"
    ]
    wrong += [
        f"{code}: {task['task_id']} is {task['state']} in try {task['try_number']}"
        for code, of_run in tasks.items()
        for task in of_run
        if task["try_number"] > 1 or task["state"] not in ("success", "skipped")
    ]
    begun, ended = ([dt.datetime.fromisoformat(run[name]) for run in runs.values()] for name in MOMENTS)
    if max(begun) > min(ended):
        wrong.append("one night had ended before the other began")
    for row in rows:
        if row["numbers"]["difference_cents"] or not row["numbers"]["sales_entries"]:
            wrong.append(f"{row['practice']}: {row['numbers']}")
    return wrong
