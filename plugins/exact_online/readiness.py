"""The readiness check of a division: what must be right there before anything is sent. Pure.

A problem here would make Exact reject every booking, or is a requirement of a start: complete
revenue accounts and payment conditions, twelve periods. A problem that concerns only some bookings
(a ledger account, a VAT code) rejects those when they are planned: see transform/preflight.py.
What is odd but books as it should is a remark.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exact_online.lacks import Lack
from exact_online.reason_codes import Reason
from exact_online.reasons import cure, explain
from exact_online.settings import ExactLists, ExactPaymentCondition, FinancialPeriod, PracticeSettings
from exact_online.stops import Stop
from exact_online.transform.preflight import Rejection, check_journal, check_payment_condition
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


@dataclass(frozen=True)
class Problem:
    """What is wrong, or what was found: a code of the catalogue with the values of its sentence."""

    reason: Reason | Stop | Lack
    values: Mapping[str, object]


def readiness_problems(settings: PracticeSettings, lists: ExactLists, book_day: dt.date) -> list[Problem]:
    """Return all that is wrong; empty when the division is ready."""
    return [
        *journal_problems(settings, lists),
        *year_problems(lists, book_day - dt.timedelta(days=1)),
        *revenue_problems(settings),
        *condition_problems(settings, lists),
    ]


def readiness_remarks(settings: PracticeSettings, lists: ExactLists) -> list[Rejection]:
    """Return what is odd in the payment conditions, for people to look at: nothing is rejected for
    it.
    """
    return [*_other_days(settings, lists), *_shared_codes(settings)]


def remark_sentence(remark: Rejection) -> str:
    """Return a remark in Dutch, with who can change it and where."""
    return f"{explain(remark.reason, remark.values)} ({cure(remark.reason)})"


def name_problem(division: int, found: str, name: str, confirmed: Iterable[str] = ()) -> Iterator[Problem]:
    """The division must be called `found` as when it was chosen, or as a person said since that it
    is the same: a number alone may be that of another company's books (FR-J11).
    """
    if found not in {name, *confirmed}:
        yield Problem(Stop.DIVISION_RENAMED, {"division": division, "found": found, "name": name})


def journal_problems(settings: PracticeSettings, lists: ExactLists) -> Iterator[Problem]:
    """Each journal must be there, of its type; the general journal with its VAT tick (M10)."""
    for code in filter(None, (settings.sales_journal, settings.claims_journal)):
        yield from of_check(check_journal(code, JournalType.SALES, lists))
    yield from of_check(check_journal(settings.general_journal, JournalType.GENERAL, lists))


def of_check(found: Rejection | None) -> Iterator[Problem]:
    """What a check of single bookings finds stops all of them here."""
    if found:
        yield Problem(found.reason, found.values)


def year_problems(lists: ExactLists, day: dt.date) -> Iterator[Problem]:
    """The financial year of the newest invoices must exist (M19), in twelve months (M18)."""
    if not covers(lists.periods, day):
        yield Problem(Stop.YEAR_MISSING, {"date": str(day), "year": day.year})
        return
    (year,) = {period.year for period in lists.periods if period.start <= day <= period.end}
    periods = [period for period in lists.periods if period.year == year]
    if len(periods) != PERIODS_A_YEAR or not all(map(_is_month, periods)):
        days = "-".join(_lengths(periods))
        yield Problem(Stop.PERIODS_NOT_MONTHLY, {"year": year, "periods": len(periods), "days": days})


def _is_month(period: FinancialPeriod) -> bool:
    return (period.end - period.start).days + 1 in MONTH_DAYS


def _lengths(periods: list[FinancialPeriod]) -> list[str]:
    """The shortest and the longest number of days, once when they are the same."""
    days = [(period.end - period.start).days + 1 for period in periods]
    return [str(length) for length in sorted({min(days), max(days)})]


def revenue_problems(settings: PracticeSettings, professions: Iterable[str] = ()) -> Iterator[Problem]:
    """All twelve of a profession must be filled in before the link may start (M8).

    `professions`: those that James has, beside those of the settings.
    """
    for profession in sorted({*professions, *(name for name, _, _ in settings.revenue_accounts)}):
        missing = [
            (GROUP_WORDS[group], RATE_WORDS[rate])
            for group in RevenueGroup
            for rate in VatRate
            if (profession, group, rate) not in settings.revenue_accounts
        ]
        if missing:
            dutch, english = (" ".join(words) for words in zip(*missing[0], strict=True))
            words = in_both_languages("first", (dutch, english))
            values = {"profession": profession, "count": len(missing), **words}
            yield Problem(Stop.REVENUE_ACCOUNTS_MISSING, values)


def condition_problems(settings: PracticeSettings, lists: ExactLists) -> Iterator[Problem]:
    """All seven must exist in Exact, used or not, and be on credit (M13)."""
    for condition in PaymentCondition:
        yield from of_check(check_payment_condition(condition, settings, lists))


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
