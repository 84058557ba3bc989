"""Compares an auditfile of Exact with the ledger.

Its lines stream into tables of the session, and SQL does the rest.
Nothing of the file is kept; what differs is, for the term of bewaartermijnen.toml.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.book_day import AMSTERDAM
from exact_online.ledger.session import Session

COLUMNS = (
    "journal", "entry_number", "period", "gl_account", "cents", "vat_code", "document_reference",
    "invoice_reference", "description",
)  # fmt: skip
FileLine = Sequence[str | int | None]
"""One value per column, in their order.

Cents, debit positive; the entry's number has no zeros in front.
"""
LINES_PER_BLOCK = 500
MAX_FINDINGS = 100_000
"""Kept of one comparison; all are counted."""
MAX_COMPARISONS = 20
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


@dataclass(frozen=True)
class ComparedAccounts:
    """What of the division's accounts the comparison needs; codes."""

    codes_by_id: Mapping[str, str]
    """Lower-case id to code."""
    vat: Collection[str]
    revenue: Collection[str]
    debit: Collection[str]
    """Receivables and suspense accounts of all versions of the settings."""


@dataclass(frozen=True)
class Comparison:
    """An auditfile beside the ledger."""

    comparison_id: str
    practice: str
    made_by: str
    made_at: dt.datetime
    file_sha256: str
    header: dict[str, Any]
    """What the file says of itself: version, company, first_day, last_day, created, lines."""
    numbers: dict[str, Any]
    """expected, compared, later, between, without_vat_codes: counts; findings: kind -> how many;
    others: [journal, entries, cents]."""

    @property
    def count(self) -> int:
        """How many differences were found."""
        return sum(self.numbers["findings"].values())


@dataclass(frozen=True)
class Finding:
    """One difference; `details` has its journal, number, cents and the other side."""

    finding_number: int
    kind: str
    source_key: str
    details: dict[str, Any]


class Auditfiles:
    """Makes comparisons, and reads what they found."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_in(self, lines: Iterable[FileLine]) -> None:
        """Put the lines of a file in a table of this session, in the transaction of `compare`."""
        self._session.write("auditfile_begin")
        self._session.copy_in("auditfile_line", COLUMNS, _blocks(lines), "text")
        self._session.write("auditfile_analyze")

    def compare(
        self,
        practice: str,
        made_by: str,
        accounts: ComparedAccounts,
        *,
        header: Mapping[str, Any],
        sha256: str,
        journals: Sequence[str],
    ) -> str:
        """Compare the lines that were read in with the ledger; return the comparison's id.

        `header` has `first_day`, `last_day` and `created` as ISO days beside what is shown;
        `journals` are those that the practice books in.
        """
        created = dt.date.fromisoformat(header["created"])
        days = {name: dt.date.fromisoformat(header[name]) for name in ("first_day", "last_day")}
        session = self._session
        session.write("auditfile_entries", practice=practice, **days)
        session.write(
            "auditfile_bookings",
            practice=practice,
            codes_by_id=Jsonb(dict(accounts.codes_by_id)),
            made_before=dt.datetime.combine(created + dt.timedelta(days=1), dt.time(), AMSTERDAM),
            **days,
        )
        session.write("auditfile_candidates", revenue_accounts=sorted(accounts.revenue))
        session.write("auditfile_match")
        kept = self._session.write_row(
            "auditfile_keep",
            practice=practice,
            made_by=made_by,
            file_sha256=sha256,
            header=Jsonb(dict(header)),
            journals=list(journals),
        )
        assert kept is not None
        session.write(
            "auditfile_find",
            comparison_id=kept["comparison_id"],
            vat_accounts=sorted(accounts.vat),
            debit_accounts=sorted(accounts.debit),
            most=MAX_FINDINGS,
        )
        return str(kept["comparison_id"])

    def comparisons(self, practice: str) -> list[Comparison]:
        """Return the latest comparisons of a practice, the newest first."""
        asked = {"practice": practice, "comparison_id": None, "most": MAX_COMPARISONS}
        return self._session.records(Comparison, "auditfile_comparisons", **asked)

    def comparison(self, practice: str, comparison_id: str) -> Comparison | None:
        """Return one comparison of this practice; None when it has no such one (any more)."""
        asked = {"practice": practice, "comparison_id": comparison_id, "most": 1}
        return self._session.record(Comparison, "auditfile_comparisons", **asked)

    def findings(
        self, comparison: Comparison, *, kind: str | None = None, page: int = 1, size: int = MAX_FINDINGS
    ) -> list[Finding]:
        """Return page `page`, from 1, of what was found, of one kind or of all, in order."""
        return self._session.records(
            Finding,
            "auditfile_findings",
            comparison_id=comparison.comparison_id,
            kind=kind,
            most=size,
            skipped=(page - 1) * size,
        )


def _blocks(lines: Iterable[FileLine]) -> Iterator[bytes]:
    """Write lines as COPY's text, some hundreds at a time."""
    given = iter(lines)
    while part := list(islice(given, LINES_PER_BLOCK)):
        yield "".join(map(_row, part)).encode()


def _row(line: FileLine) -> str:
    return "\t".join(["\\N" if value is None else str(value).translate(_ESCAPES) for value in line]) + "\n"
