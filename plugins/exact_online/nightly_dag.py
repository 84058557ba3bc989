"""The nightly DAG of each practice: James -> Exact Online (C1).

This module holds the order, schedule, names and documentation of the tasks. Their code is in
`exact_online.tasks.night_tasks`, which each task imports when it runs: Airflow reads each file
below `dags/exact_online_nightly/` in a process of its own, where that code would cost 70 MB.

There is a file for each 32nd of the practices. Airflow gives a file 30 seconds, which 3,000
practices never fit and 190 do not on a busy machine; two files are read at once, and a practice
appears when its own file was read.
A file is read again when one of its practices changed (`dag_bundle.py`).
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import (
    DAG,
    AssetAlias,
    AsyncCallback,
    DeadlineAlert,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TaskGroup,
    TriggerRule,
    chain,
    get_parsing_context,
    task,
)
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.definitions.timetables.trigger import CronTriggerTimetable

from exact_online.failure_mail import mail_on_failure
from exact_online.failures import NeedsPerson
from exact_online.late_nights import night_is_late
from exact_online.night_deadline import StartOfNight
from exact_online.registry import DAG_PREFIX, RegisteredPractice, practices_to_build, shard_of
from exact_online.schedule import (
    LONG_TASK_TIMEOUT,
    POOL,
    RETRIES,
    RUN_TIMEOUT,
    START,
    TASK_TIMEOUT,
    TIMEZONE,
    booked_asset,
    start_minute,
    time_to_deadline,
)

PARAMS = {
    "dry_run": Param(
        False,
        type="boolean",
        title="Proefrun",
        description_md="Laat zien wat een nacht met de keuzes hieronder zou boeken, en schrijft niets: "
        "niet in Exact, niet in James, niet in de koppeling. Het resultaat staat in het log van taak "
        "`dry_run`: aantallen en bedragen per dagboek, omzetgroep en btw-tarief, "
        "en elk record dat geweigerd zou worden, met wie het oplost (B3).",
    ),
    "backfill": Param(
        "as_set",
        type="string",
        enum=["as_set", "nothing", "import", "excel"],
        values_display={
            "as_set": "Zoals ingesteld voor deze praktijk",
            "nothing": "Niets",
            "import": "Historie boeken via de API",
            "excel": "Historie overdragen in een werkboek",
        },
        title="Oudere facturen",
        description_md="Wat er gebeurt met facturen van voor de koppeldatum. "
        "Een import die nog iets open heeft, gaat elke nacht verder, tenzij hier *Niets* is gekozen. "
        "Een factuur wordt geboekt **of** overgedragen, nooit allebei (M20).",
    ),
    "history_from": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Historie vanaf",
        description_md="Eerste dag van de oudere facturen. "
        "Leeg: de eerste synchronisatiedatum van de praktijk.",
    ),
    "history_until": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Historie tot en met",
        description_md="Laatste dag van de oudere facturen. Leeg: de dag voor de koppeldatum.",
    ),
    "rebuild_ledger": Param(
        False,
        type="boolean",
        title="Koppeling herbouwen uit Exact",
        description_md="Alleen als een run erom vraagt: de database van de koppeling is verloren of "
        "teruggezet, en Exact heeft boekingen die zij mist. Die worden gelezen, vergeleken en overgenomen; "
        "wat al in Exact staat, wordt niet nog eens verstuurd.",
    ),
    "confirm_relations": Param(
        False,
        type="boolean",
        title="De genoemde relaties zijn van ons",
        description_md="Geweigerde debiteuren met reden `relation_to_confirm` staan in Exact "
        "met hetzelfde nummer, dezelfde naam en postcode. "
        "Vink dit eenmaal aan nadat u ze hebt bekeken: ze worden op uw naam overgenomen en geboekt (M15).",
    ),
}

RETRY_POLICY = ExceptionRetryPolicy(rules=[RetryRule(NeedsPerson, RetryAction.FAIL)])
"""A task that waits for a person fails at once: a retry can't help."""

DOC = """
### {name}: van James naar Exact Online, elke nacht

| Groep | Taak | Wat zij doet |
|---|---|---|
| Voorbereiden | `prepare` | haalt een token, leest Exact en James, en plant of weigert elk record |
| Voorbereiden | `check_rejections` | rood als de regels iets weigerden; het log noemt het en wie het oplost |
| Exact | `load_debtors`, `load_entries` | eerst debiteuren op wie een factuur wacht, dan de facturen |
| Exact | `load_other_debtors` | daarna overige debiteuren en wijzigingen |
| Exact | `backfill` | oudere facturen: boeken, of overdragen in een werkboek |
| Controle | `reconcile` | James = koppeling = Exact, tot op de cent |
| Controle | `report` | de getallen van de nacht; mail aan support als er iets aandacht vraagt |
| Controle | `dry_run` | alleen als *Proefrun* is aangevinkt: dan draait geen andere taak |
| Controle | `check_done` | na een rode taak: rood zolang er iets om haar is overgeslagen |
| Controle | `night_complete` | groen als de nacht compleet is: geen taak is rood |

**Wat zou een nacht boeken?** Kies *Trigger*, vink *Proefrun* aan en lees het log van taak `dry_run`.
Een praktijk die aan Exact is gekoppeld en nog niet actief is, heeft deze DAG zonder tijdschema, alleen voor
proefruns: haar nachten beginnen als zij actief wordt gezet.

**Een backfill van Airflow** boekt of draagt over precies de oude dagen die u kiest, elke dag in een eigen
run, tot tien tegelijk en in elke volgorde. Van vannacht doet zij niets, en niets wordt dubbel geboekt.
Doet de praktijk niets met oudere facturen, geef dan `{{"backfill": "import"}}` of
`{{"backfill": "excel"}}` mee.

**Een taak is rood?** De laatste regels van haar log zeggen wat er is, wie het oplost en waar, en welke taak
daarna wordt gewist (*Clear*, met *Downstream*). Die leest opnieuw wat zij nodig heeft. Alleen wat nog niet
geboekt is, wordt verstuurd.

**Een taak is overgeslagen?** Meestal had zij niets te doen, en dan is zij niet gestart en heeft zij geen log:
er is geen proefrun gevraagd, niets geweigerd, niets te versturen, er zijn geen oudere facturen, of `report`
zag dat alles is gedaan (`check_done`). Is `prepare` rood, dan is de rest overgeslagen: wis `prepare` met
*Downstream*. Begint een log met *Niet gedaan*, dan is een andere taak rood door dezelfde oorzaak, of wachten
boekingen op debiteuren van een rode taak. Wis dan die rode taak met *Downstream*; de laatste regels van
`report` noemen alles wat niet is gedaan. De rode taak als geslaagd markeren, of alleen haar wissen, is niet
genoeg: `check_done` wordt dan rood en zegt welke taak nog moet worden gewist.
"""

NAMES = {
    "prepare": "Lezen en voorbereiden",
    "check_rejections": "Geweigerd door de regels",
    "load_debtors": "Debiteuren versturen",
    "load_entries": "Boekingen versturen",
    "load_other_debtors": "Overige debiteuren versturen",
    "backfill": "Oudere facturen",
    "reconcile": "Vergelijken tot op de cent",
    "report": "Verslag en mail",
    "dry_run": "Proefrun",
    "check_done": "Alles gedaan?",
    "night_complete": "Nacht compleet",
}
"""Task -> what Airflow shows; support reads Dutch, and names tasks by their ids."""


def named(task_id: str) -> dict[str, str]:
    """Return the argument that gives a task its Dutch name; its id stays English."""
    return {"task_display_name": NAMES[task_id]}


def timetable(practice_code: str) -> CronTriggerTimetable:
    """Return the schedule of a practice: every night at its own minute, in Amsterdam's time."""
    hour, minute = divmod(start_minute(practice_code), 60)
    return CronTriggerTimetable(f"{minute} {hour} * * *", timezone=TIMEZONE, interval=timedelta(days=1))


def build_dag(practice: RegisteredPractice) -> DAG:
    """Return the DAG of one practice."""
    with DAG(
        dag_id=f"{DAG_PREFIX}{practice.code}",
        dag_display_name=f"Exact Online: {practice.name}",
        description=f"{practice.name}: debiteuren, facturen en declaraties van James naar Exact Online",
        schedule=timetable(practice.code) if practice.active else None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=RUN_TIMEOUT,
        deadline=DeadlineAlert(
            StartOfNight(),
            interval=time_to_deadline(practice.code),
            callback=AsyncCallback(night_is_late, kwargs={"practice": practice.code}),
        ),
        tags=["exact-online", "nightly"],
        doc_md=DOC.format(name=practice.name),
        default_args={
            "owner": "data-team",
            **RETRIES,
            "pool": POOL,
            "retry_policy": RETRY_POLICY,
            "execution_timeout": TASK_TIMEOUT,
        },
        on_failure_callback=mail_on_failure(),
    ) as dag:
        _add_tasks(practice.code)
    # Tasks made within a DAG copy its params, and Airflow validates those of each at every parse:
    # nine tenths of what it costs to serialise a DAG. A running task gets its DAG's params anyway.
    # Airflow writes the choices of a run into them, so each DAG has its own.
    dag.params = ParamsDict(deepcopy(PARAMS))
    return dag


def _add_tasks(practice: str) -> None:
    """Add the tasks in the order in which they run. Each finds its run by Airflow's run id.

    Task `prepare` skips those that have nothing to do, so Airflow starts no process for them.
    """
    quiet: dict[str, Any] = {"show_return_value_in_logs": False}
    always: dict[str, Any] = {**quiet, "trigger_rule": TriggerRule.ALL_DONE}
    at_the_end: dict[str, Any] = {"trigger_rule": TriggerRule.NONE_FAILED}
    booked = AssetAlias(booked_asset(practice))

    # A backfill of Airflow has ten runs at once: those that wait for the practice hold no slot.
    one_run_at_a_time: dict[str, Any] = {"max_active_tis_per_dag": 1}

    @task(**quiet, **one_run_at_a_time, **named("prepare"))
    def prepare(dag_run: Any = None, params: Any = None, ti: Any = None) -> None:
        from exact_online.tasks import preparing

        preparing.prepare(practice, dag_run, params, ti)

    @task(**quiet, retries=0, **named("check_rejections"))
    def check_rejections(dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.check_rejections(practice, dag_run)

    def load(task_id: str, **rules: Any) -> Any:
        @task(task_id=task_id, **{**quiet, **rules}, **named(task_id))
        def send(dag_run: Any = None, ti: Any = None) -> None:
            from exact_online.tasks import loading

            loading.load(practice, dag_run, task_id, ti)

        return send()

    @task(**always, **one_run_at_a_time, **named("backfill"), execution_timeout=LONG_TASK_TIMEOUT)
    def backfill(dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.backfill(practice, dag_run)

    @task(**always, **named("reconcile"))
    def reconcile(dag_run: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.reconcile(practice, dag_run)

    @task(**always, outlets=[booked], **named("report"))
    def report(dag_run: Any = None, ti: Any = None, outlet_events: Any = None) -> str:
        from exact_online.tasks import night_tasks

        return night_tasks.report(practice, dag_run, ti, outlet_events)

    @task(**quiet, **named("dry_run"), execution_timeout=LONG_TASK_TIMEOUT)
    def dry_run(dag_run: Any = None, params: Any = None) -> None:
        from exact_online.tasks import night_tasks

        night_tasks.dry_run(practice, dag_run, params)

    @task(**quiet, **at_the_end, outlets=[booked], **named("check_done"))
    def check_done(dag_run: Any = None, params: Any = None, outlet_events: Any = None) -> None:
        from exact_online.tasks import complete

        complete.check_done(practice, dag_run, params, outlet_events)

    with _group("voorbereiden", "1. Voorbereiden"):
        prepared, rejections = prepare(), check_rejections()
    with _group("exact", "2. Exact"):
        loaded = [
            load("load_debtors"),
            load("load_entries", **always),
            load("load_other_debtors", **always),
            backfill(),
        ]
    with _group("controle", "3. Controle"):
        reconciled, reported, tried, checked = reconcile(), report(), dry_run(), check_done()
        # Airflow marks it without a process: its state, and so the run's, is that of the others.
        complete = EmptyOperator(task_id="night_complete", **at_the_end, **named("night_complete"))

    # Each waits for all before it: behind a task that is skipped one would begin at once.
    work: list[Any] = [prepared]
    for each in (*loaded, reconciled):
        chain(work, each)
        work.append(each)
    prepared >> [rejections, tried]
    work.append(rejections)
    chain(work, reported)
    work += [reported, tried]
    chain(work, checked)
    chain([*work, checked], complete)


def _group(group_id: str, name: str) -> TaskGroup:
    """Return a group of tasks for Airflow's graph; the ids of its tasks stay as they are."""
    return TaskGroup(group_id, prefix_group_id=False, group_display_name=name)


def _ask_registry() -> list[RegisteredPractice]:
    from exact_online.tasks import connections  # only when the list of practices is old

    return connections.registered()


def nightly_dags(shard: int) -> dict[str, DAG]:
    """Return the DAGs of the practices of a shard by their ids; in a task only that of the task.

    Raises nothing when the registry can't be read: it then takes the list that it read last.
    """
    # Airflow sets this when it starts a task.
    wanted_dag_id = get_parsing_context().dag_id
    practices = practices_to_build(wanted_dag_id, _ask_registry)
    built = [build_dag(each) for each in practices if wanted_dag_id or shard_of(each.code) == shard]
    return {dag.dag_id: dag for dag in built}
