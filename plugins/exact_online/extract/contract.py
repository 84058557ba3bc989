"""The read contract: what each statement in ``include/sql/james/`` promises in its header, and
whether James keeps to it.

A header names the purpose, the parameters and the columns, one a line::

    -- Returns:
    --   invoice_key text             factuur:<id> or declaratie:<id>
    --   total numeric                gross, VAT included
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from exact_online.extract.reach import reaching
from exact_online.extract.snapshot import snapshot
from exact_online.failures import ContractBroken
from exact_online.statements import statement
from exact_online.stops import Stop

READ_CONTRACT = ("practice", "debtors", "invoice_keys", "invoices", "invoice_lines", "revenue_totals")
ENTRY = re.compile(r"--   (?P<name>\w+) (?P<type>[\w\[\]]+)")


@dataclass(frozen=True)
class Column:
    """A column or parameter with its PostgreSQL type."""

    name: str
    type: str


@dataclass(frozen=True)
class Contract:
    """One statement of the read contract."""

    file: str
    text: str
    parameters: tuple[Column, ...]
    columns: tuple[Column, ...]


def contract(name: str) -> Contract:
    """Return the contract in the header of ``include/sql/james/<name>.sql``."""
    text = statement("james", name)
    return Contract(
        f"include/sql/james/{name}.sql",
        text,
        tuple(_entries(text, "Parameters")),
        tuple(_entries(text, "Returns")),
    )


def _entries(text: str, section: str) -> Iterator[Column]:
    _, _, rest = text.partition(f"-- {section}:\n")
    for line in rest.splitlines():
        entry = ENTRY.match(line)
        if not entry:
            return
        yield Column(entry["name"], entry["type"])


def check_contract(james: psycopg.Connection[Any]) -> None:
    """Ask James for the columns of every statement, without a row.

    Raises ContractBroken, which names the first file that differs, and how; NotReady and
    Unreachable as `snapshot`.
    """
    with snapshot(james):
        for name in READ_CONTRACT:
            _compare(james, contract(name))


def _compare(james: psycopg.Connection[Any], promised: Contract) -> None:
    differences = list(_differences(promised, _found_columns(james, promised)))
    if differences:
        raise ContractBroken(Stop.JAMES_OTHERWISE, file=promised.file, differences="; ".join(differences))


def _found_columns(james: psycopg.Connection[Any], promised: Contract) -> dict[str, str]:
    question = f"select * from ({promised.text}\n) as answer limit 0".encode()  # noqa: S608 (a file of ours)
    nothing = {parameter.name: None for parameter in promised.parameters}
    with reaching(james), james.cursor(row_factory=tuple_row) as cursor:
        try:
            cursor.execute(question, nothing)
        except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
            raise ContractBroken(
                Stop.JAMES_NOT_READABLE, file=promised.file, cause=error.diag.message_primary
            ) from None
        return {found.name: _type_name(james, found.type_code) for found in cursor.description or ()}


def _type_name(james: psycopg.Connection[Any], oid: int) -> str:
    known = james.adapters.types.get(oid)
    return known.name if known else f"type {oid}"


def _differences(promised: Contract, found: dict[str, str]) -> Iterator[str]:
    for column in promised.columns:
        expected, actual = _plain(column.type), found.get(column.name)
        if actual is None:
            yield f"does not return column {column.name} ({expected})"
        elif actual != expected:
            yield f"returns column {column.name} as {actual} instead of {expected}"
    for extra in found.keys() - {column.name for column in promised.columns}:
        yield f"returns column {extra}, which the contract does not know"


def _plain(type_name: str) -> str:
    """PostgreSQL's own short name for a type: ``integer`` is ``int4``."""
    known = psycopg.adapters.types.get(type_name)
    return known.name if known else type_name
