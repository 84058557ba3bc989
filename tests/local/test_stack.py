"""A real scheduler, once: everything starts, a run turns green, everything is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.airflow import Airflow
from local.failures import CannotRun
from local.ports import free_port, is_free
from local.processes import command_line
from local.stack import Stack, opened

DAG = """
import pendulum
from airflow.sdk import DAG, BaseHook, task

with DAG("sample", schedule=None, start_date=pendulum.datetime(2015, 1, 1)):
    @task(pool="exact_online")
    def greet():
        print("hello", BaseHook.get_connection("exact_sync_db").schema, BaseHook.get_connection("exact_online").login)

    greet()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a stack") / "var"


@pytest.fixture(scope="module")
def dags(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dags = tmp_path_factory.mktemp("some dags")
    (dags / "sample.py").write_text(DAG)
    return dags


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[Stack]:
    with opened(folder) as stack:
        stack.start_postgres()
        yield stack
    assert _processes_of(folder) == []


def _processes_of(folder: Path) -> list[str]:
    """Their command lines and environments name the folder."""
    return [
        command_line(int(process.name))
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and str(folder) in _command_and_environment(process)
    ]


def _command_and_environment(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace") + (process / "environ").read_text(errors="replace")
    except OSError:
        return ""


@pytest.fixture(scope="module")
def airflow(stack: Stack, dags: Path) -> Airflow:
    exact = '{"conn_type": "http", "host": "http://127.0.0.1", "login": "our-app", "password": "x"}'
    return stack.start_airflow({"exact_online": exact}, port=free_port(), dags=dags)


pytestmark = pytest.mark.xdist_group("stack")


def test_each_role_reaches_its_own_database_and_no_more(stack: Stack) -> None:
    with psycopg.connect(stack.databases.exact_sync) as connection:
        assert connection.execute("show search_path").fetchone() == ("exact_sync",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create role intruder")
    with psycopg.connect(stack.databases.james) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("create table mine (n int)")


def test_a_run_turns_green_in_a_real_scheduler(airflow: Airflow) -> None:
    client = airflow.client
    client.wait_for_dag("sample")
    client.unpause("sample")
    run = client.trigger("sample")
    assert client.wait("sample", run) == "success"
    assert client.task_states("sample", run) == {"greet": "success"}
    assert "hello exact_sync our-app" in client.log("sample", run, "greet")


def test_the_preparation_made_ledger_and_pools(airflow: Airflow, stack: Stack) -> None:
    assert {pool["name"] for pool in airflow.client.call("GET", "/pools")["pools"]} == {"default_pool", "exact_online"}
    with psycopg.connect(stack.databases.exact_sync) as connection:
        assert connection.execute("select count(*) from practice").fetchone() == (0,)


def test_a_refusal_of_the_api_is_one_clear_sentence(airflow: Airflow) -> None:
    with pytest.raises(CannotRun, match=r"Airflow refuses POST .*/dags/nothing/dagRuns: 404"):
        airflow.client.trigger("nothing")


def test_a_dag_file_that_cannot_be_read_ends_the_wait_with_its_reason(airflow: Airflow, dags: Path) -> None:
    (dags / "broken.py").write_text("from airflow.sdk import DAG\nraise ValueError('no practices')\n")
    with pytest.raises(CannotRun, match=r"can't read broken.py: ValueError: no practices"):
        airflow.client.wait_for_dag("other")


def test_everything_is_gone_afterwards(airflow: Airflow, stack: Stack, folder: Path) -> None:
    """Last on purpose: it closes the stack that the tests above shared."""
    assert len(_processes_of(folder)) > 5
    stack.close()
    assert _processes_of(folder) == []
    assert is_free(int(airflow.url.rsplit(":", 1)[1]))
