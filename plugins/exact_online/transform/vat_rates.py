"""Which percentages zero, low and high were, and when (M8). Dutch law: the low rate rose from 6 to 9 % on 1 January 2019,
the high rate from 19 to 21 % on 1 October 2012."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from exact_online.transform.money_arrays import Int64s
from exact_online.vocabulary import VatRate

RATES = tuple(VatRate)
"""zero, low, high: the order of the columns below."""
UNKNOWN_RATE = -1


@dataclass(frozen=True)
class VatEra:
    start: dt.date
    low: int
    """Basis points."""
    high: int


ERAS = (
    VatEra(dt.date(2001, 1, 1), low=600, high=1900),
    VatEra(dt.date(2012, 10, 1), low=600, high=2100),
    VatEra(dt.date(2019, 1, 1), low=900, high=2100),
)
ERA_STARTS = np.array([era.start for era in ERAS], dtype="datetime64[D]")
BASIS_POINTS: Int64s = np.array([[0, era.low, era.high] for era in ERAS], dtype=np.int64)
"""One row per era, one column per rate."""


def eras_of(days: npt.NDArray[np.datetime64]) -> Int64s:
    """The era of each day (datetime64[D]); -1 for a day before the first era or no day at all."""
    eras = np.searchsorted(ERA_STARTS, days, side="right") - 1
    return np.where(np.isnat(days), -1, eras).astype(np.int64)


def rates_of(basis_points: Int64s, eras: Int64s) -> Int64s:
    """The place in `RATES` of each percentage in its era; `UNKNOWN_RATE` when it was none."""
    in_era = BASIS_POINTS[np.maximum(eras, 0)]
    rates = np.full(len(basis_points), UNKNOWN_RATE, dtype=np.int64)
    for place in range(len(RATES)):
        rates[basis_points == in_era[:, place]] = place
    return rates


def present_basis_points(rate: VatRate) -> int:
    """What a VAT code of this rate must hold in Exact today."""
    return int(BASIS_POINTS[-1, RATES.index(rate)])
