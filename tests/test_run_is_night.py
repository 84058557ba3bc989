"""What counts as a night is told once, by `run.is_night`: no dry run, not the part of a run that
does history, and no run of Airflow's own backfill.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from exact_online.ledger import Connection, Ledger, Run, connect
from exact_online.statements import SQL_ROOT
from tests.ledger_cases import PRACTICE, entry, plan, register

DAY = dt.date(2026, 11, 24)
MONTH = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
BACKFILL = "backfill__2026-11-24T02:00:00+00:00"
ABOUT_HISTORY = {"hold_what_must_wait", "division_was_read", "unfinished_imports"}
NO_NIGHTS = [BACKFILL, f"{BACKFILL}:history", "scheduled__2026-11-24T01:00:00+00:00:history", "dry"]
OURS = (PRACTICE, "00000000-0000-0000-0000-000000001001")
NIGHTS = ["scheduled__2026-11-24T01:00:00+00:00", "manual__2026-11-24", "backfillX_1"]


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger, division=1)
        conn.execute(
            "update practice set created_at = '2026-01-01', link_date = '2026-01-01', "
            "first_sync_date = '2026-01-01'"
        )
        yield ledger


@pytest.fixture
def conn(ledger: Ledger) -> Connection:
    return ledger.conn


def ended(ledger: Ledger, name: str, day: dt.date = DAY) -> Run:
    """A run that booked, compared and went to its end."""
    run = ledger.runs.open(PRACTICE, name, day, dry_run=name == "dry", settings_version=1)
    ledger.conn.execute(
        "update run set finished_at = clock_timestamp(), outcome = 'complete', numbers = '{}', "
        "james_totals = '[]' where run_id = %s",
        [run.run_id],
    )
    return run


def counted(ledger: Ledger) -> dict[str, bool]:
    """Whether each question about nights finds that there was one of that day."""
    conn, records = ledger.conn, ledger.watch_reports
    reading = ledger.runs.open(PRACTICE, "reading", DAY + dt.timedelta(days=1), False, 1)
    conn.execute(
        """
        insert into staged_invoice (run_id, invoice_key, invoice_number, invoice_date, total)
        values (%(run)s, 'factuur:9', '9', '2026-11-20', 10.00);
        """,
        {"run": reading.run_id},
    )
    conn.execute(
        "insert into exact_line (practice, line_id, entry_id, journal, financial_year, entry_number, "
        "entry_date, gl_account, cents, financial_period) values "
        "(%s, gen_random_uuid(), gen_random_uuid(), '70', 2026, 9, '2026-11-20', '1300', 1000, 11)",
        [PRACTICE],
    )
    unknown = ledger.planning.unknown_invoices(reading, ["70"])
    conn.execute("delete from staged_invoice; delete from exact_line")
    conn.execute("delete from run where run_id = %s", [reading.run_id])
    status = ledger.fleet.status(PRACTICE)
    assert status is not None
    return {
        "list_nights": bool(ledger.practice_pages.nights(PRACTICE)),
        "latest_night": status.last_night is not None,
        "unfinished_nights": not records.unfinished_nights(DAY),
        "statement_due": bool(ledger.statements.due(MONTH, must_be_complete=True)),
        "unknown_to_ledger": any(invoice.is_overdue for invoice in unknown),
        "invoice_counts": bool(records.invoice_counts(DAY - dt.timedelta(days=1), 1)),
    }


@pytest.mark.parametrize("name", NO_NIGHTS)
def test_what_is_no_night_is_never_counted_as_one(ledger: Ledger, name: str) -> None:
    """A backfill of an old day made a statement due, and an invoice overdue."""
    ended(ledger, name)
    assert [question for question, found in counted(ledger).items() if found] == []


@pytest.mark.parametrize("name", NIGHTS)
def test_a_night_is_counted_by_each_of_them(ledger: Ledger, name: str) -> None:
    ended(ledger, name)
    assert [question for question, found in counted(ledger).items() if not found] == []


@pytest.mark.parametrize("name", NO_NIGHTS)
def test_a_night_that_failed_is_not_made_good_by_what_is_no_night(ledger: Ledger, name: str) -> None:
    """After an outage: runs_to_leave and outage_practices look for a newer night."""
    failed = "scheduled__2026-11-23T01:00:00+00:00"
    begun = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)
    ledger.outages.note("exact", ("exact_unreachable", {}), PRACTICE, failed, begun)
    asked = [PRACTICE], [failed], [begun]
    ended(ledger, name)
    assert not ledger.runs.to_leave(*asked)
    assert ledger.outages.practices(begun) == [PRACTICE]
    ended(ledger, "scheduled__2026-11-24T01:00:00+00:00")
    assert ledger.runs.to_leave(*asked) == {(PRACTICE, failed)}
    assert ledger.outages.practices(begun) == []


def test_a_credit_waits_nights_and_no_backfills(ledger: Ledger, conn: Connection) -> None:
    """FR-G5: seven backfills of old days made it be rejected."""
    first = ended(ledger, "scheduled__2026-11-01", dt.date(2026, 11, 1))
    plan(ledger, first, [entry(1), entry(2)])
    conn.execute("update booking set credits_key = 'factuur:1', credits_number = '1' where entry_number = 2")
    conn.execute("insert into relation (practice, debtor_number, exact_id) values (%s, '1001', %s)", OURS)
    for day in range(2, 12):
        run = ended(ledger, f"backfill__2026-11-{day:02}", dt.date(2026, 11, day))
        (batch,) = ledger.planning.batches(PRACTICE, 10)
        ledger.bookings.hold_what_must_wait(run, batch)
    (credit,) = conn.execute("select state, reason_values from booking where entry_number = 2").fetchall()
    assert (credit["state"], credit["reason_values"]["nights"]) == ("held", 0)
    run = ended(ledger, "scheduled__2026-11-12", dt.date(2026, 11, 12))
    conn.execute("update booking set reason = 'relation_blocked' where entry_number = 2")
    ledger.bookings.hold_what_must_wait(run, batch)
    (credit,) = conn.execute("select reason_values from booking where entry_number = 2").fetchall()
    assert credit["reason_values"]["nights"] == 1


def test_no_statement_tells_a_night_by_its_name() -> None:
    """The class of this fault: each new question about nights uses `is_night`."""
    named = re.compile(r"like 'backfill|not like '%%:history'")
    found = {path.stem for path in (SQL_ROOT / "ledger").glob("*.sql") if named.search(path.read_text())}
    assert found <= ABOUT_HISTORY, "these ask whether a run did history, not whether it was a night"
