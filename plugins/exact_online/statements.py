"""The SQL statements of the link: each has a file of its own, named after what it does."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

SQL_ROOT = Path(os.environ.get("EXACT_ONLINE_SQL") or Path(__file__).parents[2] / "include" / "sql")


@cache
def newest_version() -> str:
    """Return the newest version of the ledger that this code knows: its last migration."""
    return max(file.name[:4] for file in (SQL_ROOT / "ledger" / "migrations" / "versions").glob("*.sql"))


@cache
def statement(folder: str, name: str) -> str:
    """Return the text of ``include/sql/<folder>/<name>.sql``.

    Raise FileNotFoundError with the path when there is no such file.
    """
    return (SQL_ROOT / folder / f"{name}.sql").read_text(encoding="utf-8")
