"""A real scheduler, once: everything starts, a run turns green, everything is gone. One test, because starting is what takes time."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from dev.local.airflow import Airflow
from dev.local.airflow_client import AirflowClient
from dev.local.databases import Databases
from dev.local.failures import CannotRun
from dev.local.ports import free_port, is_free
from dev.local.processes import command_line
from dev.local.stack import opened

SAMPLE = """
import pendulum
from airflow.sdk import DAG, BaseHook, task

with DAG("sample", schedule=None, start_date=pendulum.datetime(2015, 1, 1)):
    @task(pool="exact_online")
    def greet():
        print("hello", BaseHook.get_connection("exact_sync_db").schema, BaseHook.get_connection("exact_online").login)

    greet()
"""
BROKEN = "from airflow.sdk import DAG\nraise ValueError('no practices')\n"
EXACT = '{"conn_type": "http", "host": "http://127.0.0.1", "login": "our-app", "password": "x"}'


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    dags = tmp_path / "some dags"
    dags.mkdir()
    (dags / "sample.py").write_text(SAMPLE)
    (dags / "broken.py").write_text(BROKEN)
    return dags


@pytest.mark.timeout(600)
def test_a_stack_starts_runs_a_dag_and_leaves_nothing_behind(tmp_path: Path, dags: Path) -> None:
    with opened(tmp_path / "var") as stack:
        _each_role_reaches_its_own_database_and_no_more(stack.start_postgres())
        airflow = stack.start_airflow({"exact_online": EXACT}, port=free_port(), dags=dags)
        _a_run_turns_green(airflow.client)
        _ledger_and_pools_are_there(airflow.client, stack.databases)
        _refusals_are_clear_sentences(airflow.client)
        assert len(_processes_of(tmp_path)) > 5
    assert _processes_of(tmp_path) == []
    assert is_free(_port(airflow))


def _each_role_reaches_its_own_database_and_no_more(databases: Databases) -> None:
    with psycopg.connect(databases.exact_sync) as connection:
        assert connection.execute("show search_path").fetchone() == ("exact_sync",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create role intruder")
    with psycopg.connect(databases.james) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table mine (n int)")


def _a_run_turns_green(client: AirflowClient) -> None:
    client.wait_for_dag("sample")
    client.unpause("sample")
    run = client.trigger("sample")
    assert client.wait("sample", run) == "success"
    assert client.task_states("sample", run) == {"greet": "success"}
    assert "hello exact_sync our-app" in client.log("sample", run, "greet")


def _ledger_and_pools_are_there(client: AirflowClient, databases: Databases) -> None:
    assert {pool["name"] for pool in client.call("GET", "/pools")["pools"]} == {
        "default_pool",
        "exact_online",
    }
    with psycopg.connect(databases.exact_sync) as connection:
        assert connection.execute("select count(*) from practice").fetchone() == (0,)


def _refusals_are_clear_sentences(client: AirflowClient) -> None:
    with pytest.raises(CannotRun, match=r"Airflow refuses POST .*/dags/nothing/dagRuns: 404"):
        client.trigger("nothing")
    with pytest.raises(CannotRun, match=r"can't read broken.py: ValueError: no practices"):
        client.wait_for_dag("other")


def _port(airflow: Airflow) -> int:
    return int(airflow.url.rsplit(":", 1)[1])


def _processes_of(folder: Path) -> list[str]:
    """Those whose command line or environment names the folder."""
    processes = [process for process in Path("/proc").iterdir() if process.name.isdigit()]
    return [
        command_line(int(process.name))
        for process in processes
        if str(folder) in _command_and_environment(process)
    ]


def _command_and_environment(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace") + (process / "environ").read_text(
            errors="replace"
        )
    except OSError:
        return ""
