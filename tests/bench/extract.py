"""Does a night ask James for what is new, however long his history is?

    PYTHONPATH=plugins:. python -m tests.bench.extract [--invoices 200000]

The extract of a night over two made-up histories of four years in James, 5,000 invoices and more,
all of which the ledger has: all of it, as a first night and one night a week read it, then a night
with nothing new, and one with 100 new invoices, an old one that changed and one that is deleted.
Prints seconds, processor seconds of James' server process and of the ledger's, and the most that
Python allocated. Debtors are apart: reading and planning them (tests/bench/debtors.py).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from dev.demo.james import create_james
from dev.local.postgres import Server, running
from exact_online.extract.months import stage_changed
from exact_online.extract.reach import connect_james
from exact_online.extract.snapshot import snapshot
from exact_online.ledger import Ledger, Run, connect
from exact_online.migrations import migrate
from exact_online.statements import statement
from tests.bench import results
from tests.bench.debtors import DebtorCost, nights_of_debtors, processor_seconds
from tests.link.places import make_reader
from tests.plans.large_james import FIRST_DAY, fill_large_james

SMALL, NEW = 5_000, 100
PRACTICE = "de_grote"
DAYS = (FIRST_DAY, dt.date(2026, 11, 27))
DEBTORS = (450, 18_000)
CHANGES = (
    "update james.factuur set betalingsconditie = '30D' where factuur_id = 11",
    "delete from james.factuur where factuur_id = 22",
    "insert into james.factuur (factuur_id, praktijk_id, debiteur_id, factuurnummer, status, aangemaakt_op,"
    " gefactureerd_op, betalingsconditie, totaalbedrag)"
    " select 90000000 + n, 1, 1 + n %% 9, (90000000 + n)::text, 'gefactureerd', '2026-11-26 12:00+01',"
    " '2026-11-26 12:00+01', '14D', 10"
    " from generate_series(1, %(new)s) as n",
    "insert into james.factuurregel select factuur_id, 1, 1, 1, null, 'Zitting', 1, 10, 0, 10"
    " from james.factuur where factuur_id > 90000000",
)


@dataclass(frozen=True)
class Cost:
    """Of one step."""

    seconds: float
    james: float
    """Processor seconds of James' server process."""
    ledger: float
    """The same of the ledger's."""
    megabytes: float
    """Python's peak."""


def measured(act: Callable[[], object], james: psycopg.Connection[Any], ledger: Ledger) -> Cost:
    pids = james.info.backend_pid, ledger.conn.info.backend_pid
    before, start = [processor_seconds(pid) for pid in pids], time.perf_counter()
    tracemalloc.start()
    try:
        act()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    seconds = time.perf_counter() - start
    used = [processor_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
    return Cost(seconds, *used, peak / 1e6)


def extracts(server: Server, invoices: int) -> dict[str, Cost]:
    """Cost of each kind of extract, over a history of so many invoices."""
    james_dsn, ledger_dsn = (server.create_database(f"{name}_{invoices}") for name in ("james", "ledger"))
    with psycopg.connect(james_dsn, autocommit=True) as owner:
        create_james(owner)
        fill_large_james(owner, invoices)
        migrate(ledger_dsn)
        alone = "max_parallel_workers_per_gather"  # so that one process does all that is measured
        reader = f"{james_dsn}?options=-c%20role%3Djames_reader%20-c%20{alone}%3D0"
        with closing(connect(ledger_dsn)) as conn, connect_james(reader) as james:
            conn.execute(f"set {alone} = 0")
            ledger = Ledger(conn)
            _know_all(conn, owner)

            def read(name: str, **how: Any) -> Cost:
                run = _open(conn, name)

                def act() -> None:
                    with snapshot(james):
                        stage_changed(james, ledger, run, DAYS, **how)
                    ledger.james_months.settle(run)

                return measured(act, james, ledger)

            found = {"all": read("all", in_full=True), "nothing new": read("nothing new")}
            for change in CHANGES:
                owner.execute(change.encode(), {"new": NEW} if "%(new)s" in change else None)
            found[f"{NEW} new"] = read("some new")
    for dsn in (james_dsn, ledger_dsn):
        server.drop_database(dsn.rpartition("/")[2])
    return found


def _know_all(conn: psycopg.Connection[Any], james: psycopg.Connection[Any]) -> None:
    """Let the ledger have booked all that James has."""
    conn.execute(
        "insert into practice (code, name, james_practice_code, link_date, first_sync_date)"
        " values (%s, 'De grote praktijk', 'P0001', %s, %s)",
        [PRACTICE, *[FIRST_DAY] * 2],
    )
    run = _open(conn, "earlier")
    conn.execute("create temporary table known (source_key text, day date, changed_at timestamptz)")
    asked = {"james_practice_code": "P0001", "from_date": DAYS[0], "before_date": DAYS[1]}
    keys = statement("james", "invoice_keys")
    columns = "invoice_key, invoice_date, changed_at"
    question = f"copy (select {columns} from ({keys}) as k) to stdout"  # noqa: S608
    with (
        james.cursor().copy(question.encode(), asked) as rows,
        conn.cursor().copy("copy known from stdin") as target,
    ):
        for row in rows:
            target.write(row)
    conn.execute("set session_replication_role = replica")
    conn.execute(
        "insert into booking (practice, kind, source_key, state, run_id, moved_in_run,"
        " settings_version, fingerprint, payload, debtor_number, source_changed_at, exact_id, entry_date,"
        " attempt, booked_at)"
        " select %s, 'sales_entry', source_key, 'booked', %s, %s, 1, 'f', repeat('x', 400), '1', changed_at,"
        " gen_random_uuid(), day, 1, day from known",
        [PRACTICE, run.run_id, run.run_id],
    )
    conn.execute("set session_replication_role = origin")
    conn.execute("vacuum analyze")


def _open(conn: psycopg.Connection[Any], name: str) -> Run:
    run_id = str(uuid.uuid4())
    conn.execute(
        "insert into run (run_id, practice, airflow_run_id, book_day, settings_version)"
        " values (%s, %s, %s, %s, 1)",
        [run_id, PRACTICE, name, DAYS[1]],
    )
    return Run(run_id, PRACTICE, DAYS[1], dry_run=False, settings_version=1, airflow_run_id=name)


def _tell_debtors(few: dict[str, DebtorCost], many: dict[str, DebtorCost]) -> None:
    print(f"debtors    read, seconds, processor seconds here, of James and of the ledger; {DEBTORS}")
    for name, cost in many.items():
        numbers = "   ".join(
            f"{each.read:>7}{each.seconds:>7.2f}{each.here:>7.2f}{each.james:>7.2f}{each.ledger:>7.2f}"
            for each in (few[name], cost)
        )
        print(f"debtors    {name:<18}{numbers}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--invoices", type=int, default=200_000, help="invoices of the longer history")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-extract-") as folder,
        running(Path(folder) / "postgres", fast=True) as server,
    ):
        small, large = (extracts(server, invoices) for invoices in (SMALL, arguments.invoices))
        make_reader(server)
        migrate(server.create_database("template"))
        few, many = (nights_of_debtors(server, debtors, "template") for debtors in DEBTORS)
    print(f"extract    seconds, James' and the ledger's processor seconds, MB; {SMALL} invoices", end=" ")
    print(f"and {arguments.invoices}; load {os.getloadavg()[0]:.0f}")
    figures = {}
    for name in small:
        costs = small[name], large[name]
        numbers = "   ".join(
            f"{each.seconds:>7.2f}{each.james:>7.2f}{each.ledger:>7.2f}{each.megabytes:>7.1f}"
            for each in costs
        )
        print(f"extract    {name:<14}{numbers}")
        figures |= {f"seconds, {name}, {arguments.invoices} invoices": costs[1].seconds}
    everything, changed = large["all"], large[f"{NEW} new"]
    _tell_debtors(few, many)
    figures |= {f"debtors, seconds, {name}, {DEBTORS[1]}": cost.seconds for name, cost in many.items()}
    ratios = {
        "debtors, a night with nothing new of one that reads all": (
            many["nothing new"].seconds / many["before"].seconds
        ),
        "a night of all of James": changed.seconds / everything.seconds,
        "James' part of a night of all of it": changed.james / everything.james,
    }
    print("extract   ", *(f"{name} {ratio:.2f}" for name, ratio in ratios.items()), sep="  ")
    results.write("extract", figures, ratios)


if __name__ == "__main__":
    main()
