"""The requirements of a practice: checked anew by a button, confirmed by who is signed in."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from exact_online.book_day import book_day
from exact_online.ledger import Ledger, Practice
from exact_online.requirements import check_now
from exact_online.tasks.connections import james_session
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.requirement_list import confirmed, list_of
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView, View

router = APIRouter()


@router.get("/practices/{practice}/requirements")
@needs(Right.LOOK)
def show(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show the list as it was read last: no call to Exact."""
    return _page(view, ledger, known_practice(view, ledger, practice))


@router.post("/practices/{practice}/check")
@needs(Right.ACT)
def check(view: ThisView, ledger: OpenLedger, hook: Hook, clock: PageClock, practice: str) -> Response:
    """Read the division anew, so that the page shows what is so now."""
    known = known_practice(view, ledger, practice)
    state = ledger.activation.state(practice)
    if state is None or not (state.is_linked and state.settings_version):
        raise HTTPException(409, view.text("First save the settings and link the practice with Exact."))
    with james_session() as james:
        day = book_day(clock.now())
        check_now(ledger, hook.client(known, ledger), james, known, day, view.user_name)
    return view.go_to(f"/practices/{practice}/requirements")


@router.post("/practices/{practice}/confirm")
@needs(Right.ACT)
def confirm(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Keep, under the name of who is signed in, what Exact gives no way to read."""
    known = known_practice(view, ledger, practice)
    problem = confirmed(view, ledger, known, sent, view.user_name)
    if problem:
        return _page(view, ledger, known, problem)
    return view.go_to(f"/practices/{practice}/requirements")


def _page(view: View, ledger: Ledger, practice: Practice, problem: str | None = None) -> Response:
    state = ledger.activation.state(practice.code)
    return view.page(
        "requirements.html",
        status=422 if problem else 200,
        practice=practice,
        state=state,
        problem=problem,
        **list_of(ledger, practice),
    )
