"""What became of a month's invoices, and of which months practices were mailed a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session
from exact_online.ledger.totals import Days


@dataclass(frozen=True)
class DueStatement:
    """A practice whose statement of a month was not made yet."""

    practice: str
    name: str
    address: str | None
    """Its mail address; None without one."""


@dataclass(frozen=True)
class StateSum:
    """Number and gross cents of invoices and claims in one state."""

    state: str
    invoices: int
    cents: int


@dataclass(frozen=True)
class StatementCause:
    """By what invoices and claims of a month are open."""

    cause_id: str
    reason: str
    records: int
    cents: int


class Statements:
    """Reads the sums of a month, and keeps which were told."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, days: Days, *, must_be_complete: bool) -> list[DueStatement]:
        """Return the practices without a statement of the month `days`.

        `must_be_complete`: only where a night compared after the month.
        """
        return self._session.records(
            DueStatement,
            "statement_due",
            month=days[0],
            before_date=days[1],
            must_be_complete=must_be_complete,
        )

    def sums(self, practice: str, days: Days) -> list[StateSum]:
        """Return what became of the invoices of these days, by the day of the entry."""
        return self._session.records(
            StateSum, "statement_sums", practice=practice, from_date=days[0], before_date=days[1]
        )

    def causes(self, practice: str, days: Days) -> list[StatementCause]:
        """Return by what invoices of these days are open."""
        return self._session.records(
            StatementCause, "statement_causes", practice=practice, from_date=days[0], before_date=days[1]
        )

    def keep(self, practice: str, month: dt.date, numbers: Mapping[str, int], *, to_practice: bool) -> bool:
        """Write down that the statement of a month was made; return False when it was before."""
        row = self._session.write_row(
            "statement_keep",
            practice=practice,
            month=month,
            numbers=Jsonb(dict(numbers)),
            to_practice=to_practice,
        )
        return row is not None
