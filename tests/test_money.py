"""Arithmetic with money: rounding half a cent, and dividing without losing a cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exact_online.money import amount_text, divide_vat, vat_of_gross
from exact_online.transform.payload_text import amount_texts
from exact_online.transform.vat import divide_vat as divide_vat_columns
from exact_online.transform.vat import vat_of_gross as vat_of_gross_column

CENTS = st.integers(-(10**9), 10**9)
RATES = st.sampled_from([0, 600, 900, 1900, 2100])
PARTS = st.lists(CENTS, min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("gross", "basis_points", "vat"),
    [
        (12100, 2100, 2100),
        (1000, 2100, 174),
        (-1000, 2100, -174),
        (1090, 900, 90),
        (1, 2100, 0),
        (4500, 0, 0),
        (53, 600, 3),
        (-53, 600, -3),
    ],
)
def test_vat_of_a_gross_amount(gross: int, basis_points: int, vat: int) -> None:
    """M11: 121.00 at 21 % holds 21.00; 0.53 at 6 % holds exactly 0.03."""
    assert vat_of_gross(gross, basis_points) == vat


def test_half_a_cent_rounds_away_from_zero() -> None:
    """At 100 % a gross of 0.05 holds exactly two and a half cents."""
    assert (vat_of_gross(5, 10_000), vat_of_gross(-5, 10_000)) == (3, -3)


@given(CENTS, RATES)
def test_vat_equals_the_decimal_computation(gross: int, basis_points: int) -> None:
    exact = Decimal(gross) * basis_points / (10_000 + basis_points)
    assert vat_of_gross(gross, basis_points) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.lists(st.tuples(CENTS, RATES), max_size=20))
def test_vectorised_vat_equals_scalar_vat(rows: list[tuple[int, int]]) -> None:
    gross, points = (pd.Series([row[place] for row in rows], dtype="int64") for place in (0, 1))
    assert vat_of_gross_column(gross, points).tolist() == [vat_of_gross(*row) for row in rows]


@given(PARTS, RATES)
def test_divided_vat_adds_up_and_stays_within_a_cent(parts: list[int], basis_points: int) -> None:
    vat = vat_of_gross(sum(parts), basis_points)
    shares = divide_vat(vat, parts, basis_points)
    assert sum(shares) == vat
    assert all(
        abs(share * (10_000 + basis_points) - part * basis_points) < 10_000 + basis_points
        for share, part in zip(shares, parts, strict=True)
    )


@given(PARTS, RATES)
def test_a_credit_is_divided_as_the_mirror_of_its_original(parts: list[int], basis_points: int) -> None:
    mirrored = [-part for part in parts]
    shares = divide_vat(vat_of_gross(sum(parts), basis_points), parts, basis_points)
    assert divide_vat(vat_of_gross(sum(mirrored), basis_points), mirrored, basis_points) == [
        -share for share in shares
    ]


def test_the_first_of_equal_parts_gets_the_odd_cent() -> None:
    assert divide_vat(vat_of_gross(300, 2100), [100, 100, 100], 2100) == [18, 17, 17]


@given(st.lists(st.tuples(PARTS, RATES), max_size=8))
def test_vectorised_division_equals_scalar_division(totals: list[tuple[list[int], int]]) -> None:
    vat = [vat_of_gross(sum(parts), points) for parts, points in totals]
    rows = [
        (vat[total], part, points, total) for total, (parts, points) in enumerate(totals) for part in parts
    ]
    columns = pd.DataFrame(rows, columns=["vat", "gross", "points", "total"], dtype="int64")
    shares = divide_vat_columns(columns["vat"], columns["gross"], columns["points"], columns["total"])
    expected = [
        share
        for one, (parts, points) in zip(vat, totals, strict=True)
        for share in divide_vat(one, parts, points)
    ]
    assert shares.tolist() == expected


@given(st.lists(CENTS, max_size=20))
def test_amounts_as_text_have_the_same_value(cents: list[int]) -> None:
    texts = amount_texts(pd.Series(cents, dtype="int64")).tolist()
    assert texts == [amount_text(amount) for amount in cents]
    assert [Decimal(text) * 100 for text in texts] == cents


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-100, "-1.00"), (123456, "1234.56")]
)
def test_amount_text(cents: int, text: str) -> None:
    assert amount_text(cents) == text
