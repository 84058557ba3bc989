"""The values with a fixed set of words, as they are in SQL, in frames and in the ledger.

Every value below is also the text that is stored, so a member equals the value of a column.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class DebtorKind(StrEnum):
    """Who pays (M2). Decides the revenue group of an item from *Tarieven* (M8)."""

    PATIENT = "patient"
    INSURER = "insurer"
    INSTITUTION = "institution"


class InvoiceKind(StrEnum):
    """An invoice goes to a patient or an institution, a claim to an insurer (M3, M17)."""

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
    """The rates of the revenue accounts (M8); which percentage a rate is depends on the date."""

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
"""Invoices with these conditions are booked in the general journal (M4)."""


class BookingKind(StrEnum):
    """What a booking becomes in Exact."""

    DEBTOR = "debtor"
    SALES_ENTRY = "sales_entry"
    GENERAL_JOURNAL_ENTRY = "general_journal_entry"


class BookingState(StrEnum):
    """The state of a booking. docs/reliability.md has the moves between states that are allowed."""

    HELD = "held"
    """May not be sent yet, for the reason on its row; tried again every night."""
    PLANNED = "planned"
    """Its payload is final and not sent yet."""
    SENDING = "sending"
    """Claimed and committed; the call may or may not have reached Exact."""
    BOOKED = "booked"
    """Exact has it and we know its id."""
    REJECTED = "rejected"
    """Rejected by a check of ours or by Exact, for the reason on its row."""
    DOUBTFUL = "doubtful"
    """The answer was lost or unreadable: it is looked up in Exact before anything else happens."""
    EXPORTED = "exported"
    """Handed over in a workbook; never sent through the API (M20)."""
    CLOSED = "closed"
    """Will not be booked any more: removed in James and in Exact, or closed by a person."""


class Turn(IntEnum):
    """When in a night a booking is sent: the turns go one after the other (B6).

    A day with too few calls for all so books invoices, and not debtors alone.
    """

    FIRST = 1
    """Invoices since the link date, after the debtors without whom they can't be booked."""
    AGAIN = 2
    """What of the first turn Exact rejected before: it never keeps a good one waiting."""
    OTHER_DEBTORS = 3
    """Debtors that no open invoice waits for, and changes of debtors that Exact has."""
    HISTORY = 4
    """Invoices from before the link date. They leave calls to the night."""


class Cause(StrEnum):
    """Why James and Exact differ about one invoice. This list is closed: there is no "other".

    Each is also a reason of the catalogue, with its sentence and who cures it where.
    """

    NOT_YET_DUE = "not_yet_due"
    """Planned, sending or doubtful: the next night goes on with it."""
    HELD = "held"
    REJECTED = "rejected"
    CLOSED = "closed"
    """A person said that it will not be booked."""
    HANDED_OVER = "handed_over"
    """In a workbook that was not imported yet. Once it is imported there is no difference."""
    HANDED_OVER_OTHERWISE = "handed_over_otherwise"
    """Imported with another amount, relation, day, period or VAT code."""
    CHANGED_IN_JAMES = "changed_after_booking"
    GONE_FROM_JAMES = "gone_in_source"
    MADE_OTHERWISE = "made_otherwise"
    """Exact itself made another total of it than was sent: the practice stopped at it."""
    CHANGED_IN_EXACT = "changed_in_exact"
    REMOVED_IN_EXACT = "gone_in_exact"
    OTHER_ENTRY_NUMBER = "other_entry_number"
    ENTERED_TWICE = "entered_twice"
    ENTERED_BY_HAND = "entered_by_hand"
    SETTLES_LATE = "exact_settles_late"
    """Booked by this very night, and not among the journals' lines yet."""
    UNEXPLAINED = "unexplained"
    """What no invoice accounts for: a fault of the link, and an alarm."""


EXPLAINED_BY_STATE = frozenset(
    {Cause.NOT_YET_DUE, Cause.HELD, Cause.REJECTED, Cause.CLOSED, Cause.HANDED_OVER}
)
"""Where the booking's own state says why: these are no difference that a night is red for."""


class Backfill(StrEnum):
    """What happens to invoices from before the link date (M20, C5)."""

    NOTHING = "nothing"
    IMPORT = "import"
    EXCEL = "excel"


class HandOverFormat(StrEnum):
    """What the files of a hand-over are; also the ending of their names."""

    XLSX = "xlsx"
    """Workbooks in the columns of Exact's own forms, for its import of CSV and Excel."""
    XML = "xml"
    """For its import of XML."""


class MatchKind(StrEnum):
    """How a relation in Exact looks like a debtor of James that it is not linked with (M16)."""

    SAME_NUMBER_SAME_NAME = "same_number_same_name"
    """At the same postcode."""
    SAME_NUMBER_NEAR_NAME = "same_number_near_name"
    """Or the same name at another postcode."""
    OTHER_NUMBER_SAME_NAME = "other_number_same_name"
    """At the same postcode: the same person under the number of previous software."""
    OTHER_NUMBER_NEAR_NAME = "other_number_near_name"
    """At the same postcode."""


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


class VatNature(StrEnum):
    """What a VAT code of Exact is for. Care and articles are sold at home: only SALES will do
    (M11).
    """

    SALES = "sales"
    PURCHASE = "purchase"
    REVERSE_CHARGED = "reverse_charged"
    EU_SALES = "eu_sales"
    MARGIN = "margin"


class VatCodeKind(StrEnum):
    """VATCodes.Type in Exact: does an amount that carries the code include the VAT? (M11)"""

    EXCLUDING = "E"
    INCLUDING = "I"
    BASE_ONLY = "B"
    NO_VAT = "N"
