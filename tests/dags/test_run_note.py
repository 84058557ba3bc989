"""The note of a run in Airflow is the night in one sentence, written when the run ends."""

from __future__ import annotations

import logging

import pytest
from airflow.utils.session import create_session
from sqlalchemy import text

from exact_online import run_note
from exact_online.run_note import NOT_OPENED, OF_A_PERSON, with_sentence
from tests.dags.people import RunOfPeople
from tests.dags.test_night_in_airflow import link, reject_one, small_place
from tests.link.small import SmallLink

__all__ = ["link", "small_place"]


class NotedRun(RunOfPeople):
    """A run whose note can be read and written."""

    @property
    def note(self) -> str | None:
        with create_session(scoped=False) as session:
            return self._run(session).note  # type: ignore[no-any-return]

    def write(self, words: str) -> None:
        """As Airflow does for a person (`patch_dag_run_note`)."""
        with create_session(scoped=False) as session:
            note = self._run(session).dag_run_note
            note.content, note.user_id = words, "anna"


def test_it_says_what_was_booked_rejected_and_differs_and_keeps_a_persons_words(link: SmallLink) -> None:
    reject_one(link)
    run = NotedRun()
    assert run.start()[0] == "failed"
    assert run.note == "1 geboekt, 1 geweigerd, verschil 0,00 euro"
    run.write("Anna belt de accountant.")
    link.world.faults.clear()
    assert run.clear("load_entries", downstream=True)[0] == "success"
    booked = "2 geboekt, 0 geweigerd, verschil 0,00 euro"
    assert run.note == f"{booked}{OF_A_PERSON}Anna belt de accountant."
    run.clear("report", "check_done", "night_complete")
    assert run.note == f"{booked}{OF_A_PERSON}Anna belt de accountant."


def test_a_night_that_was_not_opened_says_so(link: SmallLink) -> None:
    (journal,) = [row for row in link.division["Journals"] if row["Code"].strip() == "70"]
    journal["IsBlocked"] = True
    run = NotedRun()
    assert run.start()[0] == "failed"
    assert run.note == NOT_OPENED


def test_a_dry_run_has_none(link: SmallLink) -> None:
    run = NotedRun()
    assert run.start(dry_run=True)[0] == "success"
    assert run.note is None


def test_a_note_that_can_not_be_written_fails_nothing(
    link: SmallLink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_note, "WAIT", "set local lock_timeout = '50ms'")
    run = NotedRun()
    with create_session(scoped=False) as other, caplog.at_level(logging.WARNING):
        other.execute(text("lock table dag_run_note in access exclusive mode"))
        state = run.start()[0]
        other.rollback()
    assert state == "success"
    assert "has no note (OperationalError)" in caplog.text
    assert run.note is None


def test_what_a_person_wrote_is_kept_within_the_length_of_a_note() -> None:
    long = "x" * 2000
    assert with_sentence("1 geboekt", "", is_persons=False) == "1 geboekt"
    assert with_sentence("1 geboekt", "0 geboekt", is_persons=False) == "1 geboekt"
    assert len(with_sentence("1 geboekt", long, is_persons=True)) == 1000
