"""What is wrong with a setting, seen against the division's own lists, before anything is sent (B2).

Each check returns the first thing that is wrong, or None, in the order of docs/booking-rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.money import amount_text
from exact_online.reasons import Reason
from exact_online.settings import ExactLists, PracticeSettings, RevenueCell
from exact_online.transform.vat_rates import present_basis_points
from exact_online.transform.words import CONDITION_WORDS, GROUP_WORDS, RATE_WORDS, in_both_languages
from exact_online.vocabulary import (
    PAID_AT_THE_DESK,
    GlAccountType,
    JournalType,
    PaymentCondition,
    VatCodeKind,
    VatRate,
)

ON_CREDIT = "B"
"""PaymentConditions.PaymentMethod (M13)."""
USUAL_KINDS = {VatCodeKind.EXCLUDING, VatCodeKind.INCLUDING}
ALLOWED_KINDS = {
    VatRate.ZERO: USUAL_KINDS | {VatCodeKind.BASE_ONLY},
    VatRate.LOW: USUAL_KINDS,
    VatRate.HIGH: USUAL_KINDS,
}
"""At 0 % a code that holds the base amount only books the same as the other two."""


@dataclass(frozen=True)
class Rejection:
    """A reason with the values that only the check knows; the record adds its own."""

    reason: Reason
    values: Mapping[str, str]


def check_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Rejection | None:
    """Check what every invoice with this condition needs (M4, M10, M12, M13): journal, debtor side, condition."""
    if condition in PAID_AT_THE_DESK:
        general = check_journal(settings.general_journal, JournalType.GENERAL, lists)
        return general or check_suspense_account(condition, settings, lists)
    return (
        check_journal(settings.sales_journal, JournalType.SALES, lists)
        or check_receivables_account(settings, lists)
        or check_payment_condition(condition, settings, lists)
    )


def check_journal(code: str, wanted: JournalType, lists: ExactLists) -> Rejection | None:
    """Check that a journal exists, is not blocked and has the right type; for the general journal its VAT tick (M10)."""
    journal = lists.journals.get(code)
    if journal is None:
        return Rejection(Reason.JOURNAL_NOT_IN_EXACT, {"journal": code})
    if journal.blocked:
        return Rejection(Reason.JOURNAL_BLOCKED, {"journal": code})
    if journal.type != wanted:
        return Rejection(Reason.JOURNAL_WRONG_TYPE, {"journal": code})
    if wanted is JournalType.GENERAL and not journal.allow_vat:
        return Rejection(Reason.JOURNAL_WITHOUT_VAT, {"journal": code})
    return None


def check_account(
    code: str, wanted: GlAccountType, use: tuple[str, str], lists: ExactLists
) -> Rejection | None:
    """Check a G/L account by its code; `use` says in Dutch and English what the practice uses it for."""
    values = {"account": code, **in_both_languages("use", use)}
    account = lists.gl_accounts.get(code)
    if account is None:
        return Rejection(Reason.GL_ACCOUNT_NOT_IN_EXACT, values)
    if account.blocked:
        return Rejection(Reason.GL_ACCOUNT_BLOCKED, values)
    if account.type != wanted:
        values |= {"found": str(account.type), "wanted": str(int(wanted))}
        return Rejection(Reason.GL_ACCOUNT_WRONG_TYPE, values)
    return None


def check_receivables_account(settings: PracticeSettings, lists: ExactLists) -> Rejection | None:
    """Check the receivables account: Exact rejects a sales entry when the relation's is not the journal's."""
    code = settings.receivables_account
    rejection = check_account(code, GlAccountType.RECEIVABLE, ("debiteuren", "receivables"), lists)
    if rejection is not None:
        return rejection
    journal = lists.journals.get(settings.sales_journal)
    if journal and journal.gl_account is not None and journal.gl_account != lists.gl_accounts[code].id:
        values = {"account": code, "journal": settings.sales_journal}
        return Rejection(Reason.RECEIVABLES_ACCOUNT_DIFFERS, values)
    return None


def check_suspense_account(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Rejection | None:
    """Check the suspense account of PIN or cash, which is of type General (M12)."""
    code = settings.suspense_accounts.get(condition)
    dutch, english = words = CONDITION_WORDS[condition]
    if not code:
        return Rejection(Reason.SUSPENSE_ACCOUNT_MISSING, in_both_languages("condition", words))
    use = (f"tussenrekening {dutch}", f"suspense account {english}")
    return check_account(code, GlAccountType.GENERAL, use, lists)


def check_payment_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Rejection | None:
    """Check that a payment condition is filled in and exists in Exact, on credit (M13)."""
    code = settings.payment_conditions.get(condition)
    values = in_both_languages("condition", CONDITION_WORDS[condition])
    if not code:
        return Rejection(Reason.PAYMENT_CONDITION_MISSING, values)
    in_exact = lists.payment_conditions.get(code)
    if in_exact is None:
        return Rejection(Reason.PAYMENT_CONDITION_NOT_IN_EXACT, {"code": code, **values})
    if in_exact.method != ON_CREDIT:
        return Rejection(Reason.PAYMENT_CONDITION_NOT_ON_CREDIT, {"code": code, **values})
    return None


def check_cell(cell: RevenueCell, settings: PracticeSettings, lists: ExactLists) -> Rejection | None:
    """Check the revenue account and the VAT code of one cell (M8, M11)."""
    profession, group, rate = cell
    code = settings.revenue_accounts.get(cell)
    if not code:
        group_words = in_both_languages("group", GROUP_WORDS[group])
        values = {"profession": profession, **group_words, **in_both_languages("rate", RATE_WORDS[rate])}
        return Rejection(Reason.REVENUE_ACCOUNT_MISSING, values)
    (group_nl, group_en), (rate_nl, rate_en) = GROUP_WORDS[group], RATE_WORDS[rate]
    use = (f"omzet {profession}, {group_nl}, {rate_nl}", f"revenue {profession}, {group_en}, {rate_en}")
    return check_account(code, GlAccountType.REVENUE, use, lists) or check_vat_code(rate, settings, lists)


def check_vat_code(rate: VatRate, settings: PracticeSettings, lists: ExactLists) -> Rejection | None:
    """Check a VAT code: kind, the rate's present percentage, and a VAT account, also for 0 % (M11)."""
    code = settings.vat_codes.get(rate)
    words = in_both_languages("rate", RATE_WORDS[rate])
    if not code:
        return Rejection(Reason.VAT_CODE_MISSING, words)
    values = {"vat_code": code, **words}
    in_exact, wanted = lists.vat_codes.get(code), present_basis_points(rate)
    if in_exact is None:
        return Rejection(Reason.VAT_CODE_NOT_IN_EXACT, values)
    if in_exact.blocked:
        return Rejection(Reason.VAT_CODE_BLOCKED, values)
    if in_exact.kind not in ALLOWED_KINDS[rate]:
        return Rejection(Reason.VAT_CODE_WRONG_KIND, values)
    if in_exact.basis_points != wanted:
        values |= {"found": amount_text(in_exact.basis_points), "wanted": amount_text(wanted)}
        return Rejection(Reason.VAT_CODE_WRONG_PERCENTAGE, values)
    if not in_exact.gl_to_pay:
        return Rejection(Reason.VAT_CODE_WITHOUT_ACCOUNT, values)
    types = {account.id: account.type for account in lists.gl_accounts.values()}
    if types.get(in_exact.gl_to_pay, GlAccountType.VAT) != GlAccountType.VAT:
        return Rejection(Reason.VAT_ACCOUNT_WRONG_TYPE, values)
    return None
