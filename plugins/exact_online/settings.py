"""The settings of a practice and the lists of its division in Exact: both are fixed during a run.

Both are values that never change. The first task of a run reads them, and each later task reads
them again from the ledger; functions get them as arguments.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.vocabulary import (
    HandOverFormat,
    PaymentCondition,
    RevenueGroup,
    VatCodeKind,
    VatNature,
    VatRate,
)

RevenueCell = tuple[str, RevenueGroup, VatRate]
"""(profession, revenue group, VAT rate): one of the twelve cells of a profession (M8)."""


@dataclass(frozen=True)
class PracticeSettings:
    """One version of the settings that the accountant delivers (M22); codes are texts."""

    practice: str
    version: int
    division: int
    sales_journal: str
    general_journal: str
    receivables_account: str
    suspense_accounts: Mapping[PaymentCondition, str]
    """G/L account code for PIN and for CASH (M12)."""
    vat_codes: Mapping[VatRate, str]
    payment_conditions: Mapping[PaymentCondition, str]
    """Exact's code of each of the seven conditions (M13)."""
    revenue_accounts: Mapping[RevenueCell, str]
    """G/L account code per cell (M8)."""
    stop_at_other_number: bool = False
    """Whether the practice stops when Exact gives an entry another number than was sent; else that
    entry is kept as Exact has it, and told."""
    debtor_zeros_count: bool = False
    """Whether 00123 and 123 are two relations in Exact, which may add or strip zeros (M15)."""
    claims_journal: str | None = None
    """The sales journal of claims, where they have one of their own: then a claim and an invoice
    may have one number (M17). None: claims go into `sales_journal`."""
    one_number_series: bool = False
    """Whether James numbers invoices and claims in one series: then one number twice in a year is
    a double, in whatever journals (FR-G18)."""
    bulk: bool = False
    """Whether history goes to Exact in uploads of many entries (B6)."""

    hand_over_format: HandOverFormat = HandOverFormat.XLSX
    """What the files of a hand-over are; those of earlier ones stay what they are."""
    workbook_no_captions: bool = False
    """Whether a handed over workbook begins without the captions of Exact's form."""
    workbook_entry_heads: bool = False
    """Whether each entry in it begins with a row that has the columns of its head alone."""
    handed_over_days: int = 14
    """Days after which a handed over invoice that Exact lacks is an open item."""

    @property
    def journals(self) -> tuple[str, ...]:
        """All journals that the link books in."""
        own = (self.claims_journal,) if self.claims_journal else ()
        return (self.sales_journal, self.general_journal, *own)


@dataclass(frozen=True)
class GlAccount:
    id: str
    code: str
    type: int | None
    """None when Exact gives none, or something that is no number."""
    blocked: bool
    vat_code: str | None
    """Default VAT code, which Exact applies to a line without one."""
    cost_center_mandatory: bool = False
    cost_unit_mandatory: bool = False
    """Exact rejects a line on the account without one; the link gives none."""


@dataclass(frozen=True)
class VatCode:
    code: str
    kind: VatCodeKind | None
    """None for a type that Exact did not have when this was written."""
    basis_points: int | None
    """2100 is 21 %; None when Exact gives no number."""
    gl_to_pay: str | None
    """Id of the ledger account for VAT (M11)."""
    blocked: bool
    nature: VatNature = VatNature.SALES


@dataclass(frozen=True)
class Journal:
    code: str
    type: int | None
    allow_vat: bool
    gl_account: str | None
    """Id of the journal's own account: for a sales journal the receivables account."""
    blocked: bool


@dataclass(frozen=True)
class ExactPaymentCondition:
    code: str
    method: str | None
    """PaymentMethod; ``B`` is "on credit" (M13)."""
    days: int | None
    end_of_months: int = 0
    """So many months on, to the end of that month; then the days."""

    def due_date(self, day: dt.date) -> dt.date | None:
        """Return when an entry of this day is due; None when Exact gives no days."""
        if self.days is None:
            return None
        if self.end_of_months:
            year, month = divmod(day.year * 12 + day.month - 1 + self.end_of_months, 12)
            day = dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        return day + dt.timedelta(days=self.days)


@dataclass(frozen=True)
class FinancialPeriod:
    year: int
    period: int
    start: dt.date
    end: dt.date
    """Last day, inclusive."""


@dataclass(frozen=True)
class ExactLists:
    """The lists of a division by code (without blanks), as they were when the run was opened."""

    gl_accounts: Mapping[str, GlAccount]
    vat_codes: Mapping[str, VatCode]
    journals: Mapping[str, Journal]
    payment_conditions: Mapping[str, ExactPaymentCondition]
    periods: tuple[FinancialPeriod, ...]
    closed_periods: frozenset[tuple[str, int, int]] = frozenset()
    """Journal code, financial year and period; empty where Exact does not say which are closed."""
