"""James is read in one moment, by a user that can do nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest

from dev.local.postgres import Server
from exact_online.extract.james import stage_debtors, stage_invoices
from exact_online.extract.reach import connect_james
from exact_online.extract.snapshot import snapshot
from exact_online.failures import NotReady, Unreachable
from exact_online.ledger import Ledger
from tests.extract.conftest import AS_READER, OpenRun

Connection = psycopg.Connection[Any]


def test_a_user_that_can_write_is_not_allowed(james_dsn: str) -> None:
    """FR-L6"""
    with (
        connect_james(james_dsn) as owner,
        pytest.raises(NotReady, match=r"Verbinding james_db kan in James schrijven.*alleen leesrechten"),
        snapshot(owner),
    ):
        pass


def test_the_right_to_update_one_column_is_too_much(james: Connection, james_owner: Connection) -> None:
    """FR-L6"""
    james_owner.execute("grant update (naam) on james.debiteur to james_reader")
    with pytest.raises(NotReady, match=r"1 tabellen, james\.debiteur als eerste"), snapshot(james):
        pass


def test_an_ordinary_transaction_is_no_snapshot(james: Connection) -> None:
    james.execute("select 1")
    with pytest.raises(AssertionError, match="no snapshot"), snapshot(james):
        pass


def test_nothing_can_be_written_in_a_snapshot(james: Connection, james_owner: Connection) -> None:
    """Not even with a right that came after the check."""
    with snapshot(james):
        james_owner.execute("grant insert on james.professie to james_reader")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            james.execute("insert into james.professie values (99, 'x', 'x')")


def test_what_changes_while_we_read_is_not_seen(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-G25"""
    run = open_run("de_brug")
    with snapshot(james):
        debtors = stage_debtors(james, Ledger(ledger).staging, run, "de_brug")
        james_owner.execute("delete from james.factuurregel")
        james_owner.execute("update james.debiteur set naam = 'other'")
        staged = stage_invoices(
            james, Ledger(ledger).staging, run, "de_brug", dt.date(2026, 10, 1), dt.date(2026, 11, 16)
        )
    assert debtors == 26
    assert ledger.execute("select count(*) as n from staged_debtor where name = 'other'").fetchone() == {
        "n": 0
    }
    assert staged.lines > staged.invoices


def test_an_unreachable_database_is_named_without_its_password(postgres: Server) -> None:
    """FR-L1"""
    with pytest.raises(Unreachable) as failure:
        connect_james("postgresql://reader:s3cret@127.0.0.1:1/james")
    assert str(failure.value) == (
        "James' database james on 127.0.0.1:1 can't be reached (Connection refused); "
        "check that server and connection james_db."
    )


def test_a_wrong_password_is_named_without_it(postgres: Server) -> None:
    with pytest.raises(
        Unreachable, match=r"password authentication failed for user .nobody.\); check"
    ) as failure:
        connect_james(f"postgresql://nobody:s3cret@{postgres.host}:{postgres.port}/postgres")
    assert "s3cret" not in str(failure.value)


def test_a_connection_that_breaks_can_be_tried_again(
    james: Connection, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-L1, FR-L2: the whole snapshot is read anew, and nothing is half staged."""
    run = open_run("de_brug")
    james_owner.execute("select pg_terminate_backend(%s)", [james.info.backend_pid])
    with pytest.raises(Unreachable, match=r"James' database \w+ on 127\.0\.0\.1:\d+ can't be reached"):
        stage_debtors(james, Ledger(ledger).staging, run, "de_brug")
    assert ledger.execute("select count(*) as n from staged_debtor").fetchone() == {"n": 0}


def test_a_statement_that_james_cancels_can_be_tried_again(
    james_dsn: str, james_owner: Connection, ledger: Connection, open_run: OpenRun
) -> None:
    """FR-L2: a standby cancels a read that is in its way; here a lock and a time-out do."""
    run = open_run("de_brug")
    with (
        connect_james(f"{james_dsn}{AS_READER}%20-c%20statement_timeout%3D200") as hurried,
        james_owner.transaction(),
    ):
        james_owner.execute("lock table james.debiteur")
        with pytest.raises(Unreachable, match="canceling statement due to statement timeout"):
            stage_debtors(hurried, Ledger(ledger).staging, run, "de_brug")
