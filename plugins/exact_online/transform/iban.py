"""Is this an IBAN? The check digits of ISO 13616 and the length of its country."""

from __future__ import annotations

import re

CHECKED_REMAINDER = 1
LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
"""Countries of the SEPA area, where a Dutch direct debit can be collected."""
SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,27}")


def valid_iban(text: str) -> str | None:
    """The IBAN without spaces, in capitals; None when it is none."""
    iban = "".join(text.split()).upper()
    if not SHAPE.fullmatch(iban) or len(iban) != LENGTHS.get(iban[:2]):
        return None
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return iban if int(digits) % 97 == CHECKED_REMAINDER else None
