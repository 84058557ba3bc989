"""One question to the accountant, answered without a login by a signed link (C7).

Opening it never spends it, because scanners of mail open it first: the answer does, and then it is
dead, in every browser.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online import reasons
from exact_online.activation.questions import KIND_WORDS, Question, answer, asked
from exact_online.ledger import Ledger, OpenCause, OpenFilter
from exact_online.ledger.activation import ActivationLink
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import Sent
from exact_online.web.public_access import question_link_of
from exact_online.web.view import ThisView, View

router = APIRouter(prefix="/question")

GONE = 410


class Answer(BaseModel):
    """The code that was chosen."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]


@router.get("/{token}")
def show(view: ThisView, ledger: OpenLedger, token: str) -> Response:
    """Ask the question."""
    link, question = question_link_of(ledger, token)
    return _page(view, ledger, token, link, question)


@router.post("/{token}")
def take(view: ThisView, ledger: OpenLedger, token: str, sent: Sent) -> Response:
    """Take the answer, once."""
    link, question = question_link_of(ledger, token)
    form = read_form(view, Answer, sent)
    if form.model is None:
        return _page(view, ledger, token, link, question, form)
    if answer(ledger, link, question, form.model.code):
        return view.go_to(f"/question/{token}/thanks")
    still_open = ledger.activation.link(link.link_id)
    if still_open is not None and still_open.is_open:
        form.reject("code", view.text("Choose one of the list."))
        return _page(view, ledger, token, link, question, form)
    return _dead(view)


@router.get("/{token}/thanks")
def thanks(view: ThisView, ledger: OpenLedger, token: str) -> Response:
    """Say what follows; the same to whoever opens it once the link is spent."""
    link, _ = question_link_of(ledger, token)
    if link.spent_at is None:
        return view.go_to(f"/question/{token}")
    return view.page("question_answered.html")


def _dead(view: View) -> Response:
    return view.page("question_used.html", status=GONE)


def _page(
    view: View,
    ledger: Ledger,
    token: str,
    link: ActivationLink,
    question: Question,
    form: Form[Answer] | None = None,
) -> Response:
    if not link.is_open:
        return _dead(view)
    found, form = asked(ledger, link.practice, question), form or Form()
    words = KIND_WORDS[question.kind][0 if view.words.language == "nl" else 1]
    causes = ledger.open_items.causes(OpenFilter(link.practice, reason=question.reason))
    waiting = [each for each in causes if question.code in each.cause_values.values()]
    return view.page(
        "question.html",
        status=422 if form.problems else 200,
        token=token,
        practice=ledger.practices.get(link.practice),
        what=f"{words} {question.code}",
        why=_why(view, ledger, waiting, link.practice),
        invoices=sum(each.invoices for each in waiting),
        cents=sum(each.cents for each in waiting),
        options=found.options,
        form=form,
    )


def _why(view: View, ledger: Ledger, waiting: list[OpenCause], practice: str) -> str | None:
    """The sentence of the cause; None when nothing waits for it any more."""
    if not waiting:
        return None
    (first,) = ledger.open_items.records(waiting[0].cause_id, practice, page_size=1)
    language: reasons.Language = "en" if view.words.language == "en" else "nl"
    return reasons.explain(first.reason, first.item.values, language)
