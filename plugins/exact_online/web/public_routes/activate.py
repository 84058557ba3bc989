"""What a signed link opens: the link of its one practice, for who has no account (M6)."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from exact_online.activation.division import choose, offered
from exact_online.activation.links import FRESH_LINKS, is_within
from exact_online.ledger import Ledger
from exact_online.ledger.activation import ActivationLink, ConsentRequest
from exact_online.web.choices import DivisionChoice, Outcome, problem_of
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook, exact_origin
from exact_online.web.forms import Form, read_form
from exact_online.web.headers import content_security_policy
from exact_online.web.inputs import Sent
from exact_online.web.leaving import leave_for_exact
from exact_online.web.mailed_links import hidden_address, make_and_mail
from exact_online.web.privacy import Agreement, agreed_text, privacy_sentences
from exact_online.web.public_access import GONE, link_of, may_use, usable_link
from exact_online.web.requirement_list import confirmed, list_of
from exact_online.web.view import ThisView, View

router = APIRouter(prefix="/activate")


@router.get("/{token}")
def show(
    view: ThisView, ledger: OpenLedger, hook: Hook, token: str, outcome: Outcome = None, sent: bool = False
) -> Response:
    """Show how far the practice is. Opening a link never spends it."""
    link = link_of(ledger, token)
    if not may_use(view.request, link):
        return _used_up(view, token, link, sent)
    return _page(view, ledger, hook, token, link, problem=problem_of(view, outcome))


@router.post("/{token}/connect")
def connect(view: ThisView, ledger: OpenLedger, hook: Hook, token: str, sent: Sent) -> Response:
    """Keep the agreement, and leave for the consent screen of Exact."""
    link = usable_link(view.request, ledger, token)
    form = read_form(view, Agreement, sent)
    if form.model is None:
        return _page(view, ledger, hook, token, link, agreement=form)
    request = ConsentRequest("link", link.practice, None, link.link_id, link.person, framed=False)
    return leave_for_exact(view, ledger, hook, request, agreed_text(view))


@router.post("/{token}/division")
def choose_division(view: ThisView, ledger: OpenLedger, hook: Hook, token: str, sent: Sent) -> Response:
    """Link the practice with a division of its consent."""
    link = usable_link(view.request, ledger, token)
    form = read_form(view, DivisionChoice, sent)
    if form.model is None:
        return _page(view, ledger, hook, token, link, problem=view.text("Choose one of the list."))
    practice = ledger.practices.get(link.practice)
    outcome = choose(ledger, hook.client, practice, form.model.division, link.person)
    return view.go_to(f"/activate/{token}?outcome={outcome}")


@router.post("/{token}/confirm")
def confirm(view: ThisView, ledger: OpenLedger, hook: Hook, token: str, sent: Sent) -> Response:
    """Keep, under the name that the link was made for, what Exact gives no way to read."""
    link = usable_link(view.request, ledger, token)
    problem = confirmed(view, ledger, ledger.practices.get(link.practice), sent, link.person)
    if problem:
        return _page(view, ledger, hook, token, link, problem=problem)
    return view.go_to(f"/activate/{token}")


@router.post("/{token}/again")
def send_again(view: ThisView, ledger: OpenLedger, token: str) -> Response:
    """Mail a fresh link, to the address that had this one and to no other."""
    link = link_of(ledger, token)
    if may_use(view.request, link):
        return view.go_to(f"/activate/{token}")
    if not is_within(ledger, "fresh link", f"{link.practice} {link.mail_address}", FRESH_LINKS):
        raise HTTPException(429, view.text("A fresh link was mailed three times today. Look in your mail."))
    practice = ledger.practices.get(link.practice)
    is_mailed = make_and_mail(
        ledger, practice.code, practice.name, link.person, link.mail_address, link.person
    )
    if not is_mailed:
        raise HTTPException(503, view.text("The mail could not be sent. Ask James Support for a fresh link."))
    return view.go_to(f"/activate/{token}?sent=true")


def _used_up(view: View, token: str, link: ActivationLink, is_sent: bool) -> Response:
    address = hidden_address(link.mail_address)
    if is_sent:
        return view.page("link_sent.html", address=address)
    return view.page("link_used.html", status=GONE, token=token, address=address)


def _page(
    view: View,
    ledger: Ledger,
    hook: Hook,
    token: str,
    link: ActivationLink,
    *,
    problem: str | None = None,
    agreement: Form[Agreement] | None = None,
) -> Response:
    agreement = agreement or Form()
    state = ledger.activation.state(link.practice)
    assert state is not None
    practice = ledger.practices.get(link.practice)
    return view.page(
        "activate.html",
        status=422 if agreement.problems else 200,
        headers={"Content-Security-Policy": content_security_policy(exact_origin(hook))},
        token=token,
        practice=practice,
        state=state,
        divisions=[] if state.is_linked else offered(ledger, link.practice),
        privacy=privacy_sentences(view),
        agreement=agreement,
        problem=problem,
        **list_of(ledger, practice),
    )
