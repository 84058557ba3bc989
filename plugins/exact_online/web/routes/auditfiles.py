"""Exact's own auditfile beside the ledger, and the file of a year that the link makes (B4)."""

from __future__ import annotations

from threading import Lock
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response, StreamingResponse

from exact_online.auditfile.header import AuditfileFault
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.auditfiles import Comparison
from exact_online.report.auditfile import compare_auditfile
from exact_online.report.auditfile_words import KIND_WORDS, finding_sentence, heading_sentences
from exact_online.report.auditfile_workbook import auditfile_workbook
from exact_online.report.year_file import year_file, year_file_name
from exact_online.tasks.connections import ledger_session
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.inputs import PageClock
from exact_online.web.intake_pages import XLSX
from exact_online.web.routes.settings import practice_of
from exact_online.web.uploads import MAX_AUDITFILE_BYTES, SentFile
from exact_online.web.view import ThisView, View

router = APIRouter(prefix="/practices/{practice}")

PAGE_SIZE = 100
Year = Annotated[int, Query(ge=2000, le=2199)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
Kind = Literal["missing", "elsewhere", "extra", "amount", "account", "period", "vat_code"]

_one_at_a_time = Lock()
"""A comparison takes a thread of Airflow's API for a minute at most; two would be too many."""


@router.get("/auditfile")
@needs(Right.LOOK)
def auditfiles(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show where to drop an auditfile, and the latest comparisons."""
    return _page(view, ledger, practice_of(view, ledger, practice))


@router.post("/auditfile")
@needs(Right.ACT)
def compare(view: ThisView, ledger: OpenLedger, practice: str, file: SentFile) -> Response:
    """Compare an auditfile of Exact with the ledger, and lead to what differs."""
    known = practice_of(view, ledger, practice)
    if file is None:
        return _page(view, ledger, known, view.text("Choose the auditfile first."))
    if not _one_at_a_time.acquire(blocking=False):
        words = view.text("Another auditfile is being compared. Try again in a minute.")
        return _page(view, ledger, known, words, 503)
    try:
        with ledger_session() as own:  # its statements may take longer than those of a page
            found = compare_auditfile(own, known, file.file, view.user_name)
    except AuditfileFault as fault:
        return _page(view, ledger, known, str(fault))
    finally:
        _one_at_a_time.release()
    return view.go_to(f"/practices/{practice}/auditfile/{found.comparison_id}")


@router.get("/auditfile/{comparison_id}")
@needs(Right.LOOK)
def comparison(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    comparison_id: str,
    kind: Kind | None = None,
    page: PageNumber = 1,
) -> Response:
    """Show what a comparison found: counts, and a sentence per difference."""
    known = practice_of(view, ledger, practice)
    found = _comparison(view, ledger, practice, comparison_id)
    findings = ledger.auditfiles.findings(found, kind=kind, page=page, size=PAGE_SIZE)
    counts = found.numbers["findings"]
    shown = counts.get(kind, 0) if kind else found.count
    return view.page(
        "auditfile_comparison.html",
        practice=known,
        found=found,
        counts=[(each, counts[each]) for each in KIND_WORDS if each in counts],
        kinds={each: words[view.words.language != "nl"] for each, words in KIND_WORDS.items()},
        warnings=heading_sentences(found, known.division_name),
        rows=[(finding, finding_sentence(finding)) for finding in findings],
        kind=kind,
        page=page,
        pages=-(-shown // PAGE_SIZE),
        address=f"{view.root}/practices/{practice}/auditfile/{comparison_id}",
    )


@router.get("/auditfile/{comparison_id}/workbook")
@needs(Right.LOOK)
def workbook(view: ThisView, ledger: OpenLedger, practice: str, comparison_id: str) -> Response:
    """Give a comparison as a workbook."""
    known = practice_of(view, ledger, practice)
    found = _comparison(view, ledger, practice, comparison_id)
    content = auditfile_workbook(found, ledger.auditfiles.findings(found), known)
    name = f"auditfile_{practice}_{found.header['year']}_{found.made_at:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/year-file")
@needs(Right.ACT)
def download_year(
    view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str, year: Year
) -> Response:
    """Give the file of a year that the link makes; it has debtor numbers, so it is written down."""
    known = practice_of(view, ledger, practice)
    if year not in ledger.year_files.years(practice):
        raise HTTPException(404, view.text("The link booked nothing in this financial year."))
    ledger.events.note_access(practice, view.user_name, f"jaarbestand:{year}")
    parts = year_file(ledger_session, known.code, year, clock.now(), view.user_name)
    name = year_file_name(practice, year)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type="application/zip", headers=headers)


def _page(
    view: View, ledger: Ledger, practice: Practice, problem: str | None = None, status: int | None = None
) -> Response:
    return view.page(
        "auditfile.html",
        status=status or (422 if problem else 200),
        practice=practice,
        comparisons=ledger.auditfiles.comparisons(practice.code),
        years=ledger.year_files.years(practice.code),
        problem=problem,
        most_mb=MAX_AUDITFILE_BYTES // 1024**2,
    )


def _comparison(view: View, ledger: Ledger, practice: str, comparison_id: str) -> Comparison:
    try:
        found = ledger.auditfiles.comparison(practice, str(UUID(comparison_id)))
    except ValueError:
        found = None
    if found is None:
        raise HTTPException(404, view.text("There is no such comparison (any more)."))
    return found
