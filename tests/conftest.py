"""One PostgreSQL server for a whole test run, and databases in it that cost next to nothing.

The server starts once: with xdist in the controlling process while the workers wake up, otherwise when the first test asks for it.
It lives in a temporary folder, in fast mode, and ends with the process that started it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from exact_online.migrations import SCHEMA, migrate
from local.postgres import Server, running

FOLDER_VARIABLE = "TEST_POSTGRES_FOLDER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_until_the_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """With xdist, this is the controlling process before it starts its workers."""
    if getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput"):
        os.environ[FOLDER_VARIABLE] = str(_start().folder)  # workers inherit it


def pytest_unconfigure() -> None:
    _until_the_end.close()


def _start() -> Server:
    folder = Path(tempfile.mkdtemp(prefix="exact-online-tests-"))
    _until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
    return _until_the_end.enter_context(running(folder, fast=True))


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The run's server: ``host``, ``port``, ``dsn(database)``, ``create_database(name, template=None) -> dsn``."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Server(Path(folder), fast=True) if folder else _start()


@pytest.fixture(scope="session")
def ledger_template(postgres: Server) -> str:
    """Name of a database with the newest schema ``exact_sync`` and nothing in it."""
    name = f"ledger_template_{WORKER}"
    migrate(postgres.create_database(name))
    return name


_numbers = itertools.count(1)


@pytest.fixture
def ledger_dsn(postgres: Server, ledger_template: str) -> Iterator[str]:
    """A migrated database for this test alone; the search path is ``exact_sync``."""
    name = f"ledger_{WORKER}_{next(_numbers)}"
    yield f"{postgres.create_database(name, ledger_template)}?options=-csearch_path%3D{SCHEMA}"
    postgres.drop_database(name)


@pytest.fixture
def ledger_connection(ledger_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to ``ledger_dsn`` with psycopg's own manners: a transaction begins with the first statement."""
    with psycopg.connect(ledger_dsn) as connection:
        yield connection
