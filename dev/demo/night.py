"""Run the night of the demo practices from an empty folder: `make demo`, and `make up` with --stay.

EXACT_URL, EXACT_CLIENT_ID and EXACT_CLIENT_SECRET run it against another server with Exact's API;
EXACT_REDIRECT_URI is the address that is registered there. Each server has a ledger of its own,
because a ledger is right for one server's books only. With CELERY_WORKERS so many workers of Celery
take the tasks, from a queue in Valkey.
The report and the workbooks of the latest night are in var/demo, those of another server in the
folder of its ledger; so demos against two servers do not mix.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet, MultiFernet
from rich.console import Console

from dev.demo import guide, outcome
from dev.demo.exact_server import ExactServer, Registration, registration
from dev.demo.james import fill_once
from dev.demo.ledger import opened_ledger, prepare
from dev.demo.practices import Practice, division_document, newcomer, practices
from dev.demo.progress import NightProgress
from dev.local.airflow import Airflow
from dev.local.airflow_client import UNFINISHED, AirflowClient
from dev.local.failures import CannotRun
from dev.local.ports import LOOPBACK
from dev.local.progress import console, step
from dev.local.stack import Stack, opened
from exact_online.api.grants import App
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger
from exact_online.migrations import migrate
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import PUBLIC_PAGES

NIGHT_SECONDS = 3600
"""The longest wait for a night; at 60 calls a minute a first night takes a few minutes."""
LOG_LINES = 3
ENTRY_PAGE = "/boeken/{division}/boekingen/{entry_id}"
"""Where the simulator shows an entry."""
HIGHEST_PORT = 65535
MOST_WORKERS = 16
TABLE_WIDTH = 160
"""Characters, when the output is no terminal."""
CALLS_PER_MINUTE = "600"
"""The simulator's limit for a division.

It is ten times Exact's usual limit, so that a demo takes one minute instead of ten.
"""


def main() -> int:
    """Run the nights and return the exit status.

    0: every invoice is in Exact or in a workbook; 1: something differs or is left; 2: it can't run,
    with a sentence on standard error; 130: stopped by Ctrl-C.
    """
    words = argparse.ArgumentParser(description="The night of the demo practices.")
    words.add_argument("--stay", action="store_true", help="leave everything running until Ctrl-C")
    stay = words.parse_args().stay
    server = ExactServer.of_environment()
    try:
        with (
            opened(server.folder) as stack,
            airflow_with_practices(stack, server, celery_workers=_celery_workers()) as airflow,
        ):
            if stay:
                guide.tell(airflow, server.url or stack.simulator_url)
            report = _run_nights(airflow, stack)
            _show(report, server)
            if stay:
                _stay(airflow)
            return 0 if outcome.is_complete(report) else 1
    except (CannotRun, LinkFailure) as problem:
        return _cannot_run(str(problem))
    except psycopg.OperationalError:
        return _cannot_run(
            f"PostgreSQL has stopped: {server.folder / 'postgres' / 'log'} says why. "
            "Run it again: what is booked is not booked twice."
        )
    except PermissionError as problem:
        return _cannot_run(
            f"{problem.filename} can't be used by this user: "
            "give yourself the right to, or work in a clone of your own."
        )
    except KeyboardInterrupt:
        return 0 if stay else 130


def _cannot_run(words: str) -> int:
    """Print a sentence that says why, and return the exit status."""
    console.print(words, style="bold red", markup=False, soft_wrap=True)
    return 2


@contextmanager
def airflow_with_practices(
    stack: Stack,
    server: ExactServer,
    wanted: Sequence[Practice] | None = None,
    *,
    fill: Callable[[str], None] = fill_once,
    before_linking: Callable[[str], None] = lambda url: None,
    more: Mapping[str, str] | None = None,
    celery_workers: int = 0,
) -> Iterator[Airflow]:
    """Fill James, migrate the ledger, link the practices and run Airflow during the block.

    The practices are the demo's, or `wanted`; then `fill` fills their James, whose owner's address
    it gets. `before_linking` gets Exact's address; `more` are environment variables of Airflow.
    `celery_workers` is how many workers of Celery there are; LocalExecutor without.
    """
    port = _wanted_port()
    ours = registration(stack.folder / "demo" / "registration.json", server)
    databases = stack.start_postgres()
    with step("Making the ledger"):
        migrate(databases.exact_sync)
    with step("Filling James' database"):
        fill(databases.james_owner)
    pages = f"http://{LOOPBACK}:{stack.choose_ports(port).ui}"
    redirect_uri = server.redirect_uri or f"{pages}/{PUBLIC_PAGES}/consent"
    url = server.url or _start_simulator(stack, ours, redirect_uri, wanted)
    before_linking(url)
    app = App(url, ours.client_id, ours.client_secret)
    with step("Linking the practices to their divisions"):
        prepare(databases.exact_sync, app, MultiFernet([Fernet(ours.token_key)]), redirect_uri, wanted)
    connections = {"exact_online": _connection(app, ours.token_key, is_simulator=server.url is None)}
    note = guide.settings() if server.url is None and wanted is None else {}
    yield stack.start_airflow(connections, more={**note, **(more or {})}, celery_workers=celery_workers)


def _start_simulator(
    stack: Stack, ours: Registration, redirect_uri: str, wanted: Sequence[Practice] | None
) -> str:
    """Start it with books in a file, so that a second demo finds what the first one booked.

    Our app there has the address of the pages of this Airflow, whose port may change.
    """
    folder = stack.folder / "demo"
    return stack.start_simulator(
        _seed_file(folder / "divisions.json", wanted),
        client_id=ours.client_id,
        client_secret=ours.client_secret,
        options=[
            "--database",
            str(folder / "exact.sqlite"),
            "--redirect-uri",
            redirect_uri,
            "--switch",
            "plain_http_redirect=accepted",
            "--calls-per-minute",
            os.environ.get("CALLS_PER_MINUTE") or CALLS_PER_MINUTE,
        ],
    )


def _seed_file(file: Path, wanted: Sequence[Practice] | None) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    divisions = [division_document(known) for known in wanted or (*practices(), newcomer())]
    file.write_text(json.dumps({"practices": divisions}, ensure_ascii=False), encoding="utf-8")
    return file


def _connection(app: App, token_key: str, *, is_simulator: bool) -> str:
    """Return the Airflow connection `exact_online` as JSON; the simulator has a page per entry."""
    entry_url = {"entry_url": app.base_url + ENTRY_PAGE} if is_simulator else {}
    return json.dumps(
        {
            "conn_type": "exact_online",
            "host": app.base_url,
            "login": app.client_id,
            "password": app.client_secret,
            "extra": {"token_keys": token_key, **entry_url},
        }
    )


def _wanted_port() -> int | None:
    """Return the port that AIRFLOW_PORT gives the UI; None when it is not set."""
    words = os.environ.get("AIRFLOW_PORT") or None
    if words and not (words.isdecimal() and 0 < int(words) <= HIGHEST_PORT):
        raise CannotRun(
            f"AIRFLOW_PORT={words} is no port: give a number from 1 to {HIGHEST_PORT}, or leave it out."
        )
    return int(words) if words else None


def _celery_workers() -> int:
    """Return how many workers CELERY_WORKERS asks for; 0, for LocalExecutor, when it is not set."""
    words = os.environ.get("CELERY_WORKERS") or "0"
    if not (words.isdecimal() and int(words) <= MOST_WORKERS):
        raise CannotRun(
            f"CELERY_WORKERS={words} is no number of workers: give one up to {MOST_WORKERS}, or leave it out."
        )
    return int(words)


def _run_nights(airflow: Airflow, stack: Stack) -> dict[str, Any]:
    """Run the DAGs of all practices at the same time, and return the report."""
    with opened_ledger(stack.databases.exact_sync) as ledger:
        with step("The nights"):
            before = {
                practice.code: _start_night(airflow.client, f"{DAG_PREFIX}{practice.code}")
                for practice in practices()
            }
            progress = NightProgress(airflow.client, ledger, list(before))
            runs = {code: _runs_since(airflow, code, known, progress) for code, known in before.items()}
        _save_workbooks(ledger, stack.folder / "demo")
        return {"practices": [_report(ledger, practice, runs[practice.code]) for practice in practices()]}


def _start_night(client: AirflowClient, dag_id: str) -> set[str]:
    """Start a night of a DAG, and return the ids of its runs that had ended before.

    A run that an earlier demo left unfinished goes on now, so it counts as one of this demo.
    """
    client.wait_for_dag(dag_id)
    before = {run["dag_run_id"] for run in client.runs(dag_id) if run["state"] not in UNFINISHED}
    client.start(dag_id)
    return before


def _runs_since(
    airflow: Airflow, code: str, before: set[str], meanwhile: Callable[[], None]
) -> list[dict[str, Any]]:
    """Wait until the runs that are not in `before` have ended, and return them, oldest first."""
    dag_id, client = f"{DAG_PREFIX}{code}", airflow.client
    client.wait_until_idle(dag_id, NIGHT_SECONDS, meanwhile)
    ran = [run for run in reversed(client.runs(dag_id)) if run["dag_run_id"] not in before]
    for run in ran:
        console.print(f"  {code}: {run['dag_run_id']} {run['state']}")
        _show_failed_tasks(airflow, dag_id, run)
    return ran


def _show_failed_tasks(airflow: Airflow, dag_id: str, run: dict[str, Any]) -> None:
    """Print the last log lines of each failed task."""
    if run["state"] == "success":
        return
    for task in airflow.client.tasks(dag_id, run["dag_run_id"]):
        if task["state"] == "failed":
            words = airflow.client.log(
                dag_id,
                run["dag_run_id"],
                task["task_id"],
                try_number=task["try_number"],
                map_index=task["map_index"],
            )
            last = [line for line in words.splitlines() if line and not line.startswith("::")][-LOG_LINES:]
            console.print(
                "\n    ".join([f"  {task['task_id']} failed:", *last]), markup=False, soft_wrap=True
            )


def _report(ledger: Ledger, practice: Practice, runs: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = [ledger.runs.numbers_of_airflow_run(practice.code, run["dag_run_id"]) for run in runs]
    nights = [found.to_json() for found in numbers if found] if numbers[-1] else []
    return outcome.of_practice(practice.code, practice.name, runs[-1]["state"], nights)


def _show(report: dict[str, Any], server: ExactServer) -> None:
    """Print the table and a sentence, and write the report's file.

    A difference can mean that another server lost some of its books: then say what to do.
    """
    file = server.folder / "demo" / "report.json"
    outcome.write(report, file)
    outcome.show(report, Console(width=None if sys.stdout.isatty() else TABLE_WIDTH))
    print(outcome.verdict(report))
    if server.url and not outcome.is_complete(report):
        print(
            f"If {server.url} has lost some of its books: "
            f"remove {server.folder}, whose ledger belongs to all of them."
        )
    print(f"The same numbers in cents: {file}", flush=True)


def _save_workbooks(ledger: Ledger, folder: Path) -> None:
    """Write the workbooks that were handed over to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for practice in practices():
        for export in ledger.exports.files(practice.code):
            (folder / export.file_name).write_bytes(export.content or b"")


def _stay(airflow: Airflow) -> None:
    """Wait until Ctrl-C or SIGTERM."""
    print(guide.login_text(airflow))
    print("Ctrl-C stops all of it.", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
