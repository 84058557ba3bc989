"""The acts on what is open: on one record, on its cause, or on all with its reason; and back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.acts.many import MOST_AT_ONCE, Outcome, act_on, take_back_all
from exact_online.acts.offered import UNDOABLE, ActName
from exact_online.ledger import Ledger, OpenFilter, OpenRecord
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import Sent
from exact_online.web.open_words import ACT_WORDS
from exact_online.web.routes.open_items import known_cause, show_cause
from exact_online.web.view import ThisView, View

router = APIRouter()

Reason = Annotated[str, StringConstraints(min_length=3, max_length=500)]
SHOWN = 20
"""Sentences about what was not done that a page shows."""


class ActForm(BaseModel):
    """What is to be done, with what, and why."""

    act: ActName
    scope: Literal["record", "cause", "reason"]
    reason: Reason
    practice: str = ""
    subject: str = ""


class BackForm(BaseModel):
    """Why acts are taken back."""

    reason: Reason


@router.post("/open-items/{cause}/act")
@needs(Right.ACT)
def act(view: ThisView, ledger: OpenLedger, cause: str, sent: Sent) -> Response:
    """Do an act with one record, with all of a cause, or with all that have its reason."""
    practice, subject = sent.get("practice", "")[:100], sent.get("subject", "")[:100]
    known = known_cause(view, ledger, cause, practice)
    form = read_form(view, ActForm, sent)
    if form.model is not None and form.model.scope == "record" and not subject:
        form.reject("scope", view.text("Choose one of the list."))
    if form.model is None or not form.is_right:
        return show_cause(view, ledger, cause, practice, subject, act_form=form)
    chosen = form.model
    causes = [cause] if chosen.scope != "reason" else _of_reason(ledger, known.reason, practice)
    records = _records(ledger, causes, practice, subject if chosen.scope == "record" else "")
    outcome = act_on(
        ledger, chosen.act, records, view.user_name, chosen.reason, lambda code: view.may(Right.ACT, code)
    )
    return _done(view, ledger, outcome)


@router.get("/acts/{together}")
@needs(Right.LOOK)
def shown(
    view: ThisView, ledger: OpenLedger, together: str, left: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    """Show what one press of a button did, and the way back."""
    return _page(view, ledger, together, left=left)


@router.post("/acts/{together}/take-back")
@needs(Right.ACT)
def take_back(view: ThisView, ledger: OpenLedger, together: str, sent: Sent) -> Response:
    """Take it back, where that still goes."""
    _check_known(view, ledger, together)
    form = read_form(view, BackForm, sent)
    if form.model is None:
        return _page(view, ledger, together, form=form)
    outcome = take_back_all(
        ledger, together, view.user_name, form.model.reason, lambda code: view.may(Right.ACT, code)
    )
    return (
        _page(view, ledger, together, outcome=outcome)
        if outcome.not_done
        else view.go_to(f"/acts/{together}")
    )


def _of_reason(ledger: Ledger, reason: str, practice: str) -> list[str]:
    """The causes with a reason, of all practices or one."""
    found, page = [], 1
    while causes := ledger.open_items.causes(OpenFilter(practice or None, reason=reason), page=page):
        found += [each.cause_id for each in causes]
        page += 1
    return found


def _records(ledger: Ledger, causes: list[str], practice: str, subject: str) -> Iterator[OpenRecord]:
    """The records that an act is for, `MOST_AT_ONCE` at most; of a cause those that have it."""
    left = MOST_AT_ONCE
    for cause in causes:
        if left <= 0:
            return
        found = ledger.open_items.records(
            cause, practice or None, subject=subject or None, own_only=not subject, page_size=left
        )
        left -= len(found)
        yield from found


def _done(view: View, ledger: Ledger, outcome: Outcome) -> Response:
    """The page of what was done; of what was not when that is all there is to say."""
    if not outcome.done:
        return view.page("acts_none.html", status=409, not_done=outcome.not_done[:SHOWN])
    left = len(outcome.not_done)
    return view.go_to(f"/acts/{outcome.together}" + (f"?left={left}" if left else ""))


def _check_known(view: View, ledger: Ledger, together: str) -> None:
    try:
        known = bool(ledger.acts.of_many(str(UUID(together))))
    except ValueError:
        known = False
    if not known:
        raise HTTPException(404, view.text("There are no such acts."))


def _page(
    view: View,
    ledger: Ledger,
    together: str,
    *,
    left: int = 0,
    form: Form[BackForm] | None = None,
    outcome: Outcome | None = None,
) -> Response:
    _check_known(view, ledger, together)
    acts = ledger.acts.of_many(together)
    form = form or Form()
    return view.page(
        "acts_done.html",
        status=422 if form.problems else 409 if outcome else 200,
        together=together,
        acts=acts,
        label=view.text(ACT_WORDS[ActName(acts[0].act)][0]) if acts[0].act in set(ActName) else acts[0].act,
        can_go_back=acts[0].act in UNDOABLE
        and any(each.taken_back_by is None for each in acts)
        and view.may(Right.ACT),
        left=left,
        form=form,
        not_done=outcome.not_done[:SHOWN] if outcome else [],
    )
