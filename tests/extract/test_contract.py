"""Any change of James that the read contract feels is named before a run reads a row (FR-L4)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from exact_online import statements
from exact_online.extract.contract import READ_CONTRACT, check_contract, contract
from exact_online.failures import ContractBroken
from exact_online.statements import statement

Connection = psycopg.Connection[Any]
Edit = Callable[[str, str, str], None]
STAGED_BY = {"debtors": "staged_debtor", "invoices": "staged_invoice", "invoice_lines": "staged_invoice_line"}


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edit]:
    """Edits a copy of a statement file of James, as somebody would who adapts it."""
    copy = Path(shutil.copytree(statements.SQL_ROOT, tmp_path / "sql"))
    monkeypatch.setattr(statements, "SQL_ROOT", copy)

    def edited(name: str, old: str, new: str) -> None:
        path = copy / "james" / f"{name}.sql"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        statement.cache_clear()

    yield edited
    statement.cache_clear()


def test_the_demo_keeps_to_the_contract(james: Connection) -> None:
    check_contract(james)


OURS = {"run_id", "shares_number_with", "bucket"}
"""What we write beside what James gives."""


@pytest.mark.parametrize("name", STAGED_BY)
def test_a_header_promises_what_the_staged_table_holds(name: str, ledger: Connection) -> None:
    described = (
        ledger.execute(
            sql.SQL("select * from {} limit 0").format(sql.Identifier(STAGED_BY[name]))
        ).description
        or []
    )
    held = {column.name: column.type_display for column in described if column.name not in OURS}
    promised = {
        column.name: {"integer": "int4"}.get(column.type, column.type) for column in contract(name).columns
    }
    assert promised == held


@pytest.mark.parametrize("name", READ_CONTRACT)
def test_a_header_names_the_parameters_of_its_statement(name: str) -> None:
    promised = contract(name)
    assert promised.parameters
    assert all(f"%({parameter.name})s" in promised.text for parameter in promised.parameters)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "found.totaalbedrag::numeric as total",
            "found.totaalbedrag::text as total",
            "returns column total as text instead of numeric",
        ),
        ("found.totaalbedrag::numeric as total,", "", "does not return column total (numeric)"),
        (
            "as changed_at\nfrom found",
            "as changed_at,\n    d.iban\nfrom found",
            "returns column iban, which the contract does not know",
        ),
        (
            "found.valuta::text as currency",
            "found.munt::text as currency",
            "column found.munt does not exist",
        ),
    ],
    ids=["another type", "a column less", "a column more", "a column James lacks"],
)
def test_a_difference_names_file_column_and_both_types(
    james: Connection, edit: Edit, old: str, new: str, said: str
) -> None:
    edit("invoices", old, new)
    with pytest.raises(ContractBroken) as broken:
        check_contract(james)
    assert str(broken.value).startswith("Bestand include/sql/james/invoices.sql ")
    assert said in str(broken.value)


def test_a_renamed_column_of_james_is_named_with_the_cure(james: Connection, james_owner: Connection) -> None:
    james_owner.execute("alter table james.debiteur rename column plaats to woonplaats")
    with pytest.raises(
        ContractBroken,
        match=r"debtors\.sql is in James niet te vragen: column d\.plaats does not exist\..*ontwikkelaars",
    ):
        check_contract(james)


def test_a_table_that_may_not_be_read_asks_for_the_right(james: Connection, james_owner: Connection) -> None:
    james_owner.execute("revoke select on james.debiteur from james_reader")
    with pytest.raises(
        ContractBroken,
        match=r"permission denied for table debiteur.*leesrechten van james_db",
    ):
        check_contract(james)


def test_the_check_reads_no_row(james: Connection, james_owner: Connection) -> None:
    """A statement that fails on the first row it would read is still compared."""
    james_owner.execute(
        "create function james.trap(text) returns text language plpgsql as $$ begin raise exception 'read a "
        "row'; end $$"
    )
    james_owner.execute("alter table james.debiteur rename to kaart")
    james_owner.execute("create view james.debiteur as select *, james.trap(naam) from james.kaart")
    james_owner.execute("grant select on james.debiteur to james_reader")
    check_contract(james)
