"""One cause that stops several tasks of a night is one red task, the one whose clearing cures."""

from __future__ import annotations

import datetime as dt

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from exact_online.api.budget import CallBudget
from exact_online.api.scopes import Level, declared
from exact_online.failures import DayIsFull, WaitForWindow
from exact_online.stops import Stop
from exact_online.tasks.outcomes import translate_failures
from tests.cures.walk import ORDER, Walk
from tests.link.scopes import grant_only

UNTIL = "27-11-2026 00:00"
NOT_DONE = {
    "load_entries": "wachten boekingen op debiteuren, en taak load_debtors is rood.",
    "reconcile": "taak load_debtors is rood door dezelfde oorzaak.",
}


@pytest.fixture
def walk(walk: Walk) -> Walk:
    """One debtor with one invoice."""
    walk.link.james.debtor("1001")
    walk.link.james.invoice(2600001, "1001")
    return walk


def test_a_missing_scope_is_one_red_task_and_clearing_it_does_all_that_was_left(walk: Walk) -> None:
    """C7: later tasks name the red one, and the last lines of the run name what was not done."""
    grant_only(walk.link.world, dict.fromkeys(declared(), Level.READ))
    walk.all()
    assert walk.red == {"load_debtors"}
    for task in ("load_entries", "reconcile"):
        assert walk.ended[task] == "skipped"
        assert walk.lines[task][-1].startswith("Niet gedaan: ")
        assert walk.lines[task][-1].endswith(f"{NOT_DONE[task]} Wis (Clear) die, met Downstream.")
    last = " ".join(walk.lines["report"])
    assert "Niet (helemaal) gedaan: load_debtors, load_entries, reconcile." in last

    walk.clear("load_debtors")
    assert walk.red == {"load_debtors"}, "not cured yet"
    grant_only(walk.link.world)
    walk.clear(walk.to_clear("load_debtors"))
    assert walk.red == set()
    assert {walk.ended[task] for task in ("load_debtors", "load_entries", "reconcile")} == {"success"}
    assert walk.link.states()["factuur:2600001"] == "booked"
    assert not [line for line in walk.lines["report"] if "Niet (helemaal) gedaan" in line]


def test_each_part_of_a_task_is_left_until_it_begins_anew_or_is_planned_anew(walk: Walk) -> None:
    """C7: a later part of a task does not hide that an earlier one was skipped."""
    walk.all()
    runs = walk.link.ledger.runs
    run = runs.opened(walk.link.practice.code, walk.dag_run.run_id)
    assert run is not None

    def left() -> list[tuple[bool, list[str]]]:
        return [(stop.is_red, stop.tasks) for stop in runs.stops(run)]

    assert runs.note_stop(run, "day_full", "load_debtors", "load_debtors 1") == "load_debtors"
    assert runs.note_stop(run, "day_full", "load_debtors", "load_debtors 2") == "load_debtors"
    for part in ("load_entries 3", "load_entries 4"):
        assert runs.note_stop(run, "day_full", "load_entries", part) == "load_debtors"
    runs.forget_stops(run, "load_debtors 1")
    assert left() == [(True, ["load_debtors", "load_entries"])]
    runs.forget_stops(run, "load_debtors 2")
    runs.forget_stops(run, "load_entries 3")
    assert left() == [(False, ["load_entries"])]
    assert runs.note_stop(run, "day_full", "load_entries", "load_entries 3") == "load_entries"
    assert left() == [(True, ["load_entries"])], "red itself, as no other is"
    walk.step("prepare")
    assert left() == []


def test_a_full_day_is_one_red_task_that_says_one_cure(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: it goes on by itself; clearing is for who wants it sooner. Moments are Amsterdam's."""

    def full(budget: CallBudget, endpoint: str) -> None:
        own = Stop.DAY_FULL if "sales" in endpoint else Stop.DAY_FULL_FOR_LATER
        raise DayIsFull(own, division=1, limit="5.000", reserve="100", until=UNTIL)

    for task in ORDER[: ORDER.index("load_debtors")]:
        walk.step(task)
    with monkeypatch.context() as day:
        day.setattr(CallBudget, "take", full)
        for task in ORDER[ORDER.index("load_debtors") :]:
            walk.step(task)
    (red,) = walk.red
    assert walk.ended["reconcile"] == "skipped"
    assert walk.lines[red][-1] == (
        f"Dit gaat de volgende nacht vanzelf verder. Eerder: wis (Clear) taak {red} na {UNTIL}."
    )
    assert not [line for line in walk.lines[red] if "Daarna" in line]

    walk.clear(red)
    assert walk.red == set()
    assert walk.link.states()["factuur:2600001"] == "booked"


def test_a_task_that_comes_back_names_amsterdams_moment(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """C7: not UTC with microseconds."""
    until = dt.datetime(2026, 11, 26, 23, 0, 0, 123456, tzinfo=dt.UTC)
    with (
        caplog.at_level("INFO"),
        pytest.raises(AirflowRescheduleException),
        translate_failures("load_entries"),
    ):
        raise WaitForWindow(Stop.MINUTE_FULL, until, division=1234, limit="60")
    assert caplog.messages == [
        f"Administratie 1234: de 60 oproepen van deze minuut zijn op. Verder op {UNTIL}."
    ]
