"""The nightly DAG of each practice: James -> Exact Online (C1).

This file holds the order, schedule, names and documentation of the tasks. Their code is in
`exact_online.tasks.night_tasks`, which each task imports when it runs: Airflow reads this file
every minute, and importing that code here would be slow.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, TriggerRule, chain, get_parsing_context, task
from airflow.sdk.definitions.timetables.trigger import CronTriggerTimetable

from exact_online.failure_mail import mail_on_failure
from exact_online.registry import DAG_PREFIX, RegisteredPractice, practices_to_build
from exact_online.schedule import (
    LONG_TASK_TIMEOUT,
    POOL,
    RETRIES,
    RUN_TIMEOUT,
    START,
    TASK_TIMEOUT,
    TIMEZONE,
    start_minute,
)

PARAMS = {
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description_md="Shows what a night with the choices below would book, and writes nothing: "
        "not in Exact, not in James, not in the ledger. The result is in the log of task `dry_run`: "
        "counts and totals per journal, revenue group and VAT rate, "
        "and each record that would be rejected, with its cure (B3).",
    ),
    "backfill": Param(
        "as_set",
        type="string",
        enum=["as_set", "nothing", "import", "excel"],
        values_display={
            "as_set": "As set for this practice",
            "nothing": "Nothing",
            "import": "Import history through the API",
            "excel": "Hand over history as a workbook",
        },
        title="Older invoices",
        description_md="What happens to invoices from before the link date. "
        "An invoice is imported **or** handed over, never both (M20).",
    ),
    "history_from": Param(
        None,
        type=["null", "string"],
        format="date",
        title="History from",
        description_md="First day of the older invoices. Empty: the practice's first-sync date.",
    ),
    "rebuild_ledger": Param(
        False,
        type="boolean",
        title="Rebuild the ledger from Exact",
        description_md="Only when a run asks for it: the ledger was lost or restored, "
        "and Exact has entries that it lacks. They are read, compared and adopted; "
        "nothing that is in Exact already is sent again.",
    ),
    "confirm_relations": Param(
        False,
        type="boolean",
        title="The listed relations are ours",
        description_md="Rejected debtors with reason `relation_to_confirm` are in Exact "
        "with the same number, name and postcode. "
        "Tick this once after you have looked at them: they are adopted, with your name, and booked (M15).",
    ),
}

DOC = """
### {name}: James to Exact Online, every night

| Task | What it does |
|---|---|
| `open_run` | takes a token, reads the division's lists, checks that the practice is ready |
| `extract` | reads debtors and invoices from James into staged rows |
| `plan_debtors`, `plan_entries` | applies the booking rules: a record is planned, held or rejected |
| `load_debtors`, `load_entries` | sends what is planned, each booking exactly once |
| `check_rejections` | fails when a record was rejected before sending; its log names it and its cure |
| `choose_backfill` | older invoices: nothing, import, or a workbook |
| `reconcile` | James = ledger = Exact, to the cent |
| `report` | numbers of the night, mail to support when something needs attention |
| `dry_run` | skipped, unless *Dry run* was ticked: then no other task runs, and nothing is written |

**What would a night book?** Press *Trigger*, tick *Dry run* and read the log of task `dry_run`: counts and
totals per journal, revenue group and VAT rate, and what would be rejected. It fails when the night would
fail for a rejection; cure what it names and clear it to see the result again.
A practice that is linked and not active yet has this DAG without a schedule, for dry runs only: its nights
begin when it is set active.

**A task has failed?** Read its last lines: they name the records and the cure. Then clear that task with its
downstream tasks. Only what is not booked yet is sent; clearing a task that succeeded sends nothing.
"""


def timetable(practice_code: str) -> CronTriggerTimetable:
    """Return the schedule of a practice: every night at its own minute, in Amsterdam's time."""
    hour, minute = divmod(start_minute(practice_code), 60)
    return CronTriggerTimetable(f"{minute} {hour} * * *", timezone=TIMEZONE, interval=timedelta(days=1))


def build_dag(practice: RegisteredPractice) -> DAG:
    """Return the DAG of one practice."""
    with DAG(
        dag_id=f"{DAG_PREFIX}{practice.code}",
        dag_display_name=f"Exact Online: {practice.name}",
        description=f"{practice.name}: debtors, invoices and claims from James to Exact Online",
        schedule=timetable(practice.code) if practice.active else None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=RUN_TIMEOUT,
        tags=["exact-online", "nightly"],
        params=PARAMS,
        doc_md=DOC.format(name=practice.name),
        default_args={"owner": "data-team", **RETRIES, "pool": POOL, "execution_timeout": TASK_TIMEOUT},
        on_failure_callback=mail_on_failure(),
    ) as dag:
        _add_tasks(practice.code)
    return dag


def _add_tasks(practice: str) -> None:
    """Add the tasks in the order in which they run. Each finds its run by Airflow's run id."""
    quiet: dict[str, Any] = {"show_return_value_in_logs": False}
    always: dict[str, Any] = {**quiet, "trigger_rule": TriggerRule.ALL_DONE}
    one_batch_at_a_time: dict[str, Any] = {
        "map_index_template": "{{ batch_label }}",
        "max_active_tis_per_dagrun": 1,
    }

    @task(**quiet, execution_timeout=LONG_TASK_TIMEOUT)
    def dry_run(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.dry_run(practice, dag_run, params)

    @task(**quiet)
    def open_run(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.open_run(practice, dag_run, params)

    @task(**quiet)
    def extract(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.extract(practice, dag_run, params)

    @task(**quiet)
    def plan_debtors(dag_run: Any = None) -> list[dict[str, Any]]:
        from exact_online.tasks import night_tasks

        return night_tasks.plan_debtors(practice, dag_run)

    @task(**quiet)
    def plan_entries(dag_run: Any = None) -> list[dict[str, Any]]:
        from exact_online.tasks import night_tasks

        return night_tasks.plan_entries(practice, dag_run)

    @task(**always, retries=0)
    def check_rejections(dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.check_rejections(practice, dag_run)

    @task(**quiet, **one_batch_at_a_time)
    def load_debtors(batch: dict[str, Any], dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.load(practice, dag_run, batch)

    @task(**always, **one_batch_at_a_time)
    def load_entries(batch: dict[str, Any], dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.load(practice, dag_run, batch)

    @task.branch(**always)
    def choose_backfill(dag_run: Any = None, params: Any = None) -> list[str]:
        from exact_online.tasks import night_tasks

        return night_tasks.choose_backfill(practice, dag_run, params)

    @task(**quiet, execution_timeout=LONG_TASK_TIMEOUT)
    def backfill_import(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.import_history(practice, dag_run, params)

    @task(**quiet)
    def backfill_excel(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.hand_over_history(practice, dag_run, params)

    @task(**always)
    def reconcile(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.reconcile(practice, dag_run, params)

    @task(**always)
    def report(dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.report(practice, dag_run)

    @task(**quiet, trigger_rule=TriggerRule.NONE_FAILED)
    def night_complete() -> None:
        """Succeed only when no task has failed: a run has the state of its last task."""
        logging.getLogger("exact_online").info("The night is complete: no task of this run failed.")

    debtors, entries, rejections = plan_debtors(), plan_entries(), check_rejections()
    loaded = [load_debtors.expand(batch=debtors), load_entries.expand(batch=entries)]
    backfill = [backfill_import(), backfill_excel()]
    reconciled, complete = reconcile(), night_complete()

    chain(open_run(), extract(), [debtors, entries], rejections)
    chain(*loaded, choose_backfill(), backfill, reconciled, report(), complete)
    [dry_run(), rejections, *loaded, *backfill, reconciled] >> complete


def _ask_registry() -> list[RegisteredPractice]:
    from exact_online.tasks import connections  # only when the list of practices is old

    return connections.registered()


# Airflow sets this when it starts a task: then only the DAG of that task is built.
wanted_dag_id = get_parsing_context().dag_id
for registered in practices_to_build(wanted_dag_id, _ask_registry):
    built = build_dag(registered)
    globals()[built.dag_id] = built
