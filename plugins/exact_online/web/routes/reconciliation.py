"""James, the ledger and Exact side by side: per month, cell and invoice, and as a workbook (B4)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online.failures import NotReady
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.reconciled import PAGE_SIZE, LatestComparison
from exact_online.report.control_workbook import control_workbook
from exact_online.report.months import Days, Month, days_of, months_of, series_with_gaps
from exact_online.report.words import CAUSE_WORDS, STATE_WORDS
from exact_online.transform.words import GROUP_WORDS, RATE_WORDS
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.intake_pages import XLSX
from exact_online.web.routes.settings import practice_of
from exact_online.web.view import ThisView, View

router = APIRouter()

MonthText = Annotated[str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
CellText = Annotated[str | None, Query(max_length=60, pattern=r"^[^/]+/[^/]+$")]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
CHART_MONTHS = 12


@router.get("/practices/{practice}/reconciliation")
@needs(Right.LOOK)
def reconciliation(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show what the latest night compared, and every month of it."""
    known = practice_of(view, ledger, practice)
    latest = ledger.reconciled.latest(practice)
    months = _months(ledger, practice, latest) if latest else []
    return view.page(
        "reconciliation.html",
        practice=known,
        latest=latest,
        months=months,
        chart=[month for month in months if month.first_day][:CHART_MONTHS][::-1],
        suspense=latest.numbers.suspense if latest else (),
        **_names(view),
    )


@router.get("/practices/{practice}/reconciliation/{month}")
@needs(Right.LOOK)
def one_month(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    month: str,
    cell: CellText = None,
    differing: bool = False,
    page: PageNumber = 1,
) -> Response:
    """Show one month: per cell, per account beside Exact, and the invoices below it."""
    known = practice_of(view, ledger, practice)
    first_day = _first_day(view, month)
    latest = ledger.reconciled.latest(practice)
    months = _months(ledger, practice, latest) if latest else []
    shown = next((row for row in months if row.first_day == first_day), None)
    if latest is None or shown is None:
        raise HTTPException(404, view.text("The latest night compared nothing of this month."))
    days, read = days_of(first_day), ledger.reconciled
    group_and_rate = tuple(cell.split("/", 1)) if cell else None
    rows = read.invoices(
        practice,
        days,
        cell=group_and_rate,  # type: ignore[arg-type]
        only_differing=differing,
        page=page,
    )
    found = rows[0].found if rows else 0
    return view.page(
        "reconciliation_month.html",
        practice=known,
        latest=latest,
        month=shown,
        address=f"{view.root}/practices/{practice}/reconciliation/{month}",
        accounts=read.accounts(practice, days),
        receivables=_receivables(ledger, known, days),
        series=series_with_gaps(read.series(practice, days)),
        suspense=[day for day in latest.numbers.suspense if days[0] <= day.day < days[1]],
        left=read.suspense_left(practice, days),
        rows=rows,
        found=found,
        cell=cell,
        differing=differing,
        page=page,
        pages=-(-found // PAGE_SIZE),
        **_names(view),
    )


@router.get("/practices/{practice}/reconciliation.xlsx")
@needs(Right.LOOK)
def workbook(view: ThisView, ledger: OpenLedger, practice: str, month: MonthText = None) -> Response:
    """Give the control workbook of a month, or of all that the latest night compared."""
    known = practice_of(view, ledger, practice)
    latest = ledger.reconciled.latest(practice)
    if latest is None:
        raise HTTPException(404, view.text("There is no night to compare yet."))
    days = days_of(_first_day(view, month)) if month else _scope(latest)
    content = control_workbook(ledger.reconciled, known, latest, days)
    name = f"controle_{practice}_{days[0]:%Y%m%d}-{days[1] - dt.timedelta(days=1):%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


def _months(ledger: Ledger, practice: str, latest: LatestComparison) -> list[Month]:
    read, days = ledger.reconciled, _scope(latest)
    return months_of(
        latest, read.cells(practice, days), read.exact(practice, days), read.causes(practice, days)
    )


def _scope(latest: LatestComparison) -> Days:
    return latest.numbers.from_date, latest.numbers.before_date


def _first_day(view: View, month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise HTTPException(404, view.text("This is no month.")) from None


def _receivables(ledger: Ledger, practice: Practice, days: Days) -> object:
    """The movement of the receivables account; None while the practice has no settings."""
    try:
        settings = ledger.practices.settings(practice)
    except NotReady:
        return None
    return ledger.reconciled.receivables(practice.code, days, settings.receivables_account)


def _names(view: View) -> dict[str, Any]:
    """What the codes of the tables stand for, in the reader's language."""
    place = 0 if view.words.language == "nl" else 1
    tables = {"causes": CAUSE_WORDS, "groups": GROUP_WORDS, "rates": RATE_WORDS, "states": STATE_WORDS}
    return {
        name: {code: words[place] for code, words in table.items()}  # type: ignore[attr-defined]
        for name, table in tables.items()
    }
