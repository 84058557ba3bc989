"""Rows stream from one COPY into the other: however many there are, this process holds a few of
them at a time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any

import psycopg

from exact_online.extract.contract import Contract, contract
from exact_online.extract.reach import reaching
from exact_online.extract.snapshot import keeps_any_bytes
from exact_online.ledger.staging import Staging

Connection = psycopg.Connection[Any]

BYTES_PER_WRITE = 64 * 1024
STAGED_IN = {"debtors": "staged_debtor", "invoices": "staged_invoice", "invoice_lines": "staged_invoice_line"}
"""Statement of the read contract -> the table that has its columns beside `run_id`."""


def stage(
    james: Connection,
    staging: Staging,
    run_id: str,
    name: str,
    asked: Mapping[str, Any],
    only: str = "",
) -> int:
    """Copy all columns of a statement of James into the staged table of that name; return how many
    rows. `only`: as `rows_out` has it.
    """
    table = STAGED_IN[name]
    columns = tuple(column.name for column in contract(name).columns)
    return pour(james, staging, name, asked, table, columns, only, run_id=run_id)


def pour(
    james: Connection,
    staging: Staging,
    name: str,
    asked: Mapping[str, Any],
    table: str,
    columns: tuple[str, ...],
    only: str = "",
    **constants: str,
) -> int:
    """Copy the rows of a statement of James into a staged table, each with the constants before it;
    return how many. `only`: as `rows_out` has it.
    """
    first = "".join(f"{value}\t" for value in constants.values()).encode()
    with closing(rows_out(james, contract(name), asked, columns, only)) as rows:
        return staging.copy_in(table, (*constants, *columns), blocks(rows, first))


def blocks(rows: Iterator[bytes], first: bytes) -> Iterator[bytes]:
    """Many rows to a write: a call per row costs more than the row."""
    block = bytearray()
    for row in rows:
        block += first
        block += row
        if len(block) >= BYTES_PER_WRITE:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def rows_out(
    james: Connection,
    promised: Contract,
    asked: Mapping[str, Any],
    columns: tuple[str, ...],
    only: str = "",
) -> Generator[bytes]:
    """Give the rows as COPY text lines; only the named columns leave James (M3).

    `only`: a condition of ours on the rows, which calls them `answer`. Raises Unreachable.
    """
    names = ", ".join(f'answer."{column}"' for column in columns)
    # The statements are files of ours.
    where = f" where {only}" if only else ""
    yield from copied(james, f"select {names} from ({promised.text}\n) as answer{where}", asked)  # noqa: S608


def copied(james: Connection, question: str, asked: Mapping[str, Any]) -> Generator[bytes]:
    """Give the rows of a question of ours as COPY text lines. Raises Unreachable."""
    unchecked = keeps_any_bytes(james)
    with (
        reaching(james),
        james.cursor() as cursor,
        cursor.copy(f"copy ({question}) to stdout".encode(), asked) as rows,
    ):
        for row in rows:
            yield _as_text(bytes(row)) if unchecked else bytes(row)


def _as_text(row: bytes) -> bytes:
    """Bytes that are no UTF-8 become U+FFFD,
    by which the transform rejects that record alone (FR-L3).
    """
    return row.decode("utf-8", errors="replace").encode()
