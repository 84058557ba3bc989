"""Tests that load or run DAGs need Airflow's own tables."""

from __future__ import annotations

import pytest

from tests.airflow_database import airflow_database

__all__ = ["airflow_database"]


@pytest.fixture(scope="session", autouse=True)
def _tables(airflow_database: str) -> None:
    """Make them before the first test."""
