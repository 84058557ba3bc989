"""A long history costs time, not memory (FR-L12)."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dev.demo.james import Size, create_james, fill_james
from dev.demo.practices import practice
from dev.local.postgres import Server
from exact_online.extract.frames import invoice_chunks
from exact_online.extract.james import stage_invoices
from exact_online.extract.reach import connect_james
from exact_online.ledger import Ledger
from tests.conftest import WORKER
from tests.extract.conftest import AS_READER, OpenRun

Connection = psycopg.Connection[Any]
INVOICES = 10_000
MOST_BYTES = 3_000_000
"""The 43,000 lines alone are more as text.

Python's own objects for them would be many times that.
"""


@pytest.fixture
def big_james(postgres: Server) -> Iterator[Connection]:
    name = f"big_james_{WORKER}"
    dsn = postgres.create_database(name)
    with psycopg.connect(dsn) as owner:
        create_james(owner)
        fill_james(owner, [practice("de_brug")], size=Size(invoices=INVOICES))
    with connect_james(dsn + AS_READER) as reader:
        yield reader
    postgres.drop_database(name)


def test_memory_is_that_of_a_chunk(big_james: Connection, ledger: Connection, open_run: OpenRun) -> None:
    run = open_run("de_brug")
    tracemalloc.start()
    try:
        counts = stage_invoices(
            big_james,
            Ledger(ledger).staging,
            run,
            "de_brug",
            dt.date(2025, 10, 1),
            dt.date(2026, 11, 16),
            keys_per_chunk=500,
        )
        read = sum(len(lines) for _, lines in invoice_chunks(Ledger(ledger).staging, run, 500))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert counts.lines == read > 4 * INVOICES
    assert peak_bytes < MOST_BYTES, peak_bytes
