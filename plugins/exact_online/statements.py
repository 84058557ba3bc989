"""Find the SQL statements: one file each, named after what it does."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

SQL_ROOT = Path(os.environ.get("EXACT_ONLINE_SQL") or Path(__file__).parents[2] / "include" / "sql")


@cache
def statement(folder: str, name: str) -> str:
    """Return the text of ``include/sql/<folder>/<name>.sql``. Raises FileNotFoundError, which names the path."""
    return (SQL_ROOT / folder / f"{name}.sql").read_text(encoding="utf-8")
