"""What the link booked in a financial year, line by line, for the file of that year.

All of it within one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from exact_online.auditfile.writing import WrittenLine
from exact_online.ledger.session import Session


@dataclass(frozen=True)
class YearTotals:
    """What the lines of a year come to."""

    lines: int
    entries: int
    debit_cents: int
    credit_cents: int
    gl_accounts: list[str]
    vat_codes: list[str]
    periods: list[int]


class YearFiles:
    """Fills a table of the session with the lines of a year, and streams it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def years(self, practice: str) -> list[int]:
        """Return the financial years in which anything was booked, the newest first."""
        return [row["financial_year"] for row in self._session.rows("year_file_years", practice=practice)]

    def fill(
        self, practice: str, year: int, codes_by_id: Mapping[str, str], vat_accounts: Mapping[str, str]
    ) -> None:
        """Read the entries of a year; `vat_accounts`: VAT code -> code of its G/L account."""
        self._session.write("year_file_begin")
        self._session.write(
            "year_file_fill",
            practice=practice,
            year=year,
            codes_by_id=Jsonb(dict(codes_by_id)),
            vat_account_of_code=Jsonb(dict(vat_accounts)),
        )

    def totals(self) -> YearTotals:
        """Return what was read comes to."""
        found = self._session.record(YearTotals, "year_file_totals")
        assert found is not None
        return found

    def debtors(self) -> Iterator[str]:
        """Give the debtor numbers, in order."""
        return (row["debtor_number"] for row in self._session.stream("year_file_debtors"))

    def lines(self) -> Iterator[WrittenLine]:
        """Give the lines in the order of journal and number."""
        for row in self._session.stream("year_file_lines"):
            row.pop("place")
            yield WrittenLine(**row)
