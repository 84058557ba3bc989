"""The whole stack with a real scheduler: it starts, a run succeeds, it stops and leaves nothing.

It is one test, because the start takes most of the time.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from dev.demo import airflow_command
from dev.local.airflow import Airflow
from dev.local.airflow_client import AirflowClient
from dev.local.databases import Databases
from dev.local.failures import CannotRun
from dev.local.ports import free_port, is_free
from dev.local.processes import command_line
from dev.local.stack import ENVIRONMENT, opened

SAMPLE = """
import pendulum
from airflow.sdk import DAG, BaseHook, task

with DAG("sample", schedule=None, start_date=pendulum.datetime(2015, 1, 1)):
    @task(pool="exact_online")
    def greet():
        schema = BaseHook.get_connection("exact_sync_db").schema
        print("hello", schema, BaseHook.get_connection("exact_online").login)

    greet()

with DAG("exact_online__noted", schedule=None, start_date=pendulum.datetime(2015, 1, 1)):
    @task
    def report():
        return "3 geboekt, 0 geweigerd, verschil 0,00 euro"

    report()
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
        _check_the_rights_of_each_role(stack.start_postgres())
        airflow = stack.start_airflow({"exact_online": EXACT}, port=free_port(), dags=dags)
        _check_that_a_run_succeeds(airflow.client)
        _check_that_the_scheduler_writes_the_note_of_a_night(airflow.client)
        _check_ledger_and_pools(airflow.client, stack.databases)
        _check_that_errors_are_clear_sentences(airflow.client)
        _check_airflows_own_command(tmp_path / "var")
        assert len(_processes_of(tmp_path)) > 5
    assert _processes_of(tmp_path) == []
    with pytest.raises(CannotRun, match="start it with make up"):
        airflow_command.run(tmp_path / "var", ["dags", "list"])
    assert is_free(_port(airflow))


def _check_the_rights_of_each_role(databases: Databases) -> None:
    with psycopg.connect(databases.exact_sync) as connection:
        assert connection.execute("show search_path").fetchone() == ("exact_sync",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create role intruder")
    with psycopg.connect(databases.james) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table mine (n int)")


def _check_that_a_run_succeeds(client: AirflowClient) -> None:
    client.wait_for_dag("sample")
    client.unpause("sample")
    run = client.trigger("sample")
    assert client.wait("sample", run) == "success"
    assert client.task_states("sample", run) == {"greet": "success"}
    assert "hello exact_sync our-app" in client.log("sample", run, "greet")


def _check_that_the_scheduler_writes_the_note_of_a_night(client: AirflowClient) -> None:
    """`exact_online.run_note`, beside the transaction in which the scheduler ends the run."""
    dag = "exact_online__noted"
    client.wait_for_dag(dag)
    client.unpause(dag)
    run = client.trigger(dag)
    assert client.wait(dag, run) == "success"
    assert client.run(dag, run)["note"] == "3 geboekt, 0 geweigerd, verschil 0,00 euro"


def _check_ledger_and_pools(client: AirflowClient, databases: Databases) -> None:
    assert {pool["name"] for pool in client.call("GET", "/pools")["pools"]} == {
        "default_pool",
        "exact_online",
    }
    with psycopg.connect(databases.exact_sync) as connection:
        assert connection.execute("select count(*) from practice").fetchone() == (0,)


def _check_that_errors_are_clear_sentences(client: AirflowClient) -> None:
    with pytest.raises(CannotRun, match=r"Airflow rejects POST .*/dags/nothing/dagRuns: 404"):
        client.trigger("nothing")
    with pytest.raises(CannotRun, match=r"can't read broken.py: ValueError: no practices"):
        client.wait_for_dag("other")


def _check_airflows_own_command(folder: Path) -> None:
    """C8: with the connections and the database of the stack, in a file for its owner alone."""
    assert (folder / ENVIRONMENT).stat().st_mode & 0o777 == 0o600
    assert airflow_command.run(folder, ["dags", "details", "sample"]) == 0
    assert airflow_command.run(folder, ["dags", "details", "nothing"]) == 1


def _port(airflow: Airflow) -> int:
    return int(airflow.url.rsplit(":", 1)[1])


def _processes_of(folder: Path) -> list[str]:
    """The command lines of the processes with the folder in their command line or environment."""
    processes = [process for process in Path("/proc").iterdir() if process.name.isdigit()]
    return [
        command_line(int(process.name))
        for process in processes
        if str(folder) in _command_and_environment(process)
    ]


def _command_and_environment(process: Path) -> str:
    try:
        return "".join((process / name).read_text(errors="replace") for name in ("cmdline", "environ"))
    except OSError:
        return ""
