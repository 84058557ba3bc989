"""Money on integers: cents in, cents out, half up and away from zero on the half; no float anywhere.

Percentages are basis points (2100 is 21 %). The vectorised functions take and give int64 arrays; amounts up to 10**14 cents are safe.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Int64s = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

WHOLE = 10_000
"""100 % in basis points."""


def vat_of_gross(gross_cents: int, basis_points: int) -> int:
    """The VAT that is in a gross amount, half up: 121.00 at 21 % holds 21.00."""
    whole = WHOLE + basis_points
    vat = (2 * abs(gross_cents) * basis_points + whole) // (2 * whole)
    return vat if gross_cents >= 0 else -vat


def vat_of_gross_amounts(gross_cents: Int64s, basis_points: Int64s) -> Int64s:
    """`vat_of_gross` for arrays."""
    whole = WHOLE + basis_points
    vat = (2 * np.abs(gross_cents) * basis_points + whole) // (2 * whole)
    return np.where(gross_cents < 0, -vat, vat)


def divide_vat(vat_cents: int, gross_parts: Sequence[int], basis_points: int) -> list[int]:
    """Divide the VAT of a gross total over its parts by largest remainder, ties to the first part.

    `vat_cents` is `vat_of_gross` of the sum of the parts. Each part gets its exact VAT rounded down or up, so that the parts add up.
    The division of a credit is the exact mirror of that of its original.
    """
    side = _side(sum(gross_parts), gross_parts[0])
    exact = [divmod(side * part * basis_points, WHOLE + basis_points) for part in gross_parts]
    missing = side * vat_cents - sum(floor for floor, _ in exact)
    by_remainder = sorted(range(len(exact)), key=lambda place: -exact[place][1])
    rounded_up = set(by_remainder[:missing])
    return [side * (floor + (place in rounded_up)) for place, (floor, _) in enumerate(exact)]


def _side(total: int, first: int) -> int:
    return -1 if (total or first) < 0 else 1


def divide_vat_amounts(vat_cents: Int64s, gross_parts: Int64s, basis_points: Int64s, starts: Int64s) -> Int64s:
    """`divide_vat` for many totals at once.

    `starts` holds the first place of each total's parts in `gross_parts` (ascending, none empty); `vat_cents` and `basis_points` have one
    value per total.
    """
    if len(starts) == 0:
        return gross_parts[:0]
    total_of = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(gross_parts)))
    gross = np.add.reduceat(gross_parts, starts)
    side = np.where(np.where(gross == 0, gross_parts[starts], gross) < 0, -1, 1)
    floor, remainder = np.divmod(side[total_of] * gross_parts * basis_points[total_of], (WHOLE + basis_points)[total_of])
    missing = side * vat_cents - np.add.reduceat(floor, starts)
    shares: Int64s = side[total_of] * (floor + _rounded_up(remainder, missing, total_of, starts))
    return shares


def _rounded_up(remainder: Int64s, missing: Int64s, total_of: Int64s, starts: Int64s) -> npt.NDArray[np.bool_]:
    """Which parts are rounded up: per total the `missing` parts with the largest remainders, the first of equals first."""
    by_remainder = np.lexsort((-remainder, total_of))
    rank: Int64s = np.empty_like(by_remainder)
    rank[by_remainder] = np.arange(len(remainder)) - starts[total_of]
    return np.less(rank, missing[total_of])


def amount_text(cents: int) -> str:
    """Euros with two decimals: 1234 is ``12.34``, -5 is ``-0.05``."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


def amount_texts(cents: Int64s) -> Texts:
    """`amount_text` for an array: an object array of texts. Each distinct amount is written once, so a day's usual prices cost nothing."""
    place, distinct = pd.factorize(cents)
    texts: Texts = np.empty(len(distinct), dtype=object)
    texts[:] = [amount_text(amount) for amount in distinct.tolist()]
    return texts[place]
