"""The reconciliation: James = ledger = Exact, to the cent, per revenue group and VAT rate (B4).

* James: its own totals of the days in scope.
* Ledger: the lines of what is booked, and of what was handed over in a workbook.
* Unsettled: James' lines of what is rejected, held or doubtful, so that no invoice is left out.
* Exact: its transaction lines with the ids of our entries. Where an account has another amount than
  we booked, the difference counts under the account's first cell.

Pure: it gets frames and rows, and returns cells.
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
"""(revenue group, VAT rate); a kind or rate that we do not know keeps James' own value."""

GROUP_OF_KIND = {
    DebtorKind.INSURER: RevenueGroup.INSURERS,
    DebtorKind.PATIENT: RevenueGroup.PATIENTS,
    DebtorKind.INSTITUTION: RevenueGroup.INSTITUTIONS,
}
RATE_OF_PERCENTAGE = {0: VatRate.ZERO, 6: VatRate.LOW, 9: VatRate.LOW, 19: VatRate.HIGH, 21: VatRate.HIGH}
"""Percentages of all years: none was ever both a low and a high rate."""


def reconcile(
    james: Iterable[JamesAmount], unsettled: Iterable[JamesAmount], settled: pd.DataFrame, exact: pd.DataFrame
) -> list[Cell]:
    """Return a cell per revenue group and VAT rate that has any amount, sorted.

    `settled`: the fields of `SettledLine`.
    `exact`: entry_id, gl_account (code), is_vat, cents (debit positive).
    """
    booked = settled[settled["state"] == "booked"]
    totals = [
        _james_totals(james),
        _ledger_totals(booked),
        _exact_totals(booked, exact),
        _ledger_totals(settled[settled["state"] == "exported"]),
        _james_totals(unsettled),
    ]
    keys = sorted(set().union(*totals))
    return [Cell(*key, *(cents.get(key, 0) for cents in totals)) for key in keys]


def drifted_entries(settled: pd.DataFrame, exact: pd.DataFrame) -> list[DriftInExact]:
    """Return entries of ours that were removed or changed by hand in Exact (FR-H7, FR-H8).

    The frames are as for `reconcile`. An entry is changed when one of its accounts, or its VAT,
    has another amount than we booked.
    """
    booked = settled[settled["state"] == "booked"]
    wrong = {entry_id for entry_id, _ in _wrong_accounts(booked, exact).index} | set(
        _wrong_vat(booked, exact).index
    )
    there = (
        -exact[exact["is_vat"] | exact["gl_account"].isin(booked["gl_account"])]
        .groupby("entry_id")["cents"]
        .sum()
    )
    known = set(exact["entry_id"])
    return [
        DriftInExact(entry_id, Reason.CHANGED_IN_EXACT, int(there.get(entry_id, 0)))
        if entry_id in known
        else DriftInExact(entry_id, Reason.GONE_IN_EXACT, None)
        for entry_id in sorted(wrong)
    ]


def _james_totals(rows: Iterable[JamesAmount]) -> Mapping[CellKey, int]:
    totals: Counter[CellKey] = Counter()
    for row in rows:
        cell = cell_of(row.debtor_kind, row.item_origin, row.vat_percentage)
        totals[cell] += int((row.amount or Decimal(0)) * 100)
    return totals


def cell_of(debtor_kind: str | None, item_origin: str | None, vat_percentage: Decimal | None) -> CellKey:
    """Return the cell of a line of James (M8)."""
    group: str = GROUP_OF_KIND.get(debtor_kind, str(debtor_kind))  # type: ignore[call-overload]
    if item_origin == ItemOrigin.ARTICLE:
        group = RevenueGroup.ARTICLES
    rate: str = RATE_OF_PERCENTAGE.get(vat_percentage, str(vat_percentage))  # type: ignore[call-overload]
    return str(group), str(rate)


def _ledger_totals(lines: pd.DataFrame) -> dict[CellKey, int]:
    totals = lines.groupby(["revenue_group", "vat_rate"])["gross_cents"].sum().astype("int64")
    return totals.to_dict()  # type: ignore[return-value]


def _exact_totals(booked: pd.DataFrame, exact: pd.DataFrame) -> Mapping[CellKey, int]:
    """Return the ledger's totals, plus what Exact has more or less than the ledger."""
    totals = Counter(_ledger_totals(booked))
    for wrong in (_wrong_accounts(booked, exact), _wrong_vat(booked, exact)):
        for group, rate, cents in wrong[["revenue_group", "vat_rate", "cents"]].to_numpy().tolist():
            totals[str(group), str(rate)] += int(cents)
    return totals


def _wrong_accounts(booked: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """Return a row per entry and account that differs in Exact.

    `cents` is what Exact has more or less (net); revenue_group and vat_rate are its cell.
    """
    per_account = ["entry_id", "gl_account"]
    ours = booked.assign(net=booked["gross_cents"] - booked["vat_cents"]).groupby(per_account, sort=False)
    expected = ours.agg(
        net=("net", "sum"), revenue_group=("revenue_group", "first"), vat_rate=("vat_rate", "first")
    )
    there = -exact.groupby(per_account)["cents"].sum().reindex(expected.index, fill_value=0)
    return _differing(expected, there - expected["net"])


def _wrong_vat(booked: pd.DataFrame, exact: pd.DataFrame) -> pd.DataFrame:
    """Return a row per entry whose VAT differs; its cell is that of its first line with VAT."""
    taxed_first = booked.sort_values("vat_cents", key=lambda vat: vat == 0, kind="stable")
    ours = taxed_first.groupby("entry_id", sort=False)
    expected = ours.agg(
        vat=("vat_cents", "sum"), revenue_group=("revenue_group", "first"), vat_rate=("vat_rate", "first")
    )
    there = -exact[exact["is_vat"]].groupby("entry_id")["cents"].sum().reindex(expected.index, fill_value=0)
    return _differing(expected, there - expected["vat"])


def _differing(expected: pd.DataFrame, difference: pd.Series[int]) -> pd.DataFrame:
    return expected.assign(cents=difference)[difference != 0]
