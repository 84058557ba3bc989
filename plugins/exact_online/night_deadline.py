"""From when Airflow counts until a night is late: the moment at which its schedule starts it.

Airflow's own references don't do: after *Clear* it moves a deadline that counts from when the run
was queued, and Airflow 3.3.2 fails at that (it takes the stored interval for a number), so that no
task of such a run can be cleared. A logical date is that of the day before.

Airflow's scheduler evaluates it when it makes a run, and finds it through the plugin.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from airflow.sdk.definitions.deadline import BaseDeadlineReference


class StartOfNight(BaseDeadlineReference):  # type: ignore[misc]
    """A run of the schedule: when it was to start. Another run is never late."""

    required_kwargs: ClassVar[set[str]] = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: Any, dag_id: str, run_id: str) -> dt.datetime | None:
        from airflow.models import DagRun
        from airflow.utils.types import DagRunType
        from sqlalchemy import select

        started: dt.datetime | None = session.scalar(
            select(DagRun.run_after).where(
                DagRun.dag_id == dag_id, DagRun.run_id == run_id, DagRun.run_type == DagRunType.SCHEDULED
            )
        )
        return started
