"""A James of a test's own, seen as its owner and as the link sees it, beside a ledger with the demo
practices.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.demo.practices import practice_rows
from dev.local.postgres import Server
from exact_online.extract.reach import connect_james
from exact_online.ledger import connect
from tests.conftest import WORKER

AS_READER = "?options=-c%20role%3Djames_reader"
Connection = psycopg.Connection[Any]
OpenRun = Callable[[str], str]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def demo_james_dsn(postgres: Server) -> str:
    """The demo's James; nobody may change it."""
    dsn = postgres.create_database(f"demo_james_{WORKER}")
    with psycopg.connect(dsn) as owner:
        create_james(owner)
        fill_james(owner)
    return dsn


@pytest.fixture
def james_dsn(postgres: Server, demo_james_dsn: str) -> Iterator[str]:
    """A copy of the demo's James."""
    name = f"james_of_test_{WORKER}_{next(_numbers)}"
    yield postgres.create_database(name, f"demo_james_{WORKER}")
    postgres.drop_database(name)


@pytest.fixture
def james_owner(james_dsn: str) -> Iterator[Connection]:
    """Changes James."""
    with psycopg.connect(james_dsn, autocommit=True) as owner:
        yield owner


@pytest.fixture
def james(james_dsn: str) -> Iterator[Connection]:
    """James as the link sees it."""
    with connect_james(james_dsn + AS_READER) as reader:
        yield reader


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Connection]:
    """A ledger that knows the demo practices, and nothing of their invoices."""
    with connect(ledger_dsn.partition("?")[0]) as session:
        for row in practice_rows():
            session.execute(
                "insert into practice (code, name, james_practice_code, link_date, first_sync_date)"
                " values (%(code)s, %(name)s, %(james_practice_code)s, %(link_date)s, %(first_sync_date)s)",
                row,
            )
        yield session


@pytest.fixture
def open_run(ledger: Connection) -> OpenRun:
    """Opens a run of a practice; its id."""

    def opened(practice: str) -> str:
        row = ledger.execute(
            "insert into run (practice, airflow_run_id, book_day, settings_version)"
            " values (%s, %s, '2026-11-16', 1) returning run_id::text",
            [practice, f"night {next(_numbers)}"],
        ).fetchone()
        assert row is not None
        return str(row["run_id"])

    return opened
