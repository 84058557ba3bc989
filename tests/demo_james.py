"""James with the practices of the demo, for tests of pages: with and without a browser."""

from __future__ import annotations

from functools import cache

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.local.postgres import Server
from tests.conftest import SERVER, WORKER, reader_dsn


@pytest.fixture(scope="session")
def demo_james_dsn(postgres: Server) -> str:
    """Return James' address as its read-only user.

    Every conftest that imports this fixture has one of its own, and all of them the same James.
    """
    return _made_once()


@cache
def _made_once() -> str:
    name = f"james_of_pages_{WORKER}"
    with psycopg.connect(SERVER.create_database(name)) as owner:
        create_james(owner)
        fill_james(owner)
    return reader_dsn(SERVER, name)
