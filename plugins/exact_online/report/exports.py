"""The workbooks of handed-over invoices: one per journal and hand-over, stored in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from exact_online.ledger import Ledger, Run
from exact_online.report.workbook import ExportedEntry, general_journal_workbook, payload_of, sales_workbook
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.vocabulary import BookingKind

WRITERS: tuple[tuple[BookingKind, str, Callable[..., bytes]], ...] = (
    (BookingKind.SALES_ENTRY, "verkoopboek", sales_workbook),
    (BookingKind.GENERAL_JOURNAL_ENTRY, "memoriaal", general_journal_workbook),
)


def save_workbooks(
    ledger: Ledger,
    run: Run,
    settings: PracticeSettings,
    lists: ExactLists,
    days: tuple[dt.date, dt.date],
    made_on: dt.date,
) -> int:
    """Write the workbooks of what this run handed over, and return their number.

    There is none for a journal without such bookings. `days` are the first day and the day after
    the last; `made_on` is the date that the workbook shows. What lies in a period that Exact has
    closed is in the workbook too, and named on a sheet of its own: its import is rejected until
    somebody opens the period.
    """
    account_codes = {account.id: account.code for account in lists.gl_accounts.values()}
    written = 0
    for kind, name, write in WRITERS:
        entries = _exported(ledger, run, kind)
        if entries:
            last_day = days[1] - dt.timedelta(days=1)
            period = f"{days[0]:%Y%m%d}-{last_day:%Y%m%d}"
            ledger.exports.save(
                run,
                kind,
                file_name=f"{settings.division}_{name}_{period}_{run.run_id[:8]}.xlsx",
                content=write(entries, account_codes, made_on, lists.closed_periods),
                invoices=len(entries),
                total_cents=sum(entry.total_cents for entry in entries),
            )
            written += 1
    return written


def _exported(ledger: Ledger, run: Run, kind: BookingKind) -> list[ExportedEntry]:
    return [
        ExportedEntry(
            **{**vars(entry), "payload": payload_of(entry.payload), "debtor_name": entry.debtor_name or ""}
        )
        for entry in ledger.exports.entries(run, kind)
    ]
