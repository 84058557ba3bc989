"""Bring a database to a version of the link's own schema ``exact_sync``.

Forward only, each version whole or not at all (FR-L7).

A version is one SQL file in ``include/sql/ledger/migrations/versions/`` with a revision file of a
few lines beside it.

    export AIRFLOW_CONN_EXACT_SYNC_DB=postgres://user:password@host/database
    python -m exact_online.migrations
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from exact_online.database_errors import error_words
from exact_online.failures import LinkFailure, NotReady, Unreachable
from exact_online.statements import SQL_ROOT

SCHEMA = "exact_sync"
CONNECTION_VARIABLE = "AIRFLOW_CONN_EXACT_SYNC_DB"
SCRIPTS = SQL_ROOT / "ledger" / "migrations"
ONE_AT_A_TIME = 7021977
"""Advisory lock: two deployments that migrate at once wait for each other."""
LOCK_TIMEOUT = "30s"
"""A version waits so long for a table that a night has in use: all who come later wait behind."""


def migrate(dsn: str, to: str = "head") -> str:
    """Bring the database at ``dsn`` to version ``to`` and return the version it then has.

    Does nothing when it is there already.

    ``NotReady`` when the database has a version this code does not know, or a statement fails (that
    version then left nothing behind); ``Unreachable`` when the database does not answer.
    """
    with _connection(dsn) as connection:
        connection.exec_driver_sql(f"select pg_advisory_lock({ONE_AT_A_TIME})")
        connection.exec_driver_sql(f"set lock_timeout to '{LOCK_TIMEOUT}'")
        connection.exec_driver_sql(f"create schema if not exists {SCHEMA}")
        connection.exec_driver_sql(f"set search_path to {SCHEMA}")
        connection.commit()
        _upgrade(connection, to)
    return current_version(dsn) or "nothing"


def current_version(dsn: str) -> str | None:
    """The version of the schema at ``dsn``; None when it was never migrated."""
    with _connection(dsn) as connection:
        return MigrationContext.configure(
            connection, opts={"version_table_schema": SCHEMA}
        ).get_current_revision()


def known_versions() -> list[str]:
    """All versions, oldest first."""
    revisions = ScriptDirectory(str(SCRIPTS)).walk_revisions()
    return [revision.revision for revision in revisions][::-1]


def sql_beside(revision_file: str) -> Callable[[], None]:
    """The ``upgrade`` of a revision: run the SQL file of the same name."""
    file = Path(revision_file).with_suffix(".sql")

    def upgrade() -> None:
        try:
            op.get_bind().exec_driver_sql(
                file.read_text(encoding="utf-8"), execution_options={"no_parameters": True}
            )
        except DBAPIError as problem:
            raise NotReady(
                f"Version {file.stem} of the ledger can't be made and left nothing behind: "
                f"{_words(problem.orig)}"
            ) from None

    return upgrade


def _upgrade(connection: Connection, to: str) -> None:
    config = Config(attributes={"connection": connection, "schema": SCHEMA})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    try:
        command.upgrade(config, to)
    except CommandError as problem:
        raise NotReady(
            f"The ledger can't be migrated: {problem} Deploy the code that made this database, "
            "or a newer one."
        ) from problem


@contextmanager
def _connection(dsn: str) -> Iterator[Connection]:
    """Any address libpq understands, Airflow's URI form included.

    The database's words come out as failures, never with the password.
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect(dsn), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _connect(dsn: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(dsn, connect_timeout=10)
    except psycopg.ProgrammingError as problem:
        raise NotReady(
            f"{CONNECTION_VARIABLE} is no database address: write "
            "postgres://user:password@host:port/database."
        ) from problem
    except psycopg.OperationalError as problem:
        raise Unreachable(f"The ledger's database does not answer: {error_words(problem)}") from None


def _words(problem: BaseException | None) -> str:
    """What may be said of a failed statement: it may have failed on a row of a person."""
    if isinstance(problem, psycopg.Error):
        return error_words(problem, own_functions=True)
    return type(problem).__name__


def main() -> str:
    """Migrate the database the environment names; a sentence about what it has now."""
    dsn = os.environ.get(CONNECTION_VARIABLE)
    if not dsn:
        raise NotReady(
            f"{CONNECTION_VARIABLE} is not set: give the ledger's database as "
            "postgres://user:password@host:port/database."
        )
    return f"Schema {SCHEMA} is at version {migrate(dsn)}."


if __name__ == "__main__":
    try:
        print(main())
    except LinkFailure as failure:
        sys.exit(str(failure))
