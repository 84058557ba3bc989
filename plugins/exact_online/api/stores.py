"""What the talk with Exact must remember, as interfaces: the ledger implements them
(ledger/tokens.py and its like).

So this package knows no database. A store raises StoreUnavailable when what it keeps can't be read
or written at the moment, and nothing else of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

# Call windows.


@dataclass(frozen=True)
class WindowState:
    """The call windows of a division, in Exact's time."""

    minute_until: dt.datetime
    minute_limit: int
    minute_used: int
    day_until: dt.datetime
    day_limit: int
    day_used: int
    blocked_until: dt.datetime | None
    blind_429s: int
    """429s in a row that did not say which window is full."""
    minute_429s: int = 0
    """429s of the minute in a row, whatever was waited."""


@dataclass(frozen=True)
class KnownWindows:
    """The windows of a division as last read."""

    version: int
    errors: int
    """Answers of an endpoint that Exact counts as errors, within the time that was asked for."""
    state: WindowState


class WindowStore(Protocol):
    """The call windows of all divisions, shared by all processes."""

    def read(self, division: int, endpoint: str, errors_since: dt.datetime) -> KnownWindows | None:
        """Return the windows of a division, and the errors of an endpoint since;
        None when none are kept.
        """

    def open(self, division: int, state: WindowState) -> None:
        """Begin the count of a division; does nothing when another process was first."""

    def change(
        self,
        division: int,
        endpoint: str,
        known_version: int,
        state: WindowState,
        *,
        max_errors: int,
        errors_since: dt.datetime,
    ) -> bool:
        """Store windows in the place of `known_version`; return whether that was done.

        False when another process changed them meanwhile,
        or `endpoint` has `max_errors` errors by now.
        """

    def note_error(self, division: int, endpoint: str, at: dt.datetime, status: int) -> None:
        """Note an answer that Exact counts as an error."""


# Copies of what Exact has.


@dataclass(frozen=True)
class StoredPeriods:
    """The financial periods of a practice's division as Exact gave them, and when."""

    practice: str
    name: str
    rows: str
    """JSON."""
    fetched_at: dt.datetime


class ListStore(Protocol):
    """The lists of the divisions, as Exact gave them."""

    def save_lists(
        self,
        practice: str,
        lists: Mapping[str, Sequence[Mapping[str, Any]]],
        *,
        from_year: int | None = None,
    ) -> None:
        """Put lists in the place of those of the same names.

        `from_year`: the first financial year that was read; periods of earlier ones stay.
        """

    def read_lists(self, practice: str) -> Mapping[str, str]:
        """Return each list's rows as JSON text, by name of the list."""

    def read_periods(self) -> Sequence[StoredPeriods]:
        """Return the periods of each active practice whose lists were ever read, by code."""


@dataclass(frozen=True)
class RelationRow:
    """A relation as the mirror has it."""

    exact_id: str
    code: str
    name: str
    postcode: str | None
    status: str | None
    is_supplier: bool
    blocked: bool
    row_version: int


@dataclass(frozen=True)
class DeletedRelation:
    """The deletion of a relation."""

    exact_id: str
    row_version: int


@dataclass(frozen=True)
class RelationCursors:
    """The highest row versions seen: of relations and of deletions,
    because each list is read at its own moment.
    """

    relations: int = 0
    deletions: int = 0


@dataclass(frozen=True)
class RelationChanges:
    """What changed in a division's relations."""

    rows: Sequence[RelationRow]
    deleted: Sequence[DeletedRelation]
    complete: bool
    """The rows are all relations there are: what is not among them is gone."""


class RelationMirror(Protocol):
    """A copy of the relations of the divisions."""

    def relation_cursors(self, practice: str) -> RelationCursors:
        """Return up to where the copy was read; the start when it is empty."""

    def save_relations(self, practice: str, changes: RelationChanges) -> None:
        """Bring the copy up to date, in one statement."""


@dataclass(frozen=True)
class EntryLine:
    """A line in our journals, as Exact has it."""

    line_id: str
    entry_id: str
    journal: str
    financial_year: int
    financial_period: int
    entry_number: int
    entry_date: dt.date
    gl_account: str
    """Code."""
    cents: int
    """Debit positive."""
    relation_id: str | None
    vat_code: str | None
    reference: str | None
    """Your reference, or a description that is a number; no text about anybody."""
    due_date: dt.date | None = None


@dataclass(frozen=True)
class EntryChanges:
    """What changed in our journals."""

    lines: Sequence[EntryLine]
    deleted: Sequence[str]
    """Ids of lines."""
    cursors: Mapping[str, int]
    """List name to the highest row version read, or the first year of a complete read."""
    complete: bool
    """The lines are all there are: what is not among them is gone."""


class EntryMirror(Protocol):
    """A copy of the lines in our journals."""

    def reading(self, practice: str) -> AbstractContextManager[None]:
        """Let nobody else read journals of a practice to keep them meanwhile. Raises LockLost."""

    def entry_cursors(self, practice: str) -> Mapping[str, int]:
        """Return list name to the highest row version read; empty when nothing was. Beside
        it stands the first financial year of the last complete read.
        """

    def save_entries(self, practice: str, changes: EntryChanges) -> None:
        """Bring the copy up to date, in one statement; a cursor never goes back."""
