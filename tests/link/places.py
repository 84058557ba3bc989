"""Makes the two databases of a small link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from dev.demo.james import create_james
from dev.local.postgres import Server
from exact_online.migrations import SCHEMA
from tests.link.emptying import learn_to_empty
from tests.link.james import furnish
from tests.link.small import PRACTICE, Place

READER, PASSWORD = "james_reader", "reader"


def make_reader(server: Server) -> None:
    """James' reader, whom all databases of a server share.

    Once, before several processes could do it at the same moment.
    """
    with psycopg.connect(server.dsn()) as owner:
        owner.execute("create role james_reader login password 'reader'")


@contextmanager
def place_on(server: Server, name: str, ledger_template: str, *, plan_once: bool = True) -> Iterator[Place]:
    """A ledger and a James named after `name`, with the sessions of their owners.

    `plan_once`: for small nights; a large ledger is planned as PostgreSQL does by itself.
    """
    ledger_dsn = (
        f"{server.create_database(f'{name}_ledger', ledger_template)}?options=-csearch_path%3D{SCHEMA}"
    )
    with (
        psycopg.connect(server.create_database(f"{name}_james"), autocommit=True) as james,
        psycopg.connect(ledger_dsn, autocommit=True) as owner,
    ):
        for session in (james, owner) if plan_once else ():
            _plan_once(session)
        create_james(james)
        furnish(james, PRACTICE)
        learn_to_empty(owner)
        place = Place(ledger_dsn, server.dsn(f"{name}_james", user=READER, password=PASSWORD), james, owner)
        yield place
        place.sessions.close()


def _plan_once(session: psycopg.Connection[Any]) -> None:
    """Thousands of nights ask the same small questions.

    A statement is planned once a session, whatever its parameters.
    """
    session.execute(f'alter database "{session.info.dbname}" set plan_cache_mode = force_generic_plan')
