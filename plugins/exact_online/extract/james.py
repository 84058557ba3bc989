"""Brings the debtors, invoices and lines that are in scope from James into the staged tables of a
run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.extract.contract import contract
from exact_online.extract.copying import pour, rows_out, stage
from exact_online.extract.snapshot import snapshot
from exact_online.failures import ContractBroken, NotReady
from exact_online.ledger import Ledger
from exact_online.ledger.staging import Staging
from exact_online.stops import Stop

Connection = psycopg.Connection[Any]

KEYS_PER_CHUNK = 10_000
"""Invoices that one pair of statements fetches."""
PLAIN = "ltrim(btrim(coalesce(answer.\"debtor_number\", '')), '0')"
"""A number as `stage_ask_debtors` gives it: debtors whose numbers are one but for blanks around and
zeros in front are read together, for they are rejected together."""
ONLY_DEBTORS = f"{PLAIN} in (select unnest(%(only_debtors)s::text[]))"


@dataclass(frozen=True)
class StagedCounts:
    """What one extract staged."""

    keys: int
    """Final invoices and claims that James has in the range."""
    invoices: int
    """Of those, how many were fetched because the ledger doesn't know them as they are."""
    lines: int


def stage_debtors(james: Connection, staging: Staging, run_id: str, practice: str) -> int:
    """Stage all debtors of the practice (M2) and return how many, for a look at them: a night reads
    those that changed (`debtors.stage_changed_debtors`).

    What the run staged before is replaced.

    Raises NotReady when the practice is unknown here or in James, or our user could write in James;
    Unreachable when James is away.
    """
    with snapshot(james), staging.transaction("stage debtors"):
        code = james_code(james, staging, practice)
        staging.clear_debtors(run_id)
        return stage(james, staging, run_id, "debtors", {"james_practice_code": code})


def stage_debtors_of_days(
    james: Connection, ledger: Ledger, run_id: str, practice: str, days: tuple[dt.date, dt.date]
) -> int:
    """Stage the debtors of the invoices that the run staged, and of what the ledger has of `days`
    (the last one not included) and is not at rest, with those whose numbers are alike; return how
    many.

    The next night reads their groups again: James may have them otherwise by then, and as before
    this run. What the run staged before is replaced. Raises as `stage_debtors`.
    """
    staging = ledger.staging
    with snapshot(james), staging.transaction("stage debtors"):
        code, numbers = james_code(james, staging, practice), staging.debtor_numbers(run_id, practice, days)
        staging.clear_debtors(run_id)
        ledger.james_debtors.unsettle(practice, numbers)
        asked = {"james_practice_code": code, "only_debtors": plain_numbers(numbers)}
        return stage(james, staging, run_id, "debtors", asked, ONLY_DEBTORS)


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
        code = james_code(james, staging, practice)
        staging.clear_invoices(run_id)
        staging.prepare_keys()
        keys = pour_keys(james, staging, code, (from_date, before_date))
        staging.ask_none(practice, from_date, before_date)
        staging.choose_keys(practice, unsent_too=unsent_too, known_too=known_too)
        staging.note_gone_invoices(practice, run_id, from_date, before_date)
        return fetch_chosen(james, staging, run_id, practice, code, keys, keys_per_chunk)


def pour_keys(
    james: Connection, staging: Staging, code: str, days: tuple[dt.date, dt.date], only: str = "", **more: Any
) -> int:
    """Copy James' keys of days (first, day after the last) to where they are compared with the
    ledger; return how many. `only`: as `rows_out` has it, with `more` of its parameters.
    """
    asked = {"james_practice_code": code, "from_date": days[0], "before_date": days[1], **more}
    columns = ("invoice_key", "invoice_date", "changed_at")
    return pour(james, staging, "invoice_keys", asked, "james_key", columns, only)


def fetch_chosen(
    james: Connection,
    staging: Staging,
    run_id: str,
    practice: str,
    code: str,
    keys: int,
    keys_per_chunk: int = KEYS_PER_CHUNK,
) -> StagedCounts:
    """Stage the invoices of the chosen keys with their lines. `keys`: how many James has.

    Raises ContractBroken when James gives no invoice for a key that it named.
    """
    invoices = lines = 0
    for chunk in _chosen_keys(staging, keys_per_chunk):
        asked = {"invoice_keys": chunk, "james_practice_code": code}
        invoices += stage(james, staging, run_id, "invoices", asked)
        lines += stage(james, staging, run_id, "invoice_lines", asked)
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
    """Stage one debtor, with those whose numbers are alike, and invoices or claims by their keys,
    whatever the ledger knows of them.

    Return counts: fewer invoices than keys when James has them no more. For looking at a single
    record; raises as `stage_debtors`.
    """
    with snapshot(james), staging.transaction("stage record"):
        code = james_code(james, staging, practice)
        of_debtor = {"james_practice_code": code, "only_debtors": plain_numbers([debtor_number])}
        stage(james, staging, run_id, "debtors", of_debtor, ONLY_DEBTORS)
        asked = {"invoice_keys": list(invoice_keys), "james_practice_code": code}
        invoices = stage(james, staging, run_id, "invoices", asked)
        lines = stage(james, staging, run_id, "invoice_lines", asked)
        staging.note_shared_numbers(practice, run_id)
    return StagedCounts(len(invoice_keys), invoices, lines)


def plain_numbers(numbers: Sequence[str]) -> list[str]:
    """Return debtor numbers as `PLAIN` has them."""
    return [number.strip(" ").lstrip("0") for number in numbers]


def james_code(james: Connection, staging: Staging, practice: str) -> str:
    """Return James' own code of the practice, which James must know too. Raises NotReady."""
    code = staging.james_practice_code(practice)
    if code is None:
        raise NotReady(Stop.PRACTICE_NOT_REGISTERED, practice=practice)
    asked = {"james_practice_code": code}
    if not any(rows_out(james, contract("practice"), asked, ("james_practice_code",))):
        raise NotReady(Stop.JAMES_PRACTICE_UNKNOWN, james_code=code, practice=practice)
    return code


def _chosen_keys(staging: Staging, keys_per_chunk: int) -> Iterator[list[str]]:
    after = ""
    while chunk := staging.next_keys(after, keys_per_chunk):
        after = chunk[-1]
        yield chunk


def _check_none_missing(staging: Staging, run_id: str) -> None:
    if missing := staging.missing_keys(run_id):
        raise ContractBroken(Stop.JAMES_KEYS_DIFFER, keys=", ".join(missing))
