"""Which percentages zero, low and high were, and when (M8).

Dutch law: the low rate rose from 6 to 9 % on 1 January 2019, the high rate from 19 to 21 % on
1 October 2012.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pandas as pd

from exact_online.vocabulary import VatRate

RATE_TYPE = pd.CategoricalDtype([rate.value for rate in VatRate], ordered=True)


class VatEra(NamedTuple):
    """A time in which the rates did not change; they are in basis points."""

    start: dt.date
    low: int
    high: int


ERAS = (
    VatEra(dt.date(2001, 1, 1), low=600, high=1900),
    VatEra(dt.date(2012, 10, 1), low=600, high=2100),
    VatEra(dt.date(2019, 1, 1), low=900, high=2100),
)
_RATES = pd.DataFrame(
    [
        (place, points, rate.value)
        for place, era in enumerate(ERAS)
        for rate, points in zip(VatRate, (0, era.low, era.high), strict=True)
    ],
    columns=["vat_era", "vat_basis_points", "vat_rate"],
).astype({"vat_rate": RATE_TYPE})


def present_basis_points(rate: VatRate) -> int:
    """Return what a VAT code of this rate must hold in Exact today."""
    return {VatRate.ZERO: 0, VatRate.LOW: ERAS[-1].low, VatRate.HIGH: ERAS[-1].high}[rate]


def eras_of(days: pd.Series) -> pd.Series:
    """Return the place in `ERAS` of each day (datetime64); the first one for a day before it."""
    starts = pd.Series(pd.to_datetime([era.start for era in ERAS]))
    return pd.Series(starts.searchsorted(days, side="right") - 1, index=days.index).clip(lower=0)


def rates_of(lines: pd.DataFrame) -> pd.Series:
    """Return the VAT rate of each line (`RATE_TYPE`); missing for a percentage that was no rate.

    `lines`: invoice, vat_era, vat_basis_points int64, is_credit bool. A credit invoice may give
    back what was charged before a change of rates: when its lines do not fit the era of its own
    date, an earlier one is taken in which they all do.
    """
    eras = lines["vat_era"]
    rates = _rates_in(eras, lines)
    for _ in ERAS[1:]:
        misfit = lines.loc[rates.isna() & lines["is_credit"] & (eras > 0), "invoice"]
        if misfit.empty:
            break
        eras = eras - lines["invoice"].isin(misfit)
        rates = _rates_in(eras, lines)
    return rates


def _rates_in(eras: pd.Series, lines: pd.DataFrame) -> pd.Series:
    asked = pd.DataFrame({"vat_era": eras, "vat_basis_points": lines["vat_basis_points"]})
    return asked.merge(_RATES, on=["vat_era", "vat_basis_points"], how="left")["vat_rate"]
