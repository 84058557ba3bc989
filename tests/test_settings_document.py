"""A version of a practice's settings: every wrong field at once, each in one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from dev.demo.practices import practices, settings_document
from exact_online.failures import NotReady
from exact_online.settings_document import read_settings
from exact_online.vocabulary import RevenueGroup, VatRate


@pytest.fixture
def document() -> dict[str, Any]:
    return dict(settings_document(practices()[0]))


def test_what_the_demo_delivers_is_read_whole(document: dict[str, Any]) -> None:
    """M22."""
    settings = read_settings("praktijk_a", 3, 42, document)
    assert (settings.practice, settings.version, settings.division) == ("praktijk_a", 3, 42)
    first = document["revenue_accounts"][0]
    cell = (first["profession"], RevenueGroup(first["group"]), VatRate(first["rate"]))
    assert settings.revenue_accounts[cell] == first["account"]
    assert len(settings.revenue_accounts) == len(document["revenue_accounts"])


WRONG: list[tuple[str, Any, str]] = [
    ("sales_journal", None, "sales_journal must be a text between quotation marks."),
    ("sales_journal", 70, "sales_journal must be a text between quotation marks."),
    ("sales_journal", "", "sales_journal must be a code without blanks around it."),
    ("general_journal", " 90", "general_journal must be a code without blanks around it."),
    ("journal", "70", "journal is no field of the settings."),
    ("stop_at_other_number", "no", "stop_at_other_number: input should be a valid boolean."),
    ("vat_codes", {"low": 2}, "vat_codes.low must be a text between quotation marks."),
    ("vat_codes", {"medium": "2"}, "vat_codes.medium: input should be 'zero', 'low' or 'high'."),
    ("claims_journal", "70", "claims_journal must be another journal than sales_journal and general"),
    ("debtor_zeros_count", "yes", "debtor_zeros_count: input should be a valid boolean."),
    ("revenue_accounts", [{"profession": "fysio"}], "revenue_accounts.0.group is missing."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG)
def test_each_wrong_field_is_named_in_a_sentence(
    document: dict[str, Any], field: str, value: Any, sentence: str
) -> None:
    document[field] = value
    with pytest.raises(NotReady) as wrong:
        read_settings("praktijk_a", 3, 42, document)
    assert sentence in str(wrong.value)
    assert str(wrong.value).startswith("Version 3 of the settings of practice praktijk_a can't be used.")


def test_all_wrong_fields_come_at_once(document: dict[str, Any]) -> None:
    del document["receivables_account"]
    document["sales_journal"] = 70
    with pytest.raises(NotReady, match=r"sales_journal must be .* receivables_account is missing\."):
        read_settings("praktijk_a", 3, 42, document)


def test_a_cell_with_two_accounts_is_named(document: dict[str, Any]) -> None:
    first = document["revenue_accounts"][0]
    document["revenue_accounts"] = [*document["revenue_accounts"], {**first, "account": "9999"}]
    cell = f"{first['profession']} {first['group']} {first['rate']}"
    with pytest.raises(NotReady, match=f"revenue_accounts names {cell} more than once"):
        read_settings("praktijk_a", 3, 42, document)
