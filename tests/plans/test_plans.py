"""No statement of a night reads a growing table as a whole, for the fleet or for the practice.

A large ledger is made up, and PostgreSQL is asked for its plan of each statement of
`include/sql/ledger/`. What reads a table as a whole is in `whole_reads.toml`, with the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dev.local.postgres import Server
from exact_online.ledger import session
from exact_online.migrations import SCHEMA
from exact_online.statements import SQL_ROOT
from tests.conftest import WORKER
from tests.link.small import SmallLink
from tests.plans.explaining import GROWING, Read, explained, plans, whole_reads
from tests.plans.large_ledger import fill

PRACTICES, BOOKINGS = 100, 1000
EXCUSED: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("whole_reads.toml").read_text(encoding="utf-8")
)
"""Who asks (*night* and so on) -> what it reads as a whole, ``statement extent`` -> why that is."""


@pytest.fixture(scope="module")
def large(postgres: Server, ledger_template: str) -> Iterator[psycopg.Connection[Any]]:
    """A session on a ledger of 100,000 bookings in 100 practices, analysed."""
    name = f"large_ledger_{WORKER}"
    dsn = f"{postgres.create_database(name, ledger_template)}?options=-csearch_path%3D{SCHEMA}"
    fill(dsn, PRACTICES, BOOKINGS)
    with psycopg.connect(dsn, autocommit=True) as conn:
        yield conn
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def found(large: psycopg.Connection[Any]) -> dict[str, set[Read]]:
    """What each statement reads as a whole; statements that do not are left out."""
    return {name: reads for name, plan in plans(large) if (reads := whole_reads(plan))}


def _excused() -> dict[str, str]:
    return {what: why for group in EXCUSED.values() for what, why in group.items()}


def test_each_growing_table_has_rows(large: psycopg.Connection[Any]) -> None:
    """An empty table is read as a whole whatever indexes it has."""
    row = large.execute(
        "select array_agg(relname::text) from pg_class"
        " where relnamespace = 'exact_sync'::regnamespace and relkind = 'r' and reltuples >= 1000"
    ).fetchone()
    assert row is not None
    assert set(row[0]) >= GROWING


def test_what_reads_a_growing_table_as_a_whole_is_known(found: dict[str, set[Read]]) -> None:
    """A new one needs an index or a reason."""
    read = {
        f"{name} {read.extent}": sorted(each.table for each in reads if each.extent == read.extent)
        for name, reads in found.items()
        for read in reads
    }
    excused = _excused()
    assert {what: tables for what, tables in read.items() if what not in excused} == {}
    files = {file.stem for file in (SQL_ROOT / "ledger").glob("*.sql")}
    assert sorted(what for what in excused if what.split()[0] not in files) == []


def test_a_scan_is_seen(large: psycopg.Connection[Any]) -> None:
    """The test of the test: what no index has, what is all of a practice, what an index finds."""

    def reads(text: str) -> set[Read]:
        return whole_reads(explained(large, text))

    assert reads("select * from booking where fingerprint = %(fingerprint)s") == {Read("fleet", "booking")}
    assert reads("select state from booking where practice = %(practice)s") == {Read("practice", "booking")}
    assert reads("select * from booking where booking_id = %(booking_id)s") == set()


def test_what_nights_run_is_excused_as_that(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a night reads as a whole is listed under *night*: not as a page, a purge or an act."""
    ran: set[str] = set()
    known = session.statement

    def noted(folder: str, name: str) -> str:
        ran.add(name)
        return known(folder, name)

    monkeypatch.setattr(session, "statement", noted)
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    for _ in range(2):
        link.night()
    assert len(ran) > 80
    other = {what.split()[0] for group, reads in EXCUSED.items() if group != "night" for what in reads}
    assert sorted(ran & other) == []
