"""The intake of settings: the workbook to download and upload, and the same form on a page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.intake_pages import Workbook, check_form, check_upload, form_page, workbook_page
from exact_online.web.routes.settings import desk_of
from exact_online.web.view import ThisView

router = APIRouter(prefix="/practices/{practice}/settings")


@router.get("/workbook")
@needs(Right.SET_UP)
def download(
    view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str, present: bool = False
) -> Response:
    """Give the workbook: with a proposal where there is one, or with the settings as they are."""
    return workbook_page(ledger, desk_of(view, ledger, practice), clock, present=present)


@router.post("/upload")
@needs(Right.SET_UP)
def upload(view: ThisView, ledger: OpenLedger, practice: str, workbook: Workbook = None) -> Response:
    """Read a filled workbook: every fault with its cell, or a look at what it changes."""
    return check_upload(ledger, desk_of(view, ledger, practice), workbook)


@router.get("/form")
@needs(Right.SET_UP)
def form(view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str) -> Response:
    """Show the form, with the settings as they are, or with a proposal for what is empty."""
    return form_page(ledger, desk_of(view, ledger, practice), clock)


@router.post("/form")
@needs(Right.SET_UP)
def send_form(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Check the form as a workbook is checked."""
    return check_form(ledger, desk_of(view, ledger, practice), sent)
