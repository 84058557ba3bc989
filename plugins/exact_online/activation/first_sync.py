"""What a first-sync date comes to before it is saved: invoices per month, calls, and the last night
of the work (M20, B6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.api.forecast import nights_for
from exact_online.api.limits import DAY_LIMIT
from exact_online.extract.first_sync import MonthCount, debtor_count, invoices_per_month
from exact_online.extract.revenue import revenue_totals
from exact_online.ledger import EventKind, Ledger
from exact_online.vocabulary import Backfill

CALLS_PER_INVOICE = 1
CALLS_PER_DEBTOR = 3
"""The most that a new one takes: relation, contact and, for direct debit, bank account."""


@dataclass(frozen=True)
class FirstSync:
    """From which day on a practice is synchronised, and what happens to older invoices."""

    link_date: dt.date
    """All invoices from this day on are booked."""
    first_day: dt.date
    """The first day of older ones; the link date when nothing happens to them."""
    backfill: Backfill


@dataclass(frozen=True)
class Forecast:
    """What a choice brings."""

    older: list[MonthCount]
    """Per month, from the first day up to the link date."""
    newer: list[MonthCount]
    """Per month, from the link date on."""
    total_cents: int
    """Gross, of all of them."""
    debtors: int
    calls: int
    last_night: dt.date
    """The day on which the last of it is booked, when the nights begin tomorrow."""
    day_limit: int
    """Calls a day that this was reckoned with."""

    @property
    def older_invoices(self) -> int:
        """All of before the link date."""
        return sum(month.invoices for month in self.older)

    @property
    def newer_invoices(self) -> int:
        """All from the link date on."""
        return sum(month.invoices for month in self.newer)


def forecast(
    james: psycopg.Connection[Any],
    james_practice_code: str,
    choice: FirstSync,
    today: dt.date,
    day_limit: int | None = None,
) -> Forecast:
    """Count in James what a choice brings. Raises Unreachable when James is away.

    `day_limit`: calls a day that Exact allows the division; None before it said so.
    """
    limit = day_limit or DAY_LIMIT
    older_days, newer_days = (choice.first_day, choice.link_date), (choice.link_date, today)
    older = invoices_per_month(james, james_practice_code, older_days) if _is_range(older_days) else []
    newer = invoices_per_month(james, james_practice_code, newer_days) if _is_range(newer_days) else []
    debtors = debtor_count(james, james_practice_code)
    first = CALLS_PER_DEBTOR * debtors + CALLS_PER_INVOICE * _sum(newer)
    history = CALLS_PER_INVOICE * _sum(older) if choice.backfill is Backfill.IMPORT else 0
    totals = revenue_totals(james, james_practice_code, (choice.first_day, max(today, choice.link_date)))
    euros = sum((total.amount for total in totals if total.amount is not None), start=0)
    nights = nights_for(first, history, day_limit=limit)
    last_night = today + dt.timedelta(days=nights)
    return Forecast(older, newer, int(euros * 100), debtors, first + history, last_night, limit)


def save(ledger: Ledger, practice: str, choice: FirstSync, who: str) -> bool:
    """Save a choice with who made it; False when the link date would move after the first night."""
    with ledger.transaction("set first-sync date"):
        is_saved = ledger.activation.set_first_sync(
            practice, choice.link_date, choice.first_day, choice.backfill
        )
        if is_saved:
            ledger.events.note(
                practice,
                who,
                EventKind.FIRST_SYNC_DATE_SET,
                link_date=choice.link_date.isoformat(),
                first_day=choice.first_day.isoformat(),
                backfill=choice.backfill,
            )
    return is_saved


def _is_range(days: tuple[dt.date, dt.date]) -> bool:
    return days[0] < days[1]


def _sum(months: Sequence[MonthCount]) -> int:
    return sum(month.invoices for month in months)
