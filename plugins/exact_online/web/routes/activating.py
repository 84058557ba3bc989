"""The last step: the nights of a practice are switched on, with a dry run, and off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from exact_online.activation.blockers import known_problems, problems_now
from exact_online.activation.steps import Step, can_switch_on, steps
from exact_online.activation.switch import switch_off, switch_on
from exact_online.book_day import book_day
from exact_online.clock import Clock
from exact_online.hook import ExactOnlineHook
from exact_online.ledger import Ledger
from exact_online.registry import DAG_PREFIX
from exact_online.tasks.connections import james_session
from exact_online.web.access import Right, needs
from exact_online.web.airflow_api import Started, ThisAirflow
from exact_online.web.database import OpenLedger
from exact_online.web.exact import Hook
from exact_online.web.inputs import PageClock
from exact_online.web.routes.linking import known_practice
from exact_online.web.sentences import stop_words
from exact_online.web.view import ThisView, View

router = APIRouter()


@router.get("/practices/{practice}/activate")
@needs(Right.LOOK)
def show(
    view: ThisView,
    ledger: OpenLedger,
    practice: str,
    started: Annotated[Started | None, Query()] = None,
) -> Response:
    """Show what is left to do before the nights can be switched on, and the latest dry run."""
    known = known_practice(view, ledger, practice)
    state = ledger.activation.state(practice)
    assert state is not None
    problems = known_problems(ledger, known)
    way, run = steps(state, problems), ledger.activation.latest_dry_run(practice)
    return view.page(
        "activating.html",
        practice=known,
        state=state,
        steps=way,
        problems=problems or [],
        can_switch_on=can_switch_on(way),
        run=run,
        stop=stop_words(view, run),
        numbers=ledger.runs.numbers(run.run_id) if run else None,
        started=started,
        dag=DAG_PREFIX + practice,
    )


@router.post("/practices/{practice}/activate")
@needs(Right.SET_UP)
async def activate(
    view: ThisView, ledger: OpenLedger, hook: Hook, clock: PageClock, airflow: ThisAirflow, practice: str
) -> Response:
    """Switch the nights on when nothing blocks by now, with a dry run before the first of them.

    The DAG runs one run at a time, so the dry run that is started first goes before a night. When
    it can't be started, the nights would not start either: then nothing is switched on.
    """
    way = await run_in_threadpool(_way_now, view, ledger, hook, clock, practice)
    if not can_switch_on(way):
        return view.go_to(f"/practices/{practice}/activate")
    started = await airflow.start_dry_run(practice)
    if started is Started.STARTED:
        await run_in_threadpool(switch_on, ledger, practice, way, view.user_name)
    return view.go_to(f"/practices/{practice}/activate?started={started}")


@router.post("/practices/{practice}/dry-run")
@needs(Right.ACT)
async def dry_run(view: ThisView, ledger: OpenLedger, airflow: ThisAirflow, practice: str) -> Response:
    """Start a dry run."""
    await run_in_threadpool(known_practice, view, ledger, practice)
    started = await airflow.start_dry_run(practice)
    return view.go_to(f"/practices/{practice}/activate?started={started}")


@router.post("/practices/{practice}/deactivate")
@needs(Right.SET_UP)
def deactivate(view: ThisView, ledger: OpenLedger, practice: str) -> Response:
    """Switch the nights off; the link with Exact stays."""
    known_practice(view, ledger, practice)
    switch_off(ledger, practice, view.user_name)
    return view.go_to(f"/practices/{practice}/activate")


def _way_now(view: View, ledger: Ledger, hook: ExactOnlineHook, clock: Clock, practice: str) -> list[Step]:
    """The six steps, by what Exact says at this moment."""
    known = known_practice(view, ledger, practice)
    state = ledger.activation.state(practice)
    assert state is not None
    if not (state.is_linked and state.settings_version):
        return steps(state, None)
    client, day = hook.client(known, ledger), book_day(clock.now())
    with james_session() as james:
        return steps(state, problems_now(ledger, client, james, known, day, view.user_name))
