"""One PostgreSQL server for a whole test run, and databases in it that cost next to nothing.

Its address is settled when this file is imported, because Airflow reads its settings when it is
imported. The server itself starts once: with xdist in the controlling process, otherwise when the
first test asks for it. It lives in a temporary folder, in fast mode, and ends with the process that
started it.
"""

from __future__ import annotations

import base64
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from dev.local.airflow_settings import NO_PROXY, shared_settings, user_name
from dev.local.failures import CannotRun
from dev.local.places import DAGS, PLUGINS
from dev.local.postgres import Server, running
from exact_online.migrations import SCHEMA, migrate
from tests.order import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]

MEMORY = Path("/dev/shm")
FREE_MEMORY = 4 * 2**30
FOLDER_VARIABLE = "EXACT_ONLINE_TEST_FOLDER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_until_the_end = ExitStack()

hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=500)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def _memory_folder() -> Path | None:
    """A folder in memory, if the machine has one with enough free; None stands for the usual one.

    Thousands of tests copy a database of 300 files each. On a disk a copy costs 0.14 s of processor
    time, in memory 0.01 s.
    """
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < FREE_MEMORY:
        return None
    return MEMORY


def _settle_address() -> Server:
    """The controlling process settles it; xdist's workers inherit its environment."""
    if FOLDER_VARIABLE not in os.environ:
        folder = tempfile.mkdtemp(prefix="exact-online-tests-", dir=_memory_folder())
        _until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        _until_the_end.callback(os.environ.pop, FOLDER_VARIABLE)
        os.environ[FOLDER_VARIABLE] = folder
        Server(Path(folder) / "postgres", fast=True).choose_address()
    return Server(Path(os.environ[FOLDER_VARIABLE]) / "postgres", fast=True)


def _settle_airflow(server: Server) -> None:
    """No test may meet the Airflow, the PostgreSQL or the proxy of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("AIRFLOW", "PG")) and name != "PG_BIN"]:
        del os.environ[name]
    home = server.folder.parent / f"airflow-{WORKER}"
    os.environ.update(
        shared_settings(),
        USER=user_name(),
        PYTHONPATH=os.pathsep.join([str(PLUGINS), str(PLUGINS.parent)]),
        NO_PROXY=NO_PROXY,
        no_proxy=NO_PROXY,
        AIRFLOW_HOME=str(home),
        AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
        AIRFLOW__CORE__PLUGINS_FOLDER=str(PLUGINS),
        AIRFLOW__CORE__FERNET_KEY=base64.urlsafe_b64encode(b"only for the tests, never for us").decode(),
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=server.dsn(f"airflow_{WORKER}").replace(
            "postgresql://", "postgresql+psycopg2://"
        ),
        AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
        AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE=str(home / "logins.json"),
    )


SERVER = _settle_address()
_settle_airflow(SERVER)


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "dist", "no") != "no" and not hasattr(config, "workerinput"):
        _start()


def pytest_unconfigure() -> None:
    _until_the_end.close()


def _start() -> None:
    try:
        _until_the_end.enter_context(running(SERVER.folder, fast=True))
    except CannotRun as problem:
        raise pytest.UsageError(str(problem)) from problem
    _make_reader()


def _make_reader() -> None:
    """James' reader, whom all databases of the server share.

    Made before the workers could do it at the same moment.
    """
    with psycopg.connect(SERVER.dsn()) as owner:
        owner.execute("create role james_reader login password 'reader'")


def reader_dsn(server: Server, database: str) -> str:
    """A James database as the link may see it."""
    return server.dsn(database, user="james_reader", password="reader")  # noqa: S106


@pytest.fixture(scope="session")
def postgres() -> Server:
    """The run's server: ``host``, ``port``, ``dsn(database)``, ``create_database(name,
    template=None) -> dsn``.
    """
    if WORKER == "main":
        _start()
    return SERVER


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
    """A connection to ``ledger_dsn`` with psycopg's own manners.

    A transaction begins with the first statement.
    """
    with psycopg.connect(ledger_dsn) as connection:
        yield connection
