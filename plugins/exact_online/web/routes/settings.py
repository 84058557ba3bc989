"""The settings of a practice: as they are, their history, and the way to another version."""

from __future__ import annotations

from itertools import zip_longest
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online.acts.settings import restore_settings, save_draft
from exact_online.intake import changes_between
from exact_online.intake.changes import settings_rows
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.practices import MailAddresses
from exact_online.web.access import Right, needs
from exact_online.web.addresses import AddressesForm, save_addresses
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.intake_pages import Desk, draft_page, outdated, preview_page
from exact_online.web.view import ThisView, View

router = APIRouter()
VersionNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/practices/{practice}/settings")
@needs(Right.LOOK)
def settings_page(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show the settings as they are, and every version with what it changed."""
    return _page(view, ledger, practice)


@router.post("/practices/{practice}/settings/addresses")
@needs(Right.SET_UP)
def save_mail_addresses(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Save whom to mail about what they can cure. It is no version of the settings."""
    practice_of(view, ledger, practice)
    form = read_form(view, AddressesForm, sent)
    if form.model is None:
        return _page(view, ledger, practice, form)
    save_addresses(ledger, practice, form.model.addresses, view.user_name)
    return view.go_to(f"/practices/{practice}/settings#addresses")


def _page(
    view: View, ledger: Ledger, practice: str, addresses: Form[AddressesForm] | None = None
) -> Response:
    desk = desk_of(view, ledger, practice)
    versions = ledger.settings_history.versions(practice)
    may_change = view.may(Right.SET_UP, practice)
    typed = ledger.practices.addresses(practice) if may_change else MailAddresses()
    history = [
        (version, changes_between(before.settings, version.settings) if before else [])
        for version, before in zip_longest(versions, versions[1:])
    ]
    rows = settings_rows(versions[0].settings) if versions else []
    form = addresses or Form(values=vars(typed))
    return desk.page(
        "settings.html",
        status=422 if form.problems else 200,
        history=history,
        rows=rows,
        may_change=may_change,
        addresses=form,
    )


@router.get("/practices/{practice}/settings/drafts/{draft_id}")
@needs(Right.SET_UP)
def draft(view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str, draft_id: str) -> Response:
    """Show what a filled form would change, and book, before it is saved."""
    return draft_page(ledger, desk_of(view, ledger, practice), clock, draft_id)


@router.post("/practices/{practice}/settings/drafts/{draft_id}")
@needs(Right.SET_UP)
def save(view: ThisView, ledger: OpenLedger, practice: str, draft_id: str) -> Response:
    """Save the draft as a version."""
    desk = desk_of(view, ledger, practice)
    if not save_draft(ledger, practice, draft_id, view.user_name):
        raise outdated(desk)
    return view.go_to(desk.address)


@router.get("/practices/{practice}/settings/earlier")
@needs(Right.SET_UP)
def earlier_page(
    view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str, version: VersionNumber
) -> Response:
    """Show what going back to an earlier version would change, and book."""
    desk = desk_of(view, ledger, practice)
    earlier = ledger.settings_history.version(practice, version)
    if earlier is None:
        raise HTTPException(404, view.text("There is no such version of the settings."))
    return preview_page(ledger, desk, clock, earlier.settings, version=version)


@router.post("/practices/{practice}/settings/earlier")
@needs(Right.SET_UP)
def restore(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Save the content of an earlier version as a new one."""
    practice_of(view, ledger, practice)
    number = sent.get("version", "")
    if not number.isdecimal() or len(number) > 7:
        raise HTTPException(404, view.text("There is no such version of the settings."))
    restore_settings(ledger, practice, int(number), view.user_name)
    return view.go_to(f"/practices/{practice}/settings")


def practice_of(view: View, ledger: Ledger, code: str) -> Practice:
    """Return a practice. Raises HTTPException 404 when there is none."""
    known = ledger.practices.find(code)
    if known is None:
        raise HTTPException(404, view.text("There is no practice with this code."))
    return known


def desk_of(view: View, ledger: Ledger, code: str) -> Desk:
    """Return where who is signed in fills in the settings. Raises HTTPException 404."""
    practice = practice_of(view, ledger, code)
    here = f"/practices/{code}"
    trail = [
        ("/", view.text("Practices")),
        (here, practice.name),
        (f"{here}/settings", view.text("Settings")),
    ]
    return Desk(view, practice, f"{here}/settings", view.user_name, trail)
