"""Tests that load or run DAGs need Airflow's own tables."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from tests.airflow_database import airflow_database

__all__ = ["airflow_database"]


@pytest.fixture(scope="session", autouse=True)
def _tables(airflow_database: str) -> None:
    """Make them before the first test."""


@pytest.fixture(autouse=True)
def _no_runs(_tables: None) -> None:
    """Begin without the runs, answers of tasks and events of the tests before."""
    from airflow.models import DagRun
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        session.execute(delete(AssetEvent))
        session.execute(delete(DagRun))
