"""What was found of a requirement: the codes of lacks.toml.

They are about the set-up of a practice and its division. What stops a night is a `Stop`, what a
single record has is a `Reason`; reasons.py reads, explains and prints all three.
"""

from __future__ import annotations

from enum import StrEnum


class Lack(StrEnum):
    """The codes of lacks.toml."""

    RIGHT_MISSING = "right_missing"
    SCOPE_LACKING = "scope_lacking"
    DIVISION_OF_ANOTHER = "division_of_another"
    VAT_RETURN_TO_CONFIRM = "vat_return_to_confirm"
    NO_VAT_CODES = "no_vat_codes"
    TITLES_TO_CONFIRM = "titles_to_confirm"
    NUMBERS_IN_USE = "numbers_in_use"
    NUMBERS_TAKEN = "numbers_taken"
    NUMBERS_ALIKE = "numbers_alike"
    HEADROOM_SMALL = "headroom_small"
    ENTRY_NUMBERS_TAKEN = "entry_numbers_taken"
    NEXT_YEAR_MISSING = "next_year_missing"
