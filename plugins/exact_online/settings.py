"""What is fixed for a practice while a run lasts: its own settings, and its division's lists in Exact.

Both are values: they are read once by the first task of a run (and again by every later task, from the ledger),
handed down as arguments, and never changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.vocabulary import PaymentCondition, RevenueGroup, VatCodeKind, VatRate

RevenueCell = tuple[str, RevenueGroup, VatRate]
"""(profession, revenue group, VAT rate): one of the twelve cells of a profession (M8)."""


@dataclass(frozen=True)
class PracticeSettings:
    """One version of the settings that the accountant delivers (M22). Codes are texts, exactly as in Exact, unpadded."""

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


@dataclass(frozen=True)
class GlAccount:
    id: str
    code: str
    type: int
    blocked: bool
    vat_code: str | None
    """Default VAT code, applied by Exact to a line that names none."""


@dataclass(frozen=True)
class VatCode:
    code: str
    kind: VatCodeKind
    basis_points: int
    """2100 is 21 %."""
    gl_to_pay: str | None
    """Id of the VAT account (M11)."""
    blocked: bool


@dataclass(frozen=True)
class Journal:
    code: str
    type: int
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


@dataclass(frozen=True)
class FinancialPeriod:
    year: int
    period: int
    start: dt.date
    end: dt.date
    """Last day, inclusive."""


@dataclass(frozen=True)
class ExactLists:
    """A division's lists, keyed by trimmed code, as they stood when the run was opened."""

    gl_accounts: Mapping[str, GlAccount]
    vat_codes: Mapping[str, VatCode]
    journals: Mapping[str, Journal]
    payment_conditions: Mapping[str, ExactPaymentCondition]
    periods: tuple[FinancialPeriod, ...]
