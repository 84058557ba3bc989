"""The link of a practice with Exact: consent, division, and links for others (M6)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.activation.division import choose, offered
from exact_online.activation.steps import expires_on
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.activation import ConsentRequest
from exact_online.web.access import Right, needs
from exact_online.web.choices import DivisionChoice, Outcome, problem_of
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook, exact_origin
from exact_online.web.forms import Form, read_form
from exact_online.web.headers import content_security_policy
from exact_online.web.inputs import Sent
from exact_online.web.leaving import leave_for_exact
from exact_online.web.mailed_links import link_address, make_and_mail
from exact_online.web.privacy import Agreement, agreed_text, privacy_sentences
from exact_online.web.view import ThisView, View

router = APIRouter()

MAIL_PATTERN = r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+$"


class Recipient(BaseModel):
    """Who gets a link."""

    person: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    mail_address: Annotated[str, StringConstraints(pattern=MAIL_PATTERN, max_length=200)]


def known_practice(view: View, ledger: Ledger, code: str) -> Practice:
    """Return a practice. Raises HTTPException 404 when there is none."""
    practice = ledger.practices.find(code)
    if practice is None:
        raise HTTPException(404, view.text("There is no practice with this code."))
    return practice


@router.get("/practices/{practice}/link")
@needs(Right.LOOK)
def show(
    view: ThisView,
    ledger: OpenLedger,
    hook: Hook,
    practice: str,
    outcome: Outcome = None,
    mailed: bool | None = None,
) -> Response:
    """Show the link, and what can be done about it."""
    known = known_practice(view, ledger, practice)
    return _page(view, ledger, hook, known, problem=problem_of(view, outcome), mailed=mailed)


@router.post("/practices/{practice}/connect")
@needs(Right.SET_UP)
def connect(view: ThisView, ledger: OpenLedger, hook: Hook, practice: str, sent: Sent) -> Response:
    """Keep the agreement, and leave for the consent screen of Exact."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, Agreement, sent)
    if form.model is None:
        return _page(view, ledger, hook, known, agreement=form)
    request = ConsentRequest(
        "link", practice, view.user_id, None, view.user_name, framed=sent.get("framed") == "yes"
    )
    return leave_for_exact(view, ledger, hook, request, agreed_text(view))


@router.post("/practices/{practice}/division")
@needs(Right.SET_UP)
def choose_division(view: ThisView, ledger: OpenLedger, hook: Hook, practice: str, sent: Sent) -> Response:
    """Link the practice with a division of its consent."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, DivisionChoice, sent)
    if form.model is None:
        return _page(view, ledger, hook, known, problem=view.text("Choose one of the list."))
    outcome = choose(ledger, hook.client, known, form.model.division, view.user_name)
    return view.go_to(f"/practices/{practice}/link?outcome={outcome}")


@router.post("/practices/{practice}/links")
@needs(Right.ACT)
def send_link(view: ThisView, ledger: OpenLedger, hook: Hook, practice: str, sent: Sent) -> Response:
    """Make a link for somebody without an account, and mail it."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, Recipient, sent)
    if form.model is None:
        return _page(view, ledger, hook, known, recipient=form)
    who = form.model
    mailed = make_and_mail(ledger, practice, known.name, who.person, who.mail_address, view.user_name)
    return view.go_to(f"/practices/{practice}/link?mailed={str(mailed).lower()}")


def _page(
    view: View,
    ledger: Ledger,
    hook: Hook,
    practice: Practice,
    *,
    problem: str | None = None,
    mailed: bool | None = None,
    agreement: Form[Agreement] | None = None,
    recipient: Form[Recipient] | None = None,
) -> Response:
    agreement, recipient = agreement or Form(), recipient or Form()
    state = ledger.activation.state(practice.code)
    assert state is not None
    links = ledger.activation.links(practice.code) if view.may(Right.ACT, practice.code) else []
    return view.page(
        "linking.html",
        status=422 if agreement.problems or recipient.problems else 200,
        headers={"Content-Security-Policy": content_security_policy(exact_origin(hook))},
        practice=practice,
        state=state,
        expires=expires_on(state.renewed_at),
        divisions=[] if state.is_linked else offered(ledger, practice.code),
        links=[(link, link_address(link.link_id) if link.is_open else None) for link in links],
        privacy=privacy_sentences(view),
        agreement=agreement,
        recipient=recipient,
        problem=problem,
        mailed=mailed,
    )
