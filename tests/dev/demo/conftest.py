"""A James database of the demo that tests may read only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.local.postgres import Server
from tests.conftest import WORKER


@pytest.fixture(scope="session")
def demo_james_dsn(postgres: Server) -> str:
    dsn = postgres.create_database(f"looked_at_james_{WORKER}")
    with psycopg.connect(dsn) as owner:
        create_james(owner)
        fill_james(owner)
    return dsn


@pytest.fixture
def james(demo_james_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(demo_james_dsn) as connection:
        connection.read_only = True
        yield connection
