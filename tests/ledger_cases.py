"""Small plans for tests of the ledger and the loader.

A practice, a run, and the bookings one needs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

import pandas as pd

from exact_online.ledger import Ledger, Run
from exact_online.ledger.exports import NewFile

PRACTICE = "praktijk_a"
DAY = dt.date(2026, 11, 22)
SETTINGS = {
    "sales_journal": "70",
    "general_journal": "90",
    "receivables_account": "1300",
    "suspense_accounts": {"pin": "1101", "cash": "1001"},
    "vat_codes": {"zero": "0", "low": "1", "high": "2"},
    "payment_conditions": {
        "days_14": "14", "days_21": "21", "days_30": "30", "days_60": "60", "pin": "PI", "cash": "CO",
        "direct_debit": "AI",
    },
    "revenue_accounts": [
        {"profession": "fysiotherapie", "group": "patients", "rate": "zero", "account": "8010"}
    ],
}  # fmt: skip


def register(ledger: Ledger, code: str = PRACTICE, division: int | None = None) -> None:
    """A practice with settings; linked to a division when one is given."""
    ledger.practices.register(
        code=code,
        name=f"Praktijk {code}",
        james_practice_code=code.upper(),
        active=True,
        link_date=dt.date(2026, 10, 1),
        first_sync_date=dt.date(2026, 10, 1),
        backfill="nothing",
    )
    ledger.practices.save_settings(code, SETTINGS, changed_by="test")
    if division is not None:
        ledger.practices.link(code, _chain(ledger), division, f"Division {code}")


def _chain(ledger: Ledger) -> str:
    row = ledger.conn.execute(
        "insert into token_chain (client_id, exact_user_id, exact_user_name, access_token, "
        "refresh_token, issued_at)"
        " values ('app', gen_random_uuid(), 'user', '', '', now()) returning chain_id::text"
    ).fetchone()
    assert row is not None
    return str(row["chain_id"])


def open_run(ledger: Ledger, practice: str = PRACTICE, name: str = "night") -> Run:
    return ledger.runs.open(practice, name, DAY, dry_run=False, settings_version=1)


def entry(number: int, cents: int = 1000, **changes: Any) -> dict[str, Any]:
    """One sales entry of a plan; its fingerprint follows its content."""
    payload = json.dumps({"EntryNumber": number, "cents": cents, **{k: str(v) for k, v in changes.items()}})
    return {
        "source_key": f"factuur:{number}",
        "kind": "sales_entry",
        "debtor_number": "1001",
        "journal": "70",
        "financial_year": 2026,
        "financial_period": 11,
        "entry_date": "2026-11-20",
        "entry_number": number,
        "reference": str(number),
        "total_cents": cents,
        "payload": payload,
        "fingerprint": hashlib.sha256(payload.encode()).hexdigest(),
        "source_changed_at": "2026-11-20T12:00:00+00:00",
        **changes,
    }


def rejection(number: int, reason: str = "no_lines", values: str = "{}") -> dict[str, Any]:
    return {
        "source_key": f"factuur:{number}",
        "kind": "sales_entry",
        "debtor_number": "1001",
        "total_cents": 0,
        "entry_date": "2026-11-20",
        "reason": reason,
        "reason_values": values,
        "fingerprint": hashlib.sha256(f"{reason} {values}".encode()).hexdigest(),
    }


def line(number: int, cents: int = 1000, **changes: Any) -> dict[str, Any]:
    return {
        "source_key": f"factuur:{number}",
        "line_number": 1,
        "profession": "fysiotherapie",
        "revenue_group": "patients",
        "vat_rate": "zero",
        "gl_account": "8010",
        "vat_code": "0",
        "gross_cents": cents,
        "vat_cents": 0,
        **changes,
    }


def plan(
    ledger: Ledger,
    run: Run,
    rows: list[dict[str, Any]],
    lines: list[dict[str, Any]] | None = None,
    exported: bool = False,
) -> None:
    """Save a plan made of `entry` and `rejection` rows.

    Entries get one line each unless lines are given.
    """
    if lines is None:
        lines = [line(row["entry_number"], row["total_cents"]) for row in rows if row.get("entry_number")]
    bookings, rejections = (
        [row for row in rows if "reason" not in row],
        [row for row in rows if "reason" in row],
    )
    frames = [pd.DataFrame(part) for part in (bookings, rejections) if part]
    ledger.planning.save_plan(run, frames, pd.DataFrame(lines, columns=list(line(1))), exported)


def states(ledger: Ledger, practice: str = PRACTICE) -> dict[str, str]:
    """Source key to state, latest version each."""
    rows = ledger.conn.execute(
        "select source_key, state from current_booking where practice = %s", [practice]
    ).fetchall()
    return {row["source_key"]: row["state"] for row in rows}


def book(ledger: Ledger, run: Run, number: int) -> str:
    """Walk one planned entry to booked; its id in Exact."""
    ledger.relations.keep(_of(ledger, run, number), "00000000-0000-0000-0000-000000001001")
    booking = _of(ledger, run, number)
    assert ledger.bookings.claim(run, [booking], "test")
    exact_id = f"00000000-0000-0000-0000-{number:012d}"
    ledger.bookings.confirm(run, {booking.booking_id: exact_id})
    return exact_id


def differ(ledger: Ledger, run: Run, number: int, exact_id: str) -> None:
    """An open difference of a booked entry: James 10,00, Exact 9,00."""
    ledger.conn.execute(
        "insert into exact_sync.difference (practice, subject, source_key, entry_id, kind, cause, "
        "james_cents, exact_cents, first_run, last_run) values (%(practice)s, %(key)s, "
        "%(key)s, %(entry)s, 'sales_entry', "
        "'changed_in_exact', 1000, 900, %(run)s, %(run)s)",
        {"practice": run.practice, "key": f"factuur:{number}", "entry": exact_id, "run": run.run_id},
    )


def _of(ledger: Ledger, run: Run, number: int) -> Any:
    for batch in ledger.planning.batches(run.practice, 100):
        for booking in ledger.bookings.to_send(run, batch):
            if booking.entry_number == number:
                return booking
    raise AssertionError(f"no planned booking with number {number}")


def keep_relation(ledger: Ledger, practice: str = PRACTICE, number: str = "1001") -> None:
    """The debtor of `entry` stands in Exact."""
    ledger.conn.execute(
        "insert into relation (practice, debtor_number, exact_id) values (%s, %s, gen_random_uuid())",
        [practice, number],
    )


def keep_file(ledger: Ledger, run: Run, file_name: str, cents: int = 1500) -> str:
    """A workbook with the one `entry` that the run hands over; return the id of its set."""
    set_id = str(uuid.uuid4())
    file = NewFile("sales_entry", file_name, b"PK", "", 1, cents, "70", dt.date(2026, 11, 1))
    ledger.exports.save(run, set_id, file)
    return set_id
