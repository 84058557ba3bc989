"""Airflow reads the DAG files of practices that changed and those that it could not read, and no
others (`exact_online.dag_bundle`).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.models.dag import DagModel
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.models.dagbundle import DagBundleModel
from airflow.models.errors import ParseImportError
from airflow.utils.session import create_session
from sqlalchemy import delete, update

from exact_online.dag_bundle import PracticesBundle
from exact_online.registry import DAG_PREFIX, SHARDS, RegisteredPractice, shard_file, shard_of

NAME = "dags-folder"


class Fleet:
    """What the registry has, and the bundle that Airflow refreshes."""

    def __init__(self) -> None:
        self.practices = [RegisteredPractice(f"praktijk_{number}", "Praktijk") for number in range(3)]
        self.fails, self.asked, self.now = False, 0, 0.0
        self.bundle = PracticesBundle(name=NAME, ask_registry=self.ask, seconds=lambda: self.now)

    def ask(self) -> list[RegisteredPractice]:
        self.asked += 1
        if self.fails:
            raise OSError("the server is gone")
        return list(self.practices)

    def airflow_has_all(self) -> None:
        """Airflow has read the files of all practices."""
        with create_session() as session:
            session.execute(delete(DagModel))
            session.add_all(
                DagModel(dag_id=f"{DAG_PREFIX}{each.code}", bundle_name=NAME, is_stale=False)
                for each in self.practices
            )

    def read_next(self, after: float = 30) -> set[str]:
        """Refresh the bundle after so many seconds; return the files that Airflow reads first."""
        from airflow.dag_processing.manager import DagFileProcessorManager

        self.now += after
        self.bundle.refresh()
        manager = DagFileProcessorManager(max_runs=1)
        manager._dag_bundles = [self.bundle]
        return {str(each.rel_path) for each in manager.claim_priority_files()}


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """Airflow has read all files once."""
    monkeypatch.setenv("EXACT_ONLINE_PRACTICES", str(tmp_path / "practices.json"))
    with create_session() as session:
        session.merge(DagBundleModel(name=NAME))
    known = Fleet()
    known.airflow_has_all()
    assert known.read_next() == set()
    yield known
    with create_session() as session:
        for each in (DagModel, ParseImportError, DagPriorityParsingRequest, DagBundleModel):
            session.execute(delete(each))


def file_of(code: str) -> str:
    return shard_file(shard_of(code))


def test_the_bundle_is_airflows_folder_of_dags_by_the_shared_settings() -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager

    bundle = DagBundlesManager().get_bundle(NAME)
    assert isinstance(bundle, PracticesBundle)
    assert all((bundle.path / shard_file(shard)).is_file() for shard in range(SHARDS))


def test_while_nothing_changes_no_file_is_read_again(fleet: Fleet) -> None:
    assert [fleet.read_next() for _ in range(3)] == [set()] * 3


def test_a_practice_that_is_added_is_in_the_list_and_its_file_is_read(fleet: Fleet, tmp_path: Path) -> None:
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    assert fleet.read_next() == {file_of("praktijk_nieuw")}
    written = json.loads((tmp_path / "practices.json").read_text())
    assert written[-1] == {"code": "praktijk_nieuw", "name": "Praktijk", "active": True}


@pytest.mark.parametrize(
    "after", [[], [RegisteredPractice("praktijk_1", "Praktijk", active=False)]], ids=["gone", "paused"]
)
def test_a_practice_that_is_paused_or_gone_is_read(fleet: Fleet, after: list[RegisteredPractice]) -> None:
    fleet.practices[1:2] = after
    assert fleet.read_next() == {file_of("praktijk_1")}


def test_a_file_is_asked_for_once_more_since_airflow_drops_a_wish_for_one_that_it_reads(fleet: Fleet) -> None:
    fleet.practices[1] = RegisteredPractice("praktijk_1", "Een andere naam")
    assert [fleet.read_next() for _ in range(3)] == [*[{file_of("praktijk_1")}] * 2, set()]


def test_a_wish_that_airflow_has_not_taken_yet_is_no_error(fleet: Fleet) -> None:
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    fleet.now += 30
    fleet.bundle.refresh()
    assert fleet.read_next() == {file_of("praktijk_nieuw")}


def test_a_wish_which_makes_airflow_refresh_at_once_asks_nothing_more(fleet: Fleet) -> None:
    """It would go round and round: each refresh wished for what was not read yet."""
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    assert fleet.read_next() == {file_of("praktijk_nieuw")}
    asked = fleet.asked
    assert [fleet.read_next(after=1) for _ in range(5)] == [set()] * 5
    assert fleet.asked == asked


def test_a_registry_that_is_down_changes_nothing_and_one_that_is_back_is_seen(fleet: Fleet) -> None:
    fleet.fails = True
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    assert fleet.read_next() == set()
    fleet.fails = False
    assert fleet.read_next() == {file_of("praktijk_nieuw")}


def test_a_clock_that_was_put_back_hides_no_practice(fleet: Fleet, tmp_path: Path) -> None:
    """The list that was written last is then of a moment to come."""
    to_come = time.time() + 3600
    os.utime(tmp_path / "practices.json", (to_come, to_come))
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    assert fleet.read_next() == {file_of("praktijk_nieuw")}


def test_a_file_that_took_too_long_is_read_again_until_its_practices_have_their_dag(fleet: Fleet) -> None:
    """Airflow ends it without an error in its tables; its DAGs become stale or are not there."""
    fleet.practices.append(RegisteredPractice("praktijk_nieuw", "Praktijk"))
    lacked = {file_of("praktijk_nieuw")}
    assert [fleet.read_next() for _ in range(3)] == [lacked, lacked, set()]  # as any change
    assert [fleet.read_next(after) for after in (300, 30, 300)] == [lacked, set(), lacked]
    fleet.airflow_has_all()
    assert fleet.read_next(300) == set()
    with create_session() as session:
        session.execute(
            update(DagModel).where(DagModel.dag_id == f"{DAG_PREFIX}praktijk_0").values(is_stale=True)
        )
    assert [fleet.read_next(), fleet.read_next(300)] == [set(), {file_of("praktijk_0")}]


def test_a_file_that_could_not_be_read_is_read_again_though_its_dags_are_there(fleet: Fleet) -> None:
    with create_session() as session:
        session.add(ParseImportError(filename="exact_online_watch.py", bundle_name=NAME, stacktrace="-"))
    assert [fleet.read_next(), fleet.read_next(300)] == [set(), {"exact_online_watch.py"}]
