"""Nights that failed in Airflow's own tables, as an outage of Exact leaves them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from airflow.dag_processing.collection import update_dag_parsing_results_in_db
from airflow.models.dag import DagModel  # noqa: F401 - so that all tables are known
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.serialization.serialized_objects import LazyDeserializedDAG
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from sqlalchemy import select

from exact_online.nightly_dag import build_dag
from exact_online.registry import DAG_PREFIX, RegisteredPractice

DAG_FILE = Path(__file__).parents[2] / "dags" / "exact_online_nightly" / "shard_00.py"
BUNDLE = "dags-folder"
RUN_ID = "scheduled__of_the_outage"
SKIPPED = (
    "check_rejections", "load_debtors", "load_entries", "load_other_debtors", "backfill", "reconcile",
    "report", "dry_run",
)  # fmt: skip
FAILED = {"prepare": TaskInstanceState.FAILED, **dict.fromkeys(SKIPPED, TaskInstanceState.SKIPPED)}
"""What the outage left of each run: it could not be opened, what could do nothing was skipped, and
the last ones are upstream_failed."""


def plant(codes: Sequence[str], state: DagRunState = DagRunState.FAILED) -> None:
    """Give each practice its real DAG and one run of an hour ago, in this state."""
    dags = [build_dag(RegisteredPractice(code, code)) for code in codes]
    for dag in dags:
        dag.fileloc, dag.relative_fileloc = str(DAG_FILE), DAG_FILE.name
    with create_session() as session:
        if session.get(DagBundleModel, BUNDLE) is None:
            session.add(DagBundleModel(name=BUNDLE))
            session.flush()
        lazy = [LazyDeserializedDAG.from_dag(dag) for dag in dags]
        update_dag_parsing_results_in_db(BUNDLE, None, lazy, {}, None, set(), session=session)
    for dag in dags:
        _run(dag.dag_id, state)


def _run(dag_id: str, state: DagRunState) -> None:
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    with create_session() as session:
        dag = SerializedDagModel.get_dag(dag_id, session=session)
        run = dag.create_dagrun(
            run_id=RUN_ID,
            run_after=begun,
            logical_date=begun,
            data_interval=(begun, begun),
            run_type=DagRunType.SCHEDULED,
            triggered_by=DagRunTriggeredByType.TIMETABLE,
            state=state,
            start_date=begun,
            session=session,
        )
        is_failed = state == DagRunState.FAILED
        for task in run.get_task_instances(session=session):
            left = FAILED.get(task.task_id, TaskInstanceState.UPSTREAM_FAILED)
            task.state = left if is_failed else TaskInstanceState.SUCCESS
            task.start_date = task.end_date = begun


def states(codes: Sequence[str]) -> dict[str, str]:
    """Practice -> state of its run."""
    with create_session() as session:
        rows = session.execute(select(DagRun.dag_id, DagRun.state)).all()
    found = {dag_id.removeprefix(DAG_PREFIX): str(state) for dag_id, state in rows}
    return {code: found[code] for code in codes}


def task_states(code: str) -> Counter[str]:
    """How many tasks of a practice's run are in which state."""
    with create_session() as session:
        question = select(TaskInstance.task_id, TaskInstance.state)
        rows = session.execute(question.where(TaskInstance.dag_id == DAG_PREFIX + code)).all()
    return Counter(str(state) for _, state in rows)
