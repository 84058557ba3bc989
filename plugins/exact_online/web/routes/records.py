"""What is kept of a practice: its nights, and who did what."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from exact_online.registry import DAG_PREFIX
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.routes.linking import known_practice
from exact_online.web.sentences import audit_words, nights_with_stops
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
        nights=nights_with_stops(view, ledger, practice),
        dag=DAG_PREFIX + practice,
    )


@router.get("/practices/{practice}/log")
@needs(Right.LOOK)
def log(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show who did what with the practice, and when."""
    known = known_practice(view, ledger, practice)
    rows = ledger.practice_pages.audit(practice)
    return view.page("log.html", practice=known, rows=[(row, audit_words(view, row)) for row in rows])
