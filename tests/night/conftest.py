"""Fixtures for whole nights."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.local.postgres import Server
from tests.conftest import WORKER, reader_dsn
from tests.stage import Stage, staged

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def james_template(postgres: Server) -> str:
    """A database with the demo's James, to be copied."""
    name = f"james_template_{WORKER}"
    with psycopg.connect(postgres.create_database(name)) as owner:
        create_james(owner)
        fill_james(owner)
    return name


@pytest.fixture
def james_owner_dsn(postgres: Server, james_template: str) -> Iterator[str]:
    """A James of this test's own, for who may change it."""
    name = f"james_{WORKER}_{next(_numbers)}"
    yield postgres.create_database(name, james_template)
    postgres.drop_database(name)


@pytest.fixture
def james_dsn(postgres: Server, james_owner_dsn: str) -> str:
    """The same James as the link may see it."""
    database = james_owner_dsn.rpartition("/")[2].partition("?")[0]
    return reader_dsn(postgres, database)


@pytest.fixture
def make_stage(james_dsn: str, ledger_dsn: str) -> Callable[..., AbstractContextManager[Stage]]:
    """`staged` with this test's databases."""
    return lambda **options: staged(james_dsn, ledger_dsn, **options)


@pytest.fixture
def stage(make_stage: Callable[..., AbstractContextManager[Stage]]) -> Iterator[Stage]:
    """All demo practices, linked."""
    with make_stage() as built:
        yield built
