"""What is open, by its cause, and one cause with its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online import reasons
from exact_online.activation.questions import asked, question_of
from exact_online.acts.many import MOST_AT_ONCE
from exact_online.acts.offered import ActName, acts_for
from exact_online.ledger import Ledger, OpenCause, OpenFilter, OpenRecord, Order
from exact_online.ledger.open_items import CAUSES_PER_PAGE, RECORDS_PER_PAGE
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form
from exact_online.web.open_words import act_choices, cause_words, places_of, record_sentence
from exact_online.web.view import ThisView, View

router = APIRouter()

Search = Annotated[str, Query(max_length=100)]
Code = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
SCOPES = ("record", "cause", "reason")


@router.get("/open-items")
@needs(Right.LOOK)
def open_items(
    view: ThisView,
    ledger: OpenLedger,
    q: Search = "",
    practice: Code = "",
    reason: Code = "",
    who: Code = "",
    order: Code = "",
    page: PageNumber = 1,
) -> Response:
    """Show the causes of what is open: what needs a person first."""
    who = who if who in reasons.CURERS["nl"] else ""
    order = order if order in set(Order) else Order.NEED
    wanted = OpenFilter(practice or None, q.strip(), reason or None, who or None)
    causes = ledger.open_items.causes(wanted, Order(order), page)
    found = causes[0].found if causes else 0
    examples = ledger.open_items.examples(causes)
    return view.page(
        "open_items.html",
        rows=[
            (cause, cause_words(view, cause, examples[cause.cause_id]))
            for cause in causes
            if cause.cause_id in examples
        ],
        found=found,
        page=page,
        pages=-(-found // CAUSES_PER_PAGE),
        chosen={"q": q, "practice": practice, "reason": reason, "who": who, "order": order},
        reasons=_reasons(ledger, wanted, causes),
        curers=reasons.CURERS["en" if view.words.language == "en" else "nl"],
    )


def _reasons(ledger: Ledger, wanted: OpenFilter, causes: Sequence[OpenCause]) -> Sequence[str]:
    """What the filter offers: of the practice that the page is about, whatever else is chosen."""
    if causes and not wanted.text:
        return causes[0].open_reasons
    return ledger.open_items.reasons(wanted.practice)


@router.get("/practices/{practice}/open-items")
@needs(Right.LOOK)
def of_practice(view: ThisView, practice: str) -> Response:
    """Go to the open items of one practice: buttons of Airflow lead here, without a query."""
    return view.go_to(f"/open-items?{urlencode({'practice': practice})}")


@router.get("/open-items/{cause}")
@needs(Right.LOOK)
def cause_page(
    view: ThisView,
    ledger: OpenLedger,
    cause: str,
    practice: Code = "",
    subject: Code = "",
    page: PageNumber = 1,
    mailed: bool | None = None,
) -> Response:
    """Show a cause with its records, or one of them, and the acts that end it."""
    return show_cause(view, ledger, cause, practice, subject, page=page, mailed=mailed)


def show_cause(
    view: View,
    ledger: Ledger,
    cause_id: str,
    practice: str = "",
    subject: str = "",
    *,
    page: int = 1,
    mailed: bool | None = None,
    act_form: Form[Any] | None = None,
    recipient: Form[Any] | None = None,
) -> Response:
    """Return the page of a cause, of all practices or one. Raises HTTPException 404 when nothing is
    open by it.
    """
    cause = known_cause(view, ledger, cause_id, practice)
    records = ledger.open_items.records(cause_id, practice or None, subject=subject or None, page=page)
    if not records:
        raise HTTPException(404, view.text("Nothing is open by this cause any more."))
    acts = _acts(records)
    only = records[0].practice if cause.practices == 1 or subject else None
    act_form = act_form or Form()
    recipient = recipient or Form()
    return view.page(
        "open_cause.html",
        status=422 if act_form.problems or recipient.problems else 200,
        cause=cause,
        words=cause_words(view, cause, records[0]),
        records=[(record, record_sentence(view, record)) for record in records],
        one=records[0] if subject else None,
        places=places_of(view, records[0]) if subject or cause.records == 1 else [],
        practice=practice,
        only=only,
        page=page,
        pages=1 if subject else -(-cause.records // RECORDS_PER_PAGE),
        acts=act_choices(view, acts) if view.may(Right.ACT) else [],
        most=MOST_AT_ONCE,
        act_form=act_form,
        question=_question(ledger, cause, only) if view.may(Right.ACT) else None,
        recipient=recipient,
        mailed=mailed,
    )


def known_cause(view: View, ledger: Ledger, cause_id: str, practice: str) -> OpenCause:
    """Return a cause. Raises HTTPException 404 when nothing is open by it (any more)."""
    cause = ledger.open_items.cause(cause_id, practice or None)
    if cause is None:
        raise HTTPException(404, view.text("Nothing is open by this cause any more."))
    return cause


def _acts(records: list[OpenRecord]) -> list[ActName]:
    """What may end any of these, each act once."""
    found = (act for record in records for act in acts_for(record.reason, record.kind, record.state))
    return list(dict.fromkeys(found))


def _question(ledger: Ledger, cause: OpenCause, practice: str | None) -> object:
    """What the accountant of one practice can be asked about the cause; None when nothing can."""
    question = question_of(cause.reason, cause.cause_values) if practice else None
    if question is None or practice is None:
        return None
    found = asked(ledger, practice, question)
    return found if found.options else None
