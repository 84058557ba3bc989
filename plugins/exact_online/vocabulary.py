"""The words of the link, as they stand in SQL, in frames and in the ledger.

Every value below is also the text that is stored, so a member can be compared with a column as it is.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class DebtorKind(StrEnum):
    """Who pays (M2). Decides the revenue group of an item from *Tarieven* (M8)."""

    PATIENT = "patient"
    INSURER = "insurer"
    INSTITUTION = "institution"


class InvoiceKind(StrEnum):
    """A factuur goes to a patient or an institution, a declaratie (claim) to an insurer (M3, M17)."""

    INVOICE = "invoice"
    CLAIM = "claim"


class ItemOrigin(StrEnum):
    """Where an invoice line's item is defined in James: *Tarieven* or *Artikelen* (M8)."""

    TARIFF = "tariff"
    ARTICLE = "article"


class RevenueGroup(StrEnum):
    """Omzetgroep (M8)."""

    INSURERS = "insurers"
    PATIENTS = "patients"
    INSTITUTIONS = "institutions"
    ARTICLES = "articles"


class VatRate(StrEnum):
    """The three rates for which a profession has revenue accounts (M8). What each is in per cent depends on the date."""

    ZERO = "zero"
    LOW = "low"
    HIGH = "high"


class PaymentCondition(StrEnum):
    """Betalingsconditie in James (M13)."""

    DAYS_14 = "days_14"
    DAYS_21 = "days_21"
    DAYS_30 = "days_30"
    DAYS_60 = "days_60"
    PIN = "pin"
    CASH = "cash"
    DIRECT_DEBIT = "direct_debit"


PAID_AT_THE_DESK = frozenset({PaymentCondition.PIN, PaymentCondition.CASH})
"""Conditions that are booked in the general journal (M4)."""


class BookingKind(StrEnum):
    """What one booking becomes in Exact."""

    DEBTOR = "debtor"
    SALES_ENTRY = "sales_entry"
    GENERAL_JOURNAL_ENTRY = "general_journal_entry"


class BookingState(StrEnum):
    """Where a booking stands. Allowed moves: docs/reliability.md."""

    HELD = "held"
    """May not be sent yet; the reason is on the row; tried again every night."""
    PLANNED = "planned"
    """Final payload, not sent."""
    SENDING = "sending"
    """Claimed and committed; the call may or may not have reached Exact."""
    BOOKED = "booked"
    """Exact has it and we know its id."""
    REJECTED = "rejected"
    """Refused, by our own check or by Exact; the reason is on the row."""
    DOUBTFUL = "doubtful"
    """The answer was lost or unreadable: Exact must be asked before anything else happens."""
    EXPORTED = "exported"
    """Handed over in a workbook; never sent through the API (M20)."""


class Backfill(StrEnum):
    """What happens to invoices from before the link date (M20, C5)."""

    NOTHING = "nothing"
    IMPORT = "import"
    EXCEL = "excel"


class GlAccountType(IntEnum):
    """Types of Exact's G/L accounts that a rule of ours names (GLAccounts.Type)."""

    RECEIVABLE = 20
    VAT = 24
    GENERAL = 90
    REVENUE = 110


class JournalType(IntEnum):
    """Types of Exact's journals that a rule of ours names (Journals.Type)."""

    SALES = 20
    GENERAL = 90


class VatCodeKind(StrEnum):
    """VATCodes.Type in Exact: does an amount that carries the code include the VAT? (M11)"""

    EXCLUDING = "E"
    INCLUDING = "I"
    BASE_ONLY = "B"
    NO_VAT = "N"
