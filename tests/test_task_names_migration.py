"""What is told about nights from before version 0057 names tasks that a person can clear now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from exact_online.migrations import migrate
from tests.test_migrations import empty_dsn

__all__ = ["empty_dsn"]

NOW = {
    "open_run": "prepare",
    "extract": "prepare",
    "plan_debtors": "prepare",
    "plan_entries": "prepare",
    "plan_other_debtors": "load_other_debtors",
    "choose_backfill": "backfill",
    "backfill_import": "backfill",
    "backfill_excel": "backfill",
    "load_entries": "load_entries",
    "reconcile": "reconcile",
}
RUN = "00000000-0000-0000-0000-000000000001"
NIGHT = """
insert into practice (code, name, james_practice_code, link_date, first_sync_date) values
('praktijk_a', 'A', 'A', '2026-10-01', '2026-10-01');
insert into run (run_id, practice, airflow_run_id, book_day, settings_version) values
('00000000-0000-0000-0000-000000000001', 'praktijk_a', 'a night', '2026-11-20', 1);
insert into run (
    run_id, practice, airflow_run_id, book_day, settings_version, numbers, finished_at, outcome
) values
('00000000-0000-0000-0000-000000000002', 'praktijk_a', 'compared', '2026-11-20', 1, '{}', null, null),
('00000000-0000-0000-0000-000000000003', 'praktijk_a', 'closed', '2026-11-20', 1, '{}', now(), 'complete');
insert into ended_step (run_id, step) values
('00000000-0000-0000-0000-000000000001', 'open_run'),
('00000000-0000-0000-0000-000000000001', 'load_debtors');
"""


@pytest.fixture
def grown(empty_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """A ledger in which each task failed and stopped in version 0056, and was migrated since."""
    migrate(empty_dsn, to="0056")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    with psycopg.connect(dsn) as connection:
        connection.execute(NIGHT.encode())
        for task in NOW:
            connection.execute(
                "insert into night_failure (practice, airflow_run_id, step, task, problems)"
                " values ('praktijk_a', 'a night', %s, %s, '[]')",
                [task, task],
            )
            connection.execute(
                "insert into run_stop (run_id, cause, task, step, is_red) values (%s, %s, %s, %s, true)",
                [RUN, f"cause of {task}", task, task],
            )
    migrate(dsn)
    with psycopg.connect(dsn) as connection:
        yield connection


def test_each_old_name_is_the_task_that_does_its_work_now(grown: psycopg.Connection[Any]) -> None:
    """The step that failed keeps its name: it is what was told."""
    failed = grown.execute("select step, task from night_failure").fetchall()
    stopped = grown.execute("select step, task from run_stop").fetchall()
    ended = grown.execute("select step from ended_step where step not like 'all of %'").fetchall()
    assert dict(failed) == NOW
    assert dict(stopped) == NOW
    assert {step for (step,) in ended} == {"prepare", "load_debtors"}


def test_a_run_that_was_prepared_before_is_one_that_did_all_of_it(
    grown: psycopg.Connection[Any],
) -> None:
    """Version 0059: a run may be under way when the link is upgraded."""
    assert _done(grown, "a night") == {"all of prepare", "all of backfill"}


def test_a_run_that_was_compared_and_closed_before_is_so_still(
    grown: psycopg.Connection[Any],
) -> None:
    """Version 0061, which keeps a run red that was not compared, or of which nobody was told."""
    assert _done(grown, "compared") == {"all of reconcile"}
    assert _done(grown, "closed") == {"all of reconcile", "all of report"}


def _done(grown: psycopg.Connection[Any], name: str) -> set[str]:
    question = (
        "select step from ended_step inner join run using (run_id)"
        " where airflow_run_id = %s and step like 'all of %%'"
    )
    return {step for (step,) in grown.execute(question, [name])}
