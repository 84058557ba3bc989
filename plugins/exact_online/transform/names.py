"""Names and addresses as a Dutch directory writes them.

Sorted by main name, the prefix behind the initials.

The frames hold clean texts (str, empty when James has none).
"""

from __future__ import annotations

import re

import pandas as pd

from exact_online.vocabulary import DebtorKind

DUTCH_POSTCODE = re.compile(r"\A([1-9][0-9]{3}) ?([A-Za-z]{2})\Z")


def directory_names(debtors: pd.DataFrame) -> pd.Series:
    """Return *Vries, A.B. de* of a patient, else the name.

    That is the last name, the initials (or the first name) and the prefix.

    The first name is left out when there are initials: less of the person, and it stands in the
    contact.
    """
    given = debtors["initials"].where(debtors["initials"] != "", debtors["first_name"])
    behind = (given + " " + debtors["prefix"]).str.strip()
    personal = (debtors["last_name"] + ", " + behind).where(behind != "", debtors["last_name"])
    has_last_name = (debtors["debtor_kind"] == DebtorKind.PATIENT) & (debtors["last_name"] != "")
    return personal.where(has_last_name, debtors["name"])


def address_lines(debtors: pd.DataFrame) -> pd.Series:
    """Return *Dorpsstraat 12a*, *Dorpsstraat 12-2*, *Dorpsstraat 12 bis*.

    A single letter is written on, a number after a hyphen, a word apart.
    """
    number, addition = debtors["house_number"], debtors["house_number_addition"]
    is_letter, is_number = addition.str.fullmatch("[A-Za-z]"), addition.str[:1].str.isdigit()
    between = pd.Series(" ", index=debtors.index).mask(is_number, "-").mask((number == "") | is_letter, "")
    return (debtors["street"] + " " + (number + between + addition).str.strip()).str.strip()


def postcodes(debtors: pd.DataFrame) -> pd.Series:
    """Return *1234 AB* for a Dutch postcode however it was typed; any other as it is."""
    return debtors["postcode"].str.replace(
        DUTCH_POSTCODE, lambda dutch: f"{dutch[1]} {dutch[2].upper()}", regex=True
    )
