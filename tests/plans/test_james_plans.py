"""What a night asks James reads his lines for the months that differ alone, by index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dev.demo.james import create_james
from dev.local.postgres import Server
from exact_online.extract.contract import contract
from exact_online.extract.months import FIGURES
from exact_online.statements import statement
from tests.conftest import WORKER
from tests.plans.large_james import fill_large_james

INVOICES = 40_000
MONTH = {"from_date": "2026-03-01", "before_date": "2026-04-01"}
EVER = {"from_date": "2022-11-01", "before_date": "2026-11-27"}
LINES = {"factuurregel", "declaratieregel"}


@pytest.fixture(scope="module")
def large_james(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A session on a James of 40,000 invoices and 160,000 lines, analysed."""
    name = f"large_james_{WORKER}"
    with psycopg.connect(postgres.create_database(name), autocommit=True) as owner:
        create_james(owner)
        fill_large_james(owner, INVOICES)
        yield owner
    postgres.drop_database(name)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _read(james: psycopg.Connection[Any], question: str, days: dict[str, str]) -> dict[str, float]:
    """Table -> the rows of it that PostgreSQL really read."""
    asked = {"james_practice_code": "P0001", **days}
    found = james.execute(f"explain (analyze, format json) {question}".encode(), asked).fetchone()
    assert found is not None
    rows: dict[str, float] = {}
    for node in _nodes(found[0][0]["Plan"]):
        if table := node.get("Relation Name"):
            dropped = node.get("Rows Removed by Filter", 0)
            rows[table] = rows.get(table, 0) + (node["Actual Rows"] + dropped) * node["Actual Loops"]
    return rows


def test_the_figures_of_all_months_read_no_line(large_james: psycopg.Connection[Any]) -> None:
    read = _read(large_james, FIGURES.format(keys=contract("invoice_keys").text), EVER)
    assert not LINES & read.keys()
    assert read["factuur"] + read["declaratie"] <= INVOICES


@pytest.mark.parametrize("name", ["invoice_keys", "revenue_totals"])
def test_a_month_costs_what_the_month_has(name: str, large_james: psycopg.Connection[Any]) -> None:
    """A forty-eighth of the invoices, and of their lines."""
    read = _read(large_james, statement("james", name), MONTH)
    assert read["factuur"] + read["declaratie"] < INVOICES / 30
    assert sum(read.get(table, 0) for table in LINES) < 4 * INVOICES / 30


def test_the_moment_of_the_keys_needs_no_debtor(large_james: psycopg.Connection[Any]) -> None:
    """The columns that are there for the figures alone cost nothing where nobody asks for them."""
    keys = statement("james", "invoice_keys")
    question = f"select invoice_key, invoice_date, changed_at from ({keys}) as answer"  # noqa: S608
    assert "debiteur" not in _read(large_james, question, MONTH)
