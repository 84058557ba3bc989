"""The databases as tasks open them: encrypted off this machine, bounded in time, of our version."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import tuple_row

from exact_online import registry
from exact_online.failures import NotReady
from exact_online.ledger import connect
from exact_online.ledger.session import Session
from exact_online.registry import RegisteredPractice, registered_practices
from exact_online.statements import newest_version
from exact_online.tasks.connections import (
    PLAIN_HOSTS_VARIABLE,
    _check_encrypted,
    james_session,
    ledger_session,
)


@pytest.mark.parametrize("host", [None, "", "localhost", "127.0.0.1", "::1", "/var/run/postgresql"])
def test_this_machine_needs_no_tls(host: str | None) -> None:
    _check_encrypted("james_db", host, {})


@pytest.mark.parametrize("host", ["db.example", "10.0.0.1", "127.0.0.1.example", "localhost,db.example"])
@pytest.mark.parametrize("mode", [None, "disable", "allow", "prefer", "Require"])
def test_elsewhere_less_than_require_is_not_taken(
    host: str, mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-K16."""
    with pytest.raises(NotReady, match=r"Verbinding exact_sync_db .* zonder TLS.*Extra.*sslmode"):
        _check_encrypted("exact_sync_db", host, {"sslmode": mode})
    monkeypatch.setenv(PLAIN_HOSTS_VARIABLE, f"postgres,{host.rsplit(',', maxsplit=1)[-1]}")
    _check_encrypted("exact_sync_db", host, {"sslmode": mode})


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_elsewhere_with_tls_is_taken(mode: str) -> None:
    _check_encrypted("james_db", "db.example", {"sslmode": mode})
    with pytest.raises(NotReady, match=r"10\.0\.0\.1"):
        _check_encrypted("james_db", "localhost", {"hostaddr": "10.0.0.1"})


def test_a_task_opens_nothing_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-K16: before a byte is sent."""
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", "postgres://u:p@192.0.2.1/ledger?sslmode=prefer")
    with pytest.raises(NotReady, match="sslmode"), ledger_session():
        pass


SETTINGS = (
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
)


def settings_of(conn: psycopg.Connection[Any]) -> dict[str, str]:
    with conn.cursor(row_factory=tuple_row) as cursor:
        asked = "select name, current_setting(name) from unnest(%s::text[]) as name"
        return dict(cursor.execute(asked, [list(SETTINGS)]).fetchall())


def test_sessions_on_both_databases_end_some_time(ledger_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-L1, FR-D12; a session that waits while it holds a practice is never ended for that."""
    address = ledger_dsn.partition("?")[0]
    monkeypatch.setenv("AIRFLOW_CONN_EXACT_SYNC_DB", address)
    monkeypatch.setenv("AIRFLOW_CONN_JAMES_DB", address)
    with ledger_session() as ledger:
        assert tuple(settings_of(ledger.conn).values()) == ("15min", "1min", "1h", "0")
        parameters = ledger.conn.info.get_parameters()
        assert (parameters["keepalives_idle"], parameters["tcp_user_timeout"]) == ("30", "60000")
    with james_session() as james:
        assert tuple(settings_of(james).values()) == ("30min", "1min", "1h", "0")


def test_a_renewal_waits_as_long_as_it_says_and_is_not_cut_off(ledger_dsn: str) -> None:
    """The time-outs of the session do not reach the transaction in which Exact is asked."""
    with connect(ledger_dsn) as conn, conn.transaction():
        Session(conn).row("token_timeouts", lock_timeout="90s")
        assert (settings_of(conn)["lock_timeout"], settings_of(conn)[SETTINGS[2]]) == ("90s", "0")


@pytest.mark.parametrize(
    ("version", "words"), [("0001", "exact_online.migrations"), ("9999", "installeer de code")]
)
def test_code_and_schema_of_another_version_stop_with_a_sentence(
    ledger_dsn: str, version: str, words: str
) -> None:
    """FR-L7: old code on a new schema, new code on an old one."""
    with psycopg.connect(ledger_dsn) as owner:
        owner.execute("update alembic_version set version_num = %s", [version])
    with pytest.raises(NotReady, match=rf"versie {version}.* {newest_version()}.*{words}"):
        connect(ledger_dsn)


def test_a_registry_that_hangs_does_not_hang_the_parse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D15: the last known list, and the next parse does not wait again."""
    monkeypatch.setattr(registry, "MAX_WAIT_SECONDS", 0.1)
    file = tmp_path / "practices.json"
    known = [RegisteredPractice("praktijk_a", "Praktijk A")]
    registered_practices(file, lambda: known)

    def hangs() -> list[RegisteredPractice]:
        time.sleep(30)
        return []

    began = time.monotonic()
    assert registered_practices(file, hangs, max_age_seconds=-1) == known
    assert registered_practices(file, pytest.fail) == known
    assert time.monotonic() - began < 5
