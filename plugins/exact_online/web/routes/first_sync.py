"""The first-sync date, with what it brings before it is saved (M20)."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from exact_online.activation.first_sync import FirstSync, Forecast, forecast, save
from exact_online.book_day import book_day
from exact_online.ledger import Ledger, Practice
from exact_online.tasks.connections import james_session
from exact_online.vocabulary import Backfill
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.days import TypedDay
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.routes.linking import known_practice
from exact_online.web.view import ThisView, View

router = APIRouter()


class FirstSyncForm(BaseModel):
    """What the form asks."""

    link_date: TypedDay
    first_day: TypedDay | None = None
    backfill: Backfill


@router.get("/practices/{practice}/first-sync")
@needs(Right.LOOK)
def show(view: ThisView, ledger: OpenLedger, clock: PageClock, practice: str) -> Response:
    """Show the choice that stands; with a filled form in the address, what it would bring."""
    known = known_practice(view, ledger, practice)
    asked = dict(view.request.query_params)
    form = read_form(view, FirstSyncForm, asked) if asked else Form(values=_values(view, known))
    choice = _choice(view, ledger, known, form)
    today = book_day(clock.now())
    return _page(view, ledger, known, form, _counted(ledger, known, choice, today) if choice else None)


@router.post("/practices/{practice}/first-sync")
@needs(Right.SET_UP)
def keep(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Save the choice, with who made it."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, FirstSyncForm, sent)
    choice = _choice(view, ledger, known, form)
    if choice is None or not save(ledger, practice, choice, view.user_name):
        return _page(view, ledger, known, form, None)
    return view.go_to(f"/practices/{practice}")


def _values(view: View, practice: Practice) -> dict[str, str]:
    return {
        "link_date": view.words.day(practice.link_date),
        "first_day": view.words.day(practice.first_sync_date),
        "backfill": practice.backfill,
    }


def _choice(view: View, ledger: Ledger, practice: Practice, form: Form[FirstSyncForm]) -> FirstSync | None:
    """The choice of a form that can be saved; None, with sentences beside its fields."""
    if form.model is None:
        return None
    asked, state = form.model, ledger.activation.state(practice.code)
    is_older = asked.backfill is not Backfill.NOTHING
    first_day = (asked.first_day if is_older else asked.link_date) or asked.link_date
    if is_older and asked.first_day is None:
        form.reject("first_day", view.text("Fill this in."))
    if first_day > asked.link_date:
        form.reject("first_day", view.text("This day must not be after the day of linking."))
    if practice.kept_from and first_day < practice.kept_from:
        form.reject(
            "first_day",
            view.text("Days before %(day)s are past their term.", day=view.words.day(practice.kept_from)),
        )
    if state and state.had_night and asked.link_date != practice.link_date:
        form.reject("link_date", view.text("Nights have run, so this day can't change any more."))
    return FirstSync(asked.link_date, first_day, asked.backfill) if form.is_right else None


def _counted(ledger: Ledger, practice: Practice, choice: FirstSync, today: dt.date) -> Forecast:
    limit = ledger.call_windows.day_limit(practice.division)
    with james_session() as james:
        return forecast(james, practice.james_practice_code, choice, today, limit)


def _page(
    view: View, ledger: Ledger, practice: Practice, form: Form[FirstSyncForm], counted: Forecast | None
) -> Response:
    state = ledger.activation.state(practice.code)
    return view.page(
        "first_sync.html",
        status=422 if form.problems else 200,
        practice=practice,
        state=state,
        form=form,
        counted=counted,
        Backfill=Backfill,
    )
