"""What is open is the same before and after version 0054, over ledgers made up at random."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from exact_online.ledger import OpenCause, connect
from exact_online.ledger.ledger import Ledger
from exact_online.migrations import migrate
from tests.test_migrations import empty_dsn

__all__ = ["empty_dsn"]

MADE_UP = Path(__file__).with_name("random_ledger.sql")
VIEWS = {
    "v_open_items": "practice, subject, cause_id",
    "open_booking": "booking_id",
    "unbooked_booking": "booking_id",
    "open_night": "practice",
    "practice_status": "code",
}
"""View -> the columns by which it is sorted here."""
NEW = {"cause_values", "cause_id"}
"""What version 0054 gave to the views of records."""
CAUSES = """
select
    cause_id, reason, cause_values, count(distinct practice) as practices, count(*) as records,
    count(*) filter (where kind not in ('debtor', 'practice', 'night', 'workbook')) as invoices,
    sum(cents)::bigint as cents, min(since) as since, min(practice_name) as practice_name,
    min(cause_id || ' ' || practice || ' ' || subject) as example,
    bool_or(state = 'stopped') as is_practice
from v_open_items
group by cause_id, reason, cause_values
"""
"""The causes by a plain question, as version 0053 asked it."""


def made_up(empty_dsn: str, seed: float) -> str:
    """Fill a ledger of version 0053; return its address with the search path."""
    migrate(empty_dsn, to="0053")
    dsn = f"{empty_dsn}?options=-csearch_path%3Dexact_sync"
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in filter(str.strip, MADE_UP.read_text(encoding="utf-8").split(";\n")):
            connection.execute(statement, {"seed": seed})  # type: ignore[arg-type]
    return dsn


def answers(dsn: str) -> dict[str, list[dict[str, Any]]]:
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        found = {}
        for view, order in VIEWS.items():
            columns = sql.SQL(order)  # type: ignore[arg-type]
            question = sql.SQL("select * from {} order by {}").format(sql.Identifier(view), columns)
            left_out = set() if view == "v_open_items" else NEW
            rows = connection.execute(question).fetchall()
            found[view] = [
                {name: value for name, value in row.items() if name not in left_out} for row in rows
            ]
        return found


@pytest.mark.parametrize("seed", [0.1, 0.2, 0.3])
def test_what_is_open_is_what_it_was(empty_dsn: str, seed: float) -> None:
    dsn = made_up(empty_dsn, seed)
    before = answers(dsn)
    migrate(empty_dsn)
    after = answers(dsn)
    for view, rows in before.items():
        assert rows, view
        assert after[view] == rows, view
    found = before["v_open_items"]
    waiting = [row for row in found if row["booking_id"] != row["cause_booking_id"]]
    assert len(waiting) > 20
    assert {row["kind"] for row in found} >= {"debtor", "sales_entry", "practice", "night", "workbook"}
    nights = {row["problem"] for row in before["open_night"]}
    assert {"missing", "unfinished"} <= nights <= {"missing", "unfinished", "failed"}

    with closing(connect(empty_dsn)) as conn:
        ledger = Ledger(conn)
        first = ledger.open_items.causes()
        pages = [ledger.open_items.causes(page=page) for page in range(1, first[0].found // 25 + 2)]
        shown = {cause.cause_id: cause for page in pages for cause in page}
        wanted = {row["cause_id"]: row for row in conn.execute(CAUSES)}
    assert {name: figures(cause) for name, cause in shown.items()} == wanted
    assert list(first[0].open_reasons) == sorted({row["reason"] for row in found})


def figures(cause: OpenCause) -> dict[str, Any]:
    left_out = {"is_by_itself", "found", "open_reasons"}
    return {name: value for name, value in vars(cause).items() if name not in left_out}
