"""Arithmetic with money: integers of cents, never floats; half a cent is rounded away from zero.

Percentages are basis points (2100 is 21 %). The same for columns of a frame: transform/vat.py.
"""

from __future__ import annotations

from collections.abc import Sequence

WHOLE = 10_000
"""100 % in basis points."""


def vat_of_gross(gross_cents: int, basis_points: int) -> int:
    """Return the VAT in a gross amount, in cents: 121.00 at 21 % has 21.00."""
    whole = WHOLE + basis_points
    vat = (2 * abs(gross_cents) * basis_points + whole) // (2 * whole)
    return vat if gross_cents >= 0 else -vat


def divide_vat(vat_cents: int, gross_parts: Sequence[int], basis_points: int) -> list[int]:
    """Divide the VAT of a gross total over its parts by largest remainder; return cents per part.

    `vat_cents` is `vat_of_gross` of the sum of the parts. Each part gets its exact VAT rounded down
    or up, so that the parts add up; among equal remainders the first part is rounded up.
    A credit is divided as its original with the opposite sign.
    """
    side = _side(sum(gross_parts), gross_parts[0])
    exact = [divmod(side * part * basis_points, WHOLE + basis_points) for part in gross_parts]
    missing = side * vat_cents - sum(floor for floor, _ in exact)
    by_remainder = sorted(range(len(exact)), key=lambda place: -exact[place][1])
    rounded_up = set(by_remainder[:missing])
    return [side * (floor + (place in rounded_up)) for place, (floor, _) in enumerate(exact)]


def _side(total: int, first: int) -> int:
    return -1 if (total or first) < 0 else 1


def amount_text(cents: int) -> str:
    """Return cents as a text in euros with two decimals: 1234 is ``12.34``, -5 is ``-0.05``."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


def dutch_amount(cents: int) -> str:
    """Return cents as a practice writes euros: 123456 is ``1.234,56``."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
