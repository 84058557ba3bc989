"""The first screen: a practice of James gets a place in the link."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import StringConstraints

from exact_online.book_day import book_day
from exact_online.extract.practice import JamesPractice, james_practice
from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.practices import MailAddresses
from exact_online.tasks.connections import james_session
from exact_online.web.access import Right, needs
from exact_online.web.addresses import AddressesForm
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.view import ThisView, View

router = APIRouter()
CODE_PATTERN = r"^[a-z][a-z0-9_]{1,39}$"
"""Of table practice; the code is part of the id of the DAG, so it never changes."""


class NewPractice(AddressesForm):
    """What the form asks."""

    james_practice_code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    code: Annotated[str, StringConstraints(pattern=CODE_PATTERN)] | None = None


@router.get("/new")
@needs(Right.SET_UP)
def ask(view: ThisView) -> Response:
    """Show the empty form."""
    return _page(view, Form())


@router.post("/new")
@needs(Right.SET_UP)
def add(view: ThisView, ledger: OpenLedger, clock: PageClock, sent: Sent) -> Response:
    """Add the practice that James has under this code, and go on with its own page."""
    form = read_form(view, NewPractice, sent)
    if form.model is None:
        return _page(view, form)
    with james_session() as james:
        found = james_practice(james, form.model.james_practice_code)
    if found is None:
        form.reject("james_practice_code", view.text("James has no practice with this code."))
        return _page(view, form)
    code = form.model.code or code_of(found.name)
    if not _added(view, ledger, code, found, form.model.addresses, book_day(clock.now())):
        taken = view.text("This practice, or one with code %(code)s, is there already.", code=code)
        form.reject("james_practice_code", taken)
        return _page(view, form)
    return view.go_to(f"/practices/{code}")


def code_of(name: str) -> str:
    """Return a code made of a practice's name: small letters, figures and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (words if words[:1].isalpha() else f"p_{words}")[:40].rstrip("_").ljust(2, "_")


def _added(
    view: View, ledger: Ledger, code: str, found: JamesPractice, addresses: MailAddresses, day: dt.date
) -> bool:
    with ledger.transaction("add practice"):
        added = ledger.practices.add(
            code=code, name=found.name, james_practice_code=found.james_practice_code, day=day
        )
        if added:
            ledger.events.note(code, view.user_name, EventKind.ADDED)
            ledger.practices.save_addresses(code, addresses)
    return added


def _page(view: View, form: Form[NewPractice]) -> Response:
    return view.page("new_practice.html", status=422 if form.problems else 200, form=form)
