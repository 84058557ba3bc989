"""After an outage: one act clears the failed runs of all practices, and no others."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints

from exact_online.clock import Clock
from exact_online.ledger import EventKind, Ledger
from exact_online.web.access import Right, needs
from exact_online.web.airflow_api import AirflowApi, AirflowFailed, Cleared, FailedRun, ThisAirflow
from exact_online.web.database import OpenLedger
from exact_online.web.forms import Form, read_form
from exact_online.web.inputs import PageClock, Sent
from exact_online.web.view import ThisView, View

router = APIRouter()

HOURS = (12, 24, 48, 72)
SECONDS_PER_PRESS = 25.0
"""Proxies often give up after a minute; what is left then goes with the next press."""
SHOWN = 20

Hours = Annotated[int, Query(ge=1, le=168)]
Count = Annotated[int, Query(ge=0, le=100_000)]


class OutageForm(BaseModel):
    """Since when, and why."""

    hours: int
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500)]


@router.get("/outage")
@needs(Right.ACT)
async def show(
    view: ThisView,
    ledger: OpenLedger,
    airflow: ThisAirflow,
    clock: PageClock,
    hours: Hours = 24,
    done: Count = 0,
    not_done: Count = 0,
) -> Response:
    """Show which runs would be cleared."""
    return await _page(view, ledger, airflow, clock, hours, done=done, not_done=not_done)


@router.post("/outage")
@needs(Right.ACT)
async def clear(
    view: ThisView, ledger: OpenLedger, airflow: ThisAirflow, clock: PageClock, sent: Sent
) -> Response:
    """Clear them, in the name of who asks: Airflow checks the rights for each."""
    form = read_form(view, OutageForm, sent)
    if form.model is None:
        return await _page(view, ledger, airflow, clock, 24, form=form)
    runs, _ = await _to_clear(view, ledger, airflow, clock, form.model.hours)
    note = f"{view.user_name}: {form.model.reason}"
    cleared = await airflow.clear_failed(runs, note, SECONDS_PER_PRESS)
    await run_in_threadpool(_note, ledger, cleared, view.user_name, form.model.reason)
    counts = f"done={len(cleared.runs)}&not_done={len(cleared.not_done)}"
    return view.go_to(f"/outage?hours={form.model.hours}&{counts}")


def _note(ledger: Ledger, cleared: Cleared, who: str, reason: str) -> None:
    """The audit log of each practice; Airflow keeps its own."""
    with ledger.transaction("clear runs"):
        for run in cleared.runs:
            if ledger.practices.find(run.practice) is not None:
                ledger.events.note(run.practice, who, EventKind.RUN_CLEARED, run=run.run_id, reason=reason)


async def _to_clear(
    view: View, ledger: Ledger, airflow: AirflowApi, clock: Clock, hours: int
) -> tuple[list[FailedRun], list[FailedRun]]:
    """The failed runs that did not go to their end, and those that stay as they are."""
    since = clock.now() - dt.timedelta(hours=min(max(hours, 1), 168))
    try:
        failed = await airflow.failed_runs(since)
    except AirflowFailed as failure:
        raise HTTPException(503, view.text("Airflow's API did not answer. Try again.")) from failure
    columns = (
        [run.practice for run in failed],
        [run.run_id for run in failed],
        [run.started for run in failed],
    )
    left = await run_in_threadpool(ledger.runs.to_leave, *columns)
    return (
        [run for run in failed if (run.practice, run.run_id) not in left],
        [run for run in failed if (run.practice, run.run_id) in left],
    )


async def _page(
    view: View,
    ledger: Ledger,
    airflow: AirflowApi,
    clock: Clock,
    hours: int,
    *,
    form: Form[OutageForm] | None = None,
    done: int = 0,
    not_done: int = 0,
) -> Response:
    runs, left = await _to_clear(view, ledger, airflow, clock, hours)
    form = form or Form()
    return view.page(
        "outage.html",
        status=422 if form.problems else 200,
        runs=runs,
        shown=runs[:SHOWN],
        left=left,
        hours=hours,
        choices=HOURS,
        done=done,
        not_done=not_done,
        form=form,
    )
