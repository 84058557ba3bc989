"""The readiness check of a division, before a night sends anything."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from dev.demo.practices import division_document, practice, settings_document
from exact_online.readiness import readiness_problems
from exact_online.settings import ExactLists, FinancialPeriod, Journal
from exact_online.settings_document import read_settings
from exact_online.vocabulary import JournalType

DEMO = practice("de_brug")
SETTINGS = read_settings(DEMO.code, 1, 1, settings_document(DEMO))
BOOK_DAY = dt.date(2027, 1, 1)


def _lists() -> ExactLists:
    journals = {
        row["Code"]: Journal(row["Code"], row["Type"], row["AllowVAT"], None, False)
        for row in division_document(DEMO)["Journals"]
    }
    year = tuple(
        FinancialPeriod(2026, month, dt.date(2026, month, 1), dt.date(2026, month, 28))
        for month in range(1, 12)
    )
    return ExactLists(
        {}, {}, journals, {}, (*year, FinancialPeriod(2026, 12, dt.date(2026, 12, 1), dt.date(2026, 12, 31)))
    )


def _with_journal(code: str, **changes: object) -> ExactLists:
    lists = _lists()
    changed = dataclasses.replace(lists.journals[code], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(lists, journals={**lists.journals, code: changed})


def test_a_division_that_is_right_has_no_problem() -> None:
    assert readiness_problems(SETTINGS, _lists(), BOOK_DAY) == []


def test_a_missing_financial_year_is_named_before_anything_is_sent() -> None:
    """M19, FR-H2: one sentence, not a rejection per invoice."""
    (sentence,) = readiness_problems(SETTINGS, _lists(), BOOK_DAY + dt.timedelta(days=1))
    assert "2027-01-01" in sentence
    assert "create financial year 2027" in sentence


@pytest.mark.parametrize(
    ("code", "changes", "words"),
    [
        ("70", {"type": JournalType.GENERAL}, "type 90"),
        ("70", {"blocked": True}, "blocked"),
        ("90", {"allow_vat": False}, "tick VAT"),
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
        "The sales journal 70 does not exist in Exact; create it or correct the settings."
    ]
