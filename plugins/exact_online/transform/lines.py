"""The invoice lines, as arrays: which revenue cell each belongs to, and what is wrong with it (M8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from exact_online.failures import ContractBroken
from exact_online.reasons import Reason
from exact_online.settings import RevenueCell
from exact_online.transform.headers import (
    AMOUNT_LIMIT_CENTS,
    DEBTOR_KINDS,
    Headers,
    places,
    texts,
    whole_cents,
)
from exact_online.transform.money_arrays import Int64s, Texts
from exact_online.transform.refusals import RANK, Mask, Ranks
from exact_online.transform.vat_rates import RATES, UNKNOWN_RATE, rates_of
from exact_online.vocabulary import DebtorKind, ItemOrigin, RevenueGroup

GROUPS = tuple(RevenueGroup)
CELLS_PER_PROFESSION = len(GROUPS) * len(RATES)
ORIGINS = tuple(ItemOrigin)

GROUP_OF_DEBTOR = {
    DebtorKind.PATIENT: RevenueGroup.PATIENTS,
    DebtorKind.INSURER: RevenueGroup.INSURERS,
    DebtorKind.INSTITUTION: RevenueGroup.INSTITUTIONS,
}
TARIFF_GROUPS: Int64s = np.array([GROUPS.index(GROUP_OF_DEBTOR[kind]) for kind in DEBTOR_KINDS])
"""Place of the revenue group of a tariff item, by place of the debtor kind (M8)."""

NO_PERCENTAGE = -1


@dataclass(frozen=True)
class CellSpace:
    """Numbers for revenue cells: profession, revenue group and VAT rate as one integer, ordered as the three are."""

    professions: tuple[str, ...]
    """Sorted; those of the settings and those of the lines."""

    @property
    def size(self) -> int:
        return max(len(self.professions), 1) * CELLS_PER_PROFESSION

    def cell(self, number: int) -> RevenueCell:
        profession, rest = divmod(number, CELLS_PER_PROFESSION)
        group, rate = divmod(rest, len(RATES))
        return self.professions[profession], GROUPS[group], RATES[rate]

    def number(self, cell: RevenueCell) -> int:
        profession, group, rate = cell
        return (self.professions.index(profession) * len(GROUPS) + GROUPS.index(group)) * len(
            RATES
        ) + RATES.index(rate)


def rate_of_cell(cells: Int64s) -> Int64s:
    return cells % len(RATES)


def group_of_cell(cells: Int64s) -> Int64s:
    return cells // len(RATES) % len(GROUPS)


@dataclass(frozen=True)
class Lines:
    """One value per line, sorted by invoice. `invoice` is the place of the line's invoice in the headers."""

    frame: pd.DataFrame
    invoice: Int64s
    space: CellSpace
    profession: Int64s
    """Place in the space's professions; -1 when missing."""
    origin: Int64s
    basis_points: Int64s
    cents: Int64s
    cents_missing: Mask

    def __len__(self) -> int:
        return len(self.invoice)


def places_of_invoices(keys: Texts, line_keys: Texts) -> Int64s:
    """The place of each line's invoice among the keys. ContractBroken for a line without its invoice.

    Lines come grouped by invoice, so only the first of each group is looked up.
    """
    if len(line_keys) == 0:
        return np.zeros(0, dtype=np.int64)
    first = np.concatenate(([True], line_keys[1:] != line_keys[:-1]))
    found = pd.Index(keys, dtype=object).get_indexer(pd.Index(line_keys[first], dtype=object))
    if (found < 0).any():
        raise ContractBroken(
            "invoice_lines.sql gave lines of invoices that invoices.sql did not give; both must read the same keys."
        )
    places: Int64s = found.astype(np.int64)[np.cumsum(first) - 1]
    return places


def read_lines(frame: pd.DataFrame, invoice: Int64s, known_professions: Sequence[str]) -> Lines:
    """The lines of a frame (docs/contracts.md) whose invoices are at the given places."""
    codes, found = pd.factorize(texts(frame, "profession"))
    space = CellSpace(tuple(sorted({*known_professions, *found})))
    place = {name: place for place, name in enumerate(space.professions)}
    in_space = np.array([*(place[name] for name in found), -1], dtype=np.int64)
    cents, missing = whole_cents(frame, "amount_cents")
    return Lines(
        frame=frame,
        invoice=invoice,
        space=space,
        profession=in_space[codes],
        origin=places(texts(frame, "item_origin"), ORIGINS),
        basis_points=frame["vat_basis_points"].to_numpy(dtype=np.int64, na_value=NO_PERCENTAGE),
        cents=cents,
        cents_missing=missing,
    )


def any_per_invoice(where: Mask, lines: Lines, count: int) -> Mask:
    """For each of `count` invoices: is it so for any of its lines?"""
    found = np.zeros(count, dtype=bool)
    found[lines.invoice[where]] = True
    return found


def totals_per_invoice(lines: Lines, count: int) -> Int64s:
    """The sum of the lines of each of `count` invoices, in cents."""
    totals = np.zeros(count, dtype=np.int64)
    starts = np.flatnonzero(np.diff(lines.invoice, prepend=-1))
    if len(starts):
        totals[lines.invoice[starts]] = np.add.reduceat(lines.cents, starts)
    return totals


def rates_and_eras(lines: Lines, headers: Headers) -> tuple[Int64s, Int64s]:
    """The rate of each line, and the era of each invoice whose percentages it uses.

    That is the era of the invoice date. A credit invoice may give back what was charged before a change of rates, so when its lines don't
    fit the era of its date an earlier one is taken in which they all do.
    """
    eras = headers.eras.copy()
    rates = rates_of(lines.basis_points, eras[lines.invoice])
    for _ in range(int(eras.max(initial=0))):
        misfit = any_per_invoice(rates == UNKNOWN_RATE, lines, len(headers)) & headers.is_credit & (eras > 0)
        if not misfit.any():
            break
        eras[misfit] -= 1
        moved = misfit[lines.invoice]
        rates[moved] = rates_of(lines.basis_points[moved], eras[lines.invoice[moved]])
    return rates, eras


def cells_of(lines: Lines, rates: Int64s, headers: Headers) -> Int64s:
    """The revenue cell of each line: tariff items by kind of debtor, articles apart (M8). Means nothing for a line that fails a check."""
    article = lines.origin == ORIGINS.index(ItemOrigin.ARTICLE)
    group = np.where(
        article, GROUPS.index(RevenueGroup.ARTICLES), TARIFF_GROUPS[headers.debtor_kinds][lines.invoice]
    )
    return (lines.profession * len(GROUPS) + group) * len(RATES) + rates


def line_checks(lines: Lines, rates: Int64s) -> dict[Reason, Mask]:
    """What can be wrong with a line by itself."""
    return {
        Reason.LINE_AMOUNT_NOT_IN_CENTS: lines.cents_missing,
        Reason.AMOUNT_OUT_OF_RANGE: np.abs(lines.cents) >= AMOUNT_LIMIT_CENTS,
        Reason.PROFESSION_MISSING: lines.profession < 0,
        Reason.ITEM_ORIGIN_UNKNOWN: lines.origin < 0,
        Reason.VAT_RATE_UNKNOWN: rates == UNKNOWN_RATE,
    }


def check_lines(lines: Lines, rates: Int64s, headers: Headers, ranks: Ranks) -> None:
    """Give each invoice the first thing that is wrong with its lines; a header that differs from its lines is refused, never repaired."""
    count = len(headers)
    ranks.refuse(np.bincount(lines.invoice, minlength=count) == 0, RANK[Reason.NO_LINES])
    for reason, where in line_checks(lines, rates).items():
        if where.any():
            ranks.refuse(any_per_invoice(where, lines, count), RANK[reason])
    ranks.refuse(totals_per_invoice(lines, count) != headers.totals, RANK[Reason.TOTAL_MISMATCH])
