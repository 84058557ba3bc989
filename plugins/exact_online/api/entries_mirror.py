"""The mirror of our journals' lines, so that a night reads only what changed:
its cost does not grow with history.

Facts (Exact): as in relations.py. A row that becomes visible late may lie below the cursor: who
finds a difference reads all once more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.lookups import TransactionLine, is_header, read_transaction_lines
from exact_online.api.odata import Row
from exact_online.api.stores import EntryChanges, EntryLine, EntryMirror
from exact_online.failures import NotServed, ProtocolFailure, QueryRejected
from exact_online.settings import ExactLists, PracticeSettings

SYNC_LINE = (
    "ID", "EntryID", "EntryNumber", "JournalCode", "FinancialYear", "FinancialPeriod", "Date",
    "LineNumber", "Type", "GLAccountCode", "AmountDC", "Account", "VATCode", "YourRef", "Description",
    "DueDate", "Timestamp",
)  # fmt: skip
LINE = 1
"""EntityType of a transaction line in ``sync/Deleted``."""
LINES, DELETED = "lines", "deleted_lines"
"""The two lists that have a cursor."""
FIRST_YEAR = ", first year"
"""Ends the name under which a year stands beside the cursor of the lines."""


@dataclass(frozen=True)
class Journals:
    """What is mirrored: a practice's two journals from its first day on,
    and the years that a full read takes.
    """

    codes: tuple[str, ...]
    first_day: dt.date
    years: tuple[int, ...]


def journals_of(
    settings: PracticeSettings, lists: ExactLists, first_sync_date: dt.date, days: tuple[dt.date, dt.date]
) -> Journals:
    """Return what the mirror of a practice holds, for a run that answers for `days` (first,
    day after the last).
    """
    years = {period.year for period in lists.periods if period.end >= days[0] and period.start < days[1]}
    return Journals(settings.journals, first_sync_date, tuple(sorted(years)))


def refresh(
    client: ExactClient, mirror: EntryMirror, practice: str, journals: Journals, *, deletions: bool = True
) -> None:
    """Bring the mirror up to date: by Exact's sync service where there is one,
    else by reading everything.

    `deletions`: look for removed lines too, which costs a call. Whoever reads the same journals at
    this moment is waited for: what was read before it, and is kept after it, would put an older
    state back that no later read looks at. Raises LockLost when that takes too long.
    """
    with mirror.reading(practice):
        _refresh(client, mirror, practice, journals, deletions=deletions)


def _refresh(
    client: ExactClient, mirror: EntryMirror, practice: str, journals: Journals, *, deletions: bool
) -> None:
    known = mirror.entry_cursors(practice)
    lines_of = f"{LINES} {' '.join(journals.codes)}"  # another journal is read from its first day on
    try:
        since = known[lines_of] if lines_of in known else _version_of(client, journals.first_day)
        where = f"Timestamp gt {odata.int64(since)}"
        changed = list(client.get_all("sync/Financial/TransactionLines", SYNC_LINE, where=where))
        gone = _deletions(client, known.get(DELETED, 0)) if deletions else []
    except (NotServed, QueryRejected):
        _reload(client, mirror, practice, journals)
        return
    changed.sort(key=_version)  # a line may come twice, and in any order: the last one counts
    ours = [row for row in changed if odata.trimmed(row.get("JournalCode")) in journals.codes]
    lines = [_synced(row) for row in ours if not is_header(row)]
    deleted = [row["EntityKey"] for row in gone if odata.number(row["EntityType"]) == LINE]
    cursors = {lines_of: _highest(changed, since), DELETED: _highest(gone, known.get(DELETED, 0))}
    mirror.save_entries(practice, EntryChanges(lines, deleted, cursors, complete=False))


def reload(client: ExactClient, mirror: EntryMirror, practice: str, journals: Journals) -> None:
    """Read everything there is in the journals' years, and put it in the place of the mirror.

    Raises as `refresh`.
    """
    with mirror.reading(practice):
        _reload(client, mirror, practice, journals)


def is_read_since(mirror: EntryMirror, practice: str, journals: Journals) -> bool:
    """Return whether the mirror has had all of the journals' years, so that `refresh` is enough."""
    first_year = mirror.entry_cursors(practice).get(_first_year_of(journals))
    return first_year is not None and bool(journals.years) and first_year <= journals.years[0]


def _first_year_of(journals: Journals) -> str:
    """The name under which the first year of the last full read stands."""
    return f"{LINES} {' '.join(journals.codes)}{FIRST_YEAR}"


def _reload(client: ExactClient, mirror: EntryMirror, practice: str, journals: Journals) -> None:
    lines = [
        _read(line)
        for year in journals.years
        for line in read_transaction_lines(client, journals.codes, year)
    ]
    cursors = {_first_year_of(journals): journals.years[0]} if journals.years else {}
    mirror.save_entries(practice, EntryChanges(lines, (), cursors, complete=True))


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
    return max(map(_version, rows), default=otherwise)


def _version(row: Row) -> int:
    return int(row["Timestamp"])


def _synced(row: Row) -> EntryLine:
    day = odata.day(row["Date"])
    if day is None:
        raise ProtocolFailure(f"Exact gives transaction line {row.get('ID')} without a date.")
    return EntryLine(
        line_id=row["ID"],
        entry_id=row["EntryID"],
        journal=odata.trimmed(row["JournalCode"]) or "",
        financial_year=int(row["FinancialYear"]),
        financial_period=int(row["FinancialPeriod"]),
        entry_number=int(row["EntryNumber"]),
        entry_date=day,
        gl_account=odata.trimmed(row.get("GLAccountCode")) or "",
        cents=odata.cents(row.get("AmountDC")),
        relation_id=row.get("Account"),
        vat_code=odata.trimmed(row.get("VATCode")) or None,
        reference=_reference(row.get("YourRef"), row.get("Description")),
        due_date=odata.day(row.get("DueDate")),
    )


def _read(line: TransactionLine) -> EntryLine:
    return EntryLine(
        line_id=line.line_id,
        entry_id=line.entry_id,
        journal=line.journal,
        financial_year=line.year,
        financial_period=line.period,
        entry_number=line.entry_number,
        entry_date=line.date,
        gl_account=line.gl_account_code,
        cents=line.cents,
        relation_id=line.relation_id,
        vat_code=line.vat_code or None,
        reference=_reference(line.reference, line.description),
        due_date=line.due_date,
    )


def _reference(your_reference: str | None, description: str | None) -> str | None:
    """Return what may be an invoice's number; a general journal entry has it as description (M17).

    Any other description may name somebody, and is not kept (B7).
    """
    description = (description or "").strip()
    return (your_reference or "").strip() or (description if description.isdecimal() else None)
