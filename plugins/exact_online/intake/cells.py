"""What stands in a cell, as a code: spreadsheets turn codes into numbers, dates and formulas."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from typing import Any

from exact_online.intake.fields import IntakeField, Kind
from exact_online.settings import ExactLists

BLANKS = " \t\r\n\u00a0\u2007\u202f\u3000"
AS_TEXT = (
    "Maak de cel op als tekst en typ de code opnieuw, met de nullen die er in Exact Online vooraan staan."
)
MIN_DIGITS_OF_ACCOUNT = 4
"""A ledger account of so many digits has lost no zero: revenue, debtors and suspense accounts begin
with another digit in every Dutch chart."""


class CellFault(Exception):
    """The cell holds no code; the message is a Dutch sentence with the cure."""


def code_in(formula: Any, value: Any, field: IntakeField, lists: ExactLists | None) -> str | None:
    """Return the code in a cell, None when it is empty.

    `formula` and `value` are the same cell, as it was typed and as it was last computed. Raises
    CellFault.
    """
    found = value.value
    if formula.data_type == "f" and found is None:
        raise CellFault(
            f"In de cel van {field.label} staat een formule waarvan de uitkomst niet bewaard is. "
            "Typ de code zelf in."
        )
    if value.data_type == "e":
        raise CellFault(f"De formule van {field.label} geeft een fout ({found}). Typ de code zelf in.")
    if isinstance(found, str):
        return _plain(found) or None
    if found is None:
        return None
    if isinstance(found, bool):
        raise CellFault(f"In de cel van {field.label} staat waar of onwaar in plaats van een code. {AS_TEXT}")
    if isinstance(found, dt.date | dt.time | dt.timedelta):
        raise CellFault(f"De code van {field.label} is een datum of tijd geworden. {AS_TEXT}")
    return _code_of_number(found, str(value.number_format), field, lists)


def _plain(text: str) -> str:
    """Return a text without blanks around it, also those that a web page leaves behind."""
    return text.strip(BLANKS).lstrip("'").strip(BLANKS)


def _code_of_number(number: float, number_format: str, field: IntakeField, lists: ExactLists | None) -> str:
    """Return the code that became a number, where that is certain."""
    if not math.isfinite(number) or number < 0 or number != int(number):
        raise CellFault(f"De code van {field.label} is een getal geworden ({number}). {AS_TEXT}")
    digits = str(int(number))
    if re.fullmatch("0+", number_format):  # shown, and so meant, with these zeros
        digits = digits.zfill(len(number_format))
    if lists is not None:
        alike = [code for code in _codes(field.kind, lists) if code.isdecimal() and int(code) == int(digits)]
        if len(alike) == 1:
            return alike[0]
        if len(alike) > 1:
            raise CellFault(
                f"De code van {field.label} is het getal {digits} geworden. In Exact Online bestaan "
                f"{' en '.join(sorted(alike))}. {AS_TEXT}"
            )
        return digits
    if field.kind is Kind.GL_ACCOUNT and len(digits) >= MIN_DIGITS_OF_ACCOUNT:
        return digits
    raise CellFault(
        f"De code van {field.label} is het getal {digits} geworden; nullen vooraan zijn dan weg. {AS_TEXT}"
    )


def _codes(kind: Kind, lists: ExactLists) -> Iterable[str]:
    match kind:
        case Kind.JOURNAL:
            return lists.journals
        case Kind.GL_ACCOUNT:
            return lists.gl_accounts
        case Kind.VAT_CODE:
            return lists.vat_codes
        case Kind.CONDITION:
            return lists.payment_conditions
    return ()
