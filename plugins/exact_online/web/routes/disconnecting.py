"""The end of a link, asked twice."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from exact_online.activation.disconnect import disconnect
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import Sent
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView

router = APIRouter()


class Certainty(BaseModel):
    """What is typed to show that it is meant."""

    code: str


@router.get("/practices/{practice}/disconnect")
@needs(Right.SET_UP)
def ask(view: ThisView, ledger: OpenLedger, practice: str, sure: bool = False) -> Response:
    """Ask once, and with `sure` a second time."""
    known = known_practice(view, ledger, practice)
    return view.page("disconnect.html", practice=known, sure=sure, form=Form())


@router.post("/practices/{practice}/disconnect")
@needs(Right.SET_UP)
def end(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """End the link when the code of the practice was typed."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, Certainty, sent)
    if form.model is not None and form.model.code != practice:
        form.reject("code", view.text("This is not the code of this practice."))
    if not form.is_right:
        return view.page("disconnect.html", status=422, practice=known, sure=True, form=form)
    disconnect(ledger, practice, view.user_name)
    return view.go_to(f"/practices/{practice}")
