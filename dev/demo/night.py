"""The night of the demo practices, from nothing: `make demo`, and `make up` with --stay.

EXACT_URL, EXACT_CLIENT_ID and EXACT_CLIENT_SECRET run it against another server that speaks Exact's API; EXACT_REDIRECT_URI says
what is registered there. Each server has its own ledger, so that one's books are never taken for another's. Report and workbooks of the
latest night always stand in var/demo.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet, MultiFernet
from rich.console import Console

from dev.demo import link, outcome
from dev.demo.following import Following
from dev.demo.james import fill_once
from dev.demo.practices import Practice, demo_settings, practices
from dev.local.airflow import Airflow
from dev.local.airflow_client import UNFINISHED, AirflowClient
from dev.local.failures import CannotRun
from dev.local.places import VAR
from dev.local.private_files import write_private
from dev.local.progress import console, step
from dev.local.stack import Stack, opened
from exact_online.api.grants import App
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger, connect
from exact_online.migrations import migrate
from exact_online.registry import DAG_PREFIX

RESULTS = VAR / "demo"
NIGHT_SECONDS = 3600
"""At 60 calls a minute a first night takes a few minutes; this is where patience ends."""
LOG_LINES = 3
HIGHEST_PORT = 65535
TABLE_WIDTH = 160
"""Of a table that goes into a file."""
CALLS_PER_MINUTE = "600"
"""What the simulator allows a division: ten times Exact's usual limit, so that a demo takes a minute and not ten."""


@dataclass(frozen=True)
class ExactServer:
    """Who plays Exact: our simulator, or the server that the environment names."""

    url: str | None
    redirect_uri: str

    @classmethod
    def of_environment(cls) -> ExactServer:
        return cls(os.environ.get("EXACT_URL", "").rstrip("/") or None, os.environ.get("EXACT_REDIRECT_URI") or link.REDIRECT_URI)

    @property
    def folder(self) -> Path:
        """State apart per server."""
        return VAR if self.url is None else VAR / "exact" / re.sub(r"[^a-z0-9.]+", "_", self.url.lower().split("://")[-1])


@dataclass(frozen=True)
class Registration:
    """Our app with that server, and the key that its tokens are kept under."""

    client_id: str
    client_secret: str
    token_key: str


def main() -> int:
    """Exit status: 0 when nothing is lost."""
    words = argparse.ArgumentParser(description="The night of the demo practices.")
    words.add_argument("--stay", action="store_true", help="leave everything running until Ctrl-C")
    stay = words.parse_args().stay
    server = ExactServer.of_environment()
    try:
        with opened(server.folder) as stack, _airflow_with_practices(stack, server) as airflow:
            report = _run_nights(airflow, stack)
            _tell(report, server)
            if stay:
                _stay(airflow)
            return 0 if outcome.is_whole(report) else 1
    except (CannotRun, LinkFailure) as problem:
        return _refused(str(problem))
    except psycopg.OperationalError:
        return _refused(
            f"PostgreSQL has gone: {server.folder / 'postgres' / 'log'} says why. Run it again: what is booked is not booked twice."
        )
    except PermissionError as problem:
        return _refused(f"{problem.filename} can't be used by this user: give yourself the right to, or work in a clone of your own.")
    except KeyboardInterrupt:
        return 0 if stay else 130


def _refused(words: str) -> int:
    """One sentence for a person; the exit status."""
    console.print(words, style="bold red", markup=False, soft_wrap=True)
    return 2


@contextmanager
def _airflow_with_practices(stack: Stack, server: ExactServer) -> Iterator[Airflow]:
    """James filled, the ledger migrated, the practices linked, Airflow running."""
    port = _wanted_port()
    kept = _registration(stack.folder / "demo" / "registration.json", server)
    databases = stack.start_postgres()
    with step("Making the ledger"):
        migrate(databases.exact_sync)
    with step("Filling James' database"):
        fill_once(databases.james_owner)
    app = App(server.url or _start_simulator(stack, kept), kept.client_id, kept.client_secret)
    with step("Linking the practices to their divisions"), _ledger(databases.exact_sync) as ledger:
        link.register(ledger)
        link.link(ledger, app, MultiFernet([Fernet(kept.token_key)]), server.redirect_uri)
    yield stack.start_airflow({"exact_online": _connection(app, kept.token_key)}, port=port)


def _start_simulator(stack: Stack, kept: Registration) -> str:
    """With books that last: a second demo finds what the first one booked."""
    folder = stack.folder / "demo"
    return stack.start_simulator(
        _seed_file(folder / "divisions.json"),
        client_id=kept.client_id,
        client_secret=kept.client_secret,
        options=["--database", str(folder / "exact.sqlite"), "--calls-per-minute", os.environ.get("CALLS_PER_MINUTE") or CALLS_PER_MINUTE],
    )


def _registration(file: Path, server: ExactServer) -> Registration:
    """Generated on the first run, except what the environment says about another server."""
    if not file.exists():
        write_private(
            file, json.dumps(asdict(Registration(secrets.token_hex(16), secrets.token_urlsafe(24), Fernet.generate_key().decode())))
        )
    kept = Registration(**json.loads(file.read_text()))
    if server.url is None:
        return kept
    return Registration(_of_environment("EXACT_CLIENT_ID"), _of_environment("EXACT_CLIENT_SECRET"), kept.token_key)


def _of_environment(name: str) -> str:
    if not os.environ.get(name):
        raise CannotRun(f"EXACT_URL is given without {name}: make demo EXACT_URL=.. EXACT_CLIENT_ID=.. EXACT_CLIENT_SECRET=..")
    return os.environ[name]


def _seed_file(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(demo_settings(), ensure_ascii=False), encoding="utf-8")
    return file


def _connection(app: App, token_key: str) -> str:
    """The Airflow connection `exact_online`."""
    return json.dumps(
        {
            "conn_type": "exact_online",
            "host": app.base_url,
            "login": app.client_id,
            "password": app.client_secret,
            "extra": {"token_keys": token_key},
        }
    )


def _wanted_port() -> int | None:
    """Of the UI; None leaves the choice to us."""
    words = os.environ.get("AIRFLOW_PORT") or None
    if words and not (words.isdecimal() and 0 < int(words) <= HIGHEST_PORT):
        raise CannotRun(f"AIRFLOW_PORT={words} is no port: give a number from 1 to {HIGHEST_PORT}, or leave it out.")
    return int(words) if words else None


# The nights.


def _run_nights(airflow: Airflow, stack: Stack) -> dict[str, Any]:
    """The DAG of each practice, all at once; the report."""
    with _ledger(stack.databases.exact_sync) as ledger:
        with step("The nights"):
            before = {practice.code: _start_night(airflow.client, f"{DAG_PREFIX}{practice.code}") for practice in practices()}
            following = Following(airflow.client, ledger, list(before))
            runs = {code: _runs_since(airflow, code, known, following) for code, known in before.items()}
        _keep_workbooks(ledger)
        return {"practices": [_report(ledger, practice, runs[practice.code]) for practice in practices()]}


def _start_night(client: AirflowClient, dag_id: str) -> set[str]:
    """Let a practice's DAG run; answers which of its runs had ended before: one that was cut off goes on, and counts.

    A DAG that is switched on for the first time catches up with last night by itself; one that is on already is started by hand.
    """
    client.wait_for_dag(dag_id)
    before = {run["dag_run_id"] for run in client.runs(dag_id) if run["state"] not in UNFINISHED}
    if client.is_paused(dag_id):
        client.unpause(dag_id)
        client.wait_for_run(dag_id)
    else:
        client.trigger(dag_id)
    return before


def _runs_since(airflow: Airflow, code: str, before: set[str], meanwhile: Callable[[], None]) -> list[dict[str, Any]]:
    """The runs of a practice that were started since, at their end, oldest first."""
    dag_id, client = f"{DAG_PREFIX}{code}", airflow.client
    client.wait_until_idle(dag_id, NIGHT_SECONDS, meanwhile)
    ran = [run for run in reversed(client.runs(dag_id)) if run["dag_run_id"] not in before]
    for run in ran:
        console.print(f"  {code}: {run['dag_run_id']} {run['state']}")
        _show_what_failed(airflow, dag_id, run)
    return ran


def _show_what_failed(airflow: Airflow, dag_id: str, run: dict[str, Any]) -> None:
    """The last words of the red tasks, as support would read them."""
    if run["state"] == "success":
        return
    for task in airflow.client.tasks(dag_id, run["dag_run_id"]):
        if task["state"] == "failed":
            words = airflow.client.log(
                dag_id, run["dag_run_id"], task["task_id"], try_number=task["try_number"], map_index=task["map_index"]
            )
            last = [line for line in words.splitlines() if line and not line.startswith("::")][-LOG_LINES:]
            console.print("\n    ".join([f"  {task['task_id']} failed:", *last]), markup=False, soft_wrap=True)


def _report(ledger: Ledger, practice: Practice, runs: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = [ledger.runs.numbers_of_airflow_run(practice.code, run["dag_run_id"]) for run in runs]
    return outcome.of_practice(practice.code, practice.name, runs[-1]["state"], [found.to_json() for found in numbers if found])


def _tell(report: dict[str, Any], server: ExactServer) -> None:
    """The table, the file, and one sentence; and what to do when the server was exchanged for one that knows nothing of us."""
    file = RESULTS / "report.json"
    outcome.write(report, file)
    outcome.show(report, Console(width=None if sys.stdout.isatty() else TABLE_WIDTH))
    print(outcome.verdict(report))
    if server.url and not outcome.is_whole(report):
        print(f"If {server.url} was started anew since, with empty books: remove {server.folder}, which remembers the old ones.")
    print(f"The same numbers in cents: {file}", flush=True)


def _keep_workbooks(ledger: Ledger) -> None:
    """What was handed over as Excel, where a person can open it."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for practice in practices():
        for export in ledger.exports.files(practice.code):
            (RESULTS / export.file_name).write_bytes(export.content)


def _stay(airflow: Airflow) -> None:
    """Until Ctrl-C or SIGTERM."""
    print(f"Airflow is at {airflow.url}\n  user {airflow.user}\n  password {airflow.password}\nCtrl-C stops all of it.", flush=True)
    while True:
        signal.pause()


@contextmanager
def _ledger(dsn: str) -> Iterator[Ledger]:
    with closing(connect(dsn)) as conn:
        yield Ledger(conn)


if __name__ == "__main__":
    sys.exit(main())
