"""How fast the pages are over a large ledger: whole requests, from the route to the HTML.

    PYTHONPATH=plugins:. python -m tests.bench.pages [--practices 3000] [--bookings 1000000]

Makes a ledger up in a PostgreSQL of its own (made_up_fleet.sql; minutes), asks for each page again
and again, and prints the median and the 95th percentile. Ends with 1 when one is over the limit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from dev.local.postgres import running
from exact_online.migrations import SCHEMA, migrate
from exact_online.web.pages import pages
from tests.bench import results
from tests.conftest import SERVER

LIMIT_MS = 300.0
ROUNDS = 40
LARGE = "/practices/practice_1"
"""The practice with a twentieth of all bookings."""


def fill(dsn: str, practices: int, bookings: int) -> None:
    """Make the ledger up, in statements of SQL alone."""
    text = Path(__file__).with_name("made_up_fleet.sql").read_text(encoding="utf-8")
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in filter(str.strip, text.split(";\n")):
            conn.execute(statement, {"practices": practices, "bookings": bookings})  # type: ignore[arg-type]
        conn.execute("vacuum analyze")


def addresses(dsn: str) -> Iterator[tuple[str, str]]:
    """What is asked for: a name, and the address of a page."""
    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            "select booking_id, entry_number, debtor_number from booking"
            " where practice = 'practice_1' and state = 'rejected' and kind <> 'debtor' limit 1"
        ).fetchone()
    assert row is not None
    booking, entry_number, debtor = row
    yield "all practices", "/"
    yield "all practices, page 30", "/?page=30"
    yield "all practices, a search", "/?q=praktijk+29"
    yield "a practice", "/practices/practice_7"
    yield "the large practice", LARGE
    yield "its nights", f"{LARGE}/nights"
    yield "its bookings", f"{LARGE}/bookings"
    yield "its bookings, rejected", f"{LARGE}/bookings?state=rejected"
    yield "its bookings, an entry number", f"{LARGE}/bookings?q={entry_number}"
    yield "its bookings, a debtor", f"{LARGE}/bookings?q={debtor}"
    yield "its bookings, a number that is not there", f"{LARGE}/bookings?q=nothing"
    yield "one booking", f"{LARGE}/bookings/{booking}"
    yield "its log", f"{LARGE}/log"
    yield "open items of all practices", "/open-items"
    yield "open items of one practice", "/open-items?practice=practice_1"


def times(browser: TestClient, address: str) -> list[float]:
    """Milliseconds per request; the first three, which fill caches, are left out."""
    found = []
    for _ in range(ROUNDS + 3):
        start = time.perf_counter()
        answer = browser.get(address)
        found.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return found[3:]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--practices", type=int, default=3000)
    parser.add_argument("--bookings", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with running(SERVER.folder, fast=True) as server:
        address = server.create_database("pages_bench")
        migrate(address)
        dsn = f"{address}?options=-csearch_path%3D{SCHEMA}"
        fill(dsn, arguments.practices, arguments.bookings)
        os.environ["AIRFLOW_CONN_EXACT_SYNC_DB"] = address.replace("postgresql://", "postgres://")
        create_auth_manager()
        pages.dependency_overrides[get_user] = lambda: SimpleAuthManagerUser(username="bench", role="admin")
        slowest, figures = 0.0, {}
        with TestClient(pages) as browser:
            browser.headers["sec-fetch-site"] = "same-origin"
            for name, page in addresses(dsn):
                found = times(browser, page)
                late = statistics.quantiles(found, n=20)[-1]
                slowest, figures[f"p95 in milliseconds: {name}"] = max(slowest, late), late
                print(
                    f"pages      {name:<42} median {statistics.median(found):>5.0f} ms, p95 {late:>5.0f} ms"
                )
    print(f"pages      slowest p95 {slowest:.0f} ms, limit {LIMIT_MS:.0f} ms")
    results.write("pages", figures, {"slowest p95, of 300 ms": slowest / LIMIT_MS})
    raise SystemExit(slowest > LIMIT_MS)


if __name__ == "__main__":
    main()
