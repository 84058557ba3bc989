"""Whether a code that was filled in can be booked on: by the same checks as those of a night."""

from __future__ import annotations

from exact_online.intake.fields import IntakeField, Kind
from exact_online.intake.filled import Values
from exact_online.reasons import cure, explain
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.transform.preflight import (
    Rejection,
    check_account,
    check_journal,
    check_payment_condition,
    check_receivables_account,
    check_revenue_account,
    check_vat_code,
)
from exact_online.vocabulary import GlAccountType, JournalType, PaymentCondition, VatRate


def fault_in_exact(field: IntakeField, values: Values, lists: ExactLists) -> str | None:
    """Return what a night would say of this field's code, with the cure; None when it is right."""
    rejection = _rejection(field, values, lists)
    if rejection is None:
        return None
    return f"{field.label}: {explain(rejection.reason, rejection.values)} {cure(rejection.reason)}"


def _rejection(field: IntakeField, values: Values, lists: ExactLists) -> Rejection | None:
    code = values[field.name]
    if field.kind is Kind.JOURNAL:
        wanted = JournalType.GENERAL if field.name == "general_journal" else JournalType.SALES
        return check_journal(code, wanted, lists)
    if field.kind is Kind.VAT_CODE and isinstance(field.part, VatRate):
        return check_vat_code(field.part, code, lists)
    if field.kind is Kind.CONDITION and isinstance(field.part, PaymentCondition):
        return check_payment_condition(field.part, _settings(values, {field.part: code}), lists)
    if field.kind is Kind.GL_ACCOUNT:
        return _account_rejection(field, code, values, lists)
    return None


def _account_rejection(field: IntakeField, code: str, values: Values, lists: ExactLists) -> Rejection | None:
    if field.cell:
        return check_revenue_account(field.cell, code, lists)
    if field.part is None:
        return check_receivables_account(_settings(values, {}), lists, values.get("sales_journal", ""))
    use = (field.label[:1].lower() + field.label[1:], f"suspense account {field.part}")
    return check_account(code, GlAccountType.GENERAL, use, lists)


def _settings(values: Values, conditions: dict[PaymentCondition, str]) -> PracticeSettings:
    """Return as much of the settings as these checks read."""
    return PracticeSettings(
        practice="",
        version=0,
        division=0,
        sales_journal=values.get("sales_journal", ""),
        general_journal=values.get("general_journal", ""),
        receivables_account=values.get("receivables_account", ""),
        suspense_accounts={},
        vat_codes={},
        payment_conditions=conditions,
        revenue_accounts={},
    )
