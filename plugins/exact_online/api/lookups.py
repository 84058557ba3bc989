"""Asking Exact what it has booked: to resolve a doubtful booking, and to reconcile.

An entry is found by what we gave it (journal, year, entry number or your reference) and judged by
its transaction lines, which are what is really booked: the same for a sales entry and a general
journal entry, for including and excluding VAT codes. Debit is positive (Exact).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exact_online.api import odata
from exact_online.api.client import ExactClient
from exact_online.api.fallback import first_supported
from exact_online.api.odata import Row
from exact_online.failures import ProtocolFailure

SALES_ENTRY = (
    "EntryID",
    "Journal",
    "ReportingYear",
    "ReportingPeriod",
    "EntryNumber",
    "EntryDate",
    "Customer",
    "AmountDC",
    "YourRef",
)
GENERAL_JOURNAL_ENTRY = ("EntryID", "JournalCode", "FinancialYear", "FinancialPeriod", "EntryNumber")
TRANSACTION_LINE = (
    "ID", "EntryID", "EntryNumber", "JournalCode", "FinancialYear", "FinancialPeriod", "Date", "LineNumber",
    "Type", "GLAccount",
    "GLAccountCode", "Account", "AmountDC", "VATCode", "YourRef", "Description", "DueDate",
)  # fmt: skip

OTHER = 90
"""Type of the lines of a general journal entry."""


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """One line as it is booked. Codes are trimmed."""

    line_id: str
    entry_id: str
    entry_number: int
    journal: str
    year: int
    period: int
    date: dt.date
    line_number: int
    """0 is the debtor's line of a sales entry, 9999 its VAT."""
    type: int
    """20 sales entry, 21 sales credit note, 90 other."""
    gl_account: str
    """Id."""
    gl_account_code: str
    relation_id: str | None
    cents: int
    """Debit positive, credit negative."""
    vat_code: str | None
    reference: str
    description: str
    due_date: dt.date | None = None


@dataclass(frozen=True)
class ExactEntry:
    """One entry in Exact, with what a booking of ours is compared with."""

    entry_id: str
    journal: str
    year: int
    period: int
    entry_number: int
    date: dt.date | None
    """None when Exact shows no lines of it yet."""
    relation_id: str | None
    total_cents: int | None
    """Including VAT. None for a general journal entry, which has no total: compare `accounts`."""
    reference: str
    """Your reference of a sales entry;
    the description of the first line of a general journal entry."""
    accounts: Mapping[str, int]
    """Cents booked per G/L account id, debit positive; every account of the entry. Empty when
    Exact shows no lines of it yet."""


def find_sales_entry(
    client: ExactClient, journal: str, year: int, entry_number: int, reference: str
) -> list[ExactEntry]:
    """Return sales entries of that journal and year with that entry number **or** your reference
    (FR-H13).

    Both, because Exact may give another number than it was asked for (field practice), and other
    people's entries may carry ours.
    """
    either = _any((f"EntryNumber eq {entry_number:d}", f"YourRef eq {odata.text(reference)}"))
    where = _and(f"Journal eq {odata.text(journal)}", f"ReportingYear eq {year:d}", either)
    found = client.get_all("salesentry/SalesEntries", SALES_ENTRY, where=where, counted=True)
    return [_sales_entry(row, entry_lines(client, row["EntryID"])) for row in found]


def find_general_journal_entry(
    client: ExactClient, journal: str, year: int, entry_number: int, reference: str
) -> list[ExactEntry]:
    """Return general journal entries of that journal and year with that number,
    or with such a line.

    Such a line: one that has the reference as its description.
    """
    where = _and(f"JournalCode eq {odata.text(journal)}", f"FinancialYear eq {year:d}")
    numbered = client.get_all(
        "generaljournalentry/GeneralJournalEntries",
        GENERAL_JOURNAL_ENTRY,
        where=_and(where, f"EntryNumber eq {entry_number:d}"),
        counted=True,
    )
    described = client.get_all(
        "financialtransaction/TransactionLines",
        (*GENERAL_JOURNAL_ENTRY, "ID"),
        where=_and(where, f"Description eq {odata.text(reference)}"),
        counted=True,
    )
    found = {row["EntryID"]: row for row in (*described, *numbered)}
    return [_general_entry(row, entry_lines(client, row["EntryID"])) for row in found.values()]


def entry_lines(client: ExactClient, entry_id: str) -> list[TransactionLine]:
    """Return all transaction lines of one entry, by line number;
    none while Exact does not show them yet.
    """
    where = f"EntryID eq {odata.guid(entry_id)}"
    rows = client.get_all(
        "financialtransaction/TransactionLines", TRANSACTION_LINE, where=where, counted=True
    )
    return sorted((line_of(row) for row in rows if not is_header(row)), key=lambda line: line.line_number)


def read_transaction_lines(
    client: ExactClient, journals: Sequence[str], year: int, periods: tuple[int, int] = (1, 12)
) -> Iterator[TransactionLine]:
    """Give what is booked in these journals in `year`,
    from the first to the last of `periods` (inclusive).
    """
    where = _and(
        _any(f"JournalCode eq {odata.text(journal)}" for journal in journals),
        f"FinancialYear eq {year:d}",
        f"FinancialPeriod ge {periods[0]:d}",
        f"FinancialPeriod le {periods[1]:d}",
    )
    rows = first_supported(
        lambda: list(client.get_all("bulk/Financial/TransactionLines", TRANSACTION_LINE, where=where)),
        lambda: list(
            client.get_all(
                "financialtransaction/TransactionLines", TRANSACTION_LINE, where=where, counted=True
            )
        ),
    )
    return each_once(line_of(row) for row in rows if not is_header(row))


def is_header(row: Row) -> bool:
    """Return whether a transaction line is the line 0 that a general journal entry may show: it
    books nothing, and may lack whatever a line has. Line 0 of a sales entry is its debtor's.
    """
    is_line_0 = (odata.number(row.get("Type")), odata.number(row.get("LineNumber"))) == (OTHER, 0)
    account = row.get("GLAccount") or odata.trimmed(row.get("GLAccountCode"))
    return is_line_0 and not (account and odata.cents(row.get("AmountDC")))


def each_once(lines: Iterable[TransactionLine]) -> Iterator[TransactionLine]:
    """A row that moved to the next page while we read would come twice."""
    seen: set[str] = set()
    for line in lines:
        if line.line_id not in seen:
            seen.add(line.line_id)
            yield line


def _sales_entry(row: Row, lines: Sequence[TransactionLine]) -> ExactEntry:
    return ExactEntry(
        entry_id=row["EntryID"],
        journal=odata.trimmed(row["Journal"]) or "",
        year=int(row["ReportingYear"]),
        period=int(row["ReportingPeriod"]),
        entry_number=int(row["EntryNumber"]),
        date=odata.day(row.get("EntryDate")),
        relation_id=row.get("Customer"),
        total_cents=odata.cents(row.get("AmountDC")),
        reference=row.get("YourRef") or "",
        accounts=accounts_of(lines),
    )


def _general_entry(row: Row, lines: Sequence[TransactionLine]) -> ExactEntry:
    return ExactEntry(
        entry_id=row["EntryID"],
        journal=odata.trimmed(row["JournalCode"]) or "",
        year=int(row["FinancialYear"]),
        period=int(row["FinancialPeriod"]),
        entry_number=int(row["EntryNumber"]),
        date=lines[0].date if lines else None,
        relation_id=next((line.relation_id for line in lines if line.relation_id), None),
        total_cents=None,
        reference=lines[0].description if lines else "",
        accounts=accounts_of(lines),
    )


def accounts_of(lines: Iterable[TransactionLine]) -> Mapping[str, int]:
    """Return the cents per G/L account id of an entry's lines."""
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.gl_account] += line.cents
    return dict(totals)


def line_of(row: Row) -> TransactionLine:
    """Return a transaction line as it was read with `TRANSACTION_LINE`.

    Raises ProtocolFailure when it has no date.
    """
    date = odata.day(row.get("Date"))
    if date is None:
        raise ProtocolFailure(f"Exact gives transaction line {row.get('ID')} without a date.")
    return TransactionLine(
        line_id=row["ID"],
        entry_id=row["EntryID"],
        entry_number=int(row["EntryNumber"]),
        journal=odata.trimmed(row["JournalCode"]) or "",
        year=int(row["FinancialYear"]),
        period=int(row["FinancialPeriod"]),
        date=date,
        line_number=int(row.get("LineNumber") or 0),
        type=int(row.get("Type") or 0),
        gl_account=row["GLAccount"],
        gl_account_code=odata.trimmed(row.get("GLAccountCode")) or "",
        relation_id=row.get("Account"),
        cents=odata.cents(row.get("AmountDC")),
        vat_code=odata.trimmed(row.get("VATCode")),
        reference=row.get("YourRef") or "",
        description=row.get("Description") or "",
        due_date=odata.day(row.get("DueDate")),
    )


def _any(parts: Iterable[str]) -> str:
    return "(" + " or ".join(parts) + ")"


def _and(*parts: str) -> str:
    return " and ".join(parts)
