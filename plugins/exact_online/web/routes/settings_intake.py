"""The intake of settings: the workbook to download and upload, and the same form on a page."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, File, HTTPException, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel

from exact_online.book_day import book_day
from exact_online.intake.fields import SHEETS
from exact_online.intake.opening import MAX_BYTES, TOO_LARGE
from exact_online.intake.rules import Fault
from exact_online.ledger import Practice
from exact_online.tasks.intake import (
    Checked,
    Intake,
    check_values,
    check_workbook,
    make_workbook,
    opened_intake,
    proposal,
)
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.routes.settings import practice_of
from exact_online.web.view import ThisView, View

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Workbook = Annotated[UploadFile | None, File()]


@router.get("/practices/{practice}/settings/workbook")
@needs(Right.SET_UP)
def download(
    view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str, present: bool = False
) -> Response:
    """Give the workbook: with a proposal where there is one, or with the settings as they are."""
    intake = opened_intake(ledger, practice_of(view, ledger, practice))
    proposed = {} if present else proposal(ledger, intake, book_day(clock.now()))
    return workbook_answer(intake.practice, make_workbook(ledger, intake, proposed, with_present=present))


@router.post("/practices/{practice}/settings/upload")
@needs(Right.SET_UP)
def upload(view: ThisView, ledger: OpenLedger, practice: str, workbook: Workbook = None) -> Response:
    """Read a filled workbook: every fault with its cell, or a look at what it changes."""
    known = practice_of(view, ledger, practice)
    if workbook is None or not workbook.filename:
        raise HTTPException(422, view.text("Choose the workbook first."))
    content = workbook.file.read(MAX_BYTES + 1)
    intake = opened_intake(ledger, known)
    if len(content) > MAX_BYTES:
        checked = Checked([Fault(TOO_LARGE)], None)
    else:
        checked = check_workbook(ledger, intake, workbook.filename, content, view.user_name)
    if checked.draft_id:
        return view.go_to(f"/practices/{practice}/settings/drafts/{checked.draft_id}")
    return view.page("settings_faults.html", status=422, practice=known, faults=checked.faults)


@router.get("/practices/{practice}/settings/form")
@needs(Right.SET_UP)
def form_page(view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str) -> Response:
    """Show the form, with the settings as they are, or with a proposal for what is empty."""
    intake = opened_intake(ledger, practice_of(view, ledger, practice))
    proposed = {} if intake.latest else proposal(ledger, intake, book_day(clock.now()))
    values = {name: each.code for name, each in proposed.items()} | intake.values
    reasons = {name: each.reason for name, each in proposed.items()}
    return _form_page(view, intake, Form(values=values), reasons)


@router.post("/practices/{practice}/settings/form")
@needs(Right.SET_UP)
def send_form(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Check the form as a workbook is checked."""
    intake = opened_intake(ledger, practice_of(view, ledger, practice))
    checked = check_values(ledger, intake, sent, view.user_name)
    if checked.draft_id:
        return view.go_to(f"/practices/{practice}/settings/drafts/{checked.draft_id}")
    form: Form[BaseModel] = Form(values=sent)
    for fault in checked.faults:
        form.reject(fault.field or "", fault.sentence)
    return _form_page(view, intake, form, {})


def _form_page(view: View, intake: Intake, form: Form[BaseModel], reasons: dict[str, str]) -> Response:
    return view.page(
        "settings_form.html",
        status=422 if form.problems else 200,
        practice=intake.practice,
        sheets={title: intake.form.on_sheet(title) for title in SHEETS},
        form=form,
        reasons=reasons,
    )


def workbook_answer(practice: Practice, content: bytes) -> Response:
    """Return a workbook as a file to save; its name has the code, which is plain ASCII."""
    name = f"gegevens-inrichten-{re.sub('[^a-z0-9_-]', '', practice.code)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)
