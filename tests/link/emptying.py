"""Empties all tables of a ledger thousands of times."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

KEPT = ("alembic_version", "booking_move")
LARGE = 64 * 1024
"""Bytes of a table that is truncated: its deleted rows would be gone through again and again."""
TABLES = "select tablename from pg_tables where schemaname = 'exact_sync' and tablename <> all(%s)"
LARGE_TABLES = """
select relname::text from pg_class
where relnamespace = 'exact_sync'::regnamespace and relkind = 'r' and relname <> all(%s)
    and pg_relation_size(oid) > %s"""
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


def empty_ledger(owner: psycopg.Connection[Any]) -> None:
    """Delete all rows of the ledger."""
    large = [
        sql.Identifier("exact_sync", name) for (name,) in owner.execute(LARGE_TABLES, [list(KEPT), LARGE])
    ]
    if large:
        owner.execute(sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(large)))
    owner.execute("select public.empty_ledger()")
