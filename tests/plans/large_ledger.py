"""A large ledger, made up by SQL alone: the same rows each time."""

from __future__ import annotations

from pathlib import Path

import psycopg

MADE_UP = Path(__file__).with_name("large_ledger.sql")


def fill(dsn: str, practices: int, bookings: int) -> None:
    """Fill a migrated ledger with practices of so many bookings each, and have it analysed.

    `dsn` must set the search path to exact_sync. The practices are *practice_1* and further.
    """
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in filter(str.strip, MADE_UP.read_text(encoding="utf-8").split(";\n")):
            conn.execute(statement, {"practices": practices, "bookings": bookings})  # type: ignore[arg-type]
        conn.execute("set default_statistics_target = 300")  # of nearly all rows: the same plans
        conn.execute("vacuum analyze")
