"""The deadline of a night as Airflow keeps it, and *Clear* of a night that has one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exact_online.book_day import AMSTERDAM
from exact_online.schedule import start_minute

CODE = "noorderlicht"
DAGS = Path(__file__).parents[2] / "dags"
DAY = dt.datetime(2026, 11, 24, tzinfo=AMSTERDAM)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Airflow's tables with the DAG of one practice, as its DAG processor writes it."""
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    snapshot = tmp_path / "practices.json"
    snapshot.write_text(json.dumps([{"code": CODE, "name": "Noorderlicht"}]))
    monkeypatch.setenv("EXACT_ONLINE_PRACTICES", str(snapshot))
    bag = DagBag(dag_folder=str(DAGS), load_op_links=False)
    with create_session() as session:
        session.merge(DagBundleModel(name="dags-folder"))
        session.commit()
        sync_bag_to_db(bag, "dags-folder", None, session=session)
        session.commit()
        yield session
        session.rollback()


def run_of(session: Any, kind: str) -> Any:
    """Make a run as the scheduler, the API and a backfill do."""
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    hour, minute = divmod(start_minute(CODE), 60)
    night = DAY.replace(hour=hour, minute=minute)
    dag = SerializedDagModel.get_dag(f"exact_online__{CODE}", session=session)
    run = dag.create_dagrun(
        run_id=f"{kind}__1",
        logical_date=night,
        data_interval=(night - dt.timedelta(days=1), night),
        run_after=night,
        run_type=DagRunType(kind),
        triggered_by=DagRunTriggeredByType.TEST,
        state="queued",
        session=session,
    )
    session.flush()
    return run


def deadlines(session: Any) -> list[dt.datetime]:
    from airflow.models.deadline import Deadline
    from sqlalchemy import select

    return list(session.scalars(select(Deadline.deadline_time)))


def test_a_night_of_the_schedule_is_late_at_one_minute_past_seven(session: Any) -> None:
    run_of(session, "scheduled")
    assert deadlines(session) == [DAY.replace(hour=7, minute=1)]


@pytest.mark.parametrize("kind", ["manual", "backfill"])
def test_no_other_run_is_late(session: Any, kind: str) -> None:
    run_of(session, kind)
    assert deadlines(session) == []


def test_a_failed_task_of_a_night_with_a_deadline_can_be_cleared(session: Any) -> None:
    """C7: *Clear* is how support goes on after every failure."""
    from airflow.models.taskinstance import clear_task_instances

    run = run_of(session, "scheduled")
    failed = next(task for task in run.task_instances if task.task_id == "load_entries")
    run.state = failed.state = "failed"
    clear_task_instances([failed], session)
    session.flush()
    assert (str(run.state), failed.state) == ("queued", None)
    assert deadlines(session) == [DAY.replace(hour=7, minute=1)]
