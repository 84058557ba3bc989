"""The workbooks that were handed over: downloaded, looked up in Exact, and taken back (M20, C5)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.acts import take_back_file, want_format
from exact_online.acts.settings import latest_settings
from exact_online.acts.word import Word
from exact_online.book_day import book_day
from exact_online.failures import LockLost, NotReady
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.events import EventKind
from exact_online.report.sheet_stream import zipped
from exact_online.tasks.read_back import TooMuchToRead, read_back_for_page
from exact_online.tasks.workbook_store import content_of
from exact_online.vocabulary import HandOverFormat
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.intake_pages import XLSX
from exact_online.web.language import translatable
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView, View

router = APIRouter()

MEDIA = {HandOverFormat.XLSX: XLSX, HandOverFormat.XML: "application/xml"}
BUSY = translatable("A night writes for this practice at the moment. Try again in some minutes.")
TOO_MUCH = translatable(
    "There is more to read in Exact than this page waits for. The next night reads it, and the command "
    "check-files does so at once."
)
NOT_TAKEN_BACK = translatable(
    "This workbook can't be taken back: part of it stands in Exact, or it was taken back before."
)


class TakingBack(BaseModel):
    """Why a workbook is taken back."""

    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]


class FormatForm(BaseModel):
    """What the files of the next hand-overs are."""

    format: HandOverFormat


@router.get("/practices/{practice}/workbooks")
@needs(Right.LOOK)
def workbooks(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    checked: Annotated[int | None, Query(ge=0, le=1_000_000)] = None,
    saved: bool = False,
) -> Response:
    """Show what was handed over; `checked` files were just looked up, or the format was `saved`."""
    return _page(view, ledger, known_practice(view, ledger, practice), checked=checked, saved=saved)


@router.get("/practices/{practice}/hand-overs/{set_id}/workbooks")
@needs(Right.LOOK)
def of_hand_over(view: ThisView, ledger: OpenLedger, practice: str, set_id: str) -> Response:
    """Show the workbooks of one hand-over: a task in Airflow leads here."""
    return _page(view, ledger, known_practice(view, ledger, practice), only=set_id)


@router.post("/practices/{practice}/workbooks/check")
@needs(Right.ACT)
def check(view: ThisView, ledger: OpenLedger, hook: Hook, clock: PageClock, practice: str) -> Response:
    """Look in Exact for the entries of all workbooks, in a few calls; who did is written down."""
    known = known_practice(view, ledger, practice)
    exact = hook.client(known, ledger, backfill=True)
    try:
        found = read_back_for_page(ledger, exact, known, book_day(clock.now()))
    except LockLost:
        raise HTTPException(409, view.text(BUSY)) from None
    except TooMuchToRead:
        raise HTTPException(409, view.text(TOO_MUCH)) from None
    ledger.events.note(practice, view.user_name, EventKind.WORKBOOKS_CHECKED, workbooks=len(found))
    return view.go_to(f"/practices/{practice}/workbooks?checked={len(found)}")


@router.post("/practices/{practice}/workbooks/format")
@needs(Right.SET_UP)
def choose_format(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Save what the files of the next hand-overs are, as a version of the settings."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, FormatForm, sent)
    if form.model is None:
        return _page(view, ledger, known, form=form)
    want_format(ledger, practice, form.model.format, view.user_name)
    return view.go_to(f"/practices/{practice}/workbooks?saved=true")


@router.post("/practices/{practice}/workbooks/{export_id}/take-back")
@needs(Right.ACT)
def take_back(view: ThisView, ledger: OpenLedger, practice: str, export_id: str, sent: Sent) -> Response:
    """Take a workbook back that was not imported, under the name of who is signed in."""
    known = known_practice(view, ledger, practice)
    found = ledger.practice_pages.workbook(practice, export_id) if _is_id(export_id) else None
    if found is None:
        raise HTTPException(404, view.text("This practice has no such workbook."))
    form = read_form(view, TakingBack, sent)
    if form.model is None:
        return _page(view, ledger, known, form=form, of=export_id)
    try:
        take_back_file(ledger, Word(practice, view.user_name, form.model.reason), found.file_name)
    except LockLost:
        form.reject("reason", view.text(BUSY))
    except NotReady:
        form.reject("reason", view.text(NOT_TAKEN_BACK))
    if form.problems:
        return _page(view, ledger, known, form=form, of=export_id)
    return view.go_to(f"/practices/{practice}/workbooks")


@router.get("/practices/{practice}/workbooks/{export_id}")
@needs(Right.ACT)
def download(view: ThisView, ledger: OpenLedger, practice: str, export_id: str) -> Response:
    """Give a workbook as it was handed over. It has names, so who took it is written down."""
    known_practice(view, ledger, practice)
    found = ledger.practice_pages.workbook(practice, export_id) if _is_id(export_id) else None
    if found is None:
        raise HTTPException(404, view.text("This practice has no such workbook."))
    content = content_of(found.content, found.location, found.sha256)
    if content is None:
        raise HTTPException(410, view.text("The content of this workbook is past its term and was erased."))
    ledger.events.note_access(practice, view.user_name, f"werkmap:{found.file_name}")
    name = quote(found.file_name)
    return Response(
        content,
        media_type=MEDIA[HandOverFormat(found.file_name.rpartition(".")[2])],
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
    read = {file.file_name: content_of(file.content, file.location, file.sha256) for file in files}
    kept = {name: content for name, content in read.items() if content is not None}
    if not kept:
        raise HTTPException(410, view.text("The content of this workbook is past its term and was erased."))
    ledger.events.note_access(practice, view.user_name, f"overdracht:{set_id}")
    name = quote(f"overdracht_{practice}_{files[0].created_at:%Y%m%d}_{set_id[:8]}.zip")
    return Response(
        zipped(kept),
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def _page(
    view: View,
    ledger: Ledger,
    practice: Practice,
    *,
    checked: int | None = None,
    saved: bool = False,
    form: Form[Any] | None = None,
    of: str = "",
    only: str = "",
) -> Response:
    """`form` is one that can't be used, `of` the workbook that it is for; `only` one hand-over."""
    rows = ledger.practice_pages.workbooks(practice.code)
    if only and not (rows := [row for row in rows if row.set_id == only]):
        raise HTTPException(404, view.text("This practice has no such workbook."))
    return view.page(
        "workbooks.html",
        status=422 if form else 200,
        practice=practice,
        rows=rows,
        only=only,
        checked=checked,
        saved=saved,
        format=_format(ledger, practice.code),
        form=form or Form(),
        of=of,
    )


def _format(ledger: Ledger, practice: str) -> str | None:
    """What the next hand-overs are; None when the practice has no settings that could say it."""
    settings = latest_settings(ledger, practice)
    return None if settings is None else str(settings.get("hand_over_format", HandOverFormat.XLSX))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
