"""The three databases on the embedded server, each reached by a role that can do no more than it needs."""

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
    """Connection addresses, as libpq and Airflow both read them."""

    airflow: str
    """Airflow's own tables; owner."""
    exact_sync: str
    """The link's own schema, which is also the search path; owner."""
    james: str
    """The demo's practice software; for the link: a role that may read what the demo's schema grants it."""
    james_owner: str
    """The same database, for those who fill it."""


def make_databases(server: Server) -> Databases:
    """Make what is missing; the addresses. What the databases hold is made by others."""
    passwords = _keep_passwords(server.folder / "roles.json")
    for role, password in asdict(passwords).items():
        _make_role(server, role, password)
    for name, owner in (("airflow", "airflow"), ("exact_sync", "exact_sync"), ("james", None)):
        server.create_database(name, owner=owner)
    return Databases(
        airflow=server.dsn("airflow", user="airflow", password=passwords.airflow),
        exact_sync=f"{server.dsn('exact_sync', user='exact_sync', password=passwords.exact_sync)}?options=-csearch_path%3D{LEDGER_SCHEMA}",
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
