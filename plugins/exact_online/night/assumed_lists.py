"""The lists that a division must have for settings to be right: before it is authorised."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

from exact_online.settings import (
    ExactLists,
    ExactPaymentCondition,
    FinancialPeriod,
    GlAccount,
    Journal,
    PracticeSettings,
    VatCode,
)
from exact_online.transform.preflight import ON_CREDIT
from exact_online.transform.vat_rates import present_basis_points
from exact_online.vocabulary import GlAccountType, JournalType, VatCodeKind

MONTHS = range(1, 13)


def assumed_lists(settings: Sequence[PracticeSettings], days: tuple[dt.date, dt.date]) -> ExactLists:
    """Return lists by which every code of these settings is right, with periods for `days`."""
    accounts: dict[str, GlAccount] = {}
    journals: dict[str, Journal] = {}
    vat_codes: dict[str, VatCode] = {}
    conditions: dict[str, ExactPaymentCondition] = {}
    for each in settings:
        accounts |= _accounts(each)
        journals |= _journals(each)
        for rate, code in each.vat_codes.items():
            points = present_basis_points(rate)
            vat_codes[code] = VatCode(code, VatCodeKind.EXCLUDING, points, f"btw {code}", False)
        for code in each.payment_conditions.values():
            conditions[code] = ExactPaymentCondition(code, ON_CREDIT, 0)
    return ExactLists(accounts, vat_codes, journals, conditions, tuple(_periods(days)))


def _accounts(settings: PracticeSettings) -> dict[str, GlAccount]:
    types = {
        settings.receivables_account: GlAccountType.RECEIVABLE,
        **dict.fromkeys(settings.suspense_accounts.values(), GlAccountType.GENERAL),
        **dict.fromkeys(settings.revenue_accounts.values(), GlAccountType.REVENUE),
    }
    return {code: GlAccount(code, code, kind, False, None) for code, kind in types.items()}


def _journals(settings: PracticeSettings) -> dict[str, Journal]:
    sales = {
        code: Journal(code, JournalType.SALES, True, settings.receivables_account, False)
        for code in settings.journals
    }
    general = settings.general_journal
    return sales | {general: Journal(general, JournalType.GENERAL, True, None, False)}


def _periods(days: tuple[dt.date, dt.date]) -> list[FinancialPeriod]:
    """Calendar months of each year."""
    return [
        FinancialPeriod(
            year,
            month,
            dt.date(year, month, 1),
            dt.date(year, month, calendar.monthrange(year, month)[1]),
        )
        for year in range(days[0].year, days[1].year + 1)
        for month in MONTHS
    ]
