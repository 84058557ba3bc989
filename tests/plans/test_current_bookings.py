"""The latest versions, by lookup and by sorting: two views, the same rows."""

from __future__ import annotations

import random
from typing import Any

import psycopg
import pytest

STATES = ("held", "planned", "sending", "rejected", "doubtful", "booked", "exported", "closed")
RUN = "00000000-0000-4000-9000-000000000001"
VIEWS = ("current_booking", "every_current_booking")


def fill(conn: psycopg.Connection[Any], chance: random.Random) -> dict[tuple[str, str], int]:
    """Records of three practices with up to seven versions, some of them missing, written in any
    order; return the latest version of each. Keys are shared by practices.
    """
    versions = {
        (f"practice_{chance.randrange(3)}", f"{chance.choice(('factuur', 'debiteur'))}:{number % 150}"):
            sorted(chance.sample(range(1, 8), chance.randrange(1, 8)))
        for number in range(600)
    }  # fmt: skip
    rows = [(*record, version) for record, known in versions.items() for version in known]
    conn.execute("set session_replication_role = replica")
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into booking (practice, kind, source_key, version, state, run_id, moved_in_run,"
            " settings_version, fingerprint, debtor_number, payload, reason, exact_id, total_cents, attempt,"
            " is_latest)"
            " values (%s, %s, %s, %s, %s, %s, %s, 1, 'x', '1001', '{}', %s, gen_random_uuid(), %s, 0, %s)",
            [
                (
                    practice, "debtor" if key.startswith("debiteur") else "sales_entry", key, version,
                    chance.choice(STATES), RUN, RUN, chance.choice((None, "period_closed")) or "no_lines",
                    chance.randrange(-5000, 5000), version == versions[practice, key][-1],
                )
                for practice, key, version in chance.sample(rows, len(rows))
            ],
        )  # fmt: skip
    return {record: known[-1] for record, known in versions.items()}


@pytest.mark.parametrize("seed", range(5))
def test_both_views_have_the_latest_version_of_each_record(ledger_dsn: str, seed: int) -> None:
    with psycopg.connect(ledger_dsn) as conn:
        latest = fill(conn, random.Random(seed))
        found = [conn.execute(f"select * from {view}").fetchall() for view in VIEWS]  # noqa: S608
        empty = [conn.execute(f"select * from {view} limit 0") for view in VIEWS]  # noqa: S608
        columns = [[column.name for column in cursor.description or ()] for cursor in empty]
    assert columns[0] == columns[1]
    assert sorted(found[0], key=str) == sorted(found[1], key=str)
    places = [columns[0].index(name) for name in ("practice", "source_key", "version")]
    seen = [tuple(row[place] for place in places) for row in found[0]]
    assert sorted(seen) == sorted((*record, version) for record, version in latest.items())
