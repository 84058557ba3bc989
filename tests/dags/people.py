"""What a person does with a run in Airflow's UI, in a test's own process.

`DAG.test` begins a run with all of its tasks; a person marks one, or clears some, and the run goes
on from there.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from airflow.utils.session import create_session
from sqlalchemy import select

from tests.dags.test_night_in_airflow import RUN_AFTER, Run


class RunOfPeople(Run):
    """A run that people go on with after its first start."""

    def mark_success(self, task_id: str) -> tuple[str, dict[str, tuple[str, int]]]:
        """Mark a task as success, which clears the failed ones after it; go on, as `start`."""
        from airflow.utils.state import TaskInstanceState

        with create_session() as session:
            self._scheduler_dag().set_task_instance_state(
                task_id=task_id, run_id=self.run_id, state=TaskInstanceState.SUCCESS, session=session
            )
        return self._go_on()

    def clear(self, *task_ids: str, downstream: bool = False) -> tuple[str, dict[str, tuple[str, int]]]:
        """Clear tasks, with all that come after them when `downstream`; go on, as `start`."""
        wanted = set(task_ids)
        if downstream:
            wanted |= {
                after for task_id in task_ids for after in self.dag.get_task(task_id).get_flat_relative_ids()
            }
        with create_session() as session:
            self._scheduler_dag().clear(task_ids=sorted(wanted), run_id=self.run_id, session=session)
        return self._go_on()

    @property
    def run_id(self) -> str:
        """Airflow's id of the run."""
        with create_session() as session:
            return str(self._run(session).run_id)

    def _run(self, session: Any) -> Any:
        from airflow.models import DagRun

        of_run = (DagRun.dag_id == self.dag.dag_id, DagRun.logical_date == RUN_AFTER)
        return session.scalars(select(DagRun).where(*of_run)).one()

    def _scheduler_dag(self) -> Any:
        from airflow.serialization.serialized_objects import DagSerialization

        return DagSerialization.deserialize_dag(DagSerialization.serialize_dag(self.dag))

    def _go_on(self) -> tuple[str, dict[str, tuple[str, int]]]:
        """Run what has no state: `DAG.test` with this run in the place of a new one."""
        from airflow.models import dagrun
        from airflow.serialization.definitions.dag import SerializedDAG
        from airflow.utils.state import DagRunState

        def this_run(*, dag: Any, session: Any, **_: Any) -> Any:
            run = self._run(session)
            run.dag, run.state = dag, DagRunState.RUNNING
            session.commit()
            return run

        with (
            patch.object(dagrun, "get_or_create_dagrun", this_run),
            patch.object(SerializedDAG, "clear_dags", lambda *_, **__: 0),
        ):
            return self.start()
