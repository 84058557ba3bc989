"""Is this an IBAN of a country where a Dutch direct debit can be collected?"""

from __future__ import annotations

from stdnum import iban
from stdnum.exceptions import ValidationError

SEPA_COUNTRIES = {
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR",
    "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL",
    "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
}  # fmt: skip
"""Country codes of IBANs in the SEPA area.

Overseas parts of France, Finland and the United Kingdom use the codes FR, FI and GB.
"""


def valid_iban(text: str) -> str | None:
    """Return the IBAN without separators, in capitals; None when it is none, or outside SEPA."""
    try:
        # Without the country's own checks: they know banks by lists that go stale, and a bank
        # missing from such a list would leave out an account that exists.
        number = iban.validate(text, check_country=False)
    except ValidationError:
        return None
    return number if number[:2] in SEPA_COUNTRIES else None
