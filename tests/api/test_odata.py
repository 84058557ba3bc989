"""Exact's dialect: what is written into a question and read out of an answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exact_online.api import odata


@given(st.text())
def test_a_string_literal_can_not_end_before_its_end(value: str) -> None:
    """FR-K2."""
    inside = odata.text(value)[1:-1]
    assert inside.replace("''", "").count("'") == 0
    assert inside.replace("''", "'") == value


def test_literals_have_exacts_form() -> None:
    assert odata.text("O'Brien") == "'O''Brien'"
    assert odata.guid("0F0F0F0F-1111-2222-3333-444444444444") == "guid'0f0f0f0f-1111-2222-3333-444444444444'"
    assert odata.int64(12) == "12L"
    assert odata.moment(dt.date(2026, 3, 2)) == "datetime'2026-03-02T00:00:00'"
    assert (
        odata.moment(dt.datetime(2026, 3, 2, 13, 5, 9, 7, tzinfo=dt.UTC)) == "datetime'2026-03-02T13:05:09'"
    )


def test_what_is_no_guid_never_becomes_a_guid_literal() -> None:
    with pytest.raises(ValueError, match="badly formed"):
        odata.guid("' or 1 eq 1")


def test_a_relation_code_is_filled_to_eighteen_on_the_left() -> None:
    """FR-F11: without the blanks Exact finds nothing."""
    assert odata.relation_code("100100") == f"'{'100100':>18}'"
    with pytest.raises(ValueError, match="1 to 18 characters"):
        odata.relation_code("1" * 19)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"d": {"results": [{"ID": 1}, {"ID": 2}]}}, [{"ID": 1}, {"ID": 2}]),
        ({"d": {"results": []}}, []),
        ({"d": [{"ID": 1}]}, [{"ID": 1}]),
        ({"d": {"ID": 1}}, [{"ID": 1}]),
    ],
    ids=["collection", "empty", "with $top", "one entity"],
)
def test_every_envelope_gives_its_rows(document: Any, expected: list[odata.Row]) -> None:
    assert odata.rows(document) == expected


@pytest.mark.parametrize("document", [[], {}, {"d": "text"}, {"d": [1]}, {"value": []}, None])
def test_what_has_no_envelope_raises(document: Any) -> None:
    with pytest.raises(ValueError, match="no OData envelope"):
        odata.rows(document)


def test_the_next_page_stands_inside_or_beside_the_envelope() -> None:
    assert odata.next_link({"d": {"results": [], "__next": "there"}}) == "there"
    assert odata.next_link({"d": [], "__next": "there"}) == "there"
    assert odata.next_link({"d": {"results": []}}) is None


def test_a_count_comes_as_text() -> None:
    assert odata.total_count({"d": {"results": [], "__count": "61"}}) == 61
    assert odata.total_count({"d": []}) is None


def test_an_entity_is_one_or_none() -> None:
    assert odata.entity({"d": {"results": [{"ID": 1}]}}) == {"ID": 1}
    assert odata.entity({"d": {"results": [{"ID": 1}, {"ID": 2}]}}) is None


def test_a_date_is_the_calendar_day_that_exact_means() -> None:
    assert odata.day("/Date(1351209600000)/") == dt.date(2012, 10, 26)
    assert odata.day("/Date(-86400000)/") == dt.date(1969, 12, 31)
    assert odata.day("2026-03-02T00:00:00") == dt.date(2026, 3, 2)
    assert odata.day("/Date(1351202400000+0200)/") == dt.date(2012, 10, 26)
    assert odata.day("/Date(1351209600000+0200)/") == dt.date(2012, 10, 26)
    assert odata.day("/Date(1351227600000-0500)/") == dt.date(2012, 10, 26)
    assert odata.day(None) is None


def test_codes_are_trimmed_on_both_sides() -> None:
    assert odata.trimmed("2  ") == "2"
    assert odata.trimmed(" " * 17 + "8") == "8"
    assert odata.trimmed("   ") is None


def test_json_never_gives_a_float() -> None:
    assert odata.parse(b'{"a": 0.1}') == {"a": Decimal("0.1")}
    for text in (b"NaN", b"-Infinity"):
        with pytest.raises(ValueError, match="no JSON"):
            odata.parse(text)


@given(st.integers(-(10**12), 10**12))
def test_money_becomes_the_same_cents_however_it_comes(amount: int) -> None:
    written = Decimal(amount) / 100
    assert odata.cents(written) == odata.cents(str(written)) == odata.cents(float(written)) == amount
