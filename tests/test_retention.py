"""bewaartermijnen.toml: every column of the ledger has its term, and a wrong file is a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest

from exact_online.failures import NotReady
from exact_online.purge import REMOVALS
from exact_online.retention import FILE, checked, page, retention


def columns_of(ledger: psycopg.Connection[Any]) -> set[tuple[str, str]]:
    rows = ledger.execute(
        "select c.table_name, c.column_name from information_schema.columns as c"
        " inner join information_schema.tables as t using (table_schema, table_name)"
        " where c.table_schema = 'exact_sync' and t.table_type = 'BASE TABLE'"
    )
    return {(table, column) for table, column in rows}


def test_every_column_of_the_ledger_has_a_term(ledger_connection: psycopg.Connection[Any]) -> None:
    """B7: whoever adds a column says in bewaartermijnen.toml how long it is kept."""
    found, named = columns_of(ledger_connection), retention().columns()
    assert sorted(found - named) == []
    assert sorted(named - found) == []


def test_a_new_column_without_a_term_is_found(ledger_connection: psycopg.Connection[Any]) -> None:
    ledger_connection.execute("alter table relation add column birth_date date")
    assert columns_of(ledger_connection) - retention().columns() == {("relation", "birth_date")}


def test_every_term_is_used() -> None:
    used = {name for terms in retention().tabel.values() for name in terms}
    assert set(retention().termijn) == used


def test_every_term_of_days_is_purged() -> None:
    days = {name for name, term in retention().termijn.items() if term.dagen is not None}
    assert days == {term for term, _ in REMOVALS} | {"koppeling", "mail"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dagen": None}, "needs exactly one of dagen, jaren and zolang"),
        ({"jaren": 2}, "needs exactly one of dagen, jaren and zolang"),
        ({"dagen": -1}, "termijn.ingelezen.dagen: Input should be greater than or equal to 0"),
        ({"dagen": "14"}, "termijn.ingelezen.dagen: Input should be a valid integer"),
        ({"reden": ""}, "termijn.ingelezen.reden: String should have at least 5 characters"),
        ({"grondslag": None}, "termijn.ingelezen.grondslag"),
        ({"weken": 2}, "termijn.ingelezen.weken: Extra inputs are not permitted"),
    ],
)
def test_a_term_that_is_wrong_is_a_sentence(change: dict[str, Any], sentence: str) -> None:
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    changed = {**document["termijn"]["ingelezen"], **change}
    document["termijn"]["ingelezen"] = {name: value for name, value in changed.items() if value is not None}
    with pytest.raises(NotReady, match=r"bewaartermijnen\.toml is niet bruikbaar: ") as raised:
        checked(document)
    assert sentence in str(raised.value)


def test_a_table_under_an_unknown_term_is_a_sentence() -> None:
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    document["tabel"]["run"]["eeuwig"] = ["run_id"]
    with pytest.raises(NotReady, match="no such term: eeuwig"):
        checked(document)


def test_the_page_is_made_of_the_file() -> None:
    written = Path(__file__).parents[1] / "docs" / "bewaartermijnen.md"
    assert written.read_text(encoding="utf-8") == page(retention())
