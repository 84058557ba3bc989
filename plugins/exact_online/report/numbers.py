"""The numbers of a night, from the ledger, James and Exact; stored in `run.numbers`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import psycopg
from psycopg.rows import dict_row

from exact_online.api import entries_mirror
from exact_online.api.client import ExactClient
from exact_online.ledger import Ledger, Practice, Run
from exact_online.report.doubles import doubled_debtors
from exact_online.report.reconciliation import Cell, drifted_entries, reconcile
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.statements import statement
from exact_online.vocabulary import GlAccountType

SETTLED_COLUMNS = ("entry_id", "state", "gl_account", "revenue_group", "vat_rate", "gross_cents", "vat_cents")
EXACT_COLUMNS = ("entry_id", "gl_account", "is_vat", "cents")


def reconcile_practice(
    ledger: Ledger,
    james: psycopg.Connection[Any],
    exact: ExactClient,
    practice: Practice,
    run: Run,
    settings: PracticeSettings,
    lists: ExactLists,
    days: tuple[dt.date, dt.date],
    settling_seconds: float = 0.0,
) -> list[Cell]:
    """Compare James, the ledger and Exact from the first of `days` up to, not including, the last.

    Return a cell per revenue group and VAT rate. Save in the ledger which entries were removed or
    changed in Exact (B9), and which debtors have a contact or bank account twice there.
    Raise StillSettling when entries differ and something was booked in the last `settling_seconds`,
    because Exact may not show it yet.
    """
    scope = {"practice": practice.code, "from_date": days[0], "before_date": days[1]}
    settled = pd.DataFrame(ledger.rows("settled_lines", **scope), columns=SETTLED_COLUMNS)
    journals = entries_mirror.journals_of(practice, settings, lists, days)
    entries_mirror.refresh(exact, ledger.conn, practice.code, journals)
    booked = _booked_in_exact(ledger, lists, scope)
    if _unreported(ledger, practice, settled, booked):
        if wait := ledger.unsettled_seconds(practice.code, settling_seconds):
            raise StillSettling(wait)
        entries_mirror.reload(exact, ledger.conn, practice.code, journals)
        booked = _booked_in_exact(ledger, lists, scope)
    ledger.save_drift_in_exact(run, drifted_entries(settled, booked))
    ledger.save_doubled_debtors(
        run, doubled_debtors(exact, ledger.rows("debtors_sent_again", practice=practice.code))
    )
    totals = [_typed(row) for row in ledger.james_totals(run.run_id)]
    return reconcile(totals, _unsettled(ledger, james, practice, scope), settled, booked)


def dry_run_cells(
    ledger: Ledger,
    james: psycopg.Connection[Any],
    practice: Practice,
    run: Run,
    days: tuple[dt.date, dt.date],
) -> list[Cell]:
    """Compare James with the ledger, for a dry run; return a cell per revenue group and VAT rate.

    For Exact it takes what the ledger has as booked.
    """
    scope = {"practice": practice.code, "from_date": days[0], "before_date": days[1]}
    settled = pd.DataFrame(ledger.rows("settled_lines", **scope), columns=SETTLED_COLUMNS)
    net = settled.assign(is_vat=False, cents=settled["vat_cents"] - settled["gross_cents"])
    vat = settled.assign(is_vat=True, gl_account="", cents=-settled["vat_cents"])
    as_settled = pd.concat([net, vat])[list(EXACT_COLUMNS)].astype({"is_vat": bool, "cents": "int64"})
    totals = [_typed(row) for row in ledger.james_totals(run.run_id)]
    return reconcile(totals, _unsettled(ledger, james, practice, scope), settled, as_settled)


class StillSettling(Exception):
    """Exact may not show yet what was booked just now; `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


def _unreported(ledger: Ledger, practice: Practice, settled: pd.DataFrame, booked: pd.DataFrame) -> set[str]:
    """Return the entries that differ in Exact and that no earlier night has reported."""
    reported = {row["entry_id"] for row in ledger.rows("reported_drift", practice=practice.code)}
    return {entry["entry_id"] for entry in drifted_entries(settled, booked)} - reported


def james_totals(
    james: psycopg.Connection[Any], practice: Practice, days: tuple[dt.date, dt.date]
) -> list[dict[str, Any]]:
    """Return James' own totals of the days, as rows for the ledger; amounts are texts in euros."""
    parameters = {
        "james_practice_code": practice.james_practice_code,
        "from_date": days[0],
        "before_date": days[1],
    }
    with james.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("james", "revenue_totals"), parameters).fetchall()
    return [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ]


def numbers_of(
    ledger: Ledger, run: Run, cells: list[Cell], lists: ExactLists, days: tuple[dt.date, dt.date]
) -> dict[str, Any]:
    """Return counts and totals (cents) of what this run did, and of all bookings in the days.

    `per_journal` has a row per state (booked, exported), journal, revenue group and VAT rate, and a
    total per state and journal, whose group and rate are None.
    """
    run_ids = [
        row["run_id"]
        for row in ledger.rows("run_ids_of", practice=run.practice, airflow_run_id=run.airflow_run_id)
    ]
    done = ledger.rows("numbers_of_run", run_ids=run_ids)[0]
    states = {
        row["state"]: row
        for row in ledger.rows(
            "totals_by_state", practice=run.practice, from_date=days[0], before_date=days[1]
        )
    }
    return {
        **done,
        "per_journal": ledger.rows("sums_of_run", run_ids=run_ids),
        **{
            state: states[state]["bookings"] if state in states else 0
            for state in ("booked", "exported", "rejected", "held", "doubtful", "planned")
        },
        "from_date": days[0].isoformat(),
        "before_date": days[1].isoformat(),
        "james_cents": sum(cell.james_cents for cell in cells),
        "ledger_cents": sum(cell.ledger_cents for cell in cells),
        "exact_cents": sum(cell.exact_cents for cell in cells),
        "exported_cents": sum(cell.exported_cents for cell in cells),
        "open_cents": sum(cell.open_cents for cell in cells),
        "difference_cents": sum(cell.difference_cents for cell in cells),
        "cells": [cell.as_row() for cell in cells],
        "suspense": _suspense(ledger, run, lists, days),
    }


def _suspense(
    ledger: Ledger, run: Run, lists: ExactLists, days: tuple[dt.date, dt.date]
) -> list[dict[str, Any]]:
    """Return what PIN and cash payments booked on each suspense account per day (M12).

    The bookkeeper matches these totals with the bank and the till.
    """
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    rows = ledger.rows("suspense_by_day", practice=run.practice, from_date=days[0], before_date=days[1])
    return [
        {**row, "day": row["day"].isoformat(), "gl_account": codes.get(row.pop("gl_account_id").lower())}
        for row in rows
        if row["gl_account_id"]
    ]


def _unsettled(
    ledger: Ledger, james: psycopg.Connection[Any], practice: Practice, scope: dict[str, Any]
) -> list[dict[str, Any]]:
    """James' lines of what is neither booked nor handed over, with the kind of their debtor."""
    keys = [row["source_key"] for row in ledger.rows("unsettled_keys", **scope)]
    if not keys:
        return []
    parameters = {"invoice_keys": keys, "james_practice_code": practice.james_practice_code}
    with james.cursor(row_factory=dict_row) as cursor:
        kinds = {
            row["invoice_key"]: row["debtor_kind"]
            for row in cursor.execute(statement("james", "invoices"), parameters)
        }
        lines = cursor.execute(statement("james", "invoice_lines"), parameters).fetchall()
    return [{**line, "debtor_kind": kinds.get(line["invoice_key"])} for line in lines]


def _booked_in_exact(ledger: Ledger, lists: ExactLists, scope: dict[str, Any]) -> pd.DataFrame:
    vat_accounts = {
        account.code for account in lists.gl_accounts.values() if account.type == GlAccountType.VAT
    }
    lines = ledger.rows("mirrored_lines", **scope)
    rows = [
        (line["entry_id"], line["gl_account"], line["gl_account"] in vat_accounts, line["cents"])
        for line in lines
    ]
    return pd.DataFrame(rows, columns=EXACT_COLUMNS).astype({"is_vat": bool, "cents": "int64"})


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `james_totals` as it came from James."""
    percentage = row["vat_percentage"]
    return {
        **row,
        "amount": Decimal(row["amount"]),
        "vat_percentage": None if percentage is None else Decimal(percentage),
    }
