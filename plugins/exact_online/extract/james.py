"""Brings the debtors, invoices and lines that are in scope from James into the staged tables of a
run.

Rows stream from one COPY into the other: however many there are,
this process holds a few of them at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.extract.contract import Contract, contract
from exact_online.extract.reach import reaching
from exact_online.extract.snapshot import keeps_any_bytes, snapshot
from exact_online.failures import ContractBroken, NotReady
from exact_online.ledger.staging import Staging
from exact_online.stops import Stop

Connection = psycopg.Connection[Any]

KEYS_PER_CHUNK = 10_000
"""Invoices that one pair of statements fetches."""
BYTES_PER_WRITE = 64 * 1024


@dataclass(frozen=True)
class StagedCounts:
    """What one extract staged."""

    keys: int
    """Final invoices and claims that James has in the range."""
    invoices: int
    """Of those, how many were fetched because the ledger doesn't know them as they are."""
    lines: int


def stage_debtors(james: Connection, staging: Staging, run_id: str, practice: str) -> int:
    """Stage all debtors of the practice (M2) and return how many.

    What the run staged before is replaced.

    Raises NotReady when the practice is unknown here or in James, or our user could write in James;
    Unreachable when James is away.
    """
    with snapshot(james), staging.transaction("stage debtors"):
        james_code = _james_code(james, staging, practice)
        staging.clear_debtors(run_id)
        debtors = _stage(james, staging, run_id, "debtors", "staged_debtor", james_practice_code=james_code)
        staging.note_gone_debtors(practice, run_id)
        return debtors


def stage_debtors_of_days(
    james: Connection, staging: Staging, run_id: str, practice: str, days: tuple[dt.date, dt.date]
) -> int:
    """Stage the debtors of the invoices that the run staged, and of what the ledger has of `days`
    (the last one not included) and is not at rest; return how many.

    What the run staged before is replaced. Raises as `stage_debtors`.
    """
    with snapshot(james), staging.transaction("stage debtors"):
        code, numbers = _james_code(james, staging, practice), staging.debtor_numbers(run_id, practice, days)
        staging.clear_debtors(run_id)
        asked = {"james_practice_code": code, "only_debtors": numbers}
        return _stage(james, staging, run_id, "debtors", "staged_debtor", **asked)


def stage_invoices(
    james: Connection,
    staging: Staging,
    run_id: str,
    practice: str,
    from_date: dt.date,
    before_date: dt.date,
    keys_per_chunk: int = KEYS_PER_CHUNK,
    *,
    unsent_too: bool = False,
    known_too: bool = False,
) -> StagedCounts:
    """Stage the invoices and claims numbered on days ``from_date <= day < before_date`` that the
    ledger lacks; with `unsent_too` also those that are planned and were never sent, with
    `known_too` all.

    Lacking is: unknown, rejected or held, or changed in James since it was planned, booked or
    handed over (M1, M3, M20). What the run staged before is replaced. Returns counts. Raises as
    `stage_debtors`, and ContractBroken when James gives no invoice for a key it named.
    """
    with snapshot(james), staging.transaction("stage invoices"):
        james_code = _james_code(james, staging, practice)
        staging.clear_invoices(run_id)
        days = {"from_date": from_date, "before_date": before_date}
        keys = _pour_keys(james, staging, james_practice_code=james_code, **days)
        staging.choose_keys(practice, unsent_too=unsent_too, known_too=known_too)
        staging.note_gone_invoices(practice, run_id, from_date, before_date)
        invoices = lines = 0
        for chunk in _chosen_keys(staging, keys_per_chunk):
            asked = {"invoice_keys": chunk, "james_practice_code": james_code}
            invoices += _stage(james, staging, run_id, "invoices", "staged_invoice", **asked)
            lines += _stage(james, staging, run_id, "invoice_lines", "staged_invoice_line", **asked)
        _check_none_missing(staging, run_id)
        staging.note_shared_numbers(practice, run_id)
    return StagedCounts(keys, invoices, lines)


def stage_record(
    james: Connection,
    staging: Staging,
    run_id: str,
    practice: str,
    debtor_number: str,
    invoice_keys: Sequence[str] = (),
) -> StagedCounts:
    """Stage one debtor, and invoices or claims by their keys, whatever the ledger knows of them.

    Return counts: fewer invoices than keys when James has them no more. For looking at a single
    record; raises as `stage_debtors`.
    """
    with snapshot(james), staging.transaction("stage record"):
        james_code = _james_code(james, staging, practice)
        of_debtor = {"james_practice_code": james_code, "only_debtors": [debtor_number]}
        _stage(james, staging, run_id, "debtors", "staged_debtor", **of_debtor)
        asked = {"invoice_keys": list(invoice_keys), "james_practice_code": james_code}
        invoices = _stage(james, staging, run_id, "invoices", "staged_invoice", **asked)
        lines = _stage(james, staging, run_id, "invoice_lines", "staged_invoice_line", **asked)
        staging.note_shared_numbers(practice, run_id)
    return StagedCounts(len(invoice_keys), invoices, lines)


def _james_code(james: Connection, staging: Staging, practice: str) -> str:
    """James' own code of the practice, which James must know too."""
    code = staging.james_practice_code(practice)
    if code is None:
        raise NotReady(Stop.PRACTICE_NOT_REGISTERED, practice=practice)
    asked = {"james_practice_code": code}
    if not any(_rows_out(james, contract("practice"), asked, ("james_practice_code",))):
        raise NotReady(Stop.JAMES_PRACTICE_UNKNOWN, james_code=code, practice=practice)
    return code


def _pour_keys(james: Connection, staging: Staging, **asked: Any) -> int:
    """Lay James' keys beside the ledger; how many keys James has."""
    staging.prepare_keys()
    return _pour(james, staging, "invoice_keys", asked, "james_key", ("invoice_key", "changed_at"))


def _chosen_keys(staging: Staging, keys_per_chunk: int) -> Iterator[list[str]]:
    after = ""
    while chunk := staging.next_keys(after, keys_per_chunk):
        after = chunk[-1]
        yield chunk


def _check_none_missing(staging: Staging, run_id: str) -> None:
    if missing := staging.missing_keys(run_id):
        raise ContractBroken(Stop.JAMES_KEYS_DIFFER, keys=", ".join(missing))


def _stage(james: Connection, staging: Staging, run_id: str, name: str, table: str, **asked: Any) -> int:
    columns = tuple(column.name for column in contract(name).columns)
    return _pour(james, staging, name, asked, table, columns, run_id=run_id)


def _pour(
    james: Connection,
    staging: Staging,
    name: str,
    asked: Mapping[str, Any],
    table: str,
    columns: tuple[str, ...],
    **constants: str,
) -> int:
    """Copy the rows of a statement of James into a staged table,
    each with the constants before it; how many.
    """
    first = "".join(f"{value}\t" for value in constants.values()).encode()
    with closing(_rows_out(james, contract(name), asked, columns)) as rows:
        return staging.copy_in(table, (*constants, *columns), _blocks(rows, first))


def _blocks(rows: Iterator[bytes], first: bytes) -> Iterator[bytes]:
    """Many rows to a write: a call per row costs more than the row."""
    block = bytearray()
    for row in rows:
        block += first
        block += row
        if len(block) >= BYTES_PER_WRITE:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _rows_out(
    james: Connection, promised: Contract, asked: Mapping[str, Any], columns: tuple[str, ...]
) -> Generator[bytes]:
    """The rows as COPY text lines; only the named columns leave James (M3)."""
    names = ", ".join(f'answer."{column}"' for column in columns)
    # The statements are files of ours.
    only = ' where answer."debtor_number" = any(%(only_debtors)s)' if "only_debtors" in asked else ""
    copied = f"copy (select {names} from ({promised.text}\n) as answer{only}) to stdout"  # noqa: S608
    question = copied.encode()
    unchecked = keeps_any_bytes(james)
    with reaching(james), james.cursor() as cursor, cursor.copy(question, asked) as rows:
        for row in rows:
            yield _as_text(bytes(row)) if unchecked else bytes(row)


def _as_text(row: bytes) -> bytes:
    """Bytes that are no UTF-8 become U+FFFD,
    by which the transform rejects that record alone (FR-L3).
    """
    return row.decode("utf-8", errors="replace").encode()
