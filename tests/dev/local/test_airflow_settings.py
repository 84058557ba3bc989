from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dev.local import airflow_settings
from dev.local.airflow_settings import Ports, environment, keep_secrets, shared_settings
from dev.local.failures import CannotRun
from dev.local.places import AIRFLOW_SETTINGS
from dev.local.ports import free_port
from exact_online.schedule import POOL


def _environment(home: Path) -> dict[str, str]:
    ports = Ports(ui=1, worker_log=2, trigger_log=3, scheduler_health=4)
    return environment(
        home, metadata_dsn="postgresql://a:b@c/d", connections={"james_db": "postgres://e"}, ports=ports
    )


def test_secrets_are_made_once_and_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = keep_secrets(file)
    assert keep_secrets(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    Fernet(first.fernet_key)


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    one, other = keep_secrets(tmp_path / "one"), keep_secrets(tmp_path / "other")
    assert not set(vars(one).values()) & set(vars(other).values())


def test_settings_of_another_airflow_in_the_shell_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "1")
    monkeypatch.setenv("AIRFLOW_CONN_JAMES_DB", "postgres://production")
    settings = _environment(tmp_path)
    assert settings["AIRFLOW__CORE__PARALLELISM"] == "16"
    assert settings["AIRFLOW_CONN_JAMES_DB"] == "postgres://e"


def test_the_pool_of_our_tasks_and_a_worker_have_as_many_slots_as_airflow_takes_tasks() -> None:
    settings = shared_settings()
    pool = json.loads((AIRFLOW_SETTINGS.parent / "pools.json").read_text())[POOL]
    assert settings["AIRFLOW__CORE__PARALLELISM"] == str(pool["slots"])
    assert settings["AIRFLOW__CELERY__WORKER_CONCURRENCY"] == str(pool["slots"])


def test_calls_to_this_machine_go_around_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    assert _environment(tmp_path)["no_proxy"] == "127.0.0.1,localhost,example.org"


def test_a_wanted_port_that_is_in_use_fails_with_a_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"Port {port} is in use.*AIRFLOW_PORT="):
            Ports.choose(port)


CHOOSE = """
import sys
from dev.local import airflow_settings
airflow_settings.USUAL_PORT = int(sys.argv[1])
print(*vars(airflow_settings.Ports.choose()).values(), flush=True)
sys.stdin.read()
"""


def test_two_stacks_that_start_at_once_choose_different_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither listens yet: Airflow needs a minute from choosing its ports to listening on them."""
    usual = free_port()
    other = subprocess.Popen(
        [sys.executable, "-c", CHOOSE, str(usual)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    theirs = {int(port) for port in other.stdout.readline().split()}
    monkeypatch.setattr(airflow_settings, "USUAL_PORT", usual)
    ours = set(vars(Ports.choose()).values())
    assert usual in theirs
    assert not ours & theirs
    with pytest.raises(CannotRun, match=f"Port {usual} is in use"):
        Ports.choose(usual)
    other.communicate()
    assert Ports.choose(usual).ui == usual


def test_a_wanted_port_that_is_free_is_chosen() -> None:
    port = free_port()
    assert Ports.choose(port).ui == port
