"""The service `demo` of docker-compose.yaml, with a real simulator and a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from dev.demo import containers
from dev.demo.practices import demo_settings, practices
from dev.local import simulator
from dev.local.failures import CannotRun
from dev.local.postgres import Server
from exact_online.environment import ENVIRONMENT_VARIABLE
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, connect
from tests.ledger_cases import register

APP = {"client_id": "our-app", "client_secret": "known to nobody"}


@pytest.fixture
def exact_url(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "divisions.json").write_text(json.dumps(demo_settings()))
    with simulator.running(tmp_path / "divisions.json", tmp_path / "simulator.log", **APP) as url:
        yield url


@pytest.fixture
def james_dsn(postgres: Server) -> Iterator[str]:
    yield postgres.create_database("james_of_containers")
    postgres.drop_database("james_of_containers")


@pytest.fixture
def settings(ledger_dsn: str, james_dsn: str, exact_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "demo")
    monkeypatch.setenv("JAMES_OWNER_DB", james_dsn)
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", ledger_dsn.replace("postgresql://", "postgres://"))
    monkeypatch.setenv("EXACT_URL", exact_url)
    monkeypatch.setenv("EXACT_CLIENT_ID", APP["client_id"])
    monkeypatch.setenv("EXACT_CLIENT_SECRET", APP["client_secret"])
    monkeypatch.setenv("EXACT_TOKEN_KEYS", Fernet.generate_key().decode())


@pytest.mark.usefixtures("settings")
def test_james_is_filled_and_every_practice_linked_once(ledger_dsn: str, james_dsn: str) -> None:
    assert containers.main() == containers.main()
    with psycopg.connect(ledger_dsn) as ledger, psycopg.connect(james_dsn) as james:
        assert ledger.execute("select count(division) from practice where active").fetchone() == (
            len(practices()),
        )
        assert james.execute("select count(*) from james.praktijk").fetchone() == (len(practices()) + 1,)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("name", ["", "productie"])
def test_nothing_is_filled_outside_a_demo(
    ledger_dsn: str, james_dsn: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, name)
    with pytest.raises(CannotRun, match="is not demo"):
        containers.main()
    _check_untouched(ledger_dsn, james_dsn, [])


@pytest.mark.usefixtures("settings")
def test_a_ledger_with_another_practice_is_left_as_it_is(ledger_dsn: str, james_dsn: str) -> None:
    with connect(ledger_dsn) as connection:
        register(Ledger(connection), "real")
    with pytest.raises(CannotRun, match="not of the demo \\(real\\)"):
        containers.main()
    _check_untouched(ledger_dsn, james_dsn, ["real"])


@pytest.mark.usefixtures("settings")
def test_a_ledger_of_another_environment_is_left_as_it_is(
    ledger_dsn: str, james_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(ledger_dsn) as connection, monkeypatch.context() as production:
        production.setenv(ENVIRONMENT_VARIABLE, "productie")
        Ledger(connection).home.check()
    with pytest.raises(NotReady):
        containers.main()
    _check_untouched(ledger_dsn, james_dsn, [])


def _check_untouched(ledger_dsn: str, james_dsn: str, codes: list[str]) -> None:
    with connect(ledger_dsn) as ledger, psycopg.connect(james_dsn) as james:
        assert Ledger(ledger).practices.codes() == codes
        assert james.execute("select to_regclass('james.praktijk')").fetchone() == (None,)


def test_a_missing_setting_fails_with_a_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAMES_OWNER_DB", raising=False)
    with pytest.raises(CannotRun, match="JAMES_OWNER_DB is not set"):
        containers.main()
