"""Names, addresses and IBANs as they may leave."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exact_online.transform.clean_text import clean, shortened
from exact_online.transform.iban import valid_iban
from exact_online.transform.names import address_lines, directory_names, postcodes
from tests.transform.practice import debtor, debtors_frame


def one_debtor(**changes: Any) -> pd.DataFrame:
    """A frame of one debtor with clean texts, as names.py reads it."""
    return debtors_frame({name: clean(text) for name, text in debtor(**changes).items()})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Vries, A.B. de"),
        ({"prefix": None}, "Vries, A.B."),
        ({"initials": None}, "Vries, Anna de"),
        ({"initials": None, "first_name": None, "prefix": None}, "Vries"),
        ({"last_name": "Jansen - de Vries", "prefix": None}, "Jansen - de Vries, A.B."),
        ({"last_name": "Berg", "prefix": "van den"}, "Berg, A.B. van den"),
        ({"last_name": None, "name": "Fam. De Vries"}, "Fam. De Vries"),
        ({"debtor_kind": "insurer", "name": "Zilveren Kruis"}, "Zilveren Kruis"),
        ({"debtor_kind": "insurer"}, ""),
    ],
)
def test_a_name_stands_as_in_a_dutch_directory(changes: dict[str, Any], name: str) -> None:
    assert directory_names(one_debtor(**changes)).tolist() == [name]


@pytest.mark.parametrize(
    ("number", "addition", "line"),
    [
        ("12", None, "Lindelaan 12"),
        ("12", "a", "Lindelaan 12a"),
        ("12", "2", "Lindelaan 12-2"),
        ("12", "bis", "Lindelaan 12 bis"),
        (None, None, "Lindelaan"),
    ],
)
def test_an_address_line(number: str | None, addition: str | None, line: str) -> None:
    assert address_lines(one_debtor(house_number=number, house_number_addition=addition)).tolist() == [line]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("1234ab", "1234 AB"), ("1234  AB", "1234 AB"), ("B-2000", "B-2000"), (None, ""), ("0123AB", "0123AB")],
)
def test_a_dutch_postcode_is_written_one_way_and_others_stay(typed: str | None, sent: str) -> None:
    assert postcodes(one_debtor(postcode=typed)).tolist() == [sent]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  Anna  Maria ", "Anna Maria"),
        ("Anna\r\nMaria\t", "Anna Maria"),
        ("Rene\u0301", "René"),
        ("An\u200bna\u202e", "Anna"),
        ("An\x00na\x7f", "Anna"),
        ("\u00a0Anna", "Anna"),
        ("\ud800Anna", "Anna"),
        ("Zoë 👩\u200d⚕\ufe0f", "Zoë 👩⚕"),
        (None, ""),
    ],
)
def test_text_is_composed_and_holds_nothing_invisible(typed: str | None, sent: str) -> None:
    """F8."""
    assert clean(typed) == sent


@given(st.text())
def test_clean_text_stays_as_it_is_when_cleaned_again(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.isprintable()


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("Anna", 4, "Anna"),
        ("Anna", 3, "Ann"),
        ("An na", 3, "An"),
        ("x\u0323\u0308y", 2, ""),
        ("ax\u0323\u0308", 3, "a"),
        ("ab👍🏽", 4, "ab"),
        ("a🇳🇱", 4, "a"),
        ("a🇳🇱", 5, "a🇳🇱"),
    ],
)
def test_text_is_cut_at_a_whole_character(text: str, limit: int, kept: str) -> None:
    """FR-F8: counted as Exact counts, in UTF-16."""
    assert shortened(text, limit) == kept


@given(st.text(), st.integers(1, 60))
def test_a_cut_text_fits_and_is_how_the_text_began(text: str, limit: int) -> None:
    kept = shortened(clean(text), limit)
    assert clean(text).startswith(kept)
    assert len(kept.encode("utf-16-le", "surrogatepass")) // 2 <= limit


@pytest.mark.parametrize(
    "iban", ["NL91ABNA0417164300", "nl91 abna 0417 1643 00", "BE68539007547034", "DE89370400440532013000"]
)
def test_an_iban_is_recognised(iban: str) -> None:
    assert valid_iban(iban) == iban.replace(" ", "").upper()


@pytest.mark.parametrize(
    "text",
    ["", "NL91ABNA0417164301", "NL91ABNA041716430", "XX91ABNA0417164300", "NL91ABNA04171643é0", "1234567"],
)
def test_anything_else_is_no_iban(text: str) -> None:
    assert valid_iban(text) is None


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(place: int, digit: str) -> None:
    """The check digits catch every single wrong digit."""
    iban = "NL91ABNA0417164300"
    if iban[place].isdigit() and iban[place] != digit:
        assert valid_iban(iban[:place] + digit + iban[place + 1 :]) is None
