"""A large James, made up by SQL alone: the same rows each time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import psycopg

MADE_UP = Path(__file__).with_name("large_james.sql")
FIRST_DAY = dt.date(2022, 11, 1)
"""Before the first invoice; the last is of November 2026."""


def fill_large_james(owner: psycopg.Connection[Any], invoices: int) -> None:
    """Fill a James that has its tables and nothing else, and have it analysed.

    Nine tenths of the invoices are of practice P0001. `owner` is a superuser's, in autocommit.
    """
    for statement in filter(str.strip, MADE_UP.read_text(encoding="utf-8").split(";\n")):
        owner.execute(statement.encode(), {"invoices": invoices})
    owner.execute("vacuum analyze")
