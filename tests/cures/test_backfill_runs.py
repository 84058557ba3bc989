"""C8: runs of Airflow's own backfill, through the tasks' functions."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from contextlib import closing, suppress
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from airflow.sdk.api.datamodels._generated import DagRunType
from airflow.sdk.exceptions import AirflowRescheduleException

from exact_online.failures import LockLost
from exact_online.ledger import Ledger, OpenFilter
from exact_online.tasks import night_tasks, preparing
from tests.cures.walk import Walk, patched
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.load.test_batch import reject
from tests.night.test_history_ranges import OLD, done, ids_in_exact, invoices_of_september

__all__ = ["link", "small_place"]


def backfill(walk: Walk, day: int, until: str | None = None) -> None:
    """The run whose data interval is a day of September; up to and including a task."""
    end = dt.datetime(2026, 9, 1, 2, tzinfo=ZoneInfo("Europe/Amsterdam")) + dt.timedelta(days=day)
    walk.dag_run = SimpleNamespace(
        run_id=f"backfill__{end}", run_after=end, run_type=DagRunType.BACKFILL, triggering_user_name="anna",
        data_interval_start=end - dt.timedelta(days=1), data_interval_end=end,
    )  # fmt: skip
    walk.ended.clear()
    if until:
        walk.step(until)
    else:
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
    assert walk.red == {"prepare"}
    assert "Deze backfill doet niets: noorderlicht boekt oudere facturen niet" in walk.lines["prepare"][0]
    assert (len(link.world.log), done(link)) == (0, {})
    backfill(Walk(link, caplog, backfill="import"), 3)
    assert done(link) == {3: "booked"}


def test_it_leaves_the_rest_of_the_practice_to_the_nights(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: no debtor of other days, nothing that a night left, no mail, no requirements."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3, 4)
    link.james.debtor("1002")
    link.james.invoice(OLD + 20, "1002", day=dt.date(2026, 9, 20))
    reject(link, f'"EntryNumber":{OLD + 4}')
    walk = Walk(link, caplog, backfill="import")
    backfill(walk, 4)
    assert walk.red == {"backfill"}
    link.world.faults.clear()
    backfill(walk, 3)
    assert done(link) == {3: "booked", 4: "rejected"}
    assert {key for key in link.states() if key.startswith("debiteur:")} == {"debiteur:1001"}
    assert link.ledger.conn.execute("select count(*) as n from mail").fetchone() == {"n": 0}
    kept = link.ledger.conn.execute("select requirements from requirement_check").fetchall()
    assert {each["item"] for row in kept for each in row["requirements"]} <= {"division_name"}
    assert {task for task, state in walk.ended.items() if state == "skipped"} == set(preparing.OF_TONIGHT)


def test_sixty_days_are_not_sixty_nights(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B6: the first run reads the division; each after it costs one call beside what it books."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3, 4, 5)
    walk, calls = Walk(link, caplog, backfill="import"), []
    for day in (5, 3, 4, 3):
        before = len(link.world.log)
        backfill(walk, day)
        calls.append(len(link.world.log) - before)
    assert calls[0] > 10
    assert calls[1:3] == [2, 2], "its invoice, and the comparison"
    assert calls[3] > 10, "begun again: somebody may have put something right in Exact"
    assert ids_in_exact(link) == [3, 4, 5]


def test_a_green_run_says_what_of_its_days_is_held(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7: its period is closed, which an earlier run told already."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3, 4)
    link.division.close_period(2026, 9)
    walk = Walk(link, caplog, backfill="import")
    backfill(walk, 3)
    assert walk.red == {"backfill"}
    walk.dag_run.run_id += "again"
    walk.all()
    assert (walk.red, done(link)) == (set(), {3: "held"})
    for task in ("backfill", "report"):
        assert "Nog niet geboekt: 1 vastgehouden, samen 10,00 euro. Zie Open posten" in walk.lines[task][-1]
    assert [cause.reason for cause in link.ledger.open_items.causes(OpenFilter(practice="noorderlicht"))] == [
        "period_closed"
    ]


def test_it_comes_back_while_a_night_has_the_practice(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D2: without a red try, however long that takes."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3)
    walk = Walk(link, caplog, backfill="import")
    backfill(walk, 3, until="prepare")
    with closing(link.new_ledger().conn) as other:
        night = Ledger(other)
        with night.holding(link.practice.code), pytest.raises(AirflowRescheduleException):
            night_tasks.backfill(link.practice.code, walk.dag_run)
    assert done(link) == {}
    walk.all()
    assert (walk.red, done(link)) == (set(), {3: "booked"})


def test_a_day_that_has_no_calls_left_is_done_by_the_next_night(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B6: as its last line says; its runs left the night's share alone."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3, 4)
    link.day_limit = 1
    walk = Walk(link, caplog, backfill="import")
    backfill(walk, 3)
    assert walk.red == {"prepare"}
    assert walk.lines["prepare"][-1].startswith("Dit gaat de volgende nacht vanzelf verder.")
    link.day_limit = 1_000_000
    link.ledger.conn.execute("delete from call_window")  # the next day
    link.night()
    assert done(link) == {3: "booked"}


def test_a_night_waits_and_goes_before_the_next_day(link: SmallLink) -> None:
    """FR-D2: in the queue for the practice, where a run of a backfill only tries."""
    with closing(link.new_ledger().conn) as one, closing(link.new_ledger().conn) as two:
        day, next_day, night, order = Ledger(one), link.ledger, Ledger(two), []
        night.be_patient(30)

        def wait() -> None:
            with night.holding(link.practice.code):
                order.append("night")

        waiting = threading.Thread(target=wait)
        with day.holding(link.practice.code):
            waiting.start()
            while not link.place.owner.execute(
                "select 1 from pg_locks where locktype = 'advisory' and not granted"
            ).fetchone():
                time.sleep(0.01)
            assert order == []
        with suppress(LockLost), next_day.holding(link.practice.code):
            order.append("next day")
        waiting.join()
        assert order[0] == "night"


def test_who_waits_too_long_is_told(link: SmallLink) -> None:
    with closing(link.new_ledger().conn) as one:
        link.ledger.be_patient(0.05)
        with Ledger(one).holding(link.practice.code), pytest.raises(LockLost):
            link.ledger.session.holding(link.practice.code).__enter__()
        assert link.ledger.conn.execute("show lock_timeout").fetchone() == {"lock_timeout": "1min"}
