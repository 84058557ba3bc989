"""The numbers of a night: what its run did, where the money stands, and the comparison per cell.

`run.numbers` keeps them as JSON. Amounts are cents, days are written as ``2026-11-22``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from exact_online.ledger.range_preview import RangePreview


@dataclass(frozen=True)
class Cell:
    """One revenue group and VAT rate of the reconciliation; gross cents."""

    revenue_group: str
    vat_rate: str
    james_cents: int
    ledger_cents: int
    exact_cents: int
    exported_cents: int
    open_cents: int
    closed_cents: int = 0
    """Not booked, on a person's word; until schema version 36 it was counted as open."""

    @property
    def difference_cents(self) -> int:
        """0 when James' invoices are booked, handed over, rejected by name or closed by a person,
        and Exact has the ledger's. Without a sign, so that nothing makes up for another.
        """
        return abs(self.lost_cents) + abs(self.ledger_cents - self.exact_cents)

    @property
    def net_cents(self) -> int:
        """What James has more than Exact, and what is handed over, open and closed, together;
        negative the other way round. It is 0 too where one makes up for another.
        """
        return self.lost_cents + self.ledger_cents - self.exact_cents

    @property
    def lost_cents(self) -> int:
        """What James has and the ledger lacks; negative the other way round."""
        found = self.ledger_cents + self.exported_cents + self.open_cents + self.closed_cents
        return self.james_cents - found

    def to_json(self) -> dict[str, Any]:
        """Return the fields and ``difference_cents``."""
        return {**asdict(self), "difference_cents": self.difference_cents}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Cell:
        """Return the cell that `to_json` wrote."""
        return cls(**{name: document[name] for name in cls.__dataclass_fields__ if name in document})


@dataclass(frozen=True)
class JournalTotal:
    """What a run booked or handed over: per journal, revenue group and VAT rate,
    or per journal alone.
    """

    state: str
    journal: str
    revenue_group: str | None
    """None in the total of a journal."""
    vat_rate: str | None
    entries: int
    net_cents: int
    vat_cents: int
    gross_cents: int


@dataclass(frozen=True)
class SuspenseTotal:
    """What PIN and cash put on one suspense account on one day (M12)."""

    day: dt.date
    gl_account: str | None
    """Code; None when the division's lists no longer have the account."""
    entries: int
    gross_cents: int

    def to_json(self) -> dict[str, Any]:
        """Return the fields, the day as text."""
        return {**asdict(self), "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> SuspenseTotal:
        """Return the total that `to_json` wrote."""
        return cls(**{**document, "day": dt.date.fromisoformat(document["day"])})


@dataclass(frozen=True)
class OpenGroup:
    """Records that a dry run would leave open, of one state and reason."""

    state: str
    reason: str | None
    records: int
    source_keys: tuple[str, ...]
    """The first of them."""

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> OpenGroup:
        """Return the group that `asdict` wrote."""
        return cls(**{**document, "source_keys": tuple(document["source_keys"])})


@dataclass(frozen=True, kw_only=True)
class NightNumbers:
    """The numbers of one run and its history run."""

    debtors_created: int
    debtors_changed: int
    sales_entries: int
    general_journal_entries: int
    per_journal: tuple[JournalTotal, ...]
    booked: int
    exported: int
    rejected: int
    held: int
    doubtful: int
    planned: int
    from_date: dt.date
    """First day of the invoices that the run answers for."""
    before_date: dt.date
    """The day after the last."""
    james_cents: int
    ledger_cents: int
    exact_cents: int
    exported_cents: int
    open_cents: int
    difference_cents: int
    cells: tuple[Cell, ...]
    suspense: tuple[SuspenseTotal, ...]
    closed_cents: int = 0
    """Not booked, on a person's word."""
    exported_closed: int = 0
    """Entries that this run handed over in periods that Exact has closed."""
    differences_new: int = 0
    """Differences that this run was the first to find, or found worse."""
    differences_known: int = 0
    differences_accepted: int = 0
    other_entries: int = 0
    """Entries of others in our journals, not named after an invoice of James."""
    open: tuple[OpenGroup, ...] | None = None
    """Of a dry run only."""
    history: RangePreview | None = None
    """Of a dry run with older invoices only."""

    def to_json(self) -> dict[str, Any]:
        """Return the document that `run.numbers` keeps; ``open`` and
        ``history`` are there for a dry run only.
        """
        document = {
            **vars(self),
            "per_journal": [asdict(total) for total in self.per_journal],
            "from_date": self.from_date.isoformat(),
            "before_date": self.before_date.isoformat(),
            "cells": [cell.to_json() for cell in self.cells],
            "suspense": [total.to_json() for total in self.suspense],
        }
        del document["open"], document["history"]
        if self.history is not None:
            document["history"] = self.history.to_json()
        if self.open is None:
            return document
        return {
            **document,
            "open": [{**asdict(group), "source_keys": list(group.source_keys)} for group in self.open],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NightNumbers:
        """Return the numbers that `to_json` wrote."""
        groups, history = document.get("open"), document.get("history")
        return cls(
            **{
                **document,
                "per_journal": tuple(JournalTotal(**total) for total in document["per_journal"]),
                "from_date": dt.date.fromisoformat(document["from_date"]),
                "before_date": dt.date.fromisoformat(document["before_date"]),
                "cells": tuple(map(Cell.from_json, document["cells"])),
                "suspense": tuple(map(SuspenseTotal.from_json, document["suspense"])),
                "open": None if groups is None else tuple(map(OpenGroup.from_json, groups)),
                "history": None if history is None else RangePreview.from_json(history),
            }
        )
