"""What a ledger from before version 0013 had told as drift is an open difference afterwards."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from exact_online.ledger import Ledger, connect
from exact_online.migrations import migrate
from tests.test_migrations import empty_dsn

__all__ = ["empty_dsn"]

LEDGER_OF_0012 = """
insert into practice (code, name, james_practice_code, link_date, first_sync_date) values
('praktijk_a', 'A', 'A', '2026-10-01', '2026-10-01'),
('praktijk_b', 'B', 'B', '2026-10-01', '2026-10-01');
insert into run (run_id, practice, airflow_run_id, book_day, settings_version) values
('00000000-0000-0000-0000-000000000001', 'praktijk_a', 'first', '2026-11-20', 1),
('00000000-0000-0000-0000-000000000002', 'praktijk_a', 'second', '2026-11-21', 1),
('00000000-0000-0000-0000-000000000003', 'praktijk_b', 'first', '2026-11-20', 1);
insert into drift (practice, kind, source_key, reason, found_fingerprint, booked_cents, found_cents,
                   run_id, found_at)
select run.practice, kind, key, reason, fingerprint, booked, found, run.run_id, day::timestamptz
from (values
    (1, '2026-11-20', 'sales_entry', 'factuur:1', 'changed_after_booking', 'f1', 1000, 1200),
    (2, '2026-11-21', 'sales_entry', 'factuur:1', 'changed_after_booking', 'f2', 1000, 1300),
    (1, '2026-11-20', 'sales_entry', 'factuur:2', 'gone_in_source', '', 2000, null),
    (1, '2026-11-20', 'sales_entry', 'factuur:3', 'gone_in_exact', '', 3000, 0),
    (2, '2026-11-21', 'general_journal_entry', 'factuur:4', 'changed_in_exact', 'f', 4000, 4100),
    (1, '2026-11-20', 'sales_entry', 'factuur:5', 'changed_after_booking', 'f', 5000, 5100),
    (2, '2026-11-21', 'sales_entry', 'factuur:5', 'gone_in_exact', '', 5000, 0),
    (1, '2026-11-20', 'debtor', 'debiteur:1001', 'debtor_gone_in_source', '', 0, null),
    (1, '2026-11-20', 'debtor', 'debiteur:1002', 'debtor_double_in_exact', 'id-1 id-2', 0, null),
    (3, '2026-11-20', 'sales_entry', 'factuur:1', 'gone_in_source', '', 700, null)
) as told (number, day, kind, key, reason, fingerprint, booked, found)
inner join run on right(run.run_id::text, 1) = told.number::text;
"""


@pytest.fixture
def grown(empty_dsn: str) -> str:
    """A ledger that was at work in version 0012, and was migrated since."""
    migrate(empty_dsn, to="0012")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    with psycopg.connect(dsn) as connection:
        connection.execute(LEDGER_OF_0012.encode())
    migrate(dsn)
    return dsn


def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()


def test_each_key_is_one_open_difference_with_its_latest_cause_and_both_sides(grown: str) -> None:
    """Since when is the first time that it was told, whatever became of it."""
    found = rows(
        grown,
        "select practice, subject, cause, james_cents, exact_cents, to_char(since, 'DD') as since,"
        " right(first_run::text, 1) as run"
        " from difference where ended_at is null order by practice, subject",
    )
    assert [tuple(row.values()) for row in found] == [
        ("praktijk_a", "debiteur:1001", "debtor_gone_in_source", 0, 0, "20", "1"),
        ("praktijk_a", "debiteur:1002 id-1 id-2", "debtor_double_in_exact", 0, 0, "20", "1"),
        ("praktijk_a", "factuur:1", "changed_after_booking", 1300, 1000, "20", "2"),
        ("praktijk_a", "factuur:2", "gone_in_source", 0, 2000, "20", "1"),
        ("praktijk_a", "factuur:3", "gone_in_exact", 3000, 0, "20", "1"),
        ("praktijk_a", "factuur:4", "changed_in_exact", 4000, 4100, "21", "2"),
        ("praktijk_a", "factuur:5", "gone_in_exact", 5000, 0, "20", "2"),
        ("praktijk_b", "factuur:1", "gone_in_source", 0, 700, "20", "3"),
    ]
    assert rows(grown, "select to_regclass('exact_sync.drift') as drift") == [{"drift": None}]


def test_what_was_told_before_can_be_listed_and_accepted(grown: str) -> None:
    ledger = Ledger(connect(grown))
    with ledger.transaction("act"):
        act = ledger.acts.keep("praktijk_a", "accept", "factuur:2", "Anna", "afgesproken", {})
        assert ledger.acts.accept("praktijk_a", "factuur:2", "Anna", act)
    accepted = {row.subject: row.accepted_by for row in ledger.differences.open("praktijk_a")}
    assert (accepted["factuur:2"], accepted["factuur:3"], len(accepted)) == ("Anna", None, 7)
    ledger.conn.close()
