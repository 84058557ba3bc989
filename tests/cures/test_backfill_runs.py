"""C8: runs of Airflow's own backfill, through the tasks' functions."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk.api.datamodels._generated import DagRunType

from tests.cures.walk import Walk, patched
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.night.test_history_ranges import done, ids_in_exact, invoices_of_september

__all__ = ["link", "small_place"]


def backfill(walk: Walk, day: int) -> None:
    """The run whose data interval is a day of September."""
    end = dt.datetime(2026, 9, 1, 2, tzinfo=ZoneInfo("Europe/Amsterdam")) + dt.timedelta(days=day)
    walk.dag_run = SimpleNamespace(
        run_id=f"backfill__{end}", run_after=end, run_type=DagRunType.BACKFILL, triggering_user_name="anna",
        data_interval_start=end - dt.timedelta(days=1), data_interval_end=end,
    )  # fmt: skip
    walk.ended.clear()
    walk.all()


@pytest.mark.parametrize(("chosen", "state"), [("import", "booked"), ("excel", "exported")])
def test_old_days_in_any_order_and_twice_are_the_same_books(
    link: SmallLink,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str,
    state: str,
) -> None:
    """FR-J2, FR-J3: each run does its own day, and nothing of tonight."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3, 4, 5, 6, 30)
    walk = Walk(link, caplog, backfill=chosen)
    days = [3, 4, 5, 30]
    for order in (random.Random(4).sample(days, 4), random.Random(5).sample(days, 4)):
        for day in order:
            backfill(walk, day)
            assert walk.red == set(), walk.lines
            assert done(link)[day] == state
    assert done(link) == dict.fromkeys(days, state)
    assert ids_in_exact(link) == (days if state == "booked" else [])
    assert "factuur:2600001" not in link.states()
    status = link.ledger.fleet.status(link.practice.code)
    assert status is not None
    assert status.last_night is None, "a backfill is no night"
    assert link.ledger.practice_pages.nights(link.practice.code) == []


def test_a_backfill_that_would_do_nothing_is_red(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7: history of the practice is set to nothing; Exact is not asked."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3)
    walk = Walk(link, caplog)
    backfill(walk, 3)
    assert walk.red == {"open_run"}
    assert "Deze backfill doet niets: noorderlicht boekt oudere facturen niet" in walk.lines["open_run"][0]
    assert (len(link.world.log), done(link)) == (0, {})
    backfill(Walk(link, caplog, backfill="import"), 3)
    assert done(link) == {3: "booked"}
