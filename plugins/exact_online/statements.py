"""Finds the SQL statements: one file each, named after what it does."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

SQL_ROOT = Path(os.environ.get("EXACT_ONLINE_SQL") or Path(__file__).parents[2] / "include" / "sql")


@cache
def statement(room: str, name: str) -> str:
    """The text of ``include/sql/<room>/<name>.sql``; FileNotFoundError names the path when there is none."""
    return (SQL_ROOT / room / f"{name}.sql").read_text(encoding="utf-8")
