"""Where James and Exact differ: what is compared, what was found, and what the ledger takes over.

Amounts are cents; days are first day and day after the last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from exact_online.api.stores import EntryLine
from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.ledger.totals import Days, SettledLine
from exact_online.reason_codes import IN_THE_WAY

CellCents = tuple[str, str, int]
"""Revenue group, VAT rate, cents."""


class JudgedBooking(NamedTuple):
    """The latest version of an invoice or claim, and what James has now."""

    booking_id: int
    source_key: str
    kind: str
    state: str
    entry_id: str | None
    journal: str | None
    financial_year: int | None
    financial_period: int | None
    entry_number: int | None
    entry_date: dt.date | None
    relation_id: str | None
    reference: str | None
    total_cents: int
    credits_key: str | None
    reason: str | None
    """Of a rejected, held or closed one."""
    closed_by_person: bool
    is_fresh: bool
    """Booked by this night."""
    receivables_account: str | None
    """Code, by the settings that it was planned with."""
    suspense_account_id: str | None
    """Of a general journal entry."""
    is_changed: bool
    """James has it otherwise now, or not at all."""
    found: Mapping[str, Any] | None
    """The booking as it would be planned now; None when it is as booked, or gone."""
    found_relation_id: str | None
    due_date: dt.date | None = None
    """That Exact showed first; None when it showed none yet, and for a general journal entry."""
    payment_condition: str | None = None
    """Code, as it was sent."""
    found_condition: str | None = None
    """Code, as James has it now."""
    made_cents: int | None = None
    """The total that Exact made of it, where the practice stopped at it: another than was sent."""


@dataclass(frozen=True)
class Difference:
    """One thing that James and Exact have otherwise, with its one cause."""

    subject: str
    """What it is about, so that it is known again: a source key, ``exact:<entry id>``,
    ``cell:<group>/<rate>``."""
    cause: str
    kind: str
    source_key: str | None
    entry_id: str | None
    day: dt.date | None
    james_cents: int
    exact_cents: int
    differs: str = ""
    """Names of what differs, with blanks between."""
    cells: tuple[CellCents, ...] = ()
    """What James has more than Exact."""


@dataclass(frozen=True)
class OpenDifference:
    """A difference that has not ended."""

    subject: str
    source_key: str | None
    entry_id: str | None
    kind: str
    cause: str
    james_cents: int
    exact_cents: int
    differs: str
    since: dt.datetime
    accepted_by: str | None
    act_id: int | None
    entry_number: int | None


@dataclass(frozen=True)
class Followed:
    """A booking whose content people made equal in James and Exact, under this entry id."""

    booking_id: int
    entry_id: str


@dataclass(frozen=True)
class DifferenceCounts:
    """How many differences a practice has after a run, those that a state explains left out."""

    new: int
    """New or worse since the run began, and what is unexplained."""
    known: int
    accepted: int


class Differences:
    """Reads what is compared; writes what was found."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bookings(
        self, practice: str, days: Days, source_keys: Sequence[str], run_ids: Sequence[str]
    ) -> list[JudgedBooking]:
        """Return these invoices and claims, as far as they are of the days; `run_ids` are those of
        this night.
        """
        scope = _scope(practice, days, source_keys)
        return self._session.records(JudgedBooking, "judged_bookings", **scope, run_ids=list(run_ids))

    def settled_lines(self, practice: str, days: Days, source_keys: Sequence[str]) -> list[SettledLine]:
        """Return the lines of what of these records is booked or handed over."""
        return self._session.records(SettledLine, "settled_lines", **_scope(practice, days, source_keys))

    def lines(self, practice: str, days: Days, source_keys: Sequence[str]) -> list[EntryLine]:
        """Return what our journals hold of the entries of these records, and of those named after
        one.
        """
        return self._session.records(EntryLine, "judged_lines", **_scope(practice, days, source_keys))

    def count_other_entries(self, practice: str, days: Days) -> int:
        """Return how many entries of others our journals hold that bear nothing of a record."""
        scope = {"practice": practice, "from_date": days[0], "before_date": days[1]}
        row = self._session.row("count_other_entries", **scope)
        return int(row["entries"]) if row else 0

    def note_due_dates(self, practice: str) -> None:
        """Note the due date that Exact showed first for each entry of ours."""
        self._session.write("note_due_dates", practice=practice)

    def save(self, run: Run, days: Days, found: Sequence[Difference]) -> None:
        """Write down what was found in `days`; what was open there and is not found has ended."""
        self._session.write(
            "save_differences",
            practice=run.practice,
            run_id=run.run_id,
            from_date=days[0],
            before_date=days[1],
            found=Jsonb([_document(difference) for difference in found]),
        )

    def follow(self, run: Run, followed: Sequence[Followed]) -> None:
        """Move booked -> booked: take over what James and Exact both have. Nothing is sent."""
        if not followed:
            return
        with self._session.transaction("follow"):
            rows = self._session.write(
                "follow_people",
                practice=run.practice,
                run_id=run.run_id,
                followed=Jsonb([vars(booking) for booking in followed]),
            )
            taken = [row for row in rows if row["lines"] is not None]
            self._session.write("follow_lines", followed=Jsonb(taken))

    def close(self, run: Run, booking_ids: Sequence[int]) -> None:
        """Move booked, rejected or held -> closed: neither James nor Exact has them any more."""
        if booking_ids:
            self._session.write(
                "close_removed", practice=run.practice, run_id=run.run_id, booking_ids=list(booking_ids)
            )

    def open(self, practice: str) -> list[OpenDifference]:
        """Return the differences that have not ended, the oldest first."""
        return self._session.records(OpenDifference, "open_differences", practice=practice)

    def open_subjects(self, practice: str) -> frozenset[str]:
        """Return the subjects of the differences that are open."""
        return frozenset(row.subject for row in self.open(practice))

    def counts(self, run: Run) -> DifferenceCounts:
        """Return how many differences are new by this run, known, and accepted."""
        counts = self._session.record(
            DifferenceCounts,
            "count_differences",
            practice=run.practice,
            run_id=run.run_id,
            in_the_way=sorted(IN_THE_WAY),
        )
        assert counts is not None
        return counts


def _document(difference: Difference) -> dict[str, Any]:
    day = difference.day.isoformat() if difference.day else None
    return {**vars(difference), "day": day, "cells": [list(cell) for cell in difference.cells]}


def _scope(practice: str, days: Days, source_keys: Sequence[str]) -> dict[str, Any]:
    return {
        "practice": practice,
        "from_date": days[0],
        "before_date": days[1],
        "source_keys": list(source_keys),
    }
