"""What the reconciliation and the numbers of a night are computed from. Amounts are cents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg.types.json import Jsonb

from exact_online.ledger.night_numbers import JournalTotal
from exact_online.ledger.planning import Batch
from exact_online.ledger.range_preview import LeftBehind, PeriodTotal
from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""


class SettledLine(NamedTuple):
    """The lines of one entry on one account, of one revenue group and VAT rate."""

    source_key: str
    entry_id: str | None
    """Its id in Exact; None when it was handed over."""
    state: str
    """booked or exported"""
    gl_account: str
    vat_code: str
    revenue_group: str
    vat_rate: str
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True)
class SettledCell:
    """What is booked or handed over of one revenue group and VAT rate."""

    state: str
    """booked or exported"""
    revenue_group: str
    vat_rate: str
    gross_cents: int


@dataclass(frozen=True)
class RunCounts:
    """How many bookings became booked by a run, and debtors created and changed apart."""

    debtors_created: int
    debtors_changed: int
    sales_entries: int
    general_journal_entries: int


@dataclass(frozen=True)
class BatchTotals:
    """What of a batch its run booked."""

    booked: int
    booked_cents: int
    """Gross."""


@dataclass(frozen=True)
class StateTotal:
    """Number and gross cents of the invoices and claims in one state."""

    state: str
    bookings: int
    total_cents: int


@dataclass(frozen=True)
class SuspenseDay:
    """What PIN and cash put on one suspense account on one day."""

    day: dt.date
    gl_account_id: str | None
    entries: int
    gross_cents: int


class Totals:
    """Reads what is added up; writes nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def settled_cells(self, practice: str, days: Days) -> list[SettledCell]:
        """Return what is booked or handed over per state and cell."""
        return self._session.records(SettledCell, "settled_cells", **_scope(practice, days))

    def unsettled_keys(self, practice: str, days: Days) -> dict[str, bool]:
        """Return the keys of invoices and claims that are neither booked nor handed over, and
        whether a person closed them.
        """
        rows = self._session.rows("unsettled_keys", **_scope(practice, days))
        return {row["source_key"]: row["is_closed"] for row in rows}

    def unsettled_seconds(self, practice: str, settle_seconds: float) -> float:
        """Return how many seconds Exact must still be left to show what was booked last."""
        row = self._session.row("unsettled_seconds", practice=practice, settle_seconds=settle_seconds)
        return float(row["seconds"]) if row else 0.0

    def of_runs(self, run_ids: Sequence[str]) -> RunCounts:
        """Return what these runs booked."""
        counts = self._session.record(RunCounts, "numbers_of_run", run_ids=list(run_ids))
        assert counts is not None
        return counts

    def per_journal(self, run_ids: Sequence[str]) -> list[JournalTotal]:
        """Return what these runs booked or handed over, per journal and cell, and per journal."""
        sums: dict[tuple[str, str, str | None, str | None], list[int]] = {}
        for row in self._sums(run_ids):
            place = row.state, row.journal, row.revenue_group, row.vat_rate
            found = row.entries, row.net_cents, row.vat_cents, row.gross_cents
            sums[place] = [sum(pair) for pair in zip(sums.get(place, [0] * 4), found, strict=True)]
        in_order = sorted(sums, key=lambda place: [(part is None, part or "") for part in place])
        return [JournalTotal(*place, *sums[place]) for place in in_order]

    def per_period(self, run: Run) -> list[PeriodTotal]:
        """Return what a run booked or handed over, per journal, period and cell, and per journal
        and period.
        """
        return self._sums([run.run_id])

    def _sums(self, run_ids: Sequence[str]) -> list[PeriodTotal]:
        return self._session.records(PeriodTotal, "sums_of_run", run_ids=list(run_ids))

    def left_behind(self, run: Run, days: Days) -> list[LeftBehind]:
        """Return what of some days is not done, per state and reason; what has no day counts when
        this run planned it.
        """
        asked = {"practice": run.practice, "run_id": run.run_id}
        return self._session.records(
            LeftBehind, "open_groups_of_days", **asked, first_day=days[0], before=days[1]
        )

    def handed_over_closed(self, run_ids: Sequence[str], closed: Iterable[tuple[str, int, int]]) -> int:
        """Return how many entries these runs handed over in one of `closed` (journal, year,
        period).
        """
        periods = Jsonb([dict(zip(("journal", "year", "period"), each, strict=True)) for each in closed])
        asked = {"run_ids": list(run_ids), "closed_periods": periods}
        row = self._session.row("count_handed_over_closed", **asked)
        assert row is not None
        return int(row["entries"])

    def by_state(self, practice: str, days: Days) -> list[StateTotal]:
        """Return where the money of the days stands, the latest version of each record."""
        return self._session.records(StateTotal, "totals_by_state", **_scope(practice, days))

    def of_batch(self, run: Run, batch: Batch) -> BatchTotals:
        """Return what a run has booked of a batch."""
        totals = self._session.record(
            BatchTotals, "batch_totals", practice=run.practice, run_id=run.run_id, **batch.range
        )
        assert totals is not None
        return totals

    def suspense(self, practice: str, days: Days) -> list[SuspenseDay]:
        """Return what PIN and cash put on the suspense accounts per day."""
        return self._session.records(SuspenseDay, "suspense_by_day", **_scope(practice, days))


def _scope(practice: str, days: Days) -> dict[str, str | dt.date]:
    return {"practice": practice, "from_date": days[0], "before_date": days[1]}
