"""The settings by a signed link: an accountant without an account delivers them (M6, M22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.acts.settings import save_draft
from exact_online.intake.changes import settings_rows
from exact_online.ledger.activation import ActivationLink
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.intake_pages import (
    Desk,
    Workbook,
    check_form,
    check_upload,
    draft_page,
    form_page,
    outdated,
    workbook_page,
)
from exact_online.web.public_access import usable_link
from exact_online.web.view import ThisView

router = APIRouter(prefix="/activate/{token}/settings")


class Signature(BaseModel):
    """Who delivers: a link is a proof of an address, so the name is what he says it is."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


@dataclass(frozen=True)
class LinkDesk(Desk):
    """The desk of who came by a link."""

    link: ActivationLink


def desk_of_link(view: ThisView, ledger: OpenLedger, token: str) -> LinkDesk:
    """Return the desk of a link's one practice. Raises HTTPException 404, 410 or 429."""
    link = usable_link(view.request, ledger, token)
    practice = ledger.practices.get(link.practice)
    here = f"/activate/{token}"
    trail = [(here, practice.name), (f"{here}/settings", view.text("Settings"))]
    return LinkDesk(view, practice, f"{here}/settings", f"{link.person} (link {link.link_id})", trail, link)


ThisDesk = Annotated[LinkDesk, Depends(desk_of_link)]


@router.get("")
def show(ledger: OpenLedger, desk: ThisDesk) -> Response:
    """Show how the settings are delivered, and which there are."""
    latest = next(iter(ledger.settings_history.versions(desk.practice.code)), None)
    rows = settings_rows(latest.settings) if latest else []
    return desk.page("delivering.html", latest=latest, rows=rows)


@router.get("/workbook")
def download(ledger: OpenLedger, clock: PageClock, desk: ThisDesk, present: bool = False) -> Response:
    """Give the workbook: with a proposal where there is one, or with the settings as they are."""
    return workbook_page(ledger, desk, clock, present=present)


@router.post("/upload")
def upload(ledger: OpenLedger, desk: ThisDesk, workbook: Workbook = None) -> Response:
    """Read a filled workbook: every fault with its cell, or a look at what it changes."""
    return check_upload(ledger, desk, workbook)


@router.get("/form")
def form(ledger: OpenLedger, clock: PageClock, desk: ThisDesk) -> Response:
    """Show the form, with the settings as they are, or with a proposal for what is empty."""
    return form_page(ledger, desk, clock)


@router.post("/form")
def send_form(ledger: OpenLedger, desk: ThisDesk, sent: Sent) -> Response:
    """Check the form as a workbook is checked."""
    return check_form(ledger, desk, sent)


@router.get("/drafts/{draft_id}")
def draft(ledger: OpenLedger, clock: PageClock, desk: ThisDesk, draft_id: str) -> Response:
    """Show what a filled form would change, and book, before it is saved."""
    signature: Form[Signature] = Form(values={"name": desk.link.person})
    return draft_page(ledger, desk, clock, draft_id, signature)


@router.post("/drafts/{draft_id}")
def save(ledger: OpenLedger, clock: PageClock, desk: ThisDesk, draft_id: str, sent: Sent) -> Response:
    """Save the draft as a version, under the name that was typed."""
    signature = read_form(desk.view, Signature, sent)
    if signature.model is None:
        return draft_page(ledger, desk, clock, draft_id, signature)
    by = f"{signature.model.name} (via link, naam getypt)"
    if not save_draft(ledger, desk.practice.code, draft_id, by, desk.link.link_id):
        raise outdated(desk)
    return desk.view.go_to(desk.address)
