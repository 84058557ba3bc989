"""The codes of all reasons, and those of a kind; their sentences are in reasons.toml."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The codes of all reasons, as the ledger stores them; reasons.toml has the same codes."""

    DUPLICATE_IN_SOURCE = "duplicate_in_source"
    INVOICE_KIND_UNKNOWN = "invoice_kind_unknown"
    INVOICE_NUMBER_MISSING = "invoice_number_missing"
    INVOICE_NUMBER_NOT_BOOKABLE = "invoice_number_not_bookable"
    CLAIM_NUMBER_MISSING = "claim_number_missing"
    CLAIM_NUMBER_NOT_BOOKABLE = "claim_number_not_bookable"
    DEBTOR_NUMBER_MISSING = "debtor_number_missing"
    DEBTOR_NUMBER_NOT_BOOKABLE = "debtor_number_not_bookable"
    DEBTOR_KIND_UNKNOWN = "debtor_kind_unknown"
    DEBTOR_NAME_MISSING = "debtor_name_missing"
    DEBTOR_TWICE = "debtor_twice"
    DEBTOR_NUMBERS_ALIKE = "debtor_numbers_alike"
    PAYMENT_CONDITION_UNKNOWN = "payment_condition_unknown"
    CURRENCY_NOT_EURO = "currency_not_euro"
    INVOICE_DATE_MISSING = "invoice_date_missing"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    TOTAL_NOT_IN_CENTS = "total_not_in_cents"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    NO_LINES = "no_lines"
    LINE_AMOUNT_NOT_IN_CENTS = "line_amount_not_in_cents"
    PROFESSION_MISSING = "profession_missing"
    ITEM_ORIGIN_UNKNOWN = "item_origin_unknown"
    VAT_RATE_UNKNOWN = "vat_rate_unknown"
    TOTAL_MISMATCH = "total_mismatch"
    TEXT_UNDECODABLE = "text_undecodable"

    PERIOD_MISSING = "period_missing"
    PERIOD_CLOSED = "period_closed"
    JOURNAL_NOT_IN_EXACT = "journal_not_in_exact"
    JOURNAL_BLOCKED = "journal_blocked"
    JOURNAL_WRONG_TYPE = "journal_wrong_type"
    JOURNAL_WITHOUT_VAT = "journal_without_vat"
    RECEIVABLES_ACCOUNT_DIFFERS = "receivables_account_differs"
    GL_ACCOUNT_NOT_IN_EXACT = "gl_account_not_in_exact"
    GL_ACCOUNT_BLOCKED = "gl_account_blocked"
    GL_ACCOUNT_WRONG_TYPE = "gl_account_wrong_type"
    COST_CENTER_MANDATORY = "cost_center_mandatory"
    COST_UNIT_MANDATORY = "cost_unit_mandatory"
    REVENUE_ACCOUNT_MISSING = "revenue_account_missing"
    SUSPENSE_ACCOUNT_MISSING = "suspense_account_missing"
    PAYMENT_CONDITION_MISSING = "payment_condition_missing"
    PAYMENT_CONDITION_NOT_IN_EXACT = "payment_condition_not_in_exact"
    PAYMENT_CONDITION_NOT_ON_CREDIT = "payment_condition_not_on_credit"
    PAYMENT_CONDITION_OTHER_DAYS = "payment_condition_other_days"
    PAYMENT_CONDITION_SHARED = "payment_condition_shared"
    DUE_DATE_MISSING = "due_date_missing"
    VAT_CODE_MISSING = "vat_code_missing"
    VAT_CODE_NOT_IN_EXACT = "vat_code_not_in_exact"
    VAT_CODE_BLOCKED = "vat_code_blocked"
    VAT_CODE_WRONG_KIND = "vat_code_wrong_kind"
    VAT_CODE_NOT_FOR_SALES = "vat_code_not_for_sales"
    VAT_CODE_WRONG_PERCENTAGE = "vat_code_wrong_percentage"
    VAT_CODE_WITHOUT_ACCOUNT = "vat_code_without_account"
    VAT_ACCOUNT_WRONG_TYPE = "vat_account_wrong_type"
    VAT_DIFFERENCE = "vat_difference"
    ENTRY_NOT_BALANCED = "entry_not_balanced"
    TITLE_MISSING = "title_missing"

    NUMBER_CLASH = "number_clash"
    RELATION_TO_CONFIRM = "relation_to_confirm"
    RELATION_ALIKE = "relation_alike"
    RELATION_NOT_CUSTOMER = "relation_not_customer"
    RELATION_BLOCKED = "relation_blocked"
    RELATION_GONE = "relation_gone"
    DEBTOR_IDENTITY_CHANGED = "debtor_identity_changed"
    DEBTOR_NOT_BOOKED = "debtor_not_booked"
    OTHERS_REJECTED = "others_rejected"
    DEBTOR_GONE_IN_SOURCE = "debtor_gone_in_source"
    COUNTRY_UNKNOWN = "country_unknown"
    IBAN_REJECTED = "iban_rejected"

    TEXT_SHORTENED = "text_shortened"
    IBAN_LEFT_OUT = "iban_left_out"
    EMAIL_LEFT_OUT = "email_left_out"
    COUNTRY_LEFT_OUT = "country_left_out"
    PAYMENT_CONDITION_LEFT_OUT = "payment_condition_left_out"

    TO_BE_HANDED_OVER = "to_be_handed_over"
    INSURER_PAID_AT_DESK = "insurer_paid_at_desk"
    CLAIM_TO_PATIENT = "claim_to_patient"
    WAITING_FOR_ORIGINAL = "waiting_for_original"
    ORIGINAL_NOT_BOOKED = "original_not_booked"
    YEAR_FIXED = "year_fixed"
    WRONG_DIVISION = "wrong_division"
    DOCUMENT_TYPE = "document_type"
    ENTRY_NUMBER_IN_USE = "entry_number_in_use"
    ENTERED_BEFORE = "entered_before"
    DOUBLE_IN_EXACT = "double_in_exact"
    DEBTOR_DOUBLE_IN_EXACT = "debtor_double_in_exact"
    CHANGED_AFTER_BOOKING = "changed_after_booking"
    GONE_IN_SOURCE = "gone_in_source"
    MADE_OTHERWISE = "made_otherwise"
    CHANGED_IN_EXACT = "changed_in_exact"
    GONE_IN_EXACT = "gone_in_exact"
    OTHER_ENTRY_NUMBER = "other_entry_number"
    ENTERED_TWICE = "entered_twice"
    ENTERED_BY_HAND = "entered_by_hand"
    EXACT_SETTLES_LATE = "exact_settles_late"
    HANDED_OVER = "handed_over"
    HANDED_OVER_OTHERWISE = "handed_over_otherwise"
    NOT_YET_DUE = "not_yet_due"
    ANSWER_LOST = "answer_lost"
    WORKBOOK_NOT_IMPORTED = "workbook_not_imported"
    HELD = "held"
    REJECTED = "rejected"
    CLOSED = "closed"
    UNEXPLAINED = "unexplained"
    REJECTED_OTHER = "rejected_other"

    TOKEN_UNUSED = "token_unused"  # noqa: S105 - a reason, no token
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a reason, no token
    RECONNECT_NEEDED = "reconnect_needed"
    FINANCIAL_YEAR_MISSING = "financial_year_missing"
    APP_SCOPE_MISSING = "app_scope_missing"
    NIGHT_MISSING = "night_missing"
    NIGHT_UNFINISHED = "night_unfinished"
    NIGHT_FAILED = "night_failed"
    INVOICES_UNUSUAL = "invoices_unusual"
    LEDGER_COPIED = "ledger_copied"
    OPEN_FOR_LONG = "open_for_long"
    UPLOADS_DO_NOT_WORK = "uploads_do_not_work"


WARNINGS = frozenset(
    {
        Reason.INSURER_PAID_AT_DESK,
        Reason.CLAIM_TO_PATIENT,
        Reason.PAYMENT_CONDITION_OTHER_DAYS,
        Reason.PAYMENT_CONDITION_SHARED,
        Reason.UPLOADS_DO_NOT_WORK,
    }
)
"""What is odd and booked as the rules say: told once, nothing waits for it."""

ALREADY_THERE = frozenset({Reason.NUMBER_CLASH, Reason.ENTRY_NUMBER_IN_USE})
"""Exact answers that the record exists: it is looked up and compared before it is rejected."""


IN_THE_WAY = frozenset({Reason.ENTRY_NUMBER_IN_USE, Reason.ENTERED_BEFORE, Reason.DOUBLE_IN_EXACT})
"""Rejected for an entry that Exact has. The entry is a difference of its own, and no news: the
rejection told of it."""

READ_FIRST = frozenset({Reason.DOUBLE_IN_EXACT, Reason.ENTERED_BEFORE})
"""Rejected for what stands in Exact under another number: its way back to sending goes through
*doubtful*, so that Exact is read and compared before anything is sent. A hand-over compares the
second with the mirror instead, as everything that it writes."""

CURE_IS_NOT_SEEN = frozenset(
    {
        Reason.REJECTED_OTHER, Reason.PERIOD_CLOSED, Reason.TITLE_MISSING, Reason.DOCUMENT_TYPE,
        Reason.YEAR_FIXED, Reason.WRONG_DIVISION, Reason.RELATION_GONE, Reason.ENTRY_NUMBER_IN_USE,
        Reason.DOUBLE_IN_EXACT, Reason.VAT_DIFFERENCE, Reason.ENTRY_NOT_BALANCED,
    }
)  # fmt: skip
"""Reasons that may be cured without a change of what a night reads before it plans: words that
nobody knows, rights, titles, entries that are removed. A period is one where the list of closed
periods can't be read."""
