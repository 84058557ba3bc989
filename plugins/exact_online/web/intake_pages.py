"""The pages of the intake, as both doors show them: behind Airflow's login, and by a signed link."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import File, HTTPException, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel

from exact_online.book_day import book_day
from exact_online.clock import Clock
from exact_online.intake import changes_between
from exact_online.intake.fields import SHEETS
from exact_online.intake.opening import MAX_BYTES, TOO_LARGE
from exact_online.intake.rules import Fault
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.settings_history import SettingsDraft
from exact_online.tasks.intake import (
    Checked,
    Intake,
    account_names,
    check_values,
    check_workbook,
    make_workbook,
    opened_intake,
    preview,
    proposal,
)
from exact_online.web.forms import Form
from exact_online.web.language import translatable
from exact_online.web.view import View

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Workbook = Annotated[UploadFile | None, File()]
OUTDATED = translatable("Another version was saved since. Fill in the form again.")


@dataclass(frozen=True)
class Desk:
    """Where somebody fills in the settings of one practice."""

    view: View
    practice: Practice
    address: str
    """Of the pages about its settings, within their app."""
    by: str
    """Who sits there, as a draft keeps it."""
    trail: Sequence[tuple[str, str]]
    """Address within the app and name of each page above."""

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page of this desk."""
        return self.view.page(
            template,
            status=status,
            practice=self.practice,
            address=f"{self.view.root}{self.address}",
            trail=self.trail,
            **values,
        )


def workbook_page(ledger: Ledger, desk: Desk, clock: Clock, *, present: bool) -> Response:
    """Give the workbook: with a proposal where there is one, or with the settings as they are."""
    intake = opened_intake(ledger, desk.practice)
    proposed = {} if present else proposal(ledger, intake, book_day(clock.now()))
    content = make_workbook(ledger, intake, proposed, with_present=present)
    name = f"gegevens-inrichten-{re.sub('[^a-z0-9_-]', '', desk.practice.code)}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


def check_upload(ledger: Ledger, desk: Desk, workbook: UploadFile | None) -> Response:
    """Read a filled workbook: every fault with its cell, or a look at what it changes."""
    if workbook is None or not workbook.filename:
        raise HTTPException(422, desk.view.text("Choose the workbook first."))
    content = workbook.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        checked = Checked([Fault(TOO_LARGE)], None)
    else:
        intake = opened_intake(ledger, desk.practice)
        checked = check_workbook(ledger, intake, workbook.filename, content, desk.by)
    if checked.draft_id:
        return desk.view.go_to(f"{desk.address}/drafts/{checked.draft_id}")
    return desk.page("settings_faults.html", status=422, faults=checked.faults)


def form_page(ledger: Ledger, desk: Desk, clock: Clock) -> Response:
    """Show the form, with the settings as they are, or with a proposal for what is empty."""
    intake = opened_intake(ledger, desk.practice)
    proposed = {} if intake.latest else proposal(ledger, intake, book_day(clock.now()))
    values = {name: each.code for name, each in proposed.items()} | intake.values
    reasons = {name: each.reason for name, each in proposed.items()}
    return _form_page(desk, intake, Form(values=values), reasons)


def check_form(ledger: Ledger, desk: Desk, sent: Mapping[str, str]) -> Response:
    """Check the form as a workbook is checked."""
    intake = opened_intake(ledger, desk.practice)
    checked = check_values(ledger, intake, sent, desk.by)
    if checked.draft_id:
        return desk.view.go_to(f"{desk.address}/drafts/{checked.draft_id}")
    form: Form[BaseModel] = Form(values=sent)
    for fault in checked.faults:
        form.reject(fault.field or "", fault.sentence)
    return _form_page(desk, intake, form, {})


def _form_page(desk: Desk, intake: Intake, form: Form[BaseModel], reasons: dict[str, str]) -> Response:
    return desk.page(
        "settings_form.html",
        status=422 if form.problems else 200,
        sheets={title: intake.form.on_sheet(title) for title in SHEETS},
        form=form,
        reasons=reasons,
    )


def draft_page(
    ledger: Ledger, desk: Desk, clock: Clock, draft_id: str, signature: Form[Any] | None = None
) -> Response:
    """Show what a filled form would change, and book, before it is saved.

    `signature` is a form with field ``name``, for who has no login.
    Raises HTTPException 410 when there is no such draft, or another version was saved since.
    """
    draft = ledger.settings_history.draft(desk.practice.code, draft_id)
    if draft is None or not draft.is_current:
        raise outdated(desk)
    return preview_page(ledger, desk, clock, draft.settings, draft=draft, signature=signature)


def outdated(desk: Desk) -> HTTPException:
    """Return what is said when another version was saved since a draft was made."""
    return HTTPException(410, desk.view.text(OUTDATED))


def preview_page(
    ledger: Ledger,
    desk: Desk,
    clock: Clock,
    document: dict[str, object],
    *,
    draft: SettingsDraft | None = None,
    version: int | None = None,
    signature: Form[Any] | None = None,
) -> Response:
    """Show what a document of settings would change, and book."""
    latest = next(iter(ledger.settings_history.versions(desk.practice.code)), None)
    return desk.page(
        "settings_preview.html",
        status=422 if signature and signature.problems else 200,
        changes=changes_between(latest.settings if latest else None, document),
        effect=preview(ledger, desk.practice, document, book_day(clock.now())),
        names=account_names(ledger, desk.practice.code),
        draft=draft,
        version=version,
        signature=signature,
    )
