"""What a dry run says of history: sums per period, what stays behind, calls, nights and the day on
which it is done. Part of `NightNumbers`, so of `run.numbers`. Amounts are cents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DAY_LIMIT = 5_000
"""What previews were reckoned with that do not say it."""


@dataclass(frozen=True)
class PeriodTotal:
    """What would be booked or handed over: per journal, financial period, revenue group and VAT
    rate, or per journal and period alone.
    """

    state: str
    """booked or exported"""
    journal: str
    financial_year: int
    financial_period: int
    revenue_group: str | None
    """None in the total of a period."""
    vat_rate: str | None
    entries: int
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True)
class LeftBehind:
    """Invoices that would not be booked, of one state and reason."""

    state: str
    reason: str | None
    records: int
    cents: int
    """Gross, of those whose total is known."""


@dataclass(frozen=True)
class RangePreview:
    """What an import or a hand-over of some days would come to."""

    backfill: str
    """``import`` or ``excel``"""
    first_day: dt.date
    last_day: dt.date
    totals: tuple[PeriodTotal, ...]
    left: tuple[LeftBehind, ...]
    calls: int
    """Calls that write: one per entry, and those of debtors that Exact lacks."""
    nights: int
    finish_day: dt.date
    """The book day of the last of these nights."""
    day_limit: int = DAY_LIMIT
    """Calls a day that this was reckoned with."""

    @property
    def per_period(self) -> list[PeriodTotal]:
        """The totals of journals and periods, without groups and rates."""
        return [total for total in self.totals if total.revenue_group is None]

    @property
    def entries(self) -> int:
        """All that would be booked or handed over."""
        return sum(total.entries for total in self.per_period)

    @property
    def cents(self) -> int:
        """Gross."""
        return sum(total.gross_cents for total in self.per_period)

    def to_json(self) -> dict[str, Any]:
        """Return the document that `run.numbers` keeps."""
        days = {name: getattr(self, name).isoformat() for name in _DAYS}
        rows = {name: [asdict(row) for row in getattr(self, name)] for name in ("totals", "left")}
        return {**asdict(self), **days, **rows}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> RangePreview:
        """Return the preview that `to_json` wrote."""
        return cls(
            **{
                **document,
                **{name: dt.date.fromisoformat(document[name]) for name in _DAYS},
                "totals": tuple(PeriodTotal(**total) for total in document["totals"]),
                "left": tuple(LeftBehind(**group) for group in document["left"]),
            }
        )


_DAYS = ("first_day", "last_day", "finish_day")
