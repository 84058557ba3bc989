"""Empties all tables of a ledger thousands of times."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

KEPT = ("alembic_version", "booking_move")
ANEW = 50
"""After so many times the files of the tables are made anew, without what is left of old rows."""
TABLES = "select tablename from pg_tables where schemaname = 'exact_sync' and tablename <> all(%s)"
NUMBERS = "select sequencename from pg_sequences where schemaname = 'exact_sync'"


def learn_to_empty(owner: psycopg.Connection[Any]) -> None:
    """Make the function that deletes all rows of a ledger, and lets its numbers begin at 1.

    To truncate eighty tables with three hundred files costs ten times as much as to delete few
    rows, and makes each session learn the tables anew.
    """
    tables = [sql.Identifier("exact_sync", name) for (name,) in owner.execute(TABLES, [list(KEPT)])]
    numbers = [sql.Literal(f"exact_sync.{name}") for (name,) in owner.execute(NUMBERS)]
    deletes = [sql.SQL("delete from {};").format(table) for table in tables]
    restarts = [sql.SQL("perform setval({}, 1, false);").format(number) for number in numbers]
    body = sql.SQL("begin {} end").format(sql.SQL(" ").join([*deletes, *restarts]))
    owner.execute(
        sql.SQL(
            "create function public.empty_ledger() returns void language plpgsql"
            " set session_replication_role = replica as {}"
        ).format(sql.Literal(body.as_string(owner)))
    )


def empty_ledger(owner: psycopg.Connection[Any], *, anew: bool) -> None:
    """Delete all rows of the ledger; `anew` truncates its tables."""
    if anew:
        names = [sql.Identifier("exact_sync", name) for (name,) in owner.execute(TABLES, [list(KEPT)])]
        owner.execute(sql.SQL("truncate {} restart identity cascade").format(sql.SQL(", ").join(names)))
    else:
        owner.execute("select public.empty_ledger()")
