"""Bookings of a practice: looked up by a number, and the whole history of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online.ledger import Ledger
from exact_online.ledger.practice_pages import BOOKINGS, BookingDetail
from exact_online.reasons import cure
from exact_online.registry import DAG_PREFIX
from exact_online.vocabulary import BookingKind, BookingState
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook, entry_address
from exact_online.web.routes.linking import known_practice
from exact_online.web.sentences import language_of, reason_sentence, state_sentence
from exact_online.web.view import ThisView, View

router = APIRouter()
MOST = 9_223_372_036_854_775_807

Number = Annotated[str, Query(max_length=100)]
Word = Annotated[str, Query(max_length=100, pattern="^[a-z0-9_]*$")]
Before = Annotated[int | None, Query(ge=1, le=MOST)]


@router.get("/practices/{practice}/bookings")
@needs(Right.LOOK)
def bookings(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    q: Number = "",
    state: Word = "",
    reason: Word = "",
    before: Before = None,
) -> Response:
    """Show bookings, newest first: all, those with a number, in a state, or for a reason."""
    known = known_practice(view, ledger, practice)
    asked = {"number": q.strip() or None, "state": state or None, "reason": reason or None}
    rows = ledger.practice_pages.bookings(practice, **asked, before=before)
    return view.page(
        "bookings.html",
        practice=known,
        rows=rows[:BOOKINGS],
        has_more=len(rows) > BOOKINGS,
        q=q,
        state=state,
        reason=reason,
        states=list(BookingState),
        cure=cure(reason, language_of(view)) if reason else "",
    )


@router.get("/practices/{practice}/bookings/{booking_id}")
@needs(Right.LOOK)
def booking_page(view: ThisView, ledger: OpenLedger, hook: Hook, practice: str, booking_id: int) -> Response:
    """Show one booking: what it is, each move that it made and why, and where it is in Exact."""
    known = known_practice(view, ledger, practice)
    found = ledger.practice_pages.booking(practice, booking_id) if booking_id <= MOST else None
    if found is None:
        raise HTTPException(404, view.text("This practice has no such booking."))
    is_entry = found.kind != BookingKind.DEBTOR
    moves = ledger.practice_pages.moves(practice, booking_id)
    return view.page(
        "booking.html",
        practice=known,
        booking=found,
        sentence=_sentence(view, found),
        cure=cure(found.reason, language_of(view)) if found.reason else "",
        difference=reason_sentence(view, found.difference, found.difference_values),
        exact_words=_exact_words(ledger, practice, found),
        moves=[(move, reason_sentence(view, move.reason, found.values_of(move.reason))) for move in moves],
        lines=ledger.practice_pages.lines(practice, booking_id),
        address=entry_address(hook, known.division, found.exact_id) if is_entry else None,
        dag=DAG_PREFIX + practice,
    )


@router.get("/practices/{practice}/debtors/{debtor_number}")
@needs(Right.ACT)
def debtor_page(view: ThisView, ledger: OpenLedger, practice: str, debtor_number: str) -> Response:
    """Show who a debtor is. That somebody looked is written down before anything is shown."""
    known = known_practice(view, ledger, practice)
    found = ledger.practice_pages.debtor(practice, debtor_number)
    if found is None:
        raise HTTPException(404, view.text("This practice has no such debtor."))
    ledger.events.note_access(practice, view.user_name, f"debiteur:{debtor_number}")
    return view.page("debtor.html", practice=known, debtor=found, debtor_number=debtor_number)


def _sentence(view: View, found: BookingDetail) -> str:
    if found.state == BookingState.DOUBTFUL:
        return state_sentence(view, found.state)
    return reason_sentence(view, found.reason, found.values_of(found.reason))


def _exact_words(ledger: Ledger, practice: str, found: BookingDetail) -> str:
    """Exact's own words about a rejection, without whom they name."""
    if not found.exact_message or found.state != BookingState.REJECTED:
        return ""
    return ledger.review.without_names(practice, [found.exact_message])[0]
