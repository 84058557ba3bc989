"""Where each revenue cell goes: ledger account, VAT code, and whether it may be booked at all. Made once, from settings and lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from exact_online.settings import ExactLists, PracticeSettings, RevenueCell
from exact_online.transform.lines import CellSpace
from exact_online.transform.money_arrays import Int64s, Texts
from exact_online.transform.preflight import Refusal, refused_cell, refused_condition
from exact_online.transform.refusals import Mask
from exact_online.vocabulary import PaymentCondition, VatCodeKind


@dataclass(frozen=True)
class Chart:
    """A practice's settings beside its division's lists, asked per cell and per payment condition."""

    settings: PracticeSettings
    lists: ExactLists

    @cached_property
    def professions(self) -> tuple[str, ...]:
        return tuple(sorted({profession for profession, _, _ in self.settings.revenue_accounts}))

    @cached_property
    def condition_refusals(self) -> dict[PaymentCondition, Refusal | None]:
        return {
            condition: refused_condition(condition, self.settings, self.lists)
            for condition in PaymentCondition
        }

    @cached_property
    def entry_cells(self) -> dict[RevenueCell, RevenueCell]:
        """Cells with the same account and VAT code share one entry line, that of the first of them; over all settings, so that an
        invoice's lines don't depend on the invoices beside it."""
        ordered = sorted(
            self.settings.revenue_accounts.items(),
            key=lambda item: CellSpace(self.professions).number(item[0]),
        )
        first: dict[tuple[str, str | None], RevenueCell] = {}
        return {
            cell: first.setdefault((account, self.settings.vat_codes.get(cell[2])), cell)
            for cell, account in ordered
        }

    def account_id(self, cell: RevenueCell) -> str:
        return self.lists.gl_accounts[self.settings.revenue_accounts[cell]].id

    def vat_code(self, cell: RevenueCell) -> str:
        return self.settings.vat_codes[cell[2]]

    def is_including(self, cell: RevenueCell) -> bool:
        """Whether an amount with this cell's VAT code includes the VAT (M11)."""
        return self.lists.vat_codes[self.vat_code(cell)].kind is VatCodeKind.INCLUDING


@dataclass(frozen=True)
class Postings:
    """The cells that some lines use, looked up by their number in a cell space."""

    chart: Chart
    space: CellSpace
    refusals: dict[int, Refusal]
    """Of the cells that can't be booked."""
    entry_cell: Int64s
    """Number of the cell whose entry line each cell shares; meaningful for cells that can be booked."""
    including: Mask
    gl_account: Texts
    vat_code: Texts


def postings_of(used: Iterable[int], space: CellSpace, chart: Chart) -> Postings:
    """Look up the used cells."""
    numbers = list(used)
    checked = {number: refused_cell(space.cell(number), chart.settings, chart.lists) for number in numbers}
    postings = Postings(
        chart=chart,
        space=space,
        refusals={number: refusal for number, refusal in checked.items() if refusal is not None},
        entry_cell=np.full(space.size, -1, dtype=np.int64),
        including=np.zeros(space.size, dtype=bool),
        gl_account=np.full(space.size, "", dtype=object),
        vat_code=np.full(space.size, "", dtype=object),
    )
    for number, refusal in checked.items():
        if refusal is None:
            _fill(postings, number)
    return postings


def _fill(postings: Postings, number: int) -> None:
    cell, chart = postings.space.cell(number), postings.chart
    postings.entry_cell[number] = postings.space.number(chart.entry_cells[cell])
    for place in (number, postings.entry_cell[number]):
        postings.including[place] = chart.is_including(cell)
    postings.gl_account[number] = chart.settings.revenue_accounts[cell]
    postings.vat_code[number] = chart.vat_code(cell)
