"""What is wrong with a setting, seen against the division's lists, before we send (B2).

Each check returns the first thing that is wrong, or None, in the order of docs/booking-rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.money import amount_text
from exact_online.reason_codes import Reason
from exact_online.settings import ExactLists, PracticeSettings, RevenueCell
from exact_online.transform.vat_rates import present_basis_points
from exact_online.transform.words import (
    CONDITION_WORDS,
    GROUP_WORDS,
    NATURE_WORDS,
    RATE_WORDS,
    Words,
    in_both_languages,
)
from exact_online.vocabulary import (
    PAID_AT_THE_DESK,
    GlAccountType,
    JournalType,
    PaymentCondition,
    VatCodeKind,
    VatNature,
    VatRate,
)  # fmt: skip

ON_CREDIT = "B"
"""PaymentConditions.PaymentMethod (M13)."""
UNREADABLE = "?"
"""Stands in a sentence where Exact gives no number, or a type that is new."""


@dataclass(frozen=True)
class Rejection:
    """A reason with the values that only the check knows; the record adds its own."""

    reason: Reason
    values: Mapping[str, str]


def _first(wrong: Mapping[Reason, bool], values: Mapping[str, str]) -> Rejection | None:
    return next((Rejection(reason, values) for reason, is_so in wrong.items() if is_so), None)


def check_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists, sales_journal: str
) -> Rejection | None:
    """Check journal, debtor side and payment condition of its invoices (M4, M10, M12, M13), or of
    its claims when `sales_journal` is theirs.
    """
    if condition in PAID_AT_THE_DESK:
        general_journal = check_journal(settings.general_journal, JournalType.GENERAL, lists)
        return general_journal or check_suspense_account(condition, settings, lists)
    return (
        check_journal(sales_journal, JournalType.SALES, lists)
        or check_receivables_account(settings, lists, sales_journal)
        or check_payment_condition(condition, settings, lists)
    )


def check_journal(code: str, wanted: JournalType, lists: ExactLists) -> Rejection | None:
    """Check that a journal exists and can be booked in.

    The general journal must have its VAT tick (M10).
    """
    journal = lists.journals.get(code)
    if journal is None:
        return Rejection(Reason.JOURNAL_NOT_IN_EXACT, {"journal": code})
    wrong = {
        Reason.JOURNAL_BLOCKED: journal.blocked,
        Reason.JOURNAL_WRONG_TYPE: journal.type != wanted,
        Reason.JOURNAL_WITHOUT_VAT: wanted is JournalType.GENERAL and not journal.allow_vat,
    }
    return _first(wrong, {"journal": code})


def check_account(code: str, wanted: GlAccountType, use: Words, lists: ExactLists) -> Rejection | None:
    """Check a ledger account by its code.

    `use` says in Dutch and English what the practice uses it for.
    """
    values = {"account": code, **in_both_languages("use", use)}
    account = lists.gl_accounts.get(code)
    if account is None:
        return Rejection(Reason.GL_ACCOUNT_NOT_IN_EXACT, values)
    # The lines on the receivables account are Exact's own work.
    is_ours = wanted is not GlAccountType.RECEIVABLE
    wrong = {
        Reason.GL_ACCOUNT_BLOCKED: account.blocked,
        Reason.GL_ACCOUNT_WRONG_TYPE: account.type != wanted,
        Reason.COST_CENTER_MANDATORY: is_ours and account.cost_center_mandatory,
        Reason.COST_UNIT_MANDATORY: is_ours and account.cost_unit_mandatory,
    }
    found = UNREADABLE if account.type is None else str(account.type)
    return _first(wrong, {**values, "found": found, "wanted": str(int(wanted))})


def check_receivables_account(
    settings: PracticeSettings, lists: ExactLists, sales_journal: str
) -> Rejection | None:
    """Check the receivables account.

    Exact rejects a sales entry when the relation's is not the journal's.
    """
    code, journal = settings.receivables_account, lists.journals.get(sales_journal)
    rejection = check_account(code, GlAccountType.RECEIVABLE, ("debiteuren", "receivables"), lists)
    if rejection or journal is None or journal.gl_account in {None, lists.gl_accounts[code].id}:
        return rejection
    return Rejection(Reason.RECEIVABLES_ACCOUNT_DIFFERS, {"account": code, "journal": sales_journal})


def check_suspense_account(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Rejection | None:
    """Check the suspense account of PIN or cash, which is of type General (M12)."""
    code, words = settings.suspense_accounts.get(condition), CONDITION_WORDS[condition]
    if not code:
        return Rejection(Reason.SUSPENSE_ACCOUNT_MISSING, in_both_languages("condition", words))
    use = (f"tussenrekening {words[0]}", f"suspense account {words[1]}")
    return check_account(code, GlAccountType.GENERAL, use, lists)


def check_payment_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Rejection | None:
    """Check that a payment condition is filled in and exists in Exact, on credit (M13)."""
    code = settings.payment_conditions.get(condition, "")
    in_exact = lists.payment_conditions.get(code)
    wrong = {
        Reason.PAYMENT_CONDITION_MISSING: not code,
        Reason.PAYMENT_CONDITION_NOT_IN_EXACT: in_exact is None,
        Reason.PAYMENT_CONDITION_NOT_ON_CREDIT: in_exact is not None and in_exact.method != ON_CREDIT,
    }
    return _first(wrong, {"code": code, **in_both_languages("condition", CONDITION_WORDS[condition])})


def check_cell(cell: RevenueCell, account: str, vat_code: str, lists: ExactLists) -> Rejection | None:
    """Check the revenue account and the VAT code of one cell (M8, M11); they are empty when there
    is none.

    They are those of the settings, or, of a credit, those of the booking that it credits.
    """
    profession, group, rate = cell
    groups, rates = GROUP_WORDS[group], RATE_WORDS[rate]
    if not account:
        values = {**in_both_languages("group", groups), **in_both_languages("rate", rates)}
        return Rejection(Reason.REVENUE_ACCOUNT_MISSING, {"profession": profession, **values})
    return check_revenue_account(cell, account, lists) or check_vat_code(rate, vat_code, lists)


def check_revenue_account(cell: RevenueCell, account: str, lists: ExactLists) -> Rejection | None:
    """Check the revenue account of one cell: there, of its type, free to book on (M8)."""
    profession, group, rate = cell
    groups, rates = GROUP_WORDS[group], RATE_WORDS[rate]
    use = (f"omzet {profession}, {groups[0]}, {rates[0]}", f"revenue {profession}, {groups[1]}, {rates[1]}")
    return check_account(account, GlAccountType.REVENUE, use, lists)


def check_vat_code(rate: VatRate, code: str, lists: ExactLists) -> Rejection | None:
    """Check a VAT code: kind, the rate's percentage today, a VAT account, also for 0 % (M11)."""
    wanted = present_basis_points(rate)
    values = {"vat_code": code, **in_both_languages("rate", RATE_WORDS[rate])}
    in_exact = lists.vat_codes.get(code)
    if not code or in_exact is None:
        return Rejection(Reason.VAT_CODE_NOT_IN_EXACT if code else Reason.VAT_CODE_MISSING, values)
    # At 0 % a code that holds the base amount only books the same as the other two.
    allowed = {VatCodeKind.EXCLUDING, VatCodeKind.INCLUDING} | (
        {VatCodeKind.BASE_ONLY} if rate is VatRate.ZERO else set()
    )
    types = {account.id: account.type for account in lists.gl_accounts.values()}
    wrong = {
        Reason.VAT_CODE_BLOCKED: in_exact.blocked,
        Reason.VAT_CODE_WRONG_KIND: in_exact.kind not in allowed,
        Reason.VAT_CODE_NOT_FOR_SALES: in_exact.nature is not VatNature.SALES,
        Reason.VAT_CODE_WRONG_PERCENTAGE: in_exact.basis_points != wanted,
        Reason.VAT_CODE_WITHOUT_ACCOUNT: not in_exact.gl_to_pay,
        Reason.VAT_ACCOUNT_WRONG_TYPE: types.get(in_exact.gl_to_pay or "", GlAccountType.VAT)
        != GlAccountType.VAT,
    }
    points = UNREADABLE if in_exact.basis_points is None else amount_text(in_exact.basis_points)
    nature = in_both_languages("nature", NATURE_WORDS[in_exact.nature])
    return _first(wrong, {**values, **nature, "found": points, "wanted": amount_text(wanted)})
