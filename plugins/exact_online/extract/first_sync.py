"""What a first-sync date brings, counted by James itself (M20)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row, tuple_row

from exact_online.extract.reach import reaching
from exact_online.statements import statement


@dataclass(frozen=True)
class MonthCount:
    """Invoices and claims whose number was assigned in one month."""

    month: dt.date
    """Its first day."""
    invoices: int


def invoices_per_month(
    james: psycopg.Connection[Any], james_practice_code: str, days: tuple[dt.date, dt.date]
) -> list[MonthCount]:
    """Return the counts of `days` (first, day after the last) per month, the oldest first.

    Invoices without a day are left out: they are rejected by name. Raises Unreachable.
    """
    question = (
        "select date_trunc('month', k.invoice_date)::date as month, count(*) as invoices "  # noqa: S608
        f"from ({statement('james', 'invoice_keys')}\n) as k "
        "where k.invoice_date is not null group by 1 order by 1"
    )
    asked = {"james_practice_code": james_practice_code, "from_date": days[0], "before_date": days[1]}
    with reaching(james), james.cursor(row_factory=class_row(MonthCount)) as cursor:
        return cursor.execute(question.encode(), asked).fetchall()


def debtor_count(james: psycopg.Connection[Any], james_practice_code: str) -> int:
    """Return how many debtors a practice has. Raises Unreachable."""
    question = f"select count(*) from ({statement('james', 'debtors')}\n) as d"  # noqa: S608
    with reaching(james), james.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(question.encode(), {"james_practice_code": james_practice_code}).fetchone()
    return int(row[0]) if row else 0
