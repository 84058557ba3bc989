"""A ledger that was copied to a second environment books nothing, and says so (FR-L8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
from typer.testing import CliRunner

from dev.local.postgres import Server
from exact_online import acts, cli, watch_nights
from exact_online.environment import ENVIRONMENT_VARIABLE
from exact_online.failures import NotReady
from exact_online.ledger import Ledger, connect
from exact_online.migrations import CONNECTION_VARIABLE, SCHEMA
from exact_online.night import steps
from exact_online.reason_codes import Reason
from tests.conftest import WORKER
from tests.ledger_cases import DAY, PRACTICE, register

MORNING = dt.datetime(2026, 11, 24, 6, 20, tzinfo=dt.UTC)
COPIED = "is een kopie of verhuisd; er is niets verstuurd"


def opened(ledger: Ledger, name: str = "night") -> None:
    steps.open_run(ledger, PRACTICE, name, DAY)


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    """A ledger that booked here."""
    with connect(ledger_dsn) as conn:
        ledger = Ledger(conn)
        register(ledger, PRACTICE, division=1)
        opened(ledger)
        yield ledger


@pytest.fixture
def copy_dsn(postgres: Server, ledger: Ledger) -> Iterator[str]:
    """A copy of that ledger; nobody is on the original while it is made."""
    name = f"copied_ledger_{WORKER}"
    original = ledger.conn.info.dbname
    ledger.conn.close()
    yield f"{postgres.create_database(name, original)}?options=-csearch_path%3D{SCHEMA}"
    postgres.drop_database(name)


@pytest.fixture
def copy(copy_dsn: str) -> Iterator[Ledger]:
    with connect(copy_dsn) as conn:
        yield Ledger(conn)


def test_the_ledger_goes_on_where_it_began(ledger: Ledger) -> None:
    opened(ledger, "the next night")
    assert not ledger.home.is_copy()
    row = ledger.conn.execute("select moved_by, reason from ledger_home").fetchone()
    assert row == {"moved_by": "the first run", "reason": "no home was written down"}


def test_a_copy_stops_before_anything_is_sent(copy: Ledger) -> None:
    """No run is opened, so no token is renewed: that alone would break the original's link."""
    with pytest.raises(NotReady, match=COPIED):
        opened(copy, "a night of the copy")
    runs = copy.conn.execute("select airflow_run_id from run").fetchall()
    assert runs == [{"airflow_run_id": "night"}]


def test_a_dry_run_of_a_copy_stops_too(copy: Ledger) -> None:
    """It would renew the token."""
    with pytest.raises(NotReady, match=COPIED):
        steps.open_run(copy, PRACTICE, "dry", DAY, dry_run=True)


def test_a_person_says_that_it_was_moved(copy: Ledger) -> None:
    copy.home.move_in("Anna", "naar de nieuwe server")
    opened(copy, "the next night")
    row = copy.conn.execute("select moved_by, reason from ledger_home").fetchone()
    assert row == {"moved_by": "Anna", "reason": "naar de nieuwe server"}


def test_moving_in_needs_a_name_and_a_reason(copy: Ledger) -> None:
    with pytest.raises(NotReady, match="needs a name and a reason"):
        acts.move_in(copy, "Anna", " ")


def test_a_first_run_never_moves_a_ledger(copy: Ledger) -> None:
    """Two workers find no home at once, in two copies: what is written stays."""
    copy.home._move("the first run", "no home was written down", is_word=False)
    assert copy.home.is_copy()


def test_an_environment_with_another_name_is_a_copy(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The whole disk was copied: server and database have the same identifiers."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "test")
    with pytest.raises(NotReady, match=COPIED):
        opened(ledger, "a night in the test environment")
    assert "of environment 'test'" in caplog.text


def test_a_plain_user_of_the_database_may_ask(ledger: Ledger) -> None:
    """The link needs no rights on the server for it."""
    row = ledger.conn.execute(
        "select has_function_privilege('public', 'pg_control_system()', 'execute') as may"
    ).fetchone()
    assert row == {"may": True}


def test_the_watch_tells_it_once(copy: Ledger) -> None:
    (item,) = watch_nights.copy_items(copy, MORNING)
    assert (item.reason, item.is_urgent, item.is_due) == (Reason.LEDGER_COPIED, True, True)
    copy.watch_reports.note_reported(MORNING.date())
    (item,) = watch_nights.copy_items(copy, MORNING)
    assert not item.is_due
    copy.home.move_in("Anna", "verhuisd")
    assert watch_nights.copy_items(copy, MORNING) == []


def test_the_command_moves_in(copy_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONNECTION_VARIABLE, copy_dsn.partition("?")[0])
    result = CliRunner().invoke(cli.app, ["move-in", "--by", "Anna", "--reason", "verhuisd"])
    assert (result.exit_code, result.output[:5]) == (0, "Done:")
    with psycopg.connect(copy_dsn) as conn:
        assert conn.execute("select moved_by from ledger_home").fetchall() == [("Anna",)]
