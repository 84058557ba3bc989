"""What does a night's reconciliation cost beside how much was booked before?

    PYTHONPATH=plugins:. python -m tests.bench.reconcile [--large 200000] [--nights-only]

One practice of 5,000 booked invoices and one of many more, all equal in James, the ledger and
Exact. Each gets 100 new ones a night; what is measured is the whole step: reading what changed in
Exact (a simulator in this process), comparing, adding up, and keeping the numbers. Printed are
its seconds and what it takes of memory in Python, and the same of a night that compares
everything; `--nights-only` leaves that out, which takes an hour for millions.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from dev.local.postgres import running
from exact_online.book_day import own_day
from exact_online.ledger import JamesTotal, Run
from exact_online.migrations import migrate
from exact_online.night import steps as night
from tests.bench import results
from tests.link.james import DAY
from tests.link.places import make_reader, place_on
from tests.link.small import BOOK_DAY, PRACTICE, SmallLink

SMALL, NEW, NIGHTS = 5_000, 100, 3
YEARS = 6
FIRST_DAY = dt.date(BOOK_DAY.year - YEARS, 1, 1)
AT_ONCE = 200_000
"""Invoices of a statement."""
NEW_DAYS = 2
"""So many days the new invoices of a night are of."""
CLONES = """
with template as (
    select * from booking where practice = %(practice)s and source_key = 'factuur:1'
),

booked as (
    insert into booking (
        practice, kind, source_key, state, payload, run_id, moved_in_run, settings_version, fingerprint,
        debtor_number, journal, financial_year, financial_period, entry_date, entry_number, reference,
        total_cents, exact_id, planned_at, booked_at, booked_relation, due_date
    )
    select
        t.practice, t.kind, 'factuur:' || n, 'booked', t.payload, coalesce(%(run_id)s::uuid, t.run_id),
        coalesce(%(run_id)s::uuid, t.run_id), t.settings_version, t.fingerprint, t.debtor_number, t.journal,
        t.financial_year, t.financial_period, t.entry_date - (n %% %(days)s::integer), n, n::text,
        t.total_cents, ('00000000-0000-4000-a000-' || lpad(n::text, 12, '0'))::uuid, t.planned_at,
        now() - interval '1 hour', t.booked_relation, t.due_date
    from template as t cross join generate_series(%(first)s::integer, %(last)s::integer) as n
    returning booking_id, practice, exact_id, entry_number, entry_date, reference
),

lines as (
    insert into booking_line (
        booking_id, line_number, profession, revenue_group, vat_rate, gl_account, vat_code, gross_cents,
        vat_cents
    )
    select b.booking_id, l.line_number, l.profession, l.revenue_group, l.vat_rate, l.gl_account, l.vat_code,
        l.gross_cents, l.vat_cents
    from booked as b cross join template as t inner join booking_line as l on t.booking_id = l.booking_id
)

insert into exact_line (
    practice, line_id, entry_id, journal, financial_year, financial_period, entry_number, entry_date,
    gl_account, cents, relation_id, vat_code, reference, due_date
)
select
    b.practice, gen_random_uuid(), b.exact_id, x.journal, x.financial_year, x.financial_period,
    b.entry_number, b.entry_date, x.gl_account, x.cents, x.relation_id, x.vat_code, b.reference, x.due_date
from booked as b cross join template as t
inner join exact_line as x on t.practice = x.practice and t.exact_id = x.entry_id
"""
"""Invoices like the first one, over so many days, that stand in Exact as they were booked."""


@contextmanager
def memory_of() -> Iterator[list[float]]:
    """Give a list that has, after the block, the megabytes that Python took at most in it."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    found, before = [], _kilobytes("VmRSS")
    yield found
    found.append((_kilobytes("VmHWM") - before) / 1024)


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def booked(link: SmallLink, first: int, last: int, days: int, run: Run | None = None) -> None:
    """Invoices `first` to `last`; those of a run mark themselves, as all rows of a night do."""
    if run is None:
        link.place.owner.execute("set session_replication_role = replica")
    asked = {"practice": link.practice.code, "run_id": run and UUID(run.run_id), "days": days}
    for begin in range(first, last + 1, AT_ONCE):
        link.place.owner.execute(CLONES, {**asked, "first": begin, "last": min(begin + AT_ONCE - 1, last)})
    link.place.owner.execute("set session_replication_role = origin")


def reconciled(link: SmallLink, day: dt.date, first: int) -> tuple[float, float]:
    """The seconds and megabytes of the reconciliation of a night with new invoices."""
    tonight = link.opened(book_day=day)
    booked(link, first, first + NEW - 1, NEW_DAYS, tonight.run)
    scope = (link.practice.link_date, day)
    total = link.place.owner.execute(
        "select sum(total_cents) / 100.0, count(*) from booking where kind <> 'debtor'"
    ).fetchone()
    assert total is not None
    of_james = JamesTotal("patient", "tariff", Decimal(0), total[0], total[1], scope[0].replace(day=1))
    tonight.ledger.runs.save_james_totals(tonight.run.run_id, [of_james])
    with memory_of() as megabytes:
        began = time.perf_counter()
        numbers = night.reconcile(tonight, link.james_reader, scope)
        seconds = time.perf_counter() - began
    assert numbers.booked == total[1], (numbers.booked, total)
    assert numbers.james_cents == numbers.exact_cents, numbers
    tonight.ledger.runs.finish(tonight.run.run_id, night.outcome(numbers, []))
    return seconds, megabytes[0]


def measured(link: SmallLink, count: int, *, nights_only: bool) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of a night that compares everything, and of the nights after it.

    The first of these adds all days up; it is not the median of three.
    """
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    assert link.night().items == []
    booked(link, 2, count, (DAY - FIRST_DAY).days)
    owner = link.place.owner
    owner.execute(
        "insert into to_add_up (practice, day, marked_by)"
        " select distinct practice, entry_date, 0 from booking where kind <> 'debtor' on conflict do nothing"
    )
    owner.execute("alter table booking disable trigger booking_is_new")  # they are booked from the beginning
    owner.execute("vacuum analyze")
    first, found = count + 1, {}
    if not nights_only:
        owner.execute("delete from judged_whole")
        found["everything"] = reconciled(link, BOOK_DAY, first)
        owner.execute("vacuum analyze")
        first += NEW
    nights: list[tuple[float, float]] = []
    day = BOOK_DAY
    while len(nights) < NIGHTS:
        day += dt.timedelta(days=1)
        if day.weekday() != own_day(link.practice.code):
            nights.append(reconciled(link, day, first))
            first += NEW
    seconds = statistics.median(each[0] for each in nights)
    return {**found, "a night": (seconds, max(each[1] for each in nights))}


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--large", type=int, default=50_000, help="booked invoices of the larger practice")
    words.add_argument("--nights-only", action="store_true", help="leave out the night of everything")
    chosen = words.parse_args()
    large = chosen.large
    found = {}
    with (
        tempfile.TemporaryDirectory(prefix="exact-online-reconcile-") as folder,
        running(Path(folder) / "postgres", fast=True) as server,
    ):
        make_reader(server)
        migrate(server.create_database("template"))
        for count in (SMALL, large):
            with place_on(server, f"of_{count}", "template", plan_once=False) as place:
                link = SmallLink(place, replace(PRACTICE, link_date=FIRST_DAY, first_sync_date=FIRST_DAY))
                found[count] = measured(link, count, nights_only=chosen.nights_only)
                link.die()
    figures, ratios = {}, {}
    for name in found[large]:
        for count in (SMALL, large):
            seconds, megabytes = found[count][name]
            print(f"reconcile  {name:<10} at {count:>9} booked: {seconds:7.2f} s, {megabytes:7.1f} MB")
            figures |= {f"{name}, seconds at {count}": seconds, f"{name}, MB at {count}": megabytes}
        times, more = (found[large][name][part] / max(found[SMALL][name][part], 0.1) for part in (0, 1))
        print(f"reconcile  {name:<10} ratios {times:.2f} in time and {more:.2f} in memory")
        if name == "a night":
            ratios = {f"seconds, {large} booked of {SMALL}": times}
    results.write("reconcile", figures, ratios)


if __name__ == "__main__":
    main()
