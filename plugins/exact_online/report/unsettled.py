"""What is neither booked nor handed over, as James has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from exact_online.extract.revenue import invoice_amounts
from exact_online.ledger import Difference, JamesAmount, Ledger, Practice
from exact_online.report.reconciliation import totals_per_cell
from exact_online.vocabulary import EXPLAINED_BY_STATE

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""


@dataclass(frozen=True)
class Unsettled:
    """James' lines of what is neither booked nor handed over, and whether a person closed it."""

    amounts: Mapping[str, Sequence[JamesAmount]]
    """By the key of the invoice, as many as James has."""
    is_closed: Mapping[str, bool]
    """By the key of the invoice, all of them."""

    @property
    def left(self) -> list[JamesAmount]:
        """The lines of what is open."""
        return [line for key, lines in self.amounts.items() if not self.is_closed[key] for line in lines]

    @property
    def closed(self) -> list[JamesAmount]:
        """The lines of what a person closed."""
        return [line for key, lines in self.amounts.items() if self.is_closed[key] for line in lines]

    def as_james_has_it(self, difference: Difference) -> Difference:
        """Return the difference of an unsettled invoice with what its lines come to in James: that
        is what James' own totals count, also of an invoice whose total says otherwise.
        """
        if difference.cause not in EXPLAINED_BY_STATE or difference.subject not in self.is_closed:
            return difference
        lines = self.amounts.get(difference.subject, ())
        return replace(difference, james_cents=sum(totals_per_cell(lines).values()))


def unsettled_of(ledger: Ledger, james: psycopg.Connection[Any], practice: Practice, days: Days) -> Unsettled:
    """Return what of these days is neither booked nor handed over. Raises Unreachable."""
    keys = ledger.totals.unsettled_keys(practice.code, days)
    return Unsettled(invoice_amounts(james, practice.james_practice_code, list(keys)), keys)
