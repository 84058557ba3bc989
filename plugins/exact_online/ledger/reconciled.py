"""What the reconciliation page and the control workbook show. Reads only; amounts are cents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from exact_online.ledger.night_numbers import NightNumbers
from exact_online.ledger.runs import JamesTotal
from exact_online.ledger.session import Session
from exact_online.ledger.totals import Days

PAGE_SIZE = 100


@dataclass(frozen=True)
class LatestComparison:
    """The latest night that compared James, the ledger and Exact."""

    book_day: dt.date
    finished_at: dt.datetime | None
    """None while the night still runs."""
    numbers: NightNumbers
    james: tuple[JamesTotal, ...]


@dataclass(frozen=True)
class CellOfMonth:
    """What is booked or handed over of one month, journal, revenue group and VAT rate."""

    month: dt.date
    """Its first day."""
    state: str
    """booked or exported"""
    journal: str
    revenue_group: str
    vat_rate: str
    entries: int
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True)
class ExactMonth:
    """What Exact's own lines in our journals come to in one month; gross."""

    month: dt.date
    """Its first day."""
    journal: str
    exact_cents: int
    """Of the link's entries."""
    other_cents: int
    """Of other entries."""


@dataclass(frozen=True)
class AccountTotal:
    """One G/L account in one journal; net, revenue is positive."""

    journal: str
    gl_account: str
    booked_cents: int
    """By the ledger."""
    exact_cents: int
    """What Exact shows of the same entries."""
    other_cents: int
    """What Exact shows of other entries in the journal."""


@dataclass(frozen=True)
class PeriodTotal:
    """What is booked in one financial period, journal, G/L account and VAT code."""

    financial_year: int
    financial_period: int
    journal: str
    gl_account: str
    vat_code: str
    entries: int
    net_cents: int
    vat_cents: int


@dataclass(frozen=True)
class CauseOfMonth:
    """The open differences of one cause."""

    month: dt.date | None
    """First day; None for what belongs to no one invoice."""
    cause: str
    """A `Cause`."""
    is_accepted: bool
    items: int
    james_cents: int
    exact_cents: int


@dataclass(frozen=True)
class InvoiceRow:
    """One invoice or claim, and the open difference about it."""

    booking_id: int
    source_key: str
    kind: str
    state: str
    reason: str | None
    journal: str | None
    entry_number: int | None
    entry_date: dt.date
    total_cents: int
    cause: str | None
    is_accepted: bool
    james_cents: int | None
    exact_cents: int | None
    found: int
    """How many the question finds in all."""


@dataclass(frozen=True)
class NumberRun:
    """Entry numbers that follow each other, all in one journal and state."""

    series: str
    """factuur or declaratie: James numbers each by itself."""
    financial_year: int
    first_number: int
    last_number: int
    journal: str
    state: str
    reason: str | None


@dataclass(frozen=True)
class Receivables:
    """The receivables account over a range of days."""

    paid_at_once_cents: int
    """Booked through the general journal (PIN and cash)."""
    on_account_cents: int
    """Booked through the sales journals."""
    exact_cents: int
    """What these entries put on the receivables account in Exact."""


@dataclass(frozen=True)
class SuspenseLeft:
    """An invoice on PIN or cash, or an entry named after one, that keeps the suspense accounts from
    going back to zero.
    """

    day: dt.date
    subject: str
    """The key of the invoice, or ``exact:<entry id>``."""
    source_key: str | None
    booking_id: int | None
    entry_number: int | None
    reason: str | None
    """Of a booking that is rejected or held."""
    cause: str
    """A `Cause`."""
    is_accepted: bool
    james_cents: int
    """What was paid, by James."""
    exact_cents: int
    """What Exact has of it."""

    @property
    def left_cents(self) -> int:
        """What bank and till book off and Exact lacks; negative the other way round."""
        return self.james_cents - self.exact_cents


class Reconciled:
    """Reads the comparison of a practice by month, account, period and invoice."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, practice: str) -> LatestComparison | None:
        """Return what the latest night compared; None before the first."""
        row = self._session.row("reconciled_latest", practice=practice)
        if row is None:
            return None
        return LatestComparison(
            row["book_day"],
            row["finished_at"],
            NightNumbers.from_json(row["numbers"]),
            tuple(map(JamesTotal.from_json, row["james_totals"])),
        )

    def cells(self, practice: str, days: Days) -> list[CellOfMonth]:
        """Return what is booked or handed over per month and cell."""
        return self._session.records(CellOfMonth, "reconciled_cells", **_scope(practice, days))

    def exact(self, practice: str, days: Days) -> list[ExactMonth]:
        """Return what Exact shows per month and journal, from its own lines."""
        return self._session.records(ExactMonth, "reconciled_exact", **_scope(practice, days))

    def accounts(self, practice: str, days: Days) -> list[AccountTotal]:
        """Return the ledger beside Exact's own lines, per journal and G/L account."""
        return self._session.records(AccountTotal, "reconciled_accounts", **_scope(practice, days))

    def periods(self, practice: str, days: Days) -> list[PeriodTotal]:
        """Return what to tick off against Exact's trial balance."""
        return self._session.records(PeriodTotal, "reconciled_periods", **_scope(practice, days))

    def causes(self, practice: str, days: Days) -> list[CauseOfMonth]:
        """Return the open differences of these days per month and cause."""
        return self._session.records(CauseOfMonth, "reconciled_causes", **_scope(practice, days))

    def series(self, practice: str, days: Days) -> list[NumberRun]:
        """Return the entry numbers of these days as runs, the lowest first."""
        return self._session.records(NumberRun, "reconciled_series", **_scope(practice, days))

    def suspense_left(self, practice: str, days: Days) -> list[SuspenseLeft]:
        """Return what keeps the suspense accounts of these days from zero, by day."""
        return self._session.records(SuspenseLeft, "suspense_left", **_scope(practice, days))

    def receivables(self, practice: str, days: Days, receivables_account: str) -> Receivables:
        """Return the movement of the receivables account (a code) by the link's entries."""
        found = self._session.record(
            Receivables,
            "reconciled_receivables",
            **_scope(practice, days),
            receivables_account=receivables_account,
        )
        assert found is not None
        return found

    def invoices(
        self,
        practice: str,
        days: Days,
        *,
        cell: tuple[str, str] | None = None,
        only_differing: bool = False,
        page: int = 1,
    ) -> list[InvoiceRow]:
        """Return page `page`, from 1, of the invoices of these days; `PAGE_SIZE` at most.

        `cell`: those with a line of this revenue group and VAT rate.
        """
        group, rate = cell or (None, None)
        return self._session.records(
            InvoiceRow,
            "reconciled_invoices",
            **_scope(practice, days),
            revenue_group=group,
            vat_rate=rate,
            only_differing=only_differing,
            page_size=PAGE_SIZE,
            skipped=(page - 1) * PAGE_SIZE,
        )


def _scope(practice: str, days: Days) -> dict[str, Any]:
    return {"practice": practice, "from_date": days[0], "before_date": days[1]}
