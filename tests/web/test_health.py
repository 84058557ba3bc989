"""What a monitor learns: counts with a login, one word without, at a bounded cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from exact_online.ledger import Ledger
from exact_online.web import database, health
from exact_online.web.health import Health, State, keeper
from exact_online.web.probe import probe
from tests.ledger_cases import register

AN_OLD_PRACTICE = (
    "update practice set active = true, created_at = now() - interval '9 days', division = %s where code = %s"
)


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    keeper.forget()
    yield
    keeper.forget()


@pytest.fixture
def monitor(ledger: Ledger) -> TestClient:
    """A monitor without a login, which is no browser."""
    return TestClient(probe, follow_redirects=False)


def _active(ledger: Ledger, *codes: str) -> None:
    for number, code in enumerate(codes, 1):
        register(ledger, code)
        ledger.conn.execute(AN_OLD_PRACTICE, (number, code))


def test_all_is_well(client: TestClient, monitor: TestClient, sign_in: Callable[[str], None]) -> None:
    sign_in("viewer")
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {"state": "ok", "is_ledger_usable": True, "practices": 0, "late": 0, "dead_chains": 0},
    )
    assert (monitor.get("/").status_code, monitor.get("/").text) == (200, "ok\n")
    assert monitor.head("/").status_code == 200
    assert monitor.get("/").headers["cache-control"] == "no-store"


def test_a_night_that_did_not_come_is_down_in_one_word(
    client: TestClient, monitor: TestClient, ledger: Ledger, sign_in: Callable[[str], None]
) -> None:
    sign_in("viewer")
    _active(ledger, "noorderlicht", "zuid_as")
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["state"], answer.json()["late"]) == (503, "down", 2)
    assert "noorderlicht" not in answer.text
    assert (monitor.get("/").status_code, monitor.get("/").text) == (503, "not ok\n")


def test_a_ledger_that_is_away_is_down(
    client: TestClient, monitor: TestClient, sign_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says no more than that: no host, no port, no reason."""
    sign_in("viewer")
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", "postgres://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.2)
    database._pool.cache_clear()
    assert client.get("/health").json()["state"] == "down"
    assert (monitor.get("/").status_code, monitor.get("/").text) == (503, "not ok\n")


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Health(True, practices=3000, late=0, dead_chains=0), State.OK),
        (Health(True, practices=3000, late=1, dead_chains=0), State.ATTENTION),
        (Health(True, practices=3000, late=0, dead_chains=1), State.ATTENTION),
        (Health(True, practices=3000, late=301, dead_chains=0), State.DOWN),
        (Health(True, practices=3, late=1, dead_chains=0), State.DOWN),
        (Health(False), State.DOWN),
    ],
)
def test_a_few_practices_that_wait_for_a_person_wake_nobody(found: Health, state: State) -> None:
    assert (found.state, found.is_up) == (state, state is not State.DOWN)


def test_a_thousand_questions_are_one_look(monitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks how often without a login: the ledger does not notice."""
    looks = []
    look = health._look
    monkeypatch.setattr(health, "_look", lambda: looks.append(dt.datetime.now(dt.UTC)) or look())
    with ThreadPoolExecutor(8) as threads:
        answers = [*threads.map(lambda _: monitor.get("/").status_code, range(200))]
    assert (set(answers), len(looks)) == ({200}, 1)
