"""The scripts that containers run: the checks before the start, of health, and the housekeeping."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dev.local.places import PREPARE_AIRFLOW, ROOT
from include.airflow import housekeeping, prepare

HEALTHY = ROOT / "include/airflow/healthy.py"
EXACT = '{{"conn_type": "exact_online", "password": "{}"}}'
LEDGER = "postgres://exact_sync:{}@postgres:5432/exact_sync?options=-csearch_path%3Dexact_sync"
OURS = {
    "AIRFLOW__API__BASE_URL": "https://airflow.example.org/airflow",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": "http://api-server:8080/airflow/execution/",
    "AIRFLOW_CONN_EXACT_ONLINE": EXACT.format("a$b'c"),
    "AIRFLOW_CONN_EXACT_SYNC_DB": LEDGER.format("secret"),
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://one:p@[::1]:5432/airflow",
    "AIRFLOW_CONN_JAMES_DB": "postgres://reader:p%40%2F@one:5432,two:5432/james?sslmode=require",
}


def test_settings_that_work_have_no_fault() -> None:
    assert prepare.faults(OURS) == []
    assert prepare.faults({}) == []


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("AIRFLOW_CONN_EXACT_ONLINE", EXACT.format('a"b'), "EXACT_CLIENT_SECRET"),
        ("AIRFLOW_CONN_EXACT_ONLINE", EXACT.format("a\\c"), "EXACT_CLIENT_SECRET"),
        ("AIRFLOW_CONN_EXACT_SYNC_DB", LEDGER.format("a@b"), "EXACT_SYNC_DB"),
        ("AIRFLOW_CONN_EXACT_SYNC_DB", LEDGER.format("a/b"), "EXACT_SYNC_DB"),
        ("AIRFLOW_CONN_EXACT_SYNC_DB", LEDGER.format("a#b"), "EXACT_SYNC_DB"),
        ("AIRFLOW_CONN_EXACT_SYNC_DB", LEDGER.format("a:b"), "EXACT_SYNC_DB"),
        ("AIRFLOW__API__BASE_URL", "https://airflow.example.org", "AIRFLOW_BASE_PATH"),
        ("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://api-server:8080/execution/", "AIRFLOW_BASE_PATH"),
    ],
)
def test_a_setting_that_would_fail_later_is_named_and_not_shown(
    variable: str, value: str, named: str
) -> None:
    (sentence,) = prepare.faults({**OURS, variable: value})
    assert named in sentence
    assert value not in sentence


def test_the_preparation_ends_before_it_writes() -> None:
    given = {**os.environ, **OURS, "AIRFLOW_CONN_EXACT_ONLINE": EXACT.format('a"b')}
    done = subprocess.run(
        [sys.executable, str(PREPARE_AIRFLOW)], env=given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "EXACT_CLIENT_SECRET" in done.stderr


@contextmanager
def api_server(report: dict[str, object], path: str) -> Iterator[str]:
    """An api-server's report at its one path, and the address that tasks use."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == path else 404)
            self.end_headers()
            self.wfile.write(json.dumps(report).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def healthy(*words: str, tasks: str = "") -> int:
    given = {**os.environ, "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": tasks}
    return subprocess.run(
        [sys.executable, str(HEALTHY), *words], env=given, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize("path", ["", "/airflow"])
def test_a_component_is_healthy_by_the_report_of_the_api_server(path: str) -> None:
    report = {"scheduler": {"status": "healthy"}, "triggerer": {"status": "unhealthy"}}
    with api_server(report, f"{path}/api/v2/monitor/health") as url:
        tasks = f"{url}{path}/execution/"
        assert [healthy(name, tasks=tasks) for name in ("scheduler", "triggerer", "other")] == [0, 1, 1]
        assert healthy("scheduler", tasks=f"{url}/other/execution/") == 1


def test_nothing_is_healthy_without_an_api_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert healthy("--port", str(port)) == 0
    assert healthy("--port", str(port)) == 1
    assert healthy("scheduler", tasks=f"http://127.0.0.1:{port}/execution/") == 1


def test_logs_of_airflow_are_removed_by_age(tmp_path: Path) -> None:
    old, new = tmp_path / "dag_id=a/run_id=1/attempt=1.log", tmp_path / "dag_id=a/run_id=2/attempt=1.log"
    for log in (old, new):
        log.parent.mkdir(parents=True)
        log.write_text("a line")
    for place in (old, old.parent):
        os.utime(place, (1_000, 1_000))
    assert housekeeping.remove_old_logs(tmp_path, 2_000) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_the_command_that_cleans_airflows_tables_is_one_of_this_airflow() -> None:
    from airflow.cli import cli_parser

    words = housekeeping.clean_command(dt.date(2026, 11, 26), 90)
    assert words[0] == "airflow"
    read = cli_parser.get_parser().parse_args(words[1:])
    assert (read.clean_before_timestamp.date(), read.yes, read.skip_archive, read.dry_run) == (
        dt.date(2026, 8, 28),
        True,
        True,
        False,
    )
