"""The reconciliation: James = ledger = Exact, to the cent, per revenue group and VAT rate (B4).

* James: its own totals of the days in scope.
* Ledger: the lines of what is booked, and of what was handed over in a workbook.
* Unsettled: James' lines of what is rejected, held or doubtful, so that no invoice is left out.
* Closed: James' lines of what a person said that will not be booked.
* Exact: what the ledger has, and what Exact has more or less of our invoices (judgement.py).

Pure: it gets rows, and returns cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from exact_online.ledger import Cell, Difference, JamesAmount, SettledCell, SettledLine
from exact_online.vocabulary import BookingState, Cause, DebtorKind, ItemOrigin, RevenueGroup, VatRate

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
    james: Iterable[JamesAmount],
    unsettled: Iterable[JamesAmount],
    settled: Collection[SettledCell | SettledLine],
    exact_has_more: Mapping[CellKey, int],
    closed: Iterable[JamesAmount] = (),
) -> list[Cell]:
    """Return a cell per revenue group and VAT rate that has any amount, sorted.

    `settled`: what is booked or handed over. `exact_has_more`: cents that Exact has more of our
    invoices than the ledger (judgement.py).
    """
    booked = _ledger_totals(settled, BookingState.BOOKED)
    in_exact = Counter(booked)
    in_exact.update({key: cents for key, cents in exact_has_more.items() if cents})
    totals: list[Mapping[CellKey, int]] = [
        _james_totals(james),
        booked,
        in_exact,
        _ledger_totals(settled, BookingState.EXPORTED),
        _james_totals(unsettled),
        _james_totals(closed),
    ]
    keys = sorted(set().union(*totals))
    return [Cell(*key, *(cents.get(key, 0) for cents in totals)) for key in keys]


def unexplained(cells: Iterable[Cell], james_has_more: Mapping[CellKey, int]) -> list[Difference]:
    """Return what no invoice accounts for: what James has and the ledger lacks, per cell.

    `james_has_more`: what is explained by changes in James (judgement.py).
    """
    return [
        Difference(
            subject=f"cell:{cell.revenue_group}/{cell.vat_rate}",
            cause=Cause.UNEXPLAINED,
            kind="cell",
            source_key=None,
            entry_id=None,
            day=None,
            james_cents=rest,
            exact_cents=0,
            cells=((cell.revenue_group, cell.vat_rate, rest),),
        )
        for cell in cells
        if (rest := cell.lost_cents - james_has_more.get((cell.revenue_group, cell.vat_rate), 0))
    ]


def totals_per_cell(amounts: Iterable[JamesAmount]) -> Counter[CellKey]:
    """Return what James' lines come to per cell; cents."""
    return Counter(_james_totals(amounts))


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


def _ledger_totals(settled: Iterable[SettledCell | SettledLine], state: BookingState) -> Counter[CellKey]:
    totals: Counter[CellKey] = Counter()
    for part in settled:
        if part.state == state:
            totals[part.revenue_group, part.vat_rate] += part.gross_cents
    return totals
