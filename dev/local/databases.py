"""The three databases on the embedded server, each with a role of its own with few rights."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from dev.local.postgres import Server
from dev.local.private_files import write_private

LEDGER_SCHEMA = "exact_sync"


@dataclass(frozen=True)
class Passwords:
    airflow: str
    exact_sync: str
    james_reader: str


@dataclass(frozen=True)
class Databases:
    """Connection addresses, in the form that both libpq and Airflow read."""

    airflow: str
    """Airflow's own tables, as their owner."""
    exact_sync: str
    """The ledger's schema, which is also the search path, as its owner."""
    james: str
    """James of the demo, for the link: a role that may read what the demo's schema grants it."""
    james_owner: str
    """The same database as its owner, to fill it."""


def make_databases(server: Server) -> Databases:
    """Make the roles and the empty databases that are missing, and return their addresses."""
    passwords = _keep_passwords(server.folder / "roles.json")
    for role, password in asdict(passwords).items():
        _make_role(server, role, password)
    for name, owner in (("airflow", "airflow"), ("exact_sync", "exact_sync"), ("james", None)):
        server.create_database(name, owner=owner)
    ledger = server.dsn("exact_sync", user="exact_sync", password=passwords.exact_sync)
    return Databases(
        airflow=server.dsn("airflow", user="airflow", password=passwords.airflow),
        exact_sync=f"{ledger}?options=-csearch_path%3D{LEDGER_SCHEMA}",
        james=server.dsn("james", user="james_reader", password=passwords.james_reader),
        james_owner=server.dsn("james"),
    )


def _keep_passwords(file: Path) -> Passwords:
    if not file.exists():
        write_private(file, json.dumps(asdict(Passwords(*(secrets.token_urlsafe(24) for _ in range(3))))))
    return Passwords(**json.loads(file.read_text()))


def _make_role(server: Server, role: str, password: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
        verb = sql.SQL("alter" if there else "create")
        connection.execute(
            sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(role), sql.Literal(password))
        )
