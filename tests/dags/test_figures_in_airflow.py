"""What a whole night tells machines: metrics, the sentence of its report, and an asset event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk.observability import stats
from sqlalchemy import delete, select

from exact_online.schedule import booked_asset
from exact_online.tasks import metrics
from tests.dags.test_night_in_airflow import Run, link, reject_one, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

Sent = dict[tuple[str, ...], int]


class Backend(NoStatsLogger):
    """Takes the place of StatsD: the last value of each gauge, the sum of each counter."""

    def __init__(self) -> None:
        self.values: Sent = {}

    def gauge(self, stat: str, value: int, *, tags: dict[str, str], **_: Any) -> None:
        self.values[stat, *tags.values()] = value

    def incr(self, stat: str, count: int = 1, *, tags: dict[str, str] | None = None, **_: Any) -> None:
        key = (stat, *map(str, (tags or {}).values()))
        self.values[key] = self.values.get(key, 0) + count


@pytest.fixture
def backend() -> Iterator[Backend]:
    """What Airflow sends metrics to."""
    from airflow.sdk.observability.metrics import stats_utils

    backend = Backend()
    stats.initialize(factory=lambda: backend, export_legacy_names=False)
    yield backend
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


def _events(practice: str) -> list[dict[str, Any]]:
    """The extras of the events of a practice's asset, the oldest first; they are removed."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session

    with create_session() as session:
        of_practice = AssetModel.name == booked_asset(practice)
        rows = session.scalars(
            select(AssetEvent)
            .join(AssetModel, AssetEvent.asset_id == AssetModel.id)
            .where(of_practice)
            .order_by(AssetEvent.id)
        ).all()
        extras = [row.extra for row in rows]
        session.execute(delete(AssetEvent))
    return extras


def _sentences() -> list[str]:
    """What the reports of this test returned: one, as a clear takes away the one before."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        of_report = (XComModel.task_id == "report", XComModel.key == "return_value")
        rows = session.scalars(select(XComModel.value).where(*of_report)).all()
    return [*rows]


def _versions(dag_id: str) -> list[int]:
    """The numbers of the versions that Airflow keeps of a DAG."""
    from airflow.models.dag_version import DagVersion
    from airflow.utils.session import create_session

    with create_session() as session:
        of_dag = DagVersion.dag_id == dag_id
        return [*session.scalars(select(DagVersion.version_number).where(of_dag).order_by(DagVersion.id))]


def _declared(sent: Sent) -> set[str]:
    """The names of our metrics that came."""
    return {name for name, *_ in sent if name.startswith("exact_online.")}


def test_a_night_tells_its_figures(link: SmallLink, backend: Backend) -> None:
    """C6: gauges are of the last run, counters add up; a complete night alone sends the event."""
    reject_one(link)
    run, practice, sent = Run(), link.practice.code, backend.values
    assert run.start()[0] == "failed"
    versions = _versions(run.dag.dag_id)
    assert sent["exact_online.open", practice, "rejected"] == 1
    assert sent["exact_online.rejections", "rejected_other"] == 1
    assert sent["exact_online.night.bookings", practice, "sales_entry"] == 1
    assert sent["exact_online.night.difference", practice] == 0
    assert sent["exact_online.budget.left", practice] > 0
    completed = sent["exact_online.night.completed_at", practice]
    assert _sentences() == ["1 geboekt, 1 geweigerd, verschil 0,00 euro"]
    assert _events(practice) == []
    calls = sent["exact_online.calls", practice]
    link.world.faults.clear()
    assert run.start()[0] == "success"
    assert sent["exact_online.open", practice, "rejected"] == 0
    assert sent["exact_online.rejections", "rejected_other"] == 1
    assert sent["exact_online.night.bookings", practice, "sales_entry"] == 2
    assert sent["exact_online.calls", practice] > calls > 0
    assert sent["exact_online.bytes", practice, "sent"] > 0 < sent["exact_online.bytes", practice, "received"]
    assert sent["exact_online.night.completed_at", practice] >= completed
    assert _events(practice) == [
        {"practice": practice, "book_day": "2026-11-22", "booked": 2, "rejected": 0, "open": 0}
    ]
    assert _declared(sent) == {metric.name for metric in metrics.METRICS}
    assert run.start(dry_run=True)[0] == "success"
    assert _events(practice) == []
    assert _versions(run.dag.dag_id) == versions, "each run parses the DAG anew, and must find it unchanged"


def test_a_metric_that_can_not_be_sent_fails_nothing(
    link: SmallLink, backend: Backend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The night books and is green; its log says that a figure is lacking."""

    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no route to the collector")

    monkeypatch.setattr(metrics.stats, "gauge", broken)
    monkeypatch.setattr(metrics, "_calls_left", broken)
    assert Run().start()[0] == "success"
    assert "The figures of this night were not sent." in caplog.text
