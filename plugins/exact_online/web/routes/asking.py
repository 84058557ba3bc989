"""One question to the accountant about a cause, by a signed link."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from exact_online.activation.questions import asked, question_of
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import read_form
from exact_online.web.inputs import Sent
from exact_online.web.mailed_links import ask_and_mail
from exact_online.web.routes.linking import Recipient, known_practice
from exact_online.web.routes.open_items import known_cause, show_cause
from exact_online.web.view import ThisView

router = APIRouter()


@router.post("/practices/{practice}/questions/{cause}")
@needs(Right.ACT)
def ask(view: ThisView, ledger: OpenLedger, practice: str, cause: str, sent: Sent) -> Response:
    """Mail a link by which the accountant of the practice chooses another code."""
    known = known_practice(view, ledger, practice)
    found = known_cause(view, ledger, cause, practice)
    question = question_of(found.reason, found.cause_values)
    if question is None or not asked(ledger, practice, question).options:
        raise HTTPException(409, view.text("No choice of another code cures this."))
    form = read_form(view, Recipient, sent)
    if form.model is None:
        return show_cause(view, ledger, cause, practice, recipient=form)
    who = form.model
    mailed = ask_and_mail(ledger, known, who.person, who.mail_address, question, view.user_name)
    return view.go_to(f"/open-items/{cause}?practice={practice}&mailed={str(mailed).lower()}")
