"""All practices at once, the way from a DAG to its practice, and how one practice stands."""

from __future__ import annotations

import datetime as dt
import os
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response

from exact_online.activation.blockers import known_problems
from exact_online.activation.steps import expires_on, steps
from exact_online.api.forecast import nights_for
from exact_online.api.limits import DAY_LIMIT
from exact_online.book_day import book_day
from exact_online.ledger import OpenFilter
from exact_online.ledger.fleet import PAGE_SIZE, PracticeStatus
from exact_online.night.range_preview import READING_CALLS
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import START_NOTE_VARIABLE
from exact_online.web.access import Right, needs
from exact_online.web.database import OpenLedger
from exact_online.web.inputs import PageClock
from exact_online.web.open_words import cause_words
from exact_online.web.view import ThisView

router = APIRouter()

Search = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
LATEST_NIGHTS = 5


@router.get("/")
@needs(Right.LOOK)
def practices(
    view: ThisView, ledger: OpenLedger, clock: PageClock, q: Search = "", page: PageNumber = 1
) -> Response:
    """Show the practices whose name or code has a text, those that need a person first."""
    rows = ledger.fleet.search(q.strip(), page)
    found, today = rows[0].found if rows else 0, book_day(clock.now())
    return view.page(
        "practices.html",
        rows=rows,
        found=found,
        figures=rows[0].of_all if rows else None,
        q=q,
        page=page,
        pages=-(-found // PAGE_SIZE),
        expires_on=expires_on,
        finish_days={row.code: _finish_day(row, today) for row in rows if row.history_to_send},
        note=start_note(),
    )


def _finish_day(row: PracticeStatus, today: dt.date) -> dt.date:
    """The day on which the last of the older invoices that are to be sent is booked."""
    limit = row.day_limit or DAY_LIMIT
    nights = nights_for(READING_CALLS, row.history_to_send, day_limit=limit, nightly_calls=READING_CALLS)
    return today + dt.timedelta(days=nights)


def start_note() -> list[str]:
    """Return the lines of this installation's note above the list; none when it has no note."""
    return [line for line in os.environ.get(START_NOTE_VARIABLE, "").splitlines() if line.strip()]


@router.get("/dag/{dag_id}")
@needs(Right.LOOK)
def practice_of_dag(view: ThisView, dag_id: str) -> Response:
    """Go from the tab of a DAG to the page of its practice.

    Airflow shows the tab on every DAG, so one that is no practice's says so.
    """
    if not dag_id.startswith(DAG_PREFIX):
        raise HTTPException(404, view.text("This DAG belongs to no practice of Exact Online."))
    return view.go_to(f"/practices/{dag_id.removeprefix(DAG_PREFIX)}")


@router.get("/practices/{practice}")
@needs(Right.LOOK)
def practice_page(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Show how one practice stands: what needs a person, its euros, its link and latest nights."""
    known = ledger.practices.find(practice)
    state = ledger.activation.state(practice)
    status = ledger.fleet.status(practice)
    if known is None or state is None or status is None:
        raise HTTPException(404, view.text("There is no practice with this code."))
    causes = ledger.open_items.causes(OpenFilter(practice=practice))
    examples = ledger.open_items.examples(causes)
    older = ledger.practice_pages.history_progress(practice)
    has_history = known.backfill != "nothing" and known.first_sync_date < known.link_date
    return view.page(
        "practice.html",
        practice=known,
        state=state,
        stands=status,
        causes=[
            (cause, cause_words(view, cause, examples[cause.cause_id]))
            for cause in causes
            if cause.cause_id in examples
        ],
        older=older if has_history or older.was_asked else None,
        nights=ledger.practice_pages.nights(practice, LATEST_NIGHTS),
        steps=steps(state, known_problems(ledger, known)),
        expires=expires_on(state.renewed_at),
        dag=DAG_PREFIX + practice,
    )
