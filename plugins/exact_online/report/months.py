"""The reconciliation per month, revenue group and VAT rate, for people (B4). Pure; cents.

James' side is what James itself summed in the latest night; the ledger's side is what is booked or
handed over now. What neither has is open, closed, or changed in James since: the causes of the
month say which.

A difference is the same everywhere, of a month as of a cell (`Cell.net_cents`): what James has more
than Exact, the workbooks, what is open and what a person closed together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from exact_online.ledger.reconciled import (
    CauseOfMonth,
    CellOfMonth,
    ExactMonth,
    LatestComparison,
    NumberRun,
)
from exact_online.report.reconciliation import CellKey, cell_of
from exact_online.vocabulary import EXPLAINED_BY_STATE, BookingState, Cause

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""

OPEN = frozenset({Cause.NOT_YET_DUE, Cause.HELD, Cause.REJECTED})
"""Not booked, and for no other reason than the state of the booking."""


@dataclass
class MonthCell:
    """One revenue group and VAT rate of one month; gross cents."""

    james_cents: int = 0
    booked_cents: int = 0
    exported_cents: int = 0

    @property
    def rest_cents(self) -> int:
        """What James has and is neither booked nor handed over; negative the other way round."""
        return self.james_cents - self.booked_cents - self.exported_cents


@dataclass
class Month:
    """One month; `first_day` is None for invoices to which James gives no day."""

    first_day: dt.date | None
    cells: dict[CellKey, MonthCell] = field(default_factory=lambda: defaultdict(MonthCell))
    causes: list[CauseOfMonth] = field(default_factory=list)
    per_journal: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(journal, state) -> gross cents."""
    exact_per_journal: Counter[str] = field(default_factory=Counter)
    """Journal -> gross cents of the link's entries, by Exact's own lines."""
    other_cents: int = 0
    """Gross cents of other entries in our journals."""

    @property
    def exact_cents(self) -> int:
        """What Exact's own lines say of the link's entries."""
        return sum(self.exact_per_journal.values())

    @property
    def total(self) -> MonthCell:
        """All cells together."""
        cells = self.cells.values()
        return MonthCell(
            sum(cell.james_cents for cell in cells),
            sum(cell.booked_cents for cell in cells),
            sum(cell.exported_cents for cell in cells),
        )

    @property
    def open_cents(self) -> int:
        """What is not booked yet: rejected, held, or it comes with the next night."""
        return self._of(cause for cause in self.causes if cause.cause in OPEN)

    @property
    def closed_cents(self) -> int:
        """What will not be booked, on a person's word."""
        return self._of(cause for cause in self.causes if cause.cause == Cause.CLOSED)

    @property
    def difference_cents(self) -> int:
        """What James has more than the rest together; negative the other way round."""
        total = self.total
        rest = self.exact_cents + total.exported_cents + self.open_cents + self.closed_cents
        return total.james_cents - rest

    @property
    def explained_cents(self) -> int:
        """What the causes of the month account for of that difference."""
        states = {*EXPLAINED_BY_STATE, Cause.UNEXPLAINED}
        return self._of(cause for cause in self.causes if cause.cause not in states)

    @staticmethod
    def _of(causes: Iterable[CauseOfMonth]) -> int:
        return sum(cause.james_cents - cause.exact_cents for cause in causes)


def months_of(
    latest: LatestComparison,
    booked: Iterable[CellOfMonth],
    exact: Iterable[ExactMonth],
    causes: Iterable[CauseOfMonth],
) -> list[Month]:
    """Return the months that have any amount, the newest first; one without a day comes last."""
    months: dict[dt.date | None, Month] = {}

    def month(first_day: dt.date | None) -> Month:
        return months.setdefault(first_day, Month(first_day))

    for total in latest.james:
        key = cell_of(total.debtor_kind, total.item_origin, total.vat_percentage)
        month(total.month).cells[key].james_cents += int((total.amount or 0) * 100)
    for cell in booked:
        row, key = month(cell.month), (cell.revenue_group, cell.vat_rate)
        row.per_journal[cell.journal, cell.state] += cell.gross_cents
        if cell.state == BookingState.BOOKED:
            row.cells[key].booked_cents += cell.gross_cents
        else:
            row.cells[key].exported_cents += cell.gross_cents
    for lines in exact:
        row = month(lines.month)
        row.exact_per_journal[lines.journal] += lines.exact_cents
        row.other_cents += lines.other_cents
    for cause in causes:
        month(cause.month).causes.append(cause)
    return sorted(months.values(), key=lambda row: row.first_day or dt.date.min, reverse=True)


def days_of(month: dt.date) -> Days:
    """Return the first day of a month, and the day after its last."""
    following = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return month.replace(day=1), following


@dataclass(frozen=True)
class SeriesPart:
    """Entry numbers that follow each other, and why they are not in Exact where they are not."""

    series: str
    """factuur or declaratie"""
    financial_year: int
    first_number: int
    last_number: int
    journal: str = ""
    state: str | None = None
    """Of the booking; None for a gap: numbers that no invoice of these days has."""
    reason: str | None = None

    @property
    def numbers(self) -> int:
        """How many."""
        return self.last_number - self.first_number + 1


def series_with_gaps(runs: Sequence[NumberRun]) -> list[SeriesPart]:
    """Return the runs of each series and year with the gaps between them, in order of number."""
    parts: list[SeriesPart] = []
    reached: dict[tuple[str, int], int] = {}
    for run in runs:
        key = (run.series, run.financial_year)
        before = reached.get(key)
        if before is not None and run.first_number > before + 1:
            parts.append(SeriesPart(*key, before + 1, run.first_number - 1))
        parts.append(SeriesPart(*key, run.first_number, run.last_number, run.journal, run.state, run.reason))
        reached[key] = max(before or 0, run.last_number)
    return parts
