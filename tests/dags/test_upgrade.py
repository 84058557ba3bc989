"""A run that was begun when the DAG had other tasks: a person who clears it as a whole goes on."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from sqlalchemy import select, update

from exact_online.nightly_dag import NAMES, build_dag
from exact_online.registry import DAG_PREFIX, RegisteredPractice
from exact_online.schedule import START
from exact_online.tasks import loading
from tests.browser import failed_runs

CODE = "voor_de_wijziging"
RED = "open_run"


def older_dag() -> DAG:
    """A DAG of before decision 0021, with tasks that are gone and one that was mapped."""
    with DAG(DAG_PREFIX + CODE, schedule=None, start_date=START) as dag:

        @task
        def load_entries(batch: int) -> int:
            return batch

        first, last = EmptyOperator(task_id=RED), EmptyOperator(task_id="night_complete")
        first >> load_entries.expand(batch=[1, 2]) >> last
    return dag


def keep(dag: DAG) -> None:
    """Do what Airflow's DAG processor does with a DAG that it read."""
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.serialization.serialized_objects import LazyDeserializedDAG

    dag.fileloc, dag.relative_fileloc = str(failed_runs.DAG_FILE), failed_runs.DAG_FILE.name
    with create_session() as session:
        if session.get(DagBundleModel, failed_runs.BUNDLE) is None:
            session.add(DagBundleModel(name=failed_runs.BUNDLE))
            session.flush()
        # Airflow writes a DAG no more often than each half minute.
        long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        session.execute(update(SerializedDagModel).values(last_updated=long_ago))
        lazy = [LazyDeserializedDAG.from_dag(dag)]
        update_dag_parsing_results_in_db(failed_runs.BUNDLE, None, lazy, {}, None, set(), session=session)


def test_a_run_that_is_cleared_as_a_whole_has_the_tasks_of_today() -> None:
    """docs/operations.md, Upgrade: the tasks that are gone are taken out, and the others begin."""
    from airflow.models.dag_version import DagVersion
    from airflow.models.dagbag import DBDagBag
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import clear_task_instances

    keep(older_dag())
    failed_runs._run(DAG_PREFIX + CODE, DagRunState.FAILED)
    keep(build_dag(RegisteredPractice(CODE, CODE)))
    with create_session() as session:
        run = session.scalars(select(DagRun).where(DagRun.dag_id == DAG_PREFIX + CODE)).one()
        clear_task_instances(run.get_task_instances(session=session), session)
        # What the scheduler does with a run that is not of the latest version of its DAG.
        run.dag = DBDagBag(load_op_links=False).get_dag_for_run(dag_run=run, session=session)
        latest = DagVersion.get_latest_version(run.dag_id, session=session)
        assert not run.check_version_id_exists_in_dr(latest.id, session=session)
        run.verify_integrity(dag_version_id=latest.id, session=session)
        session.flush()
        session.expire(run, ["task_instances"])
        states = {(ti.task_id, ti.map_index): ti.state for ti in run.get_task_instances(session=session)}
    gone = {key for key, state in states.items() if state == TaskInstanceState.REMOVED}
    assert gone == {(RED, -1)}
    parts = {("load_entries", 0), ("load_entries", 1)}
    assert {key for key, state in states.items() if state is None} == parts | {
        (name, -1) for name in NAMES if name != "load_entries"
    }


def test_one_part_of_a_task_that_was_mapped_does_all_of_it() -> None:
    """Airflow keeps the parts of an older run, and each would send everything."""
    with pytest.raises(AirflowSkipException, match="deel"):
        loading.load(
            CODE, SimpleNamespace(run_type="scheduled"), "load_entries", SimpleNamespace(map_index=1)
        )
