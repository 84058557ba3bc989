"""C7: stops whose cure is another choice, or a person's word: seen, cured as told, and green."""

from __future__ import annotations

import pytest

from tests.cures.test_backfill_runs import backfill
from tests.cures.walk import Walk, patched
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.night.test_history_ranges import done, invoices_of_september

__all__ = ["link", "small_place"]


def red_line(walk: Walk) -> str:
    """The first line of the one red task, which names itself as what is to be cleared."""
    assert walk.red == {"prepare"}, walk.lines
    assert walk.to_clear("prepare") == "prepare"
    return walk.lines["prepare"][0]


def test_days_of_history_for_a_run_that_does_nothing_with_them(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """history_days_of_nothing: choose what is done with them, or fill in no days."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3)
    days = {"history_from": "2026-09-01", "history_until": "2026-09-30"}
    walk = Walk(link, caplog, backfill="nothing", **days)
    walk.all()
    assert "Dagen van historie zijn ingevuld" in red_line(walk)
    assert "[history_days_of_nothing]" in walk.lines["prepare"][1]
    assert "Oudere facturen, of geen dagen" in walk.lines["prepare"][1]
    assert len(link.world.log) == 0, "Exact was not asked"

    without = Walk(link, caplog, backfill="nothing")
    without.all()
    assert (without.red, done(link)) == (set(), {})

    chosen = Walk(link, caplog, backfill="import", **days)
    chosen.dag_run.run_id = "manual__1"
    chosen.all()
    assert (chosen.red, done(link)) == (set(), {3: "booked"})


def test_days_of_the_form_in_a_backfill_of_airflow(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """history_days_of_nothing: such a run has days of its own."""
    patched(monkeypatch, link)
    invoices_of_september(link, 3)
    walk = Walk(link, caplog, backfill="import", history_from="2026-09-01")
    backfill(walk, 3)
    assert "Dagen van historie zijn ingevuld" in red_line(walk)
    walk.params["history_from"] = None
    backfill(walk, 3)
    assert (walk.red, done(link)) == (set(), {3: "booked"})
