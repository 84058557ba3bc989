"""Reads many entries at once by their lines, to verify an upload and to resolve its doubt.

Exact books a sales entry with a debtor's line (0), its revenue and its VAT, and a general journal
entry with its own lines; the lines of either add up to nothing. One that does not is not shown
whole yet.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.api.lookups import (
    OTHER,
    TRANSACTION_LINE,
    ExactEntry,
    TransactionLine,
    accounts_of,
    each_once,
    is_header,
    line_of,
)

BULK_LINES, LINES = "bulk/Financial/TransactionLines", "financialtransaction/TransactionLines"


def entries_with_numbers(
    client: ExactClient, journal: str, year: int, first: int, last: int
) -> list[ExactEntry]:
    """Return the entries of a journal and financial year with a number from `first` to `last`,
    whoever made them: a call per 1,000 lines.
    """
    return _entries(client, journal, year, f"EntryNumber ge {first:d} and EntryNumber le {last:d}")


def entries_of_days(
    client: ExactClient, journal: str, year: int, first: dt.date, last: dt.date
) -> list[ExactEntry]:
    """Return the entries of a journal and financial year from day `first` to day `last`, whatever
    number Exact gave them.
    """
    return _entries(client, journal, year, f"Date ge {odata.moment(first)} and Date le {odata.moment(last)}")


def _entries(client: ExactClient, journal: str, year: int, which: str) -> list[ExactEntry]:
    where = f"JournalCode eq {odata.text(journal)} and FinancialYear eq {year:d} and {which}"
    rows = first_supported(
        lambda: list(client.get_all(BULK_LINES, TRANSACTION_LINE, where=where)),
        lambda: list(client.get_all(LINES, TRANSACTION_LINE, where=where, counted=True)),
    )
    of_entry: dict[str, list[TransactionLine]] = defaultdict(list)
    for line in each_once(line_of(row) for row in rows if not is_header(row)):
        of_entry[line.entry_id].append(line)
    return [_entry(sorted(lines, key=lambda line: line.line_number)) for lines in of_entry.values()]


def _entry(lines: Sequence[TransactionLine]) -> ExactEntry:
    """`accounts` is empty, as of an entry without lines, while not all of them are shown."""
    first, is_general = lines[0], lines[0].type == OTHER
    debtor = next((line for line in lines if line.line_number == 0), None)
    is_whole = sum(line.cents for line in lines) == 0 and (is_general or debtor is not None)
    return ExactEntry(
        entry_id=first.entry_id,
        journal=first.journal,
        year=first.year,
        period=first.period,
        entry_number=first.entry_number,
        date=first.date,
        relation_id=next((line.relation_id for line in lines if line.relation_id), None),
        total_cents=None if is_general or debtor is None else debtor.cents,
        reference=first.description if is_general else first.reference,
        accounts=accounts_of(lines) if is_whole else {},
    )
