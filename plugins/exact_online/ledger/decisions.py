"""What a person decides about a whole practice: what it is about, and what it releases."""

from __future__ import annotations

from dataclasses import dataclass

from exact_online.ledger.session import Session

Period = tuple[int, int]
"""Financial year and period."""


@dataclass(frozen=True)
class Extent:
    """How much a decision is about."""

    records: int
    cents: int


class Decisions:
    """Counts what decisions are about, and releases a period."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unknown_entries(self, practice: str) -> Extent:
        """Return the entries in our journals in Exact that the ledger lacks; cents are debit."""
        row = self._session.row("entries_without_booking", practice=practice)
        assert row is not None
        return Extent(row["entries"], row["cents"])

    def period_closed(self, practice: str, period: Period | None) -> Extent:
        """Return what Exact rejected because its period is closed; of all periods for None."""
        year, number = period or (None, None)
        row = self._session.row("count_period_closed", practice=practice, year=year, period=number)
        assert row is not None
        return Extent(row["records"], row["cents"])

    def release_period(self, practice: str, period: Period | None) -> int:
        """Let the next night try again what `period_closed` counts; return how many."""
        year, number = period or (None, None)
        return len(self._session.write("release_period", practice=practice, year=year, period=number))
