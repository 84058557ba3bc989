"""A run whose tasks were skipped is not complete until they were done, whatever a person marks."""

from __future__ import annotations

import logging

import pytest

from exact_online.api.scopes import Level, declared
from exact_online.crash_points import watch_crash_points
from exact_online.failures import NeedsPerson
from exact_online.night import history, steps
from tests.dags.people import RunOfPeople
from tests.dags.test_figures_in_airflow import _events
from tests.dags.test_night_in_airflow import link, reject_one, small_place
from tests.link.scopes import grant_only
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]

LEFT = ("load_entries", "reconcile")
NOTHING_TO_DO = {"dry_run", "check_rejections", "backfill", "load_other_debtors", "check_done"}
"""Skipped in each night of this link."""


def dies(*_: object, **__: object) -> None:
    """As far as the ledger can tell, the process was killed."""
    raise MemoryError


def fails(*_: object, **__: object) -> None:
    """Airflow does not try it again, and the ledger has no word of it either."""
    raise NeedsPerson


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the link logged since the last time, as one reads it."""
    found = [record.getMessage() for record in caplog.records if record.name.startswith("exact_online")]
    caplog.clear()
    return found


def test_a_run_is_complete_only_when_what_was_skipped_is_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-D5, C7: after a red task is marked as success, or cleared alone, the others are left."""
    caplog.set_level(logging.INFO)
    grant_only(link.world, dict.fromkeys(declared(), Level.READ))
    run = RunOfPeople()
    state, tasks = run.start()
    assert (state, tasks["load_debtors"][0], tasks["check_done"][0]) == (
        "failed",
        "failed",
        "upstream_failed",
    )
    assert tasks["night_complete"][0] == "upstream_failed"
    assert [tasks[task][0] for task in LEFT] == ["skipped", "skipped"]
    assert [line for line in lines(caplog) if line.startswith("Niet")] == [
        "Niet gedaan: er wachten boekingen op debiteuren, en taak load_debtors is rood. "
        "Wis (Clear) die, met Downstream.",
        "Niet gedaan: taak load_debtors is rood door dezelfde oorzaak. Wis (Clear) die, met Downstream.",
        "Niet (helemaal) gedaan: load_debtors, load_entries, reconcile. "
        "Taak load_debtors is rood en zegt waarom.",
    ]

    state, tasks = run.mark_success("load_debtors")
    assert (state, tasks["load_debtors"][0], tasks["check_done"][0]) == ("failed", "success", "failed")
    assert lines(caplog) == [
        "Niet gedaan: load_debtors, load_entries, reconcile.",
        "Daarna: wis (Clear) taak load_debtors met alle taken erna (Downstream).",
    ]

    grant_only(link.world)
    state, tasks = run.clear("load_debtors", "check_done", "night_complete")
    assert (state, tasks["load_debtors"][0], tasks["check_done"][0]) == ("failed", "success", "failed")
    assert lines(caplog)[-2:] == [
        "Niet gedaan: load_entries, reconcile.",
        "Daarna: wis (Clear) taak load_entries met alle taken erna (Downstream).",
    ]
    assert link.states()["factuur:2600001"] != "booked"
    assert _events(link.practice.code) == []

    state, tasks = run.clear("load_entries", downstream=True)
    assert {task for task, (of, _) in tasks.items() if of != "success"} == NOTHING_TO_DO
    assert state == "success"
    assert link.states()["factuur:2600001"] == "booked"
    assert [extra["booked"] for extra in _events(link.practice.code)] == [2]


def test_what_is_planned_anew_and_not_sent_is_not_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-D5: a plan that is made again releases what Exact rejected; it must be sent as well."""
    caplog.set_level(logging.ERROR)
    reject_one(link)
    run = RunOfPeople()
    assert run.start()[1]["load_entries"][0] == "failed"
    run.clear("prepare")
    assert link.states()["factuur:2600001"] == "planned"
    caplog.clear()
    state, tasks = run.mark_success("load_entries")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet gedaan: load_entries.",
        "Daarna: wis (Clear) taak load_entries met alle taken erna (Downstream).",
    ]


def test_a_technical_failure_that_is_marked_as_success_is_not_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-D5, C7: it is no cause that another task is skipped for, and was not done either."""
    caplog.set_level(logging.ERROR)

    def no_reading(name: str) -> None:
        if name == "after POST salesentry/SalesEntries":
            link.world.faults.add("status", method="GET", status=503, times=None)

    run = RunOfPeople()
    watch_crash_points(no_reading)
    try:
        assert run.start()[1]["reconcile"][0] == "failed"
    finally:
        watch_crash_points(None)
    caplog.clear()
    state, tasks = run.mark_success("reconcile")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet gedaan: reconcile.",
        "Daarna: wis (Clear) taak reconcile met alle taken erna (Downstream).",
    ]
    link.world.faults.clear()
    assert run.clear("reconcile", downstream=True)[0] == "success"


def test_a_night_that_was_not_opened_is_not_complete(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """FR-D5: all of its tasks are skipped when the first is marked as success."""
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True
    run = RunOfPeople()
    assert run.start()[1]["prepare"][0] == "failed"
    (night,) = link.ledger.practice_pages.nights(link.practice.code)
    assert (night.outcome, night.reason) == ("failed", "journal_blocked"), "it looked as if it ran"
    caplog.clear()
    caplog.set_level(logging.ERROR)
    state, tasks = run.mark_success("prepare")
    assert (state, tasks["load_entries"][0], tasks["check_done"][0]) == ("failed", "skipped", "failed")
    assert lines(caplog) == [
        "Niets gedaan: de nacht is niet geopend.",
        "Daarna: wis (Clear) taak prepare met alle taken erna (Downstream).",
    ]
    journal["IsBlocked"] = False
    assert run.clear("prepare", downstream=True)[0] == "success"


def test_a_task_that_was_killed_and_marked_as_success_is_not_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D5, C7: killed after it read James and before it planned, so nothing is sent."""
    run = RunOfPeople()
    with monkeypatch.context() as killed:
        killed.setattr(steps, "plan_debtors", dies)
        assert run.start()[1]["prepare"][0] == "failed"
    caplog.clear()
    caplog.set_level(logging.ERROR)
    state, tasks = run.mark_success("prepare")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet gedaan: prepare.",
        "Daarna: wis (Clear) taak prepare met alle taken erna (Downstream).",
    ]
    assert run.clear("prepare", downstream=True)[0] == "success"
    assert link.states()["factuur:2600001"] == "booked"


def test_older_invoices_that_nobody_booked_are_not_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D5, C7: `backfill` was killed and marked as success."""
    run = RunOfPeople()
    with monkeypatch.context() as killed:
        killed.setattr(history, "import_history", dies)
        assert run.start(backfill="import")[1]["backfill"][0] == "failed"
    caplog.clear()
    caplog.set_level(logging.ERROR)
    state, tasks = run.mark_success("backfill")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet gedaan: backfill.",
        "Daarna: wis (Clear) taak backfill met alle taken erna (Downstream).",
    ]
    assert run.clear("backfill", downstream=True)[0] == "success"


def test_what_was_booked_since_the_comparison_is_not_compared(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D5, FR-G1: the numbers of the first comparison say nothing of what came after it."""
    reject_one(link)
    run = RunOfPeople()
    _, tasks = run.start()
    assert (tasks["load_entries"][0], tasks["reconcile"][0]) == ("failed", "success")
    caplog.set_level(logging.ERROR)
    link.world.faults.clear()
    with monkeypatch.context() as killed:
        killed.setattr(steps, "reconcile", fails)
        _, tasks = run.clear("prepare", downstream=True)
    assert tasks["reconcile"][0] == "failed"
    caplog.clear()
    state, tasks = run.mark_success("reconcile")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet vergeleken sinds er voor het laatst is geboekt.",
        "Daarna: wis (Clear) taak reconcile met alle taken erna (Downstream).",
    ]
    assert run.clear("reconcile", downstream=True)[0] == "success"


def test_a_load_that_is_cleared_alone_is_not_compared(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    reject_one(link)
    run = RunOfPeople()
    assert run.start()[1]["load_entries"][0] == "failed"
    caplog.set_level(logging.ERROR)
    link.world.faults.clear()
    run.clear("prepare")
    caplog.clear()
    state, tasks = run.clear("load_entries", "check_done", "night_complete")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog)[-2:] == [
        "Niet vergeleken sinds er voor het laatst is geboekt.",
        "Daarna: wis (Clear) taak reconcile met alle taken erna (Downstream).",
    ]
    assert run.clear("reconcile", downstream=True)[0] == "success"


def test_a_night_of_which_nobody_was_told_is_not_done(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7, M21: `report` closes the run and mails what needs attention."""
    run = RunOfPeople()
    with monkeypatch.context() as killed:
        killed.setattr(steps, "report", dies)
        assert run.start()[1]["report"][0] == "failed"
    caplog.set_level(logging.ERROR)
    caplog.clear()
    state, tasks = run.mark_success("report")
    assert (state, tasks["check_done"][0]) == ("failed", "failed")
    assert lines(caplog) == [
        "Niet gedaan: report.",
        "Daarna: wis (Clear) taak report met alle taken erna (Downstream).",
    ]
    assert run.clear("report", downstream=True)[0] == "success"


def test_a_dry_run_leaves_nothing_to_do(link: SmallLink) -> None:
    """FR-J7: marked as success by a person, it is green, and not announced."""
    link.division.add("Accounts", {"Code": "1001".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"})
    run = RunOfPeople()
    assert run.start(dry_run=True)[1]["dry_run"][0] == "failed"
    state, tasks = run.mark_success("dry_run")
    assert (state, tasks["night_complete"][0], link.writes()) == ("success", "success", 0)
    assert _events(link.practice.code) == []


def test_by_what_a_dry_run_failed_is_written_down_until_it_is_cleared(link: SmallLink) -> None:
    """B3: its page says why (tests/web/test_activating.py), as long as it is so."""
    code, name = link.practice.code, link.division.name
    link.division.name = "Een andere administratie"
    run = RunOfPeople()
    assert run.start(dry_run=True)[0] == "failed"
    failed = link.ledger.activation.latest_dry_run(code)
    assert failed is not None
    assert (failed.outcome, failed.reason) == ("failed", "division_renamed")
    link.division.name = name
    assert run.clear("dry_run", downstream=True)[0] == "success"
    done = link.ledger.activation.latest_dry_run(code)
    assert done is not None
    assert (done.outcome, done.reason) == ("complete", None)
    assert link.ledger.outages.failures(code, done.airflow_run_id) == []
