"""What a range of older invoices would bring: a dry run of its days, also as a workbook (B3)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints

from exact_online import reasons
from exact_online.acts.periods import release_period
from exact_online.acts.word import Word
from exact_online.ledger import Ledger, NightNumbers, Practice
from exact_online.ledger.activation import DryRun
from exact_online.registry import DAG_PREFIX
from exact_online.report.range_workbook import range_workbook
from exact_online.report.words import STATE_WORDS
from exact_online.transform.words import GROUP_WORDS, RATE_WORDS
from exact_online.web.access import Right, needs
from exact_online.web.airflow_api import Started, ThisAirflow
from exact_online.web.database import OpenLedger
from exact_online.web.days import TypedDay
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import Sent
from exact_online.web.intake_pages import XLSX
from exact_online.web.routes.linking import known_practice
from exact_online.web.sentences import stop_words
from exact_online.web.view import ThisView, View

router = APIRouter()
ONE_DAY = dt.timedelta(days=1)


class RangeForm(BaseModel):
    """What the form asks."""

    first_day: TypedDay
    last_day: TypedDay
    backfill: Literal["import", "excel"]


@router.get("/practices/{practice}/older")
@needs(Right.LOOK)
def show(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    started: Annotated[Started | None, Query()] = None,
    released: Annotated[int | None, Query(ge=0, le=10_000_000)] = None,
) -> Response:
    """Show the form, and what the latest dry run said of older invoices."""
    known = known_practice(view, ledger, practice)
    return _page(view, ledger, known, _form(view, known), started, released=released)


def _form(view: View, practice: Practice) -> Form[RangeForm]:
    values = {
        "first_day": view.words.day(practice.first_sync_date),
        "last_day": view.words.day(practice.link_date - ONE_DAY),
        "backfill": practice.backfill if practice.backfill != "nothing" else "import",
    }
    return Form(values=values)


@router.post("/practices/{practice}/older")
@needs(Right.ACT)
async def start(
    view: ThisView, ledger: OpenLedger, airflow: ThisAirflow, practice: str, sent: Sent
) -> Response:
    """Start a dry run of a range; it writes nothing in Exact, James or the ledger."""
    known = await run_in_threadpool(known_practice, view, ledger, practice)
    form = read_form(view, RangeForm, sent)
    _check(view, known, form)
    if form.model is None or not form.is_right:
        return await run_in_threadpool(_page, view, ledger, known, form, None)
    asked = form.model
    days = {"history_from": asked.first_day.isoformat(), "history_until": asked.last_day.isoformat()}
    started = await airflow.start_dry_run(practice, backfill=asked.backfill, **days)
    return view.go_to(f"/practices/{practice}/older?started={started}")


@router.get("/practices/{practice}/older/workbook")
@needs(Right.LOOK)
def workbook(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Give what the latest dry run said of older invoices as a workbook. It has no names."""
    known = known_practice(view, ledger, practice)
    run, numbers = _latest(ledger, practice)
    if run is None or run.finished_at is None or numbers is None or numbers.history is None:
        raise HTTPException(404, view.text("There was no dry run of older invoices yet."))
    preview = numbers.history
    name = f"proefrun_{practice}_{preview.first_day:%Y%m%d}-{preview.last_day:%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(range_workbook(known, preview, run.finished_at), media_type=XLSX, headers=headers)


class ReleaseForm(BaseModel):
    """Which financial year is open again, and why that is known."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]


@router.post("/practices/{practice}/closed-years")
@needs(Right.ACT)
def release(view: ThisView, ledger: OpenLedger, practice: str, sent: Sent) -> Response:
    """Let the next night send all that waits for a financial year which is open again."""
    known = known_practice(view, ledger, practice)
    form = read_form(view, ReleaseForm, sent)
    if form.model is None:
        return _page(view, ledger, known, _form(view, known), None, release_form=form)
    asked = form.model
    released = release_period(ledger, Word(practice, view.user_name, asked.reason), (asked.year, None))
    return view.go_to(f"/practices/{practice}/older?released={released}")


def _check(view: View, practice: Practice, form: Form[RangeForm]) -> None:
    """Reject days that an import would reject, beside their fields."""
    if form.model is None:
        return
    first, last = form.model.first_day, form.model.last_day
    if practice.kept_from and first < practice.kept_from:
        day = view.words.day(practice.kept_from)
        form.reject("first_day", view.text("Days before %(day)s are past their term.", day=day))
    if last < first:
        form.reject("last_day", view.text("This day must not be before the first day."))
    if last >= practice.link_date:
        form.reject("last_day", view.text("This day must be before the day of linking."))


def _latest(ledger: Ledger, practice: str) -> tuple[DryRun | None, NightNumbers | None]:
    run = ledger.activation.latest_dry_run(practice)
    return run, ledger.runs.numbers(run.run_id) if run else None


def _page(
    view: View,
    ledger: Ledger,
    practice: Practice,
    form: Form[RangeForm],
    started: Started | None,
    *,
    released: int | None = None,
    release_form: Form[ReleaseForm] | None = None,
) -> Response:
    run, numbers = _latest(ledger, practice.code)
    preview = numbers.history if numbers else None
    return view.page(
        "older.html",
        status=422 if form.problems or (release_form and release_form.problems) else 200,
        practice=practice,
        form=form,
        run=run,
        stop=stop_words(view, run),
        preview=preview,
        cures={group.reason: _cure(view, group.reason) for group in preview.left} if preview else {},
        started=started,
        closed_years=ledger.decisions.closed_years(practice.code),
        released=released,
        release_form=release_form or Form(),
        dag=DAG_PREFIX + practice.code,
        **_names(view),
    )


def _cure(view: View, reason: str | None) -> str:
    if not reason or reasons.entry_of(reason) is None:
        return ""
    return reasons.cure(reason, "nl" if view.words.language == "nl" else "en")


def _names(view: View) -> dict[str, Any]:
    """What the codes of the tables stand for, in the reader's language."""
    place = 0 if view.words.language == "nl" else 1
    tables = {"groups": GROUP_WORDS, "rates": RATE_WORDS, "states": STATE_WORDS}
    return {
        name: {code: words[place] for code, words in table.items()}  # type: ignore[attr-defined]
        for name, table in tables.items()
    }
