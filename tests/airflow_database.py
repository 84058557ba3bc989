"""Airflow's own tables, for tests that load or run DAGs or pages; settings: tests/conftest.py."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest

from dev.local.postgres import Server
from tests.conftest import WORKER

TEMPLATE = "airflow_template"
MIGRATED = "migrated"


@pytest.fixture(scope="session")
def airflow_database(postgres: Server) -> str:
    """Make the database of this worker's Airflow, and return its address.

    It is a copy of a template that one of the workers migrates, because a migration takes seconds.
    """
    with (postgres.folder.parent / "airflow.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_migrated(postgres):
            _migrate(postgres)
        return postgres.create_database(f"airflow_{WORKER}", TEMPLATE)


def without_deadline(dag: Any) -> Any:
    """Return the DAG without its deadline.

    `DAG.test` of Airflow 3.3 looks the alert up by its content instead of its id, and fails.
    """
    dag.deadline = None
    return dag


def _is_migrated(postgres: Server) -> bool:
    with psycopg.connect(postgres.dsn()) as connection:
        found = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [TEMPLATE]
        ).fetchone()
    return found == (MIGRATED,)


def _migrate(postgres: Server) -> None:
    dsn = postgres.create_database(TEMPLATE)
    address = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": dsn.replace("postgresql://", "postgresql+psycopg2://")}
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env={**os.environ, **address},
        check=True,
        capture_output=True,
    )
    with psycopg.connect(dsn) as connection:
        connection.execute(f"comment on database {TEMPLATE} is '{MIGRATED}'")
