"""How fast bookings go into Exact when Exact sets no limit, beside others that make the same calls.

    PYTHONPATH=plugins:. python -m tests.bench.loader [--invoices 1000] [--plain]

The loader claims bookings before their calls and confirms them after, durably. Beside it the same
entries are sent by a bare loop over one connection, which keeps nothing: the least that any client
needs; and by the PyPI package ``exactonline``. All talk over loopback with a simulator in this
process, whose time is in all of them, and get the same answers, with all that Exact booked.

Over https, as Exact has it, where ``exactonline`` connects anew for each call; `--plain` leaves
that out, with ``exactonline`` told that http is secure.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import requests

from dev.demo.james import create_james
from dev.demo.practices import division_document
from dev.local.databases import make_databases
from dev.local.postgres import running as running_postgres
from exact_online.migrations import migrate
from exact_online.night import history
from exact_online.night import steps as night
from simulator import world_from_seed
from tests.bench import peer, results
from tests.bench.nights import bill, fleet
from tests.certificate import make_certificate
from tests.link.james import furnish
from tests.stage import BOOK_DAY, staged

ENTRIES = "salesentry/SalesEntries"
OTHER_NUMBERS = 1_000_000
"""Added to the numbers of the loader's entries for those of the next who sends them."""
SENT = """
select e.payload, d.exact_id::text as customer from booking as e
inner join booking as d on e.practice = d.practice and e.debtor_number = d.debtor_number and d.kind = 'debtor'
where e.kind = 'sales_entry' and e.state = 'booked'"""
TRANSACTIONS = "select pg_current_xact_id()::text::bigint as so_far"
"""Each transaction that writes takes a number; this one takes one too."""


def main() -> None:
    """Print the seconds of all and their ratios, and write them."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--invoices", type=int, default=1000)
    words.add_argument("--plain", action="store_true")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="exact-online-loader-") as folder:
        ours, bare, theirs, commits = _measured(Path(folder), chosen.invoices, is_plain=chosen.plain)
    print(
        f"loader     {chosen.invoices} sales entries: {ours:.1f} s, {commits:.2f} commits each; "
        f"a bare loop {bare:.1f} s; exactonline {theirs:.1f} s"
    )
    print(f"loader     {bare / ours:.2f} of a bare loop, {theirs / ours:.2f} of exactonline")
    if chosen.plain:
        return
    figures = {
        "seconds": ours,
        "seconds of a bare loop": bare,
        "seconds of exactonline": theirs,
        "commits of a booking": commits,
    }
    ratios = {"of the speed of a bare loop": bare / ours, "of the speed of exactonline": theirs / ours}
    results.write("loader", figures, ratios)


def _measured(folder: Path, count: int, *, is_plain: bool) -> tuple[float, float, float, float]:
    """Return the seconds of the loader, a bare loop and exactonline, and commits a booking."""
    practices = fleet(1)
    peer.install(folder / "peer")
    certificate = None if is_plain else make_certificate(folder)
    if certificate:
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(certificate.chain)
    else:
        importlib.import_module("exactonline.http").opt_secure.protocols = ("http", "https")
    world = world_from_seed({"practices": [division_document(each) for each in practices]})
    world.division(practices[0].code).switches.answer_without_prefer = "full"
    with running_postgres(folder / "postgres") as server:
        databases = make_databases(server)
        migrate(databases.exact_sync)
        with psycopg.connect(databases.james_owner, autocommit=True) as conn:
            create_james(conn)
            furnish(conn, practices[0])
        bill(databases.james_owner, practices, count, 0)
        with staged(
            databases.james, databases.exact_sync, practices, world, certificate=certificate
        ) as stage:
            with stage.ledger() as ledger, stage.james() as james:
                run = night.open_run(ledger, practices[0].code, "night", BOOK_DAY)
                tonight = stage.night_of(ledger, run)
                night.make_ready(tonight)
                night.extract(tonight, james, history.scope_of(tonight))
                for batch in night.plan_debtors(tonight):
                    night.load(tonight, batch)
                batches = night.plan_entries(tonight)
                before, began = ledger.conn.execute(TRANSACTIONS).fetchone(), time.perf_counter()
                for batch in batches:
                    night.load(tonight, batch)
                ours, after = time.perf_counter() - began, ledger.conn.execute(TRANSACTIONS).fetchone()
                rows = ledger.conn.execute(SENT).fetchall()
            assert len(rows) == count, len(rows)
            assert before is not None
            assert after is not None
            division = stage.world.division(practices[0].code).code
            token = stage.world.tokens()["access_token"]
            bare = _bare(f"{stage.exact_url}/api/v1/{division}/{ENTRIES}", token, _renumbered(rows, 1))
            theirs = peer.seconds(stage.exact_url, division, token, _renumbered(rows, 2))
    return ours, bare, theirs, (after["so_far"] - before["so_far"] - 1) / count


def _renumbered(rows: Sequence[dict[str, Any]], times: int) -> list[dict[str, Any]]:
    """The entries of the loader under numbers of their own."""
    entries = [(json.loads(row["payload"]), row["customer"]) for row in rows]
    return [
        {**body, "EntryNumber": body["EntryNumber"] + times * OTHER_NUMBERS, "Customer": customer}
        for body, customer in entries
    ]


def _bare(address: str, token: str, entries: Sequence[dict[str, Any]]) -> float:
    """Send entries over one connection, and return the seconds that took."""
    bodies = [json.dumps(entry) for entry in entries]
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        session.headers["Accept"] = session.headers["Content-Type"] = "application/json"
        session.headers["Prefer"] = "return=representation"
        began = time.perf_counter()
        for text in bodies:
            answer = session.post(address, data=text, timeout=30)
            assert answer.status_code == requests.codes.created, answer.text
            assert answer.json()["d"]["EntryID"]
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
