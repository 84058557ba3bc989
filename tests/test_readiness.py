"""The readiness check of a division, before a night sends anything."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from dev.demo.practices import division_document, practice, settings_document
from exact_online.readiness import readiness_problems as problems
from exact_online.readiness import readiness_remarks, remark_sentence
from exact_online.reason_codes import Reason
from exact_online.reasons import problem_text
from exact_online.settings import (
    ExactLists,
    ExactPaymentCondition,
    FinancialPeriod,
    Journal,
    PracticeSettings,
)
from exact_online.settings_document import read_settings
from exact_online.vocabulary import JournalType, PaymentCondition, RevenueGroup, VatRate
from tests.transform.practice import months

DEMO = practice("de_brug")
SETTINGS = read_settings(DEMO.code, 1, 1, settings_document(DEMO))
BOOK_DAY = dt.date(2027, 1, 1)


def _lists(**changes: object) -> ExactLists:
    document = division_document(DEMO)
    journals = {
        row["Code"]: Journal(row["Code"], row["Type"], row["AllowVAT"], None, False)
        for row in document["Journals"]
    }
    conditions = {
        row["Code"]: ExactPaymentCondition(row["Code"], row["PaymentMethod"], row["PaymentDays"])
        for row in document["PaymentConditions"]
    }
    lists = ExactLists({}, {}, journals, conditions, months([2026]))
    return dataclasses.replace(lists, **changes)  # type: ignore[arg-type]


def _with_journal(code: str, **changes: object) -> ExactLists:
    lists = _lists()
    changed = dataclasses.replace(lists.journals[code], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(lists, journals={**lists.journals, code: changed})


def readiness_problems(settings: PracticeSettings, lists: ExactLists, day: dt.date) -> list[str]:
    """What support reads of each problem."""
    return [problem_text(found.reason, found.values) for found in problems(settings, lists, day)]


def test_a_division_that_is_right_has_no_problem() -> None:
    assert readiness_problems(SETTINGS, _lists(), BOOK_DAY) == []


def test_a_missing_financial_year_is_named_before_anything_is_sent() -> None:
    """M19, FR-H2: one sentence, not a rejection per invoice."""
    (sentence,) = readiness_problems(SETTINGS, _lists(), BOOK_DAY + dt.timedelta(days=1))
    assert "01-01-2027" in sentence
    assert "boekjaar 2027" in sentence


@pytest.mark.parametrize(
    ("code", "changes", "words"),
    [
        ("70", {"type": JournalType.GENERAL}, "geen verkoopboek"),
        ("70", {"blocked": True}, "geblokkeerd"),
        ("90", {"allow_vat": False}, "vinkje btw"),
    ],
    ids=["FR-H4_wrong_type", "FR-H4_blocked", "M10_no_vat_tick"],
)
def test_a_journal_that_can_not_take_bookings_is_named_with_its_cure(
    code: str, changes: dict[str, object], words: str
) -> None:
    (sentence,) = readiness_problems(SETTINGS, _with_journal(code, **changes), BOOK_DAY)
    assert code in sentence
    assert words in sentence


def test_a_journal_that_is_not_there_is_named() -> None:
    """FR-H4."""
    lists = dataclasses.replace(_lists(), journals={"90": _lists().journals["90"]})
    assert readiness_problems(SETTINGS, lists, BOOK_DAY) == [
        "Dagboek '70' bestaat niet in Exact. (accountant: Exact: stamgegevens, dagboeken)"
    ]


def test_each_profession_must_have_all_twelve_revenue_accounts() -> None:
    """M8."""
    accounts = dict(SETTINGS.revenue_accounts)
    profession = sorted({name for name, _, _ in accounts})[0]
    for group, rate in ((RevenueGroup.PATIENTS, VatRate.LOW), (RevenueGroup.ARTICLES, VatRate.HIGH)):
        del accounts[profession, group, rate]
    settings = dataclasses.replace(SETTINGS, revenue_accounts=accounts)
    (sentence,) = readiness_problems(settings, _lists(), BOOK_DAY)
    assert sentence.startswith(
        f"Professie '{profession}' mist 2 van twaalf omzetrekeningen, zoals patiënten laag."
    )


@pytest.mark.parametrize("condition", list(PaymentCondition))
def test_all_seven_payment_conditions_must_be_there_used_or_not(condition: PaymentCondition) -> None:
    """M13: not filled in, not in Exact, not on credit."""
    code = SETTINGS.payment_conditions[condition]
    in_exact = _lists().payment_conditions
    filled = {other: its for other, its in SETTINGS.payment_conditions.items() if other != condition}
    not_filled = dataclasses.replace(SETTINGS, payment_conditions=filled)
    (missing,) = readiness_problems(not_filled, _lists(), BOOK_DAY)
    assert missing.startswith("Code van Exact ontbreekt voor betalingsconditie ")
    others = {name: its for name, its in in_exact.items() if name != code}
    (absent,) = readiness_problems(SETTINGS, _lists(payment_conditions=others), BOOK_DAY)
    assert f"'{code}'" in absent
    cash = dataclasses.replace(in_exact[code], method="K")
    (paid,) = readiness_problems(SETTINGS, _lists(payment_conditions={**in_exact, code: cash}), BOOK_DAY)
    assert "op krediet" in paid


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        ((1, 4, 7, 10), "4 periode(n) van 90-92 dagen"),
        ((1,), "1 periode(n) van 365 dagen"),
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), "11 periode(n) van 28-61 dagen"),
    ],
)
def test_a_year_must_have_twelve_periods_of_a_month(starts: tuple[int, ...], words: str) -> None:
    """M18: four quarters would be booked without a word."""
    first_days = [dt.date(2026, month, 1) for month in starts]
    ends = [day - dt.timedelta(days=1) for day in (*first_days[1:], dt.date(2027, 1, 1))]
    periods = tuple(
        FinancialPeriod(2026, number, first, last)
        for number, (first, last) in enumerate(zip(first_days, ends, strict=True), start=1)
    )
    (sentence,) = readiness_problems(SETTINGS, _lists(periods=periods), BOOK_DAY)
    assert words in sentence


def test_a_broken_year_of_twelve_months_will_do() -> None:
    """M18: July to June."""
    shifted = tuple(
        dataclasses.replace(period, year=2026 if period.start < dt.date(2026, 7, 1) else 2027)
        for period in months([2025, 2026, 2027])
        if dt.date(2025, 7, 1) <= period.start < dt.date(2027, 7, 1)
    )
    assert readiness_problems(SETTINGS, _lists(periods=shifted), BOOK_DAY) == []


def test_a_payment_condition_with_other_days_is_told_and_stops_nothing() -> None:
    """A "30 days" that is 99 days."""
    code = SETTINGS.payment_conditions[PaymentCondition.DAYS_30]
    in_exact = _lists().payment_conditions
    assert readiness_remarks(SETTINGS, _lists()) == []
    for changes, words in (
        ({"days": 99}, "99 dagen, niet 30"),
        ({"end_of_months": 1}, "1 mnd + 30 dagen, niet 30"),
    ):
        odd = dataclasses.replace(in_exact[code], **changes)
        lists = _lists(payment_conditions={**in_exact, code: odd})
        assert readiness_problems(SETTINGS, lists, BOOK_DAY) == []
        (remark,) = readiness_remarks(SETTINGS, lists)
        assert words in remark_sentence(remark)


def test_one_code_for_seven_conditions_is_told() -> None:
    code = SETTINGS.payment_conditions[PaymentCondition.DAYS_14]
    settings = dataclasses.replace(SETTINGS, payment_conditions=dict.fromkeys(PaymentCondition, code))
    sentences = [remark_sentence(remark) for remark in readiness_remarks(settings, _lists())]
    assert any(
        "14 dagen, 21 dagen, 30 dagen, 60 dagen, PIN, contant, automatische incasso" in each
        for each in sentences
    )
    assert sum("niet 30" in each for each in sentences) == 1


def test_a_journal_of_claims_is_a_sales_journal() -> None:
    """M17."""
    claims = dataclasses.replace(SETTINGS, claims_journal="90")
    assert readiness_problems(claims, _lists(), dt.date(2026, 5, 1)) == [
        "Dagboek '90' is in Exact geen verkoopboek (facturen) of memoriaal (PIN, contant). "
        "(accountant: Exact: stamgegevens, dagboeken)"
    ]
    missing = dataclasses.replace(SETTINGS, claims_journal="71")
    assert readiness_problems(missing, _lists(), dt.date(2026, 5, 1)) == [
        problem_text(Reason.JOURNAL_NOT_IN_EXACT, {"journal": "71"})
    ]
