"""The numbers of a night, from the ledger, James and Exact; stored in `run.numbers`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import psycopg

from exact_online.api import entries_mirror
from exact_online.api.client import ExactClient
from exact_online.extract.revenue import invoice_amounts
from exact_online.ledger import (
    Cell,
    JamesAmount,
    Ledger,
    NightNumbers,
    Practice,
    Run,
    SettledLine,
    SuspenseTotal,
)
from exact_online.report.doubles import doubled_debtors
from exact_online.report.reconciliation import drifted_entries, reconcile
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import BookingState, GlAccountType

SETTLED_COLUMNS = SettledLine._fields
EXACT_COLUMNS = ("entry_id", "gl_account", "is_vat", "cents")

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""


def reconcile_practice(
    ledger: Ledger,
    james: psycopg.Connection[Any],
    exact: ExactClient,
    practice: Practice,
    run: Run,
    settings: PracticeSettings,
    lists: ExactLists,
    days: Days,
    settling_seconds: float = 0.0,
) -> list[Cell]:
    """Compare James, the ledger and Exact over `days`, and return the cells.

    Entries that somebody removed or changed in Exact (B9), and debtors of which Exact has a part
    twice, are written down on the way. Raises StillSettling when entries are not as they should be
    and something was booked within `settling_seconds`: Exact may not show it yet.
    """
    settled = _settled(ledger, practice, days)
    journals = entries_mirror.journals_of(settings, lists, practice.first_sync_date, days)
    entries_mirror.refresh(exact, ledger.mirrors, practice.code, journals)
    booked = _booked_in_exact(ledger, lists, practice, days)
    if _unreported(ledger, practice, settled, booked):
        if wait := ledger.totals.unsettled_seconds(practice.code, settling_seconds):
            raise StillSettling(wait)
        entries_mirror.reload(exact, ledger.mirrors, practice.code, journals)
        booked = _booked_in_exact(ledger, lists, practice, days)
    ledger.review.save_drift_in_exact(run, drifted_entries(settled, booked))
    ledger.review.save_doubled_debtors(run, doubled_debtors(exact, ledger.review.sent_again(practice.code)))
    totals = ledger.runs.james_totals(run.run_id)
    return reconcile(totals, _unsettled(ledger, james, practice, days), settled, booked)


def dry_run_cells(
    ledger: Ledger, james: psycopg.Connection[Any], practice: Practice, run: Run, days: Days
) -> list[Cell]:
    """Return the comparison of a dry run: James with the ledger alone.

    The entries of the ledger count as booked.
    """
    settled = _settled(ledger, practice, days)
    net = settled.assign(is_vat=False, cents=settled["vat_cents"] - settled["gross_cents"])
    vat = settled.assign(is_vat=True, gl_account="", cents=-settled["vat_cents"])
    as_settled = pd.concat([net, vat])[list(EXACT_COLUMNS)].astype({"is_vat": bool, "cents": "int64"})
    totals = ledger.runs.james_totals(run.run_id)
    return reconcile(totals, _unsettled(ledger, james, practice, days), settled, as_settled)


class StillSettling(Exception):
    """Exact may not show yet what was booked just now; `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


def _settled(ledger: Ledger, practice: Practice, days: Days) -> pd.DataFrame:
    return pd.DataFrame(ledger.totals.settled_lines(practice.code, days), columns=SETTLED_COLUMNS)


def _unreported(ledger: Ledger, practice: Practice, settled: pd.DataFrame, booked: pd.DataFrame) -> set[str]:
    """Entries that differ in Exact, and that were not reported before."""
    found = {entry.entry_id for entry in drifted_entries(settled, booked)}
    return found - ledger.review.reported_drift(practice.code)


def numbers_of(ledger: Ledger, run: Run, cells: list[Cell], lists: ExactLists, days: Days) -> NightNumbers:
    """Return counts and cents of what this run did, and of where the money of `days` stands."""
    run_ids = ledger.runs.ids_of_night(run)
    states = {total.state: total.bookings for total in ledger.totals.by_state(run.practice, days)}
    return NightNumbers(
        **vars(ledger.totals.of_runs(run_ids)),
        per_journal=tuple(ledger.totals.per_journal(run_ids)),
        booked=states.get(BookingState.BOOKED, 0),
        exported=states.get(BookingState.EXPORTED, 0),
        rejected=states.get(BookingState.REJECTED, 0),
        held=states.get(BookingState.HELD, 0),
        doubtful=states.get(BookingState.DOUBTFUL, 0),
        planned=states.get(BookingState.PLANNED, 0),
        from_date=days[0],
        before_date=days[1],
        james_cents=sum(cell.james_cents for cell in cells),
        ledger_cents=sum(cell.ledger_cents for cell in cells),
        exact_cents=sum(cell.exact_cents for cell in cells),
        exported_cents=sum(cell.exported_cents for cell in cells),
        open_cents=sum(cell.open_cents for cell in cells),
        difference_cents=sum(cell.difference_cents for cell in cells),
        cells=tuple(cells),
        suspense=_suspense(ledger, run, lists, days),
    )


def _suspense(ledger: Ledger, run: Run, lists: ExactLists, days: Days) -> tuple[SuspenseTotal, ...]:
    """What PIN and cash put on each suspense account per day, to match with bank and till (M12)."""
    codes = {account.id.lower(): account.code for account in lists.gl_accounts.values()}
    return tuple(
        SuspenseTotal(found.day, codes.get(found.gl_account_id.lower()), found.entries, found.gross_cents)
        for found in ledger.totals.suspense(run.practice, days)
        if found.gl_account_id
    )


def _unsettled(
    ledger: Ledger, james: psycopg.Connection[Any], practice: Practice, days: Days
) -> list[JamesAmount]:
    """James' lines of what is neither booked nor handed over."""
    keys = ledger.totals.unsettled_keys(practice.code, days)
    return invoice_amounts(james, practice.james_practice_code, keys)


def _booked_in_exact(ledger: Ledger, lists: ExactLists, practice: Practice, days: Days) -> pd.DataFrame:
    vat_accounts = {
        account.code for account in lists.gl_accounts.values() if account.type == GlAccountType.VAT
    }
    lines = ledger.totals.mirrored_lines(practice.code, days)
    rows = [(line.entry_id, line.gl_account, line.gl_account in vat_accounts, line.cents) for line in lines]
    return pd.DataFrame(rows, columns=EXACT_COLUMNS).astype({"is_vat": bool, "cents": "int64"})
