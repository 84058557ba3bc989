"""C8: a run of type backfill, executed by Airflow itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pendulum
import pytest
from airflow.models import dagrun
from airflow.utils.types import DagRunType

from tests.dags.test_night_in_airflow import Run, link
from tests.link.fixtures import small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

RUN_AFTER = pendulum.datetime(2026, 9, 11, 1, tz="Europe/Amsterdam")
"""Its data interval is 10 September."""


def test_a_backfill_run_does_its_own_day_and_nothing_of_tonight(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: `dag.test` makes manual runs, so the run is given the type before it starts."""
    make = dagrun.get_or_create_dagrun

    def make_backfill(**given: Any) -> Any:
        run = make(**given)
        run.run_type = DagRunType.BACKFILL_JOB
        given["session"].flush()
        return run

    monkeypatch.setattr(dagrun, "get_or_create_dagrun", make_backfill)
    for day in (9, 10, 11):
        link.james.invoice(2500000 + day, "1001", day=dt.date(2026, 9, day))
    dag = Run().dag
    given = {"run_after": RUN_AFTER, "logical_date": RUN_AFTER, "use_executor": False}
    nothing = dag.test(run_conf={}, **given)
    assert (str(nothing.state), link.writes()) == ("failed", 0)
    run = dag.test(run_conf={"backfill": "import"}, **given)
    states = {ti.task_id: str(ti.state) for ti in run.get_task_instances()}
    assert (str(run.state), states["backfill"]) == ("success", "success")
    assert {key for key in link.states() if key.startswith("factuur:")} == {"factuur:2500010"}
    assert len(link.entries(2500010)) == 1
