"""James = ledger = Exact, to the cent, per revenue group and VAT rate (B4). Pure: frames and rows in, cells out.

* James: what it sums itself over the days in scope.
* Ledger: the lines of what is booked, and of what was handed over in a workbook.
* Unsettled: James' lines of what is refused, held or doubtful, so that nothing disappears from the sum.
* Exact: what its transaction lines book under the ids of our entries. An account that differs counts under its first cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

import pandas as pd

from exact_online.ledger import Cell, DriftInExact, JamesAmount
from exact_online.reasons import Reason
from exact_online.vocabulary import DebtorKind, ItemOrigin, RevenueGroup, VatRate

CellKey = tuple[str, str]
"""(revenue group, VAT rate); what James has no known kind or rate for keeps its raw value."""

GROUP_OF_KIND = {
    DebtorKind.INSURER: RevenueGroup.INSURERS,
    DebtorKind.PATIENT: RevenueGroup.PATIENTS,
    DebtorKind.INSTITUTION: RevenueGroup.INSTITUTIONS,
}
RATE_OF_PERCENTAGE = {0: VatRate.ZERO, 6: VatRate.LOW, 9: VatRate.LOW, 19: VatRate.HIGH, 21: VatRate.HIGH}
"""Whatever the year: no percentage was ever both low and high."""


def reconcile(james: Iterable[JamesAmount], unsettled: Iterable[JamesAmount], settled: pd.DataFrame, exact: pd.DataFrame) -> list[Cell]:
    """One cell per revenue group and VAT rate that anything happened in, sorted.

    `settled`: the fields of `SettledLine`.
    `exact`: entry_id, gl_account (code), is_vat, cents (debit positive).
    """
    booked = settled[settled["state"] == "booked"]
    sums = [
        _james_sums(james),
        _cell_sums(booked, "gross_cents"),
        _exact_sums(booked, exact),
        _cell_sums(settled[settled["state"] == "exported"], "gross_cents"),
        _james_sums(unsettled),
    ]
    keys = sorted(set().union(*sums))
    return [Cell(*key, *(cents.get(key, 0) for cents in sums)) for key in keys]


def drifted_entries(settled: pd.DataFrame, exact: pd.DataFrame) -> list[DriftInExact]:
    """Return entries of ours that were removed or changed by hand in Exact (FR-H7, FR-H8).

    Frames as for `reconcile`. An entry is changed when an account of ours or its VAT holds other cents than we booked.
    """
    booked = settled[settled["state"] == "booked"]
    wrong = {entry_id for entry_id, _ in _wrong_accounts(booked, exact).index} | set(_wrong_vat(booked, exact).index)
    there = -exact[exact["is_vat"] | exact["gl_account"].isin(booked["gl_account"])].groupby("entry_id")["cents"].sum()
    known = set(exact["entry_id"])
    return [
        DriftInExact(entry_id, Reason.CHANGED_IN_EXACT, int(there.get(entry_id, 0)))
        if entry_id in known
        else DriftInExact(entry_id, Reason.GONE_IN_EXACT, None)
        for entry_id in sorted(wrong)
    ]


def _james_sums(rows: Iterable[JamesAmount]) -> Mapping[CellKey, int]:
    sums: Counter[CellKey] = Counter()
    for row in rows:
        sums[cell_of(row.debtor_kind, row.item_origin, row.vat_percentage)] += int((row.amount or Decimal(0)) * 100)
    return sums


def cell_of(debtor_kind: str | None, item_origin: str | None, vat_percentage: Decimal | None) -> CellKey:
    """The cell of a line of James (M8)."""
    group: str = RevenueGroup.ARTICLES if item_origin == ItemOrigin.ARTICLE else GROUP_OF_KIND.get(debtor_kind, str(debtor_kind))  # type: ignore[call-overload]
    rate: str = RATE_OF_PERCENTAGE.get(vat_percentage, str(vat_percentage))  # type: ignore[call-overload]
    return str(group), str(rate)


def _cell_sums(lines: pd.DataFrame, column: str) -> dict[CellKey, int]:
    return lines.groupby(["revenue_group", "vat_rate"])[column].sum().astype("int64").to_dict()  # type: ignore[return-value]


def _exact_sums(booked: pd.DataFrame, exact: pd.DataFrame) -> Mapping[CellKey, int]:
    """The ledger's own split, corrected by what Exact books otherwise."""
    sums = Counter(_cell_sums(booked, "gross_cents"))
    for wrong in (_wrong_accounts(booked, exact), _wrong_vat(booked, exact)):
        for group, rate, cents in wrong[["revenue_group", "vat_rate", "cents"]].to_numpy().tolist():
            sums[str(group), str(rate)] += int(cents)
    return sums


def _wrong_accounts(booked: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """Per entry and account that differs: what Exact has more or less (`cents`, net), and the cell it counts under."""
    per_account = ["entry_id", "gl_account"]
    ours = booked.assign(net=booked["gross_cents"] - booked["vat_cents"]).groupby(per_account, sort=False)
    expected = ours.agg(net=("net", "sum"), revenue_group=("revenue_group", "first"), vat_rate=("vat_rate", "first"))
    there = -exact.groupby(per_account)["cents"].sum().reindex(expected.index, fill_value=0)
    return _differing(expected, there - expected["net"])


def _wrong_vat(booked: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """The same per entry for its VAT, which counts under the entry's first line that has any."""
    taxed_first = booked.sort_values("vat_cents", key=lambda vat: vat == 0, kind="stable")
    ours = taxed_first.groupby("entry_id", sort=False)
    expected = ours.agg(vat=("vat_cents", "sum"), revenue_group=("revenue_group", "first"), vat_rate=("vat_rate", "first"))
    there = -exact[exact["is_vat"]].groupby("entry_id")["cents"].sum().reindex(expected.index, fill_value=0)
    return _differing(expected, there - expected["vat"])


def _differing(expected: pd.DataFrame, difference: pd.Series[int]) -> pd.DataFrame:
    return expected.assign(cents=difference)[difference != 0]
