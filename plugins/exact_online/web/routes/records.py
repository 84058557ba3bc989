"""What is kept of a practice: its nights, the workbooks that were handed over, and who did what."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from exact_online.registry import DAG_PREFIX
from exact_online.report.sheet_stream import zipped
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.intake_pages import XLSX
from exact_online.web.routes.linking import known_practice
from exact_online.web.sentences import audit_words
from exact_online.web.view import ThisView

router = APIRouter()


@router.get("/practices/{practice}/nights")
@needs(Right.LOOK)
def nights(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show the last thirty nights with what each booked and left."""
    known = known_practice(view, ledger, practice)
    return view.page(
        "nights.html",
        practice=known,
        nights=ledger.practice_pages.nights(practice),
        dag=DAG_PREFIX + practice,
    )


@router.get("/practices/{practice}/workbooks")
@needs(Right.LOOK)
def workbooks(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show the workbooks that were handed over."""
    known = known_practice(view, ledger, practice)
    return view.page("workbooks.html", practice=known, rows=ledger.practice_pages.workbooks(practice))


@router.get("/practices/{practice}/workbooks/{export_id}")
@needs(Right.ACT)
def download(view: ThisView, ledger: OpenLedger, practice: str, export_id: str) -> Response:
    """Give a workbook as it was handed over. It has names, so who took it is written down."""
    known_practice(view, ledger, practice)
    found = ledger.practice_pages.workbook(practice, export_id) if _is_id(export_id) else None
    if found is None:
        raise HTTPException(404, view.text("This practice has no such workbook."))
    if found.content is None:
        raise HTTPException(410, view.text("The content of this workbook is past its term and was erased."))
    ledger.events.note_access(practice, view.user_name, f"werkmap:{found.file_name}")
    name = quote(found.file_name)
    return Response(
        found.content,
        media_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/practices/{practice}/hand-overs/{set_id}")
@needs(Right.ACT)
def download_set(view: ThisView, ledger: OpenLedger, practice: str, set_id: str) -> Response:
    """Give all workbooks of one hand-over in a ZIP file; who took it is written down."""
    known_practice(view, ledger, practice)
    files = ledger.exports.file_set(practice, set_id) if _is_id(set_id) else []
    if not files:
        raise HTTPException(404, view.text("This practice has no such workbook."))
    kept = {file.file_name: file.content for file in files if file.content is not None}
    if not kept:
        raise HTTPException(410, view.text("The content of this workbook is past its term and was erased."))
    ledger.events.note_access(practice, view.user_name, f"overdracht:{set_id}")
    name = quote(f"overdracht_{practice}_{files[0].created_at:%Y%m%d}_{set_id[:8]}.zip")
    return Response(
        zipped(kept),
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.get("/practices/{practice}/log")
@needs(Right.LOOK)
def log(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show who did what with the practice, and when."""
    known = known_practice(view, ledger, practice)
    rows = ledger.practice_pages.audit(practice)
    return view.page("log.html", practice=known, rows=[(row, audit_words(view, row)) for row in rows])


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
