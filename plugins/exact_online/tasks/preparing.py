"""The first task of a run: open it, read James, plan, and skip what has nothing to do."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from exact_online.book_day import book_day
from exact_online.dutch import dutch_day, dutch_number
from exact_online.failures import NotReady
from exact_online.ledger import Batch, Ledger
from exact_online.mails.outages import EXACT, JAMES, tell_answered
from exact_online.night import history, own_days, steps
from exact_online.night.context import Night
from exact_online.stops import Stop
from exact_online.tasks.causes import new_items
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.loading import LOADS, batches_of
from exact_online.tasks.metrics import measuring_traffic
from exact_online.tasks.nights import (
    is_of_days,
    night_of,
    note_done,
    noting_failures,
    noting_the_end,
    one_red_task,
    showing_words,
    waiting_its_turn,
)
from exact_online.tasks.outcomes import translate_failures
from exact_online.tasks.skipping import skip_tasks, skipping_when_it_fails
from exact_online.tasks.support_mail import deliver, post_of
from exact_online.vocabulary import Backfill

OF_TONIGHT = ("check_rejections", *LOADS)
"""What a run of days of history leaves out."""
WORK = (*OF_TONIGHT, "backfill", "reconcile")
"""What can do nothing when the run was not prepared."""
NOT_IN_A_DRY_RUN = (*WORK, "report", "check_done")

log = logging.getLogger(__name__)


def prepare(practice_code: str, dag_run: Any, params: dict[str, Any], ti: Any = None) -> None:
    """Open the run, read James, and make each record a planned booking or a rejection.

    It begins again as a whole: every time it reads all that it needs. A run of days of history is
    opened, and no more: its task ``backfill`` does the rest.
    """
    if params["dry_run"]:
        log.info("Een proefrun boekt niets: alleen taak dry_run draait, en haar log heeft de uitkomst.")
        skip_tasks(NOT_IN_A_DRY_RUN)
        return
    with (
        skipping_when_it_fails(("dry_run", *WORK), ti),
        translate_failures("prepare"),
        noting_failures(practice_code, dag_run, "prepare"),
        ledger_session() as ledger,
        measuring_traffic(practice_code),
        showing_words(ledger, practice_code),
    ):
        ledger.outages.forget_failure(practice_code, dag_run.run_id, "prepare")
        run = steps.open_run(ledger, practice_code, dag_run.run_id, book_day(dag_run.run_after))
        night = night_of(ledger, run)
        if ledger.runs.step_has_ended(run, "prepare"):
            night.exact.ask_again()
        with waiting_its_turn(ledger, dag_run), noting_the_end(night, "prepare"):
            night = _opened(night, dag_run, params)
            idle = list(OF_TONIGHT) if is_of_days(dag_run) else _planned(night, params["rebuild_ledger"])
            note_done(night, "prepare")
    skip_tasks(["dry_run", *idle])


def _opened(night: Night, dag_run: Any, params: dict[str, Any]) -> Night:
    """Take a token, read the division's lists, check that the practice is ready."""
    night = _with_history(night, dag_run, params)
    if is_of_days(dag_run):
        own_days.make_ready(night)
    else:
        steps.make_ready(night, confirmed_by(dag_run, params))
    night.ledger.runs.forget_ended(night.run)
    _tell_answered(night.ledger, EXACT)
    log.info("Run %s of practice %s.", night.run.run_id, night.practice.code)
    log.info("%s is klaar om te boeken: facturen tot %s.", night.practice.name, dutch_day(night.run.book_day))
    return night


def _planned(night: Night, rebuild_ledger: bool) -> list[str]:
    """Read James and plan; return the tasks that have nothing to do then."""
    night.ledger.planning.save_batches(night.run, [])  # nothing is sent by an older plan when this fails
    with one_red_task(night.ledger, night.run, "prepare"):
        with james_session() as james:
            counts = steps.extract(night, james, history.scope_of(night), rebuild_ledger)
        _tell_answered(night.ledger, JAMES)
        log.info(
            "Uit James gelezen: %s debiteuren, %s facturen en declaraties met %s regels.",
            *map(dutch_number, (counts["debtors"], counts["invoices"], counts["lines"])),
        )
        steps.plan_debtors(night)
        steps.plan_entries(night)
        batches = steps.write_batches(night)
        rejected = new_items(night, night.ledger.review.planning_rejections(night.run.practice))
    sends = {task: batches_of(task, batches) for task in LOADS}
    _log_plan(sends, len(rejected))
    idle = [task for task, of_task in sends.items() if not of_task]
    if not rejected:
        idle.append("check_rejections")
    if night.run.backfill == Backfill.NOTHING:
        idle.append("backfill")
    return idle


def _log_plan(sends: Mapping[str, Sequence[Batch]], rejected: int) -> None:
    debtors, entries, others = (sum(batch.bookings for batch in sends[task]) for task in LOADS)
    log.info(
        "Te versturen: %s boekingen, %s debiteuren ervoor en %s erna; geweigerd: %s.",
        *map(dutch_number, (entries, debtors, others, rejected)),
    )


def _with_history(night: Night, dag_run: Any, params: dict[str, Any]) -> Night:
    """Decide what happens to older invoices: as the form says, or those of its own days."""
    first, last = params["history_from"], params["history_until"]
    days = own_days_of(dag_run)
    if days is None:
        return history.choose(night, params["backfill"], first, last)
    if first or last:
        raise NotReady(Stop.HISTORY_DAYS_OF_NOTHING, practice=night.practice.code)
    return history.choose_days(night, params["backfill"], days)


def own_days_of(dag_run: Any) -> history.Days | None:
    """Return the days of a run of Airflow's backfill; None for a night.

    Its data interval goes from the run before it to itself, so its day is the one before its book
    day.
    """
    if not is_of_days(dag_run):
        return None
    return book_day(dag_run.data_interval_start), book_day(dag_run.data_interval_end)


def confirmed_by(dag_run: Any, params: dict[str, Any]) -> str | None:
    """Return the user who confirms that the listed relations are ours; None when nobody does."""
    if not params["confirm_relations"]:
        return None
    return getattr(dag_run, "triggering_user_name", None) or "somebody who started the run by hand"


def _tell_answered(ledger: Ledger, shared: Collection[str]) -> None:
    """What stopped all practices works for this one."""
    tell_answered(post_of(ledger), shared)
    deliver(ledger)
