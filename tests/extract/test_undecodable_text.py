"""A server that keeps any bytes as text.

The broken record is marked, the others come through (FR-L3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dev.demo.james import create_james, fill_james
from dev.demo.practices import practice
from dev.local.postgres import Server
from exact_online.extract.contract import check_contract
from exact_online.extract.james import stage_debtors, stage_invoices
from exact_online.extract.reach import connect_james
from exact_online.ledger import Ledger
from tests.conftest import WORKER
from tests.extract.conftest import AS_READER, OpenRun

Connection = psycopg.Connection[Any]


@pytest.fixture
def careless_james(postgres: Server) -> Iterator[Connection]:
    """De Brug in a database without an encoding, with one name in Windows-1252."""
    name = f"careless_{WORKER}"
    with psycopg.connect(postgres.dsn(), autocommit=True) as server:
        options = "encoding 'SQL_ASCII' locale 'C' locale_provider 'libc' template template0"
        server.execute(f"create database {name} {options}".encode())
    with psycopg.connect(postgres.dsn(name), autocommit=True, client_encoding="UTF8") as owner:
        create_james(owner)
        fill_james(owner, [practice("de_brug")])
        owner.execute("set client_encoding to SQL_ASCII")
        owner.execute(b"update james.debiteur set naam = E'Zo\\xeb' where debiteurnummer = '26'")
        owner.execute(b"update james.debiteur set naam = 'Zo\xc3\xab' where debiteurnummer = '25'")
    with connect_james(postgres.dsn(name) + AS_READER) as reader:
        yield reader
    postgres.drop_database(name)


def test_the_broken_text_is_marked_and_the_others_are_whole(
    careless_james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    assert stage_debtors(careless_james, Ledger(ledger).staging, open_run("de_brug"), "de_brug") == 26
    names = ledger.execute(
        "select debtor_number, name from staged_debtor where debtor_number in ('25', '26')"
    )
    assert {row["debtor_number"]: row["name"] for row in names} == {"25": "Zoë", "26": "Zo\ufffd"}


def test_its_contract_and_invoices_are_read_like_any_others(
    careless_james: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    check_contract(careless_james)
    counts = stage_invoices(
        careless_james,
        Ledger(ledger).staging,
        open_run("de_brug"),
        "de_brug",
        dt.date(2026, 10, 1),
        dt.date(2026, 11, 16),
    )
    assert counts.invoices == counts.keys > 10
