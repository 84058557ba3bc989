"""The mirror of what our journals hold in Exact, so that a night reads only what changed: the cost of a reconciliation does not grow.

Facts (Exact): as in relations.py. A row that becomes visible late may lie below the cursor: who finds a difference reads all once more.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from exact_online.api import odata
from exact_online.api.client import ExactClient, NotServed, QuestionRefused
from exact_online.api.lookups import TransactionLine, read_transaction_lines
from exact_online.api.odata import Row
from exact_online.ledger import Practice
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.statements import statement

SYNC_LINE = (
    "ID", "EntryID", "EntryNumber", "JournalCode", "FinancialYear", "Date", "GLAccountCode", "AmountDC", "Timestamp",
)  # fmt: skip
LINE = 1
"""EntityType of a transaction line in ``sync/Deleted``."""
LINES, DELETED = "lines", "deleted_lines"


@dataclass(frozen=True)
class Journals:
    """What is mirrored: the two journals of a practice from its first day on, and the years that a full read takes."""

    codes: tuple[str, ...]
    first_day: dt.date
    years: tuple[int, ...]


def journals_of(
    practice: Practice, settings: PracticeSettings, lists: ExactLists, days: tuple[dt.date, dt.date]
) -> Journals:
    """What the mirror of a practice holds, for a run that answers for the days from the first up to, not including, the last."""
    years = {period.year for period in lists.periods if period.end >= days[0] and period.start < days[1]}
    return Journals(
        (settings.sales_journal, settings.general_journal), practice.first_sync_date, tuple(sorted(years))
    )


def refresh(
    client: ExactClient,
    conn: psycopg.Connection[Any],
    practice: str,
    journals: Journals,
    *,
    deletions: bool = True,
) -> None:
    """Bring the mirror up to date: by Exact's sync service where it answers, else by reading everything.

    `deletions`: look for removed lines too, which costs a call.
    """
    known = _cursors(conn, practice)
    try:
        since = known[LINES] if LINES in known else _version_of(client, journals.first_day)
        changed = list(
            client.get_all(
                "sync/Financial/TransactionLines", SYNC_LINE, where=f"Timestamp gt {odata.int64(since)}"
            )
        )
        gone = _deletions(client, known.get(DELETED, 0)) if deletions else []
    except (NotServed, QuestionRefused):
        reload(client, conn, practice, journals)
        return
    rows = [_synced(row) for row in changed if odata.trimmed(row.get("JournalCode")) in journals.codes]
    cursors = {LINES: _highest(changed, since), DELETED: _highest(gone, known.get(DELETED, 0))}
    _store(
        conn,
        practice,
        rows,
        [row["EntityKey"] for row in gone if row["EntityType"] == LINE],
        cursors,
        complete=False,
    )


def reload(client: ExactClient, conn: psycopg.Connection[Any], practice: str, journals: Journals) -> None:
    """Read everything there is in the journals' years, and put it in the place of the mirror."""
    lines = [line for year in journals.years for line in read_transaction_lines(client, journals.codes, year)]
    _store(conn, practice, [_read(line) for line in lines], [], {}, complete=True)


def _version_of(client: ExactClient, day: dt.date) -> int:
    """The row version to begin from: what is older than our first day never matters."""
    document = client.call_function(
        "read/sync/Sync/SyncTimestamp",
        {"modified": odata.moment(day), "endPoint": odata.text("Financial/TransactionLines")},
    )
    row = odata.entity(document)
    return int(row["TimeStampAsBigInt"]) if row else 0


def _deletions(client: ExactClient, since: int) -> list[Row]:
    where = f"Timestamp gt {odata.int64(since)}"
    return list(client.get_all("sync/Deleted", ("EntityKey", "EntityType", "Timestamp"), where=where))


def _highest(rows: Iterable[Row], otherwise: int) -> int:
    return max((int(row["Timestamp"]) for row in rows), default=otherwise)


def _cursors(conn: psycopg.Connection[Any], practice: str) -> Mapping[str, int]:
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("ledger", "mirror_cursors"), {"practice": practice}).fetchall()
    return {row["list_name"]: row["row_version"] for row in rows}


def _store(
    conn: psycopg.Connection[Any],
    practice: str,
    rows: list[Row],
    deleted: list[str],
    cursors: Mapping[str, int],
    *,
    complete: bool,
) -> None:
    given = {
        "rows": json.dumps(rows, default=str),
        "deleted": deleted,
        "cursors": json.dumps(cursors),
        "complete": complete,
    }
    conn.execute(statement("ledger", "mirror_store"), {"practice": practice, **given})


def _synced(row: Row) -> Row:
    return {
        "line_id": row["ID"],
        "entry_id": row["EntryID"],
        "journal": odata.trimmed(row["JournalCode"]),
        "financial_year": int(row["FinancialYear"]),
        "entry_number": int(row["EntryNumber"]),
        "entry_date": odata.day(row["Date"]),
        "gl_account": odata.trimmed(row.get("GLAccountCode")) or "",
        "cents": odata.cents(row.get("AmountDC")),
    }


def _read(line: TransactionLine) -> Row:
    return {
        "line_id": line.line_id,
        "entry_id": line.entry_id,
        "journal": line.journal,
        "financial_year": line.year,
        "entry_number": line.entry_number,
        "entry_date": line.date,
        "gl_account": line.gl_account_code,
        "cents": line.cents,
    }
