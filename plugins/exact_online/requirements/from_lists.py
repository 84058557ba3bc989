"""Journals, VAT codes, ledger accounts, payment conditions and periods, by the division's lists.

The checks themselves are those of a night: readiness.py and transform/preflight.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from exact_online import readiness
from exact_online.lacks import Lack
from exact_online.readiness import Problem, covers
from exact_online.requirements.facts import Facts
from exact_online.requirements.requirement import Item, Requirement, State
from exact_online.transform import preflight
from exact_online.transform.preflight import Rejection
from exact_online.vocabulary import PAID_AT_THE_DESK, JournalType, VatRate

NOVEMBER = 11


def sales_journal(facts: Facts) -> Requirement:
    """It is there, of its type, not blocked; also that of claims, where they have one (M17)."""
    codes = filter(None, (facts.settings.sales_journal, facts.settings.claims_journal))
    return _blocks(
        Item.SALES_JOURNAL, (preflight.check_journal(code, JournalType.SALES, facts.lists) for code in codes)
    )


def general_journal(facts: Facts) -> Requirement:
    """It is there, of its type, with its VAT tick (M10)."""
    code = facts.settings.general_journal
    return _blocks(Item.GENERAL_JOURNAL, [preflight.check_journal(code, JournalType.GENERAL, facts.lists)])


def vat_codes(facts: Facts) -> Requirement:
    """Percentage, kind, nature and VAT account of all three (M11)."""
    codes = facts.settings.vat_codes
    return _blocks(
        Item.VAT_CODES,
        (preflight.check_vat_code(rate, codes.get(rate, ""), facts.lists) for rate in VatRate),
    )


def receivables(facts: Facts) -> Requirement:
    """Its type, and that it is the account of each sales journal."""
    codes = filter(None, (facts.settings.sales_journal, facts.settings.claims_journal))
    return _blocks(
        Item.RECEIVABLES,
        (preflight.check_receivables_account(facts.settings, facts.lists, code) for code in codes),
    )


def suspense_accounts(facts: Facts) -> Requirement:
    """Those of PIN and cash, of type General (M12)."""
    conditions = sorted(PAID_AT_THE_DESK)
    return _blocks(
        Item.SUSPENSE_ACCOUNTS,
        (preflight.check_suspense_account(each, facts.settings, facts.lists) for each in conditions),
    )


def revenue_accounts(facts: Facts) -> Requirement:
    """All twelve of each profession of James and the settings, each fit to book on (M8)."""
    settings, lists = facts.settings, facts.lists
    missing = [*readiness.revenue_problems(settings, facts.professions)]
    wrong = (
        preflight.check_revenue_account(cell, account, lists)
        for cell, account in sorted(settings.revenue_accounts.items())
        if account
    )
    return _blocks(Item.REVENUE_ACCOUNTS, wrong, missing)


def payment_conditions(facts: Facts) -> Requirement:
    """All seven, on credit (M13)."""
    found = (*readiness.condition_problems(facts.settings, facts.lists),)
    return Requirement(Item.PAYMENT_CONDITIONS, State.BLOCKS if found else State.MET, found)


def payment_days(facts: Facts) -> Requirement:
    """The days of each, and a code each: told, nothing waits for it (M13)."""
    found = (*map(_problem, readiness.readiness_remarks(facts.settings, facts.lists)),)
    return Requirement(Item.PAYMENT_DAYS, State.DUE_NOW if found else State.MET, found)


def periods(facts: Facts) -> Requirement:
    """Twelve months in the year of the newest invoices (M18)."""
    found = (*readiness.year_problems(facts.lists, facts.day - dt.timedelta(days=1)),)
    return Requirement(Item.PERIODS, State.BLOCKS if found else State.MET, found)


def next_year(facts: Facts) -> Requirement:
    """The next year, in twelve months; due from 1 November on (M19)."""
    new_year = dt.date(facts.day.year + 1, 1, 1)
    if not covers(facts.lists.periods, new_year):
        if facts.day.month < NOVEMBER:
            return Requirement(Item.NEXT_YEAR, State.NOT_APPLICABLE)
        found: tuple[Problem, ...] = (Problem(Lack.NEXT_YEAR_MISSING, {"year": str(new_year.year)}),)
    else:
        found = (*readiness.year_problems(facts.lists, new_year),)
    last_day = dt.date(facts.day.year, 12, 31)
    return Requirement(
        Item.NEXT_YEAR, State.DUE_BEFORE if found else State.MET, found, last_day if found else None
    )


def _problem(rejection: Rejection) -> Problem:
    return Problem(rejection.reason, rejection.values)


def _blocks(item: Item, wrong: Iterable[Rejection | None], others: Iterable[Problem] = ()) -> Requirement:
    found = (*others, *_each_once(filter(None, wrong)))
    return Requirement(item, State.BLOCKS if found else State.MET, found)


def _each_once(wrong: Iterable[Rejection]) -> Iterator[Problem]:
    """An account that serves twelve cells is told once."""
    known = set()
    for rejection in wrong:
        key = (rejection.reason, rejection.values.get("account") or str(rejection.values))
        if key not in known:
            known.add(key)
            yield _problem(rejection)
