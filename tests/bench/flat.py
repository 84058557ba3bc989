"""Does the ledger's part of a night cost the same however much was booked before?

    PYTHONPATH=plugins:. python -m tests.bench.flat [--practice 50000] [--fleet 20]

The same night of 100 new bookings over three made-up ledgers: a practice of 5,000 bookings alone,
the practice with more history, and the practice among others of 5,000. Prints the milliseconds of
its statements, of those that docs/plans.md calls flat and of those that it does not, and ratios.
It measures PostgreSQL alone: neither James, nor Exact, nor what Python does with the rows
(tests/bench/reconcile.py has the whole step).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from dev.local.postgres import Server, running
from exact_online.migrations import SCHEMA, migrate
from exact_online.statements import statement
from tests.bench import results
from tests.plans.large_ledger import fill

BOOKED, ROUNDS = 5_000, 5
FLAT = (
    "numbers_of_run", "sums_of_run", "differences_of_run", "count_differences", "open_differences",
    "unfinished_items", "unsettled_keys", "unsettled_seconds", "note_due_dates", "debtors_sent_again",
    "unknown_to_ledger", "stage_shared_numbers", "list_relation_cursors", "adjustments_of_run",
    "marked_to_judge", "settled_cells", "totals_by_state", "suspense_by_day", "count_other_entries",
)  # fmt: skip
NOT_FLAT = ("stage_gone_debtors",)
RUN = "00000000-0000-4000-9000-000000001000"


def milliseconds(conn: psycopg.Connection[Any], name: str) -> float:
    """The median time of one statement, whose rows are fetched and whose writes are rolled back."""
    (today,) = conn.execute("select current_date").fetchone() or (None,)
    values = {
        "practice": "practice_1", "run_id": RUN, "run_ids": [RUN], "from_date": "2000-01-01",
        "before_date": today, "in_the_way": ["entry_number_in_use"], "settle_seconds": 0, "journals": ["70"],
        "after": "", "most": 2000,
    }  # fmt: skip
    found = []
    for _ in range(ROUNDS + 1):
        with conn.transaction(force_rollback=True):
            start = time.perf_counter()
            cursor = conn.execute(statement("ledger", name).encode(), values)
            if cursor.description:
                cursor.fetchall()
            found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found[1:])


def measured(server: Server, practices: int, bookings: int) -> dict[str, float]:
    """Milliseconds per statement in a new ledger of practices with so many bookings each."""
    database = f"flat_{practices}_{bookings}"
    address = server.create_database(database)
    migrate(address)
    dsn = f"{address}?options=-csearch_path%3D{SCHEMA}"
    fill(dsn, practices, bookings)
    with psycopg.connect(dsn, autocommit=True) as conn:
        found = {name: milliseconds(conn, name) for name in (*FLAT, *NOT_FLAT)}
    server.drop_database(database)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--practice", type=int, default=50_000, help="bookings of the larger practice")
    parser.add_argument("--fleet", type=int, default=20, help="practices of the larger fleet")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-flat-") as folder,
        running(Path(folder) / "postgres", fast=True) as server,
    ):
        small = measured(server, 1, BOOKED)
        large = measured(server, 1, arguments.practice)
        fleet = measured(server, arguments.fleet, BOOKED)
    columns = (small, large, fleet)
    print(f"flat       milliseconds at {BOOKED} booked, at {arguments.practice} booked,", end=" ")
    print(f"and at {BOOKED} in a fleet of {arguments.fleet * BOOKED}")
    for name in (*FLAT, *NOT_FLAT):
        print(f"flat       {name:<24}", *(f"{column[name]:>9.1f}" for column in columns))
    figures, times = {}, {}
    for title, names in (("flat", FLAT), ("not flat yet", NOT_FLAT)):
        sums = [sum(column[name] for name in names) for column in columns]
        figures |= {f"milliseconds, {title}, at {BOOKED}": sums[0]}
        times |= {
            f"{title}, {arguments.practice} booked of {BOOKED}": sums[1] / sums[0],
            f"{title}, a fleet of {arguments.fleet}": sums[2] / sums[0],
        }
        ratios = f"ratios {sums[1] / sums[0]:.2f} and {sums[2] / sums[0]:.2f}"
        print(f"flat       all that is {title:<12}", *(f"{each:>9.1f}" for each in sums), ratios)
    results.write("flat", figures, times)


if __name__ == "__main__":
    main()
