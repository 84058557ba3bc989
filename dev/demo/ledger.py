"""The demo's ledger: linked, and of the books that the server has now.

A server that was started again on the same address knows neither our tokens nor our entries. New
tokens are got by a new consent; a ledger of books that are gone is set aside for a new one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import psycopg
from cryptography.fernet import MultiFernet
from psycopg import sql

from dev.demo import link
from dev.demo.practices import Practice
from dev.local.progress import console
from exact_online.api.grants import App
from exact_online.ledger import Ledger, connect
from exact_online.migrations import migrate


@contextmanager
def opened_ledger(dsn: str) -> Iterator[Ledger]:
    """Give a session on the demo's ledger."""
    with closing(connect(dsn)) as conn:
        yield Ledger(conn)


def prepare(
    dsn: str, app: App, keys: MultiFernet, redirect_uri: str, wanted: Sequence[Practice] | None = None
) -> None:
    """Register and link practices: the demo's, or `wanted`.

    Raise CannotRun with the divisions that no user has.
    """
    with opened_ledger(dsn) as ledger:
        link.register(ledger, wanted)
        broken = link.link(ledger, app, keys, redirect_uri, wanted)
        is_of_old_books = any(_is_of_old_books(ledger, code, app, keys) for code in broken)
    if broken:
        console.print(f"  {app.base_url} did not know our tokens any more: consent was given anew.")
    if is_of_old_books:
        kept = _set_aside(dsn)
        console.print(f"  Its books are new: the ledger of the old ones is kept as schema {kept}.")
        with opened_ledger(dsn) as ledger:
            link.register(ledger, wanted)
            link.link(ledger, app, keys, redirect_uri, wanted)


def _is_of_old_books(ledger: Ledger, code: str, app: App, keys: MultiFernet) -> bool:
    """Whether a relation that we made is not in Exact; nobody removes those of the demo."""
    row = ledger.conn.execute(
        "select exact_id::text from relation where practice = %s limit 1", [code]
    ).fetchone()
    if row is None:
        return False
    client = link.client_of(ledger, ledger.practices.get(code), app, keys)
    return client.get_one("crm/Accounts", ["ID"], key=str(row["exact_id"])) is None


def _set_aside(dsn: str) -> str:
    """Rename the ledger's schema and make a new one; return the name of the old one."""
    name = f"exact_sync_{dt.datetime.now(dt.UTC):%Y%m%d_%H%M%S}"
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("alter schema exact_sync rename to {}").format(sql.Identifier(name)))
    migrate(dsn)
    return name
