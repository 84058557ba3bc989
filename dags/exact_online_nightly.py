"""The nightly DAG of each practice: James -> Exact Online (C1).

This file holds order, schedule, names and documentation; what the tasks do is in `plugins/exact_online/`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Param, TriggerRule, chain, get_parsing_context, task
from airflow.sdk.definitions.timetables.trigger import CronTriggerTimetable

from exact_online import tasks
from exact_online.registry import DAG_PREFIX, RegisteredPractice
from exact_online.schedule import RETRIES, START, TIMEZONE, start_minute

PARAMS = {
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description_md="Shows what a night with the choices below would book, and writes nothing: not in Exact, not in James, not in the "
        "ledger. The result is in the log of task `dry_run`: counts and sums per journal, revenue group and VAT rate, and each record that "
        "would be refused, with its cure (B3).",
    ),
    "backfill": Param(
        "as_set",
        type="string",
        enum=["as_set", "nothing", "import", "excel"],
        values_display={
            "as_set": "As set for this practice",
            "nothing": "Nothing",
            "import": "Import history through the API",
            "excel": "Hand history over as a workbook",
        },
        title="Older invoices",
        description_md="What happens to invoices from before the link date. An invoice is imported **or** handed over, never both (M20).",
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
        description_md="Only when a run asks for it: the ledger was lost or restored, and Exact has entries that it lacks. They are "
        "read, compared and taken up; nothing that stands in Exact is sent again.",
    ),
    "confirm_relations": Param(
        False,
        type="boolean",
        title="The listed relations are ours",
        description_md="Refused debtors with reason `relation_to_confirm` stand in Exact with the same number, name and postcode. "
        "Tick this once after looking at them: they are adopted, with your name, and booked (M15).",
    ),
}

DOC = """
### {name}: James to Exact Online, every night

| Task | What it does |
|---|---|
| `open_run` | takes a token, reads the division's lists, checks that the practice is ready |
| `extract` | reads debtors and invoices from James into staged rows |
| `plan_debtors`, `plan_entries` | applies the booking rules; every record becomes a planned booking or a rejection |
| `load_debtors`, `load_entries` | sends what is planned, each booking exactly once |
| `check_refusals` | red when a record was refused before sending; its log says which, why and what cures it |
| `choose_backfill` | older invoices: nothing, import, or a workbook |
| `reconcile` | James = ledger = Exact, to the cent |
| `report` | numbers of the night, mail to support when something needs an eye |
| `dry_run` | skipped, unless the run was started with *Dry run*: then it is the only task that runs, and nothing is written |

**What would a night book?** Press *Trigger*, tick *Dry run* and read the log of task `dry_run`: counts and sums per journal, revenue group
and VAT rate, and what would be refused. It is red when the night would be red for a refusal; cure what it names and clear it to look again.
A practice that is linked and not active yet has this DAG without a schedule, for dry runs alone: its nights begin when it is set active.

**A task is red?** Read its last lines: they name the records and the cure. Then clear that task with its downstream tasks.
Only what is not booked yet is sent; clearing a green task sends nothing.
"""


def timetable(practice_code: str) -> CronTriggerTimetable:
    hour, minute = divmod(start_minute(practice_code), 60)
    return CronTriggerTimetable(f"{minute} {hour} * * *", timezone=TIMEZONE, interval=timedelta(days=1))


def build_dag(practice: RegisteredPractice) -> DAG:
    """The DAG of one practice."""
    with DAG(
        dag_id=f"{DAG_PREFIX}{practice.code}",
        dag_display_name=f"Exact Online: {practice.name}",
        description=f"{practice.name}: debtors, invoices and claims from James to Exact Online",
        schedule=timetable(practice.code) if practice.active else None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        tags=["exact-online", "nightly"],
        params=PARAMS,
        doc_md=DOC.format(name=practice.name),
        default_args={"owner": "data-team", **RETRIES, "pool": tasks.POOL},
        on_failure_callback=tasks.mail_on_failure(),
    ) as dag:
        _arrange(practice.code)
    return dag


def _arrange(practice_code: str) -> None:
    """The tasks in the order of time."""
    quiet: dict[str, Any] = {"show_return_value_in_logs": False}

    @task(**quiet)
    def dry_run(dag_run: Any = None, params: Any = None) -> None:
        tasks.dry_run(practice_code, dag_run, params)

    @task(**quiet)
    def open_run(dag_run: Any = None, params: Any = None) -> str:
        return tasks.open_run(practice_code, dag_run, params)

    @task(**quiet)
    def extract(night_id: str, params: Any = None) -> dict[str, int]:
        return tasks.extract(night_id, params)

    @task(**quiet)
    def plan_debtors(night_id: str) -> list[dict[str, Any]]:
        return tasks.plan_debtors(night_id)

    @task(**quiet)
    def plan_entries(night_id: str) -> list[dict[str, Any]]:
        return tasks.plan_entries(night_id)

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def check_refusals(night_id: str) -> None:
        tasks.check_refusals(night_id)

    @task(map_index_template="{{ batch_label }}", max_active_tis_per_dagrun=1, **quiet)
    def load_debtors(night_id: str, batch: dict[str, Any]) -> None:
        tasks.load(night_id, batch)

    @task(map_index_template="{{ batch_label }}", max_active_tis_per_dagrun=1, trigger_rule=TriggerRule.ALL_DONE, **quiet)
    def load_entries(night_id: str, batch: dict[str, Any]) -> None:
        tasks.load(night_id, batch)

    @task.branch(trigger_rule=TriggerRule.ALL_DONE)
    def choose_backfill(night_id: str, params: Any = None) -> str:
        return f"backfill_{tasks.choose_backfill(night_id, params)}"

    @task(**quiet)
    def backfill_import(night_id: str, params: Any = None) -> None:
        tasks.import_history(night_id, params)

    @task(**quiet)
    def backfill_excel(night_id: str, params: Any = None) -> None:
        tasks.emit_workbook(night_id, params)

    @task(trigger_rule=TriggerRule.ALL_DONE, **quiet)
    def reconcile(night_id: str, params: Any = None) -> None:
        tasks.reconcile(night_id, params)

    @task(trigger_rule=TriggerRule.ALL_DONE, **quiet)
    def report(night_id: str) -> None:
        tasks.report(night_id)

    night_id = open_run()
    extracted = extract(night_id)
    debtors, entries = plan_debtors(night_id), plan_entries(night_id)
    loaded_debtors = load_debtors.partial(night_id=night_id).expand(batch=debtors)
    loaded_entries = load_entries.partial(night_id=night_id).expand(batch=entries)
    backfill = [EmptyOperator(task_id="backfill_nothing"), backfill_import(night_id), backfill_excel(night_id)]
    reconciled = reconcile(night_id)
    reported = report(night_id)

    refusals, chosen = check_refusals(night_id), choose_backfill(night_id)
    complete = EmptyOperator(
        task_id="night_complete",
        trigger_rule=TriggerRule.NONE_FAILED,
        doc_md="The one leaf: red when anything before it was, though later tasks ran all the same.",
    )

    extracted >> [debtors, entries] >> refusals
    chain(loaded_debtors, loaded_entries, chosen, backfill, reconciled, reported, complete)
    [dry_run(), refusals, loaded_debtors, loaded_entries, *backfill, reconciled] >> complete


wanted_dag_id = get_parsing_context().dag_id  # set when a task starts: then only its own DAG is built, and no list is needed
for registered in tasks.practices_to_build(wanted_dag_id):
    built = build_dag(registered)
    globals()[built.dag_id] = built
