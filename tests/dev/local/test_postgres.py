from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from dev.local import postgres as local_postgres
from dev.local import postgres_files
from dev.local.failures import CannotRun
from dev.local.places import ROOT
from dev.local.postgres import Server, main, running
from dev.local.postgres_files import binaries
from dev.local.processes import is_alive
from dev.local.server_account import _as_nobody, server_account


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A path with spaces that is too long for a Unix socket."""
    return tmp_path / ("a rather long name " * 5).strip() / "postgres"


def _ask(server: Server, question: str) -> str:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row
    return str(row[0])


def test_a_server_keeps_its_data_and_its_port_from_start_to_start(folder: Path) -> None:
    with running(folder, fast=True) as server:
        port = server.port
        server.create_database("kept")
    assert server.pid is None
    with running(folder, fast=True) as server:
        assert server.port == port
        assert _ask(server, "select count(*) from pg_database where datname = 'kept'") == "1"


def test_a_server_moves_when_its_port_was_taken_meanwhile(folder: Path) -> None:
    with running(folder, fast=True) as server:
        before = server.port
    with socket.create_server(("127.0.0.1", before)), running(folder, fast=True) as server:
        assert server.port != before
        assert server.answers()


def test_a_connection_needs_the_password(postgres: Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.dsn(password="guessed"))  # noqa: S106
    assert (postgres.folder / "password").stat().st_mode & 0o777 == 0o600


def test_it_listens_on_the_loopback_address_only(postgres: Server) -> None:
    assert _ask(postgres, "show listen_addresses") == "127.0.0.1"
    assert _ask(postgres, "show unix_socket_directories") == ""


def test_a_server_outside_the_tests_keeps_what_is_committed(folder: Path) -> None:
    assert "fsync" not in Server(folder, fast=False).settings_on(1)
    assert Server(folder, fast=True).settings_on(1)["fsync"] == "off"


def test_a_pid_file_of_another_process_does_not_keep_the_server_from_starting(folder: Path) -> None:
    with running(folder, fast=True) as server:
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    with running(folder, fast=True) as server:
        assert server.answers()


def test_a_server_left_over_by_a_crash_is_stopped_before_the_next_starts(folder: Path) -> None:
    server = Server(folder, fast=True)
    local_postgres.start_detached(server)
    left_over = server.pid
    with running(folder, fast=True) as server:
        assert server.pid not in (None, left_over)
    assert left_over
    assert not is_alive(left_over)


def test_a_template_is_copied_with_its_rows(postgres: Server) -> None:
    with psycopg.connect(postgres.create_database("pattern")) as connection:
        connection.execute("create table t as select 1 as n")
    with psycopg.connect(postgres.create_database("copy", "pattern")) as connection:
        assert connection.execute("select n from t").fetchone() == (1,)
    for name in ("copy", "pattern"):
        postgres.drop_database(name)


def test_the_server_ends_when_its_parent_is_killed(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from dev.local.postgres import running\n"
        "with running(Path(sys.argv[1]), fast=True) as server:\n"
        "    print(server.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    _wait_until_gone(pid)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_missing_binaries_fail_with_a_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    binaries.cache_clear()
    with pytest.raises(CannotRun, match=r"PG_BIN names .*no initdb there"):
        binaries()
    binaries.cache_clear()


def test_a_folder_that_is_a_file_fails_with_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotRun, match="needs a folder of its own"), running(tmp_path / "taken"):
        pass


def test_a_server_that_does_not_start_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(folder, fast=True):
        pass
    monkeypatch.setitem(local_postgres.SETTINGS, "max_connections", "many")
    with pytest.raises(CannotRun, match=r"does not start.*contains errors"), running(folder):
        pass


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account of a root user on a machine without user namespaces."""
    account = _as_nobody() if os.geteuid() == 0 else None
    if account is None:
        pytest.skip("only root becomes another account")
    for module in (local_postgres, postgres_files):
        monkeypatch.setattr(module, "server_account", lambda: account)


@pytest.mark.usefixtures("as_nobody")
def test_root_without_namespaces_runs_the_server_as_nobody() -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        with running(Path(open_to_all) / "postgres", fast=True) as server:
            assert server.answers()
            assert server.data.stat().st_uid == 65534


@pytest.mark.usefixtures("as_nobody")
def test_files_of_another_account_fail_with_a_clear_sentence(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    with (
        pytest.raises(CannotRun, match=r"belongs to user 0: run make as that user"),
        running(tmp_path / "postgres"),
    ):
        pass


def test_the_server_does_not_run_as_root(postgres: Server) -> None:
    assert server_account().prefix or os.geteuid() != 0
    assert postgres.pid


def test_the_command_line_starts_stops_and_shows_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_postgres, "VAR", tmp_path)
    assert main(["status"]) == "PostgreSQL is not running."
    assert main(["start"]) == main(["start"]) == main(["status"])
    with psycopg.connect(main(["dsn"])):
        pass
    assert main(["stop"]) == main(["stop"]) == "PostgreSQL is stopped."


def test_signals_end_a_block_that_runs_servers(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from dev.local.stack import opened\n"
        "with opened(Path(sys.argv[1])) as stack:\n"
        "    print(stack.postgres.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGTERM)
    assert parent.returncode == 128 + signal.SIGTERM
    assert not is_alive(pid)
