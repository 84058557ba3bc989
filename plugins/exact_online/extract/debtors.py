"""Reads from James the debtors that are new or changed: James is asked for a few figures per group
of debtors, and only the groups that differ from what was kept of them are read
(docs/decisions/0024).

Once a week, and whenever what was kept may not hold, all debtors are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg.rows import class_row

from exact_online.extract.contract import Contract, contract
from exact_online.extract.copying import blocks, rows_out
from exact_online.extract.james import ONLY_DEBTORS, PLAIN, james_code
from exact_online.extract.reach import reaching
from exact_online.extract.snapshot import snapshot
from exact_online.ledger import Ledger, Run
from exact_online.ledger.james_debtors import Figures

Connection = psycopg.Connection[Any]

BUCKETS = 256
"""Groups of debtors: a power of two. A night with a few changes reads as many groups, each of which
has a 256th of all."""
BUCKET = f"(hashtextextended({PLAIN}, 0) & {BUCKETS - 1})::smallint"
FIGURES = f"""
select
    {BUCKET} as bucket,
    count(*)::integer as debtors,
    coalesce(sum(hashtextextended(answer::text, 0)), 0) as digest
from ({{debtors}}
) as answer
group by 1"""  # noqa: S608 (a file of ours)
"""The figures of a group over all that debtors.sql returns: two of the same sum are as likely as
two equal numbers of 64 bits."""
CHOSEN = f'answer."bucket" = any(%(buckets)s::smallint[]) or {ONLY_DEBTORS}'


@dataclass(frozen=True)
class DebtorReading:
    """What a night read from James."""

    debtors: int
    buckets: int
    """Groups that were read: their figures differed, or all was read."""


def stage_changed_debtors(
    james: Connection, ledger: Ledger, run: Run, rules: str, *, in_full: bool = False
) -> DebtorReading:
    """Stage the debtors that the ledger lacks, and keep whom James has; return what was read.

    Read are the debtors of the groups of which James says other figures than at the last reading,
    of those that were not settled since, and of those that were planned by other `rules`; James is
    also asked for who has no relation in Exact or is not booked. All are read with `in_full`.

    What the run staged before is replaced. The groups settle when the run has planned what it
    fetched (`ledger.james_debtors.settle`). Raises as `james.stage_debtors`.
    """
    staging, kept, practice = ledger.staging, ledger.james_debtors, run.practice
    with snapshot(james), staging.transaction("stage debtors"):
        code = james_code(james, staging, practice)
        basis = _basis(code, rules)
        staging.clear_debtors(run.run_id)
        figures = _figures(james, code)
        buckets = kept.to_read(practice, figures, basis, in_full=in_full)
        asked = {"james_practice_code": code, "buckets": buckets, "only_debtors": kept.to_ask(practice)}
        debtors = _pour(james, ledger, run, asked) if buckets or asked["only_debtors"] else 0
        kept.keep(run, figures, basis, buckets)
        staging.note_gone_debtors(practice, run.run_id)
        return DebtorReading(debtors, len(buckets))


def _basis(code: str, rules: str) -> str:
    """Digest of all that decides what the debtors of a group become, but James' rows."""
    texts = [code, FIGURES, contract("debtors").text, rules]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _figures(james: Connection, code: str) -> list[Figures]:
    question = FIGURES.format(debtors=contract("debtors").text)
    with reaching(james), james.cursor(row_factory=class_row(Figures)) as cursor:
        return cursor.execute(question.encode(), {"james_practice_code": code}).fetchall()


def _pour(james: Connection, ledger: Ledger, run: Run, asked: Mapping[str, Any]) -> int:
    promised = contract("debtors")
    columns = (*(column.name for column in promised.columns), "bucket")
    with closing(rows_out(james, _with_bucket(promised), asked, columns, CHOSEN)) as rows:
        staged = blocks(rows, f"{run.run_id}\t".encode())
        return ledger.staging.copy_in("staged_debtor", ("run_id", *columns), staged)


def _with_bucket(promised: Contract) -> Contract:
    text = f"select answer.*, {BUCKET} as bucket from ({promised.text}\n) as answer"  # noqa: S608
    return replace(promised, text=text)
