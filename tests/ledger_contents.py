"""Every row of the ledger, to see that something left it alone."""

from __future__ import annotations

from typing import Any

import psycopg

KEPT_BY_A_DRY_RUN = {"run", "token_chain", "call_window", "call_error", "ledger_home"}
"""Tables in which a dry run leaves something.

Its own row and numbers, renewed tokens, the calls that reading cost, and where the ledger is at
home, which its first run writes down.
"""


def contents(conn: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Every row of every table of the ledger, but for what a dry run may keep."""
    tables = conn.execute("select tablename from pg_tables where schemaname = 'exact_sync'").fetchall()
    return {
        row["tablename"]: sorted(
            str(tuple(found.values())) for found in conn.execute(f"table {row['tablename']}".encode())
        )
        for row in tables
        if row["tablename"] not in KEPT_BY_A_DRY_RUN
    }
