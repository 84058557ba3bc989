"""What a person decides about a whole practice: what it is about, and what it releases."""

from __future__ import annotations

from dataclasses import dataclass

from exact_online.ledger.session import Session

Period = tuple[int, int | None]
"""Financial year and period; None for the whole year."""


@dataclass(frozen=True)
class Extent:
    """How much a decision is about."""

    records: int
    cents: int


@dataclass(frozen=True)
class ClosedYear:
    """What waits for closed periods of a financial year."""

    year: int
    periods: int
    records: int
    cents: int
    """Gross."""


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
        """Return what is held, or was rejected by Exact, because its period is closed; of all
        periods for None.
        """
        year, number = period or (None, None)
        row = self._session.row("count_period_closed", practice=practice, year=year, period=number)
        assert row is not None
        return Extent(row["records"], row["cents"])

    def closed_years(self, practice: str) -> list[ClosedYear]:
        """Return what `period_closed` counts, per financial year, the oldest first."""
        return self._session.records(ClosedYear, "closed_years", practice=practice)

    def release_period(self, practice: str, period: Period | None) -> int:
        """Let the next night send what `period_closed` counts; return how many."""
        year, number = period or (None, None)
        return len(self._session.write("release_period", practice=practice, year=year, period=number))
