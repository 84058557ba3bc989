"""How fast bookings go into Exact when Exact sets no limit, beside a bare loop of the same calls.

    PYTHONPATH=plugins:. python -m tests.bench.loader [--invoices 1000]

The loader claims each booking before its call and confirms it after, each in a transaction of its
own. The bare loop sends the same bytes over one connection and keeps nothing: the least that any
client needs. Both talk over loopback with a simulator in this process, whose time is in both.
"""

from __future__ import annotations

import argparse
import json
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
from tests.bench import results
from tests.bench.nights import bill, fleet
from tests.link.james import furnish
from tests.stage import BOOK_DAY, staged

ENTRIES = "salesentry/SalesEntries"
OTHER_NUMBERS = 1_000_000
SENT = """
select e.payload, d.exact_id::text as customer from booking as e
inner join booking as d on e.practice = d.practice and e.debtor_number = d.debtor_number and d.kind = 'debtor'
where e.kind = 'sales_entry' and e.state = 'booked'"""


def main() -> None:
    """Print the seconds of both and their ratio, and write them."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--invoices", type=int, default=1000)
    count = words.parse_args().invoices
    practices = fleet(1)
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-loader-") as folder,
        running_postgres(Path(folder) / "postgres") as server,
    ):
        databases = make_databases(server)
        migrate(databases.exact_sync)
        with psycopg.connect(databases.james_owner, autocommit=True) as conn:
            create_james(conn)
            furnish(conn, practices[0])
        bill(databases.james_owner, practices, count, 0)
        seed = {"practices": [division_document(each) for each in practices]}
        with staged(databases.james, databases.exact_sync, practices, world_from_seed(seed)) as stage:
            with stage.ledger() as ledger, stage.james() as james:
                run = night.open_run(ledger, practices[0].code, "night", BOOK_DAY)
                tonight = stage.night_of(ledger, run)
                night.make_ready(tonight)
                night.extract(tonight, james, history.scope_of(tonight))
                for batch in night.plan_debtors(tonight):
                    night.load(tonight, batch)
                batches = night.plan_entries(tonight)
                began = time.perf_counter()
                for batch in batches:
                    night.load(tonight, batch)
                ours = time.perf_counter() - began
                rows = ledger.conn.execute(SENT).fetchall()
            assert len(rows) == count, len(rows)
            division = stage.world.division(practices[0].code).code
            token = stage.world.tokens()["access_token"]
            bare = _bare(f"{stage.exact_url}/api/v1/{division}/{ENTRIES}", token, rows)
    print(f"loader     {count} sales entries: {ours:.1f} s; a bare loop {bare:.1f} s")
    print(f"loader     {bare / ours:.2f} of the speed of a bare loop")
    figures = {"seconds": ours, "seconds of a bare loop": bare}
    results.write("loader", figures, {"of the speed of a bare loop": bare / ours})


def _bare(address: str, token: str, rows: Sequence[dict[str, Any]]) -> float:
    """Send the entries once more under other numbers, and return the seconds that took."""
    bodies = []
    for row in rows:
        body = json.loads(row["payload"])
        changes = {"EntryNumber": body["EntryNumber"] + OTHER_NUMBERS, "Customer": row["customer"]}
        bodies.append(json.dumps(body | changes))
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        session.headers["Accept"] = session.headers["Content-Type"] = "application/json"
        began = time.perf_counter()
        for text in bodies:
            answer = session.post(address, data=text, timeout=30)
            assert answer.status_code == requests.codes.created, answer.text
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
