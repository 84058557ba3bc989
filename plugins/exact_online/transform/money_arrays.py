"""The arithmetic of money.py on int64 arrays: cents in, cents out, no float anywhere; amounts up to 10**14 cents are safe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from exact_online.money import WHOLE, amount_text

Int64s = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]


def vat_of_gross_amounts(gross_cents: Int64s, basis_points: Int64s) -> Int64s:
    """`vat_of_gross` for arrays."""
    whole = WHOLE + basis_points
    vat = (2 * np.abs(gross_cents) * basis_points + whole) // (2 * whole)
    return np.where(gross_cents < 0, -vat, vat)


def divide_vat_amounts(
    vat_cents: Int64s, gross_parts: Int64s, basis_points: Int64s, starts: Int64s
) -> Int64s:
    """`divide_vat` for many totals at once.

    `starts` holds the first place of each total's parts in `gross_parts` (ascending, none empty); `vat_cents` and `basis_points` have one
    value per total.
    """
    if len(starts) == 0:
        return gross_parts[:0]
    total_of = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(gross_parts)))
    gross = np.add.reduceat(gross_parts, starts)
    side = np.where(np.where(gross == 0, gross_parts[starts], gross) < 0, -1, 1)
    floor, remainder = np.divmod(
        side[total_of] * gross_parts * basis_points[total_of], (WHOLE + basis_points)[total_of]
    )
    missing = side * vat_cents - np.add.reduceat(floor, starts)
    shares: Int64s = side[total_of] * (floor + _rounded_up(remainder, missing, total_of, starts))
    return shares


def _rounded_up(
    remainder: Int64s, missing: Int64s, total_of: Int64s, starts: Int64s
) -> npt.NDArray[np.bool_]:
    """Which parts are rounded up: per total the `missing` parts with the largest remainders, the first of equals first."""
    by_remainder = np.lexsort((-remainder, total_of))
    rank: Int64s = np.empty_like(by_remainder)
    rank[by_remainder] = np.arange(len(remainder)) - starts[total_of]
    return np.less(rank, missing[total_of])


def amount_texts(cents: Int64s) -> Texts:
    """`amount_text` for an array: an object array of texts. Each distinct amount is written once, so a day's usual prices cost nothing."""
    place, distinct = pd.factorize(cents)
    texts: Texts = np.empty(len(distinct), dtype=object)
    texts[:] = [amount_text(amount) for amount in distinct.tolist()]
    return texts[place]
