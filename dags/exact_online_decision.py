"""Four decisions about a whole practice, each with what it would do before a person says so.

Support fills in the form and starts the DAG. It counts what the decision comes to, asks in Airflow
(*Required Actions*), and acts in the name of who answered. Airflow keeps a task that waits for an
answer without a slot and without a process. The code is in `exact_online.tasks.decisions`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, ExceptionRetryPolicy, Param, RetryAction, RetryRule, task

from exact_online.failures import NeedsPerson
from exact_online.registry import DAG_PREFIX
from exact_online.schedule import POOL, RETRIES, START, TASK_TIMEOUT

ANSWER_WITHIN = timedelta(days=7)
"""Afterwards nothing is done: the counts that were shown are too old."""
DO, LEAVE = "Uitvoeren", "Niet uitvoeren"

DOC = """
### Een besluit over een hele praktijk

| Besluit | Wat het doet |
|---|---|
| Relaties overnemen | relaties in Exact die op een debiteur van James lijken, worden die debiteur |
| Koppeling herbouwen | een nacht neemt over wat in Exact staat en de koppeling niet kent |
| Gesloten periode vrijgeven | wat wacht op een gesloten periode of boekjaar, gaat de volgende nacht mee |
| Eerste synchronisatiedatum | vanaf welke dag facturen meegaan, en wat er met oudere gebeurt |

1. Kies *Trigger*, vul de praktijk, het besluit en de reden in.
2. Taak `explain` telt wat het besluit doet; er wordt nog niets veranderd.
3. Taak `decide` vraagt het: *Required Actions* in Airflow. Wie antwoordt, staat met naam in het logboek.
4. Taak `act` voert het uit. Zonder antwoord binnen 7 dagen gebeurt er niets.
"""

PARAMS = {
    "practice": Param(
        "",
        type="string",
        minLength=1,
        maxLength=100,
        title="Praktijk",
        description_md="De code van de praktijk.",
    ),
    "decision": Param(
        "adopt_relations",
        type="string",
        enum=["adopt_relations", "rebuild_ledger", "release_period", "first_sync_date"],
        values_display={
            "adopt_relations": "Relaties in Exact overnemen",
            "rebuild_ledger": "Koppeling herbouwen uit Exact",
            "release_period": "Gesloten periode vrijgeven",
            "first_sync_date": "Eerste synchronisatiedatum",
        },
        title="Besluit",
    ),
    "reason": Param(
        "", type="string", minLength=3, maxLength=500, title="Waarom", description_md="Komt in het logboek."
    ),
    "period": Param(
        None,
        type=["null", "string"],
        pattern="^20[0-9]{2}(-[0-9]{1,2})?$",
        title="Periode",
        description_md="Alleen bij *Gesloten periode vrijgeven*: boekjaar en periode, zoals `2026-9`, "
        "of een heel boekjaar, zoals `2026`. Leeg: alle perioden.",
    ),
    "link_date": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Koppeldatum",
        description_md="Alleen bij *Eerste synchronisatiedatum*. Leeg: blijft zoals die is.",
    ),
    "first_day": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Eerste dag van oudere facturen",
        description_md="Alleen bij *Eerste synchronisatiedatum*.",
    ),
    "backfill": Param(
        "nothing",
        type="string",
        enum=["nothing", "import", "excel"],
        values_display={
            "nothing": "Niets",
            "import": "Boeken via de API",
            "excel": "Overdragen in een werkboek",
        },
        title="Oudere facturen",
        description_md="Alleen bij *Eerste synchronisatiedatum*.",
    ),
}


with DAG(
    dag_id="exact_online_decision",
    dag_display_name="Exact Online: besluit",
    description="Vier besluiten over een praktijk: eerst wat het doet, dan een antwoord, dan de handeling",
    schedule=None,
    start_date=START,
    catchup=False,
    # Nothing runs unless a person starts it.
    is_paused_upon_creation=False,
    params=PARAMS,
    tags=["exact-online", "decision"],
    doc_md=DOC,
    default_args={
        "owner": "data-team",
        **RETRIES,
        "pool": POOL,
        "retry_policy": ExceptionRetryPolicy(rules=[RetryRule(NeedsPerson, RetryAction.FAIL)]),
    },
):

    @task(task_display_name="Wat het besluit doet", execution_timeout=TASK_TIMEOUT)
    def explain(dag_run: Any = None, params: Any = None) -> dict[str, str]:
        from exact_online.book_day import book_day
        from exact_online.tasks import decisions

        return decisions.explain(params, book_day(dag_run.run_after))

    @task.short_circuit(
        task_display_name="Uitvoeren", show_return_value_in_logs=False, execution_timeout=TASK_TIMEOUT
    )
    def act(answer: Any, params: Any = None) -> bool:
        from exact_online.tasks import decisions

        return decisions.act(params, answer)

    decide = HITLOperator(
        task_id="decide",
        task_display_name="Antwoord",
        subject="{{ ti.xcom_pull(task_ids='explain')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='explain')['body'] }}",
        options=[DO, LEAVE],
        defaults=LEAVE,
        response_timeout=ANSWER_WITHIN,
        params={"remark": Param("", type="string", maxLength=500, title="Toelichting")},
    )
    rebuild = TriggerDagRunOperator(
        task_id="rebuild",
        task_display_name="Nacht die herbouwt",
        trigger_dag_id=DAG_PREFIX + "{{ params.practice | trim }}",
        conf={"rebuild_ledger": True},
    )
    explain() >> decide
    act(decide.output) >> rebuild
