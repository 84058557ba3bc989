"""Names and addresses as a Dutch directory writes them: sorted by main name, the prefix behind the initials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exact_online.transform.clean_text import clean
from exact_online.vocabulary import DebtorKind

Row = Mapping[str, Any]
DUTCH_POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([A-Za-z]{2})")
GLUED = re.compile(r"[A-Za-z]")


def directory_name(row: Row) -> str:
    """*Vries, A.B. de*: for a patient last name, initials (or first name), prefix; for others the name. Empty when James has none.

    The first name is left out when there are initials: less of the person, and it stands in the contact.
    """
    last_name = clean(row["last_name"])
    if row["debtor_kind"] != DebtorKind.PATIENT or not last_name:
        return clean(row["name"])
    given = clean(row["initials"]) or clean(row["first_name"])
    behind = " ".join(part for part in (given, clean(row["prefix"])) if part)
    return f"{last_name}, {behind}" if behind else last_name


def address_line(row: Row) -> str:
    """*Dorpsstraat 12a*, *Dorpsstraat 12-2*, *Dorpsstraat 12 bis*: a single letter is written on, a number after a hyphen, a word apart."""
    street, number, addition = (
        clean(row["street"]),
        clean(row["house_number"]),
        clean(row["house_number_addition"]),
    )
    return " ".join(part for part in (street, _with_addition(number, addition)) if part)


def _with_addition(number: str, addition: str) -> str:
    if not number or not addition:
        return number or addition
    if GLUED.fullmatch(addition):
        return f"{number}{addition}"
    return f"{number}-{addition}" if addition[0].isdigit() else f"{number} {addition}"


def postcode(row: Row) -> str:
    """*1234 AB* for a Dutch postcode however it was typed; any other as it is."""
    text = clean(row["postcode"])
    dutch = DUTCH_POSTCODE.fullmatch(text)
    return f"{dutch[1]} {dutch[2].upper()}" if dutch else text
