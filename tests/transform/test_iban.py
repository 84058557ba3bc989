"""Which bank account numbers may go to Exact for direct debit."""

from __future__ import annotations

import pytest

from exact_online.transform.iban import valid_iban

# The examples of the IBAN registry, one per country that joined or uses another country's code.
JOINED_LATER = [
    "AL47212110090000000235698741",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "RS35260005601001611379",
]


@pytest.mark.parametrize("iban", JOINED_LATER)
def test_countries_that_joined_sepa_later_are_in_it(iban: str) -> None:
    assert valid_iban(iban) == iban


@pytest.mark.parametrize(
    "iban", ["FI2112345600000785", "FR1420041010050500013M02606", "GB29NWBK60161331926819"]
)
def test_overseas_accounts_have_the_code_of_their_country(iban: str) -> None:
    """Åland is FI; Guadeloupe, Martinique, Réunion and the like are FR.

    Jersey and Guernsey are GB.
    """
    assert valid_iban(iban) == iban


@pytest.mark.parametrize(
    "iban", ["TR330006100519786457841326", "AE070331234567890123456", "FO6264600001631634"]
)
def test_a_valid_iban_outside_sepa_is_left_out(iban: str) -> None:
    """No Dutch direct debit can be collected there."""
    assert valid_iban(iban) is None


@pytest.mark.parametrize(
    "iban",
    ["NL91 ABNA 0417 1643 00", "nl91abna0417164300", "NL91-ABNA-0417-1643-00", "NL91.ABNA.0417.1643.00"],
)
def test_separators_and_small_letters_make_no_difference(iban: str) -> None:
    assert valid_iban(iban) == "NL91ABNA0417164300"


@pytest.mark.parametrize("iban", ["NL6500001234567890", "NL92ABNA04171643AB", "DE89370400440532013"])
def test_a_number_that_is_not_built_as_its_country_builds_it_is_none(iban: str) -> None:
    """A Dutch IBAN has four letters and ten digits, whatever its check digits say."""
    assert valid_iban(iban) is None


def test_a_bank_that_no_list_knows_may_exist() -> None:
    """Belgian 539 is in no list of banks.

    The number is right by its check digits and its structure.
    """
    assert valid_iban("BE68539007547034") == "BE68539007547034"
