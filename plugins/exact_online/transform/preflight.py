"""What is wrong with a setting, seen against the division's own lists, before anything is sent (B2).

Each check answers with the first thing that is wrong, or None. The order of the checks is the order in docs/booking-rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.money import amount_text
from exact_online.reasons import Reason
from exact_online.settings import ExactLists, GlAccount, PracticeSettings, RevenueCell
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


@dataclass(frozen=True)
class Refusal:
    """A reason with the values that only the check knows; the record adds its own."""

    reason: Reason
    values: Mapping[str, str]


def refused_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Refusal | None:
    """Journal, debtor side and payment condition of every invoice with this condition (M4, M10, M12, M13)."""
    if condition in PAID_AT_THE_DESK:
        return refused_general_journal(settings, lists) or refused_suspense_account(
            condition, settings, lists
        )
    return (
        refused_sales_journal(settings, lists)
        or refused_receivables_account(settings, lists)
        or refused_payment_condition(condition, settings, lists)
    )


def refused_journal(code: str, wanted: JournalType, lists: ExactLists) -> Refusal | None:
    values = {"journal": code}
    journal = lists.journals.get(code)
    if journal is None:
        return Refusal(Reason.JOURNAL_NOT_IN_EXACT, values)
    if journal.blocked:
        return Refusal(Reason.JOURNAL_BLOCKED, values)
    if journal.type != wanted:
        return Refusal(Reason.JOURNAL_WRONG_TYPE, values)
    return None


def refused_sales_journal(settings: PracticeSettings, lists: ExactLists) -> Refusal | None:
    return refused_journal(settings.sales_journal, JournalType.SALES, lists)


def refused_general_journal(settings: PracticeSettings, lists: ExactLists) -> Refusal | None:
    """The general journal must have its VAT tick (M10)."""
    code = settings.general_journal
    refusal = refused_journal(code, JournalType.GENERAL, lists)
    if refusal is None and not lists.journals[code].allow_vat:
        return Refusal(Reason.JOURNAL_WITHOUT_VAT, {"journal": code})
    return refusal


def refused_account(
    code: str, wanted: GlAccountType, use: tuple[str, str], lists: ExactLists
) -> Refusal | None:
    """A G/L account by its code; `use` says in Dutch and English what the practice uses it for."""
    values = {"account": code, **in_both_languages("use", use)}
    account = lists.gl_accounts.get(code)
    if account is None:
        return Refusal(Reason.GL_ACCOUNT_NOT_IN_EXACT, values)
    if account.blocked:
        return Refusal(Reason.GL_ACCOUNT_BLOCKED, values)
    if account.type != wanted:
        return Refusal(
            Reason.GL_ACCOUNT_WRONG_TYPE, {**values, "found": str(account.type), "wanted": str(int(wanted))}
        )
    return None


def refused_receivables_account(settings: PracticeSettings, lists: ExactLists) -> Refusal | None:
    """Exact refuses a sales entry when the relation's receivables account is not the journal's."""
    code = settings.receivables_account
    refusal = refused_account(code, GlAccountType.RECEIVABLE, ("debiteuren", "receivables"), lists)
    if refusal is not None:
        return refusal
    journal = lists.journals.get(settings.sales_journal)
    if (
        journal is not None
        and journal.gl_account is not None
        and journal.gl_account != lists.gl_accounts[code].id
    ):
        return Refusal(
            Reason.RECEIVABLES_ACCOUNT_DIFFERS, {"account": code, "journal": settings.sales_journal}
        )
    return None


def refused_suspense_account(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Refusal | None:
    """Suspense accounts are of type General (M12)."""
    code = settings.suspense_accounts.get(condition)
    dutch, english = CONDITION_WORDS[condition]
    if not code:
        return Refusal(
            Reason.SUSPENSE_ACCOUNT_MISSING, in_both_languages("condition", CONDITION_WORDS[condition])
        )
    return refused_account(
        code, GlAccountType.GENERAL, (f"tussenrekening {dutch}", f"suspense account {english}"), lists
    )


def refused_payment_condition(
    condition: PaymentCondition, settings: PracticeSettings, lists: ExactLists
) -> Refusal | None:
    """All seven exist in Exact, on credit (M13)."""
    code = settings.payment_conditions.get(condition)
    values = in_both_languages("condition", CONDITION_WORDS[condition])
    if not code:
        return Refusal(Reason.PAYMENT_CONDITION_MISSING, values)
    in_exact = lists.payment_conditions.get(code)
    if in_exact is None:
        return Refusal(Reason.PAYMENT_CONDITION_NOT_IN_EXACT, {"code": code, **values})
    if in_exact.method != ON_CREDIT:
        return Refusal(Reason.PAYMENT_CONDITION_NOT_ON_CREDIT, {"code": code, **values})
    return None


def refused_cell(cell: RevenueCell, settings: PracticeSettings, lists: ExactLists) -> Refusal | None:
    """The revenue account and the VAT code of one cell (M8, M11)."""
    profession, group, rate = cell
    code = settings.revenue_accounts.get(cell)
    (group_nl, group_en), (rate_nl, rate_en) = GROUP_WORDS[group], RATE_WORDS[rate]
    if not code:
        values = {
            "profession": profession,
            **in_both_languages("group", GROUP_WORDS[group]),
            **in_both_languages("rate", RATE_WORDS[rate]),
        }
        return Refusal(Reason.REVENUE_ACCOUNT_MISSING, values)
    use = (f"omzet {profession}, {group_nl}, {rate_nl}", f"revenue {profession}, {group_en}, {rate_en}")
    return refused_account(code, GlAccountType.REVENUE, use, lists) or refused_vat_code(rate, settings, lists)


def refused_vat_code(rate: VatRate, settings: PracticeSettings, lists: ExactLists) -> Refusal | None:
    """A code including or excluding VAT, with the rate's present percentage and a VAT account, also for 0 % (M11)."""
    code = settings.vat_codes.get(rate)
    words = in_both_languages("rate", RATE_WORDS[rate])
    if not code:
        return Refusal(Reason.VAT_CODE_MISSING, words)
    values = {"vat_code": code, **words}
    in_exact = lists.vat_codes.get(code)
    if in_exact is None:
        return Refusal(Reason.VAT_CODE_NOT_IN_EXACT, values)
    if in_exact.blocked:
        return Refusal(Reason.VAT_CODE_BLOCKED, values)
    if in_exact.kind not in allowed_kinds(rate):
        return Refusal(Reason.VAT_CODE_WRONG_KIND, values)
    wanted = present_basis_points(rate)
    if in_exact.basis_points != wanted:
        found = {"found": amount_text(in_exact.basis_points), "wanted": amount_text(wanted)}
        return Refusal(Reason.VAT_CODE_WRONG_PERCENTAGE, {**values, **found})
    return refused_vat_account(in_exact.gl_to_pay, values, lists)


def allowed_kinds(rate: VatRate) -> frozenset[VatCodeKind]:
    """At 0 % a code that holds the base amount only books the same as the other two."""
    usual = frozenset({VatCodeKind.EXCLUDING, VatCodeKind.INCLUDING})
    return usual | {VatCodeKind.BASE_ONLY} if rate is VatRate.ZERO else usual


def refused_vat_account(
    account_id: str | None, values: Mapping[str, str], lists: ExactLists
) -> Refusal | None:
    if not account_id:
        return Refusal(Reason.VAT_CODE_WITHOUT_ACCOUNT, values)
    account = account_with_id(account_id, lists)
    if account is not None and account.type != GlAccountType.VAT:
        return Refusal(Reason.VAT_ACCOUNT_WRONG_TYPE, values)
    return None


def account_with_id(account_id: str, lists: ExactLists) -> GlAccount | None:
    return next((account for account in lists.gl_accounts.values() if account.id == account_id), None)
