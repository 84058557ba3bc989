"""The split of each invoice: booking lines per revenue cell, entry lines per ledger account and VAT code, VAT to the cent (M8, M11)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from exact_online.transform.lines import Lines, group_of_cell, rate_of_cell
from exact_online.transform.money_arrays import Int64s, divide_vat_amounts, vat_of_gross_amounts
from exact_online.transform.postings import Postings
from exact_online.transform.refusals import Mask
from exact_online.transform.vat_rates import BASIS_POINTS, RATES


@dataclass(frozen=True)
class BookingLines:
    """One value per invoice and revenue cell, sorted by both: what reconciliation sums."""

    invoice: Int64s
    cell: Int64s
    gross: Int64s
    vat: Int64s


@dataclass(frozen=True)
class EntryLines:
    """One value per invoice, ledger account and VAT code, sorted by invoice and by the first cell of the line."""

    invoice: Int64s
    cell: Int64s
    """The cell that names account and VAT code."""
    groups: Int64s
    """The revenue groups that feed the line: bit g is set for the group at place g."""
    basis_points: Int64s
    gross: Int64s
    vat: Int64s

    def only(self, kept: Mask) -> EntryLines:
        return EntryLines(*(getattr(self, field.name)[kept] for field in fields(self)))


def split(
    lines: Lines, cells: Int64s, kept: Mask, eras: Int64s, postings: Postings
) -> tuple[BookingLines, EntryLines]:
    """Split the kept lines. `cells` has the cell of each line, `eras` the VAT era of each invoice."""
    size = postings.space.size
    invoice, cell, gross = summed(lines.invoice[kept] * size + cells[kept], lines.cents[kept], size)
    entry_of, starts, order = grouped(invoice * size + postings.entry_cell[cell])
    entry_invoice, entry_cell = np.divmod(entry_of, size)
    entry_gross = sums(gross[order], starts)
    basis_points = BASIS_POINTS[eras[entry_invoice], rate_of_cell(entry_cell)]
    entry_vat = vat_per_entry_line(entry_invoice, entry_cell, entry_gross, basis_points)
    vat = np.empty_like(gross)
    vat[order] = divide_vat_amounts(entry_vat, gross[order], basis_points, starts)
    groups = np.bitwise_or.reduceat(1 << group_of_cell(cell[order]), starts) if len(starts) else entry_cell
    return BookingLines(invoice, cell, gross, vat), EntryLines(
        entry_invoice, entry_cell, groups, basis_points, entry_gross, entry_vat
    )


def grouped(keys: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """Distinct keys in order, where each begins after sorting, and the (stable) order that sorts them."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts], starts, order


def sums(values: Int64s, starts: Int64s) -> Int64s:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def summed(keys: Int64s, cents: Int64s, size: int) -> tuple[Int64s, Int64s, Int64s]:
    """Invoice, cell and gross of each distinct (invoice, cell)."""
    distinct, starts, order = grouped(keys)
    invoice, cell = np.divmod(distinct, size)
    return invoice, cell, sums(cents[order], starts)


def vat_per_entry_line(invoice: Int64s, cell: Int64s, gross: Int64s, basis_points: Int64s) -> Int64s:
    """Once per VAT code over the invoice's gross total of that code, divided over its entry lines (docs/contracts.md, VAT)."""
    _, starts, order = grouped(invoice * len(RATES) + rate_of_cell(cell))
    code_basis_points = basis_points[order][starts]
    code_vat = vat_of_gross_amounts(sums(gross[order], starts), code_basis_points)
    vat = np.empty_like(gross)
    vat[order] = divide_vat_amounts(code_vat, gross[order], code_basis_points, starts)
    return vat


def without_empty_lines(entries: EntryLines, totals_count: int) -> EntryLines:
    """Leave out entry lines of 0.00, but never all lines of an invoice: an invoice of nothing is booked with its lines at 0.00."""
    filled = entries.gross != 0
    has_filled = np.zeros(totals_count, dtype=bool)
    has_filled[entries.invoice[filled]] = True
    keep = filled | ~has_filled[entries.invoice]
    if keep.all():
        return entries
    return entries.only(keep)
