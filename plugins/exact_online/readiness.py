"""The readiness check of a division: what must be right there before anything is sent. Pure.

A problem here would make Exact reject every booking, or is a requirement of a start: complete
revenue accounts and payment conditions, twelve periods. A problem that concerns only some bookings
(a ledger account, a VAT code) rejects those when they are planned: see transform/preflight.py.
What is odd but books as it should is a remark.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from exact_online.reasons import Reason, cure, explain
from exact_online.settings import ExactLists, ExactPaymentCondition, FinancialPeriod, PracticeSettings
from exact_online.transform.preflight import Rejection, check_payment_condition
from exact_online.transform.words import CONDITION_WORDS, GROUP_WORDS, RATE_WORDS, in_both_languages
from exact_online.vocabulary import JournalType, PaymentCondition, RevenueGroup, VatRate

PERIODS_A_YEAR = 12
MONTH_DAYS = range(28, 32)
DAYS = {
    PaymentCondition.DAYS_14: 14,
    PaymentCondition.DAYS_21: 21,
    PaymentCondition.DAYS_30: 30,
    PaymentCondition.DAYS_60: 60,
}
"""The conditions whose number of days is their name."""


def readiness_problems(settings: PracticeSettings, lists: ExactLists, book_day: dt.date) -> list[str]:
    """Return a sentence per problem, which names its cure; empty when the division is ready."""
    return [
        *_journal(lists, settings.sales_journal, JournalType.SALES, "sales journal"),
        *_journal(lists, settings.general_journal, JournalType.GENERAL, "general journal"),
        *_claims_journal(settings, lists),
        *_year(lists, book_day - dt.timedelta(days=1)),
        *_revenue_accounts(settings),
        *_payment_conditions(settings, lists),
    ]


def readiness_remarks(settings: PracticeSettings, lists: ExactLists) -> list[Rejection]:
    """Return what is odd in the payment conditions, for people to look at: nothing is rejected for
    it.
    """
    return [*_other_days(settings, lists), *_shared_codes(settings)]


def remark_sentence(remark: Rejection) -> str:
    """Return a remark in Dutch, with who can change it and where."""
    return f"{explain(remark.reason, remark.values)} ({cure(remark.reason)})"


def _journal(lists: ExactLists, code: str, wanted: JournalType, name: str) -> Iterator[str]:
    journal = lists.journals.get(code)
    if journal is None:
        yield f"The {name} {code} does not exist in Exact; create it or correct the settings."
    elif journal.type != wanted:
        yield (
            f"Journal {code} is of {_type_name(journal.type)} in Exact, a {name} has type {wanted:d}; "
            "correct the settings."
        )
    elif journal.blocked:
        yield f"The {name} {code} is blocked in Exact; unblock it."
    elif wanted is JournalType.GENERAL and not journal.allow_vat:
        yield f"The general journal {code} does not allow VAT; tick VAT in its settings in Exact (M10)."


def _type_name(number: int | None) -> str:
    return "an unknown type" if number is None else f"type {number}"


def _claims_journal(settings: PracticeSettings, lists: ExactLists) -> Iterator[str]:
    if settings.claims_journal:
        yield from _journal(lists, settings.claims_journal, JournalType.SALES, "sales journal of claims")


def _year(lists: ExactLists, day: dt.date) -> Iterator[str]:
    """The financial year of the newest invoices must exist (M19)."""
    if not covers(lists.periods, day):
        yield f"Exact has no financial period for {day}; create financial year {day.year} with its periods."
        return
    (year,) = {period.year for period in lists.periods if period.start <= day <= period.end}
    periods = [period for period in lists.periods if period.year == year]
    if len(periods) != PERIODS_A_YEAR or not all(map(_is_month, periods)):
        yield (
            f"Financial year {year} has {len(periods)} period(s) in Exact, of "
            f"{' to '.join(_lengths(periods))} days; it must have twelve, one per month. "
            "Correct the period-date table in Exact (M18)."
        )


def _is_month(period: FinancialPeriod) -> bool:
    return (period.end - period.start).days + 1 in MONTH_DAYS


def _lengths(periods: list[FinancialPeriod]) -> list[str]:
    """The shortest and the longest number of days, once when they are the same."""
    days = [(period.end - period.start).days + 1 for period in periods]
    return [str(length) for length in sorted({min(days), max(days)})]


def _revenue_accounts(settings: PracticeSettings) -> Iterator[str]:
    """All twelve of a profession must be filled in before the link may start (M8)."""
    for profession in sorted({name for name, _, _ in settings.revenue_accounts}):
        missing = [
            f"{GROUP_WORDS[group][1]} {RATE_WORDS[rate][1]}"
            for group in RevenueGroup
            for rate in VatRate
            if (profession, group, rate) not in settings.revenue_accounts
        ]
        if missing:
            yield (
                f"Profession '{profession}' has no revenue account for {', '.join(missing)}; fill in all "
                "twelve in the workbook 'Gegevens inrichten uit boekhoudpakket' (M8)."
            )


def _payment_conditions(settings: PracticeSettings, lists: ExactLists) -> Iterator[str]:
    """All seven must exist in Exact, used or not, and be on credit (M13)."""
    for condition in PaymentCondition:
        if problem := check_payment_condition(condition, settings, lists):
            sentence = explain(problem.reason, problem.values, "en")
            yield f"{sentence} Cure: {cure(problem.reason, 'en')} (M13)."


def _other_days(settings: PracticeSettings, lists: ExactLists) -> Iterator[Rejection]:
    for condition, days in DAYS.items():
        code = settings.payment_conditions.get(condition, "")
        in_exact = lists.payment_conditions.get(code)
        if in_exact and (in_exact.days != days or in_exact.end_of_months):
            words = in_both_languages("condition", CONDITION_WORDS[condition])
            values = {"code": code, "found": _days_in_exact(in_exact), "wanted": str(days), **words}
            yield Rejection(Reason.PAYMENT_CONDITION_OTHER_DAYS, values)


def _days_in_exact(condition: ExactPaymentCondition) -> str:
    """The days, with the months before them when there are any: *1 mnd + 15*."""
    months = f"{condition.end_of_months} mnd + " if condition.end_of_months else ""
    return f"{months}{condition.days or 0}"


def _shared_codes(settings: PracticeSettings) -> Iterator[Rejection]:
    conditions: dict[str, list[PaymentCondition]] = defaultdict(list)
    for condition in PaymentCondition:
        conditions[settings.payment_conditions.get(condition, "")].append(condition)
    for code, sharing in conditions.items():
        if code and len(sharing) > 1:
            both = zip(*(CONDITION_WORDS[condition] for condition in sharing), strict=True)
            dutch, english = (", ".join(words) for words in both)
            words = in_both_languages("conditions", (dutch, english))
            yield Rejection(Reason.PAYMENT_CONDITION_SHARED, {"code": code, **words})


def covers(periods: Iterable[FinancialPeriod], day: dt.date) -> bool:
    """Return whether one of the financial periods has this day."""
    return any(period.start <= day <= period.end for period in periods)
