"""What the talk with Exact must remember, as interfaces: the ledger implements them
(ledger/tokens.py and its like).

So this package knows no database. A store raises StoreUnavailable when what it keeps can't be read
or written at the moment, and nothing else of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

# Token chains.


@dataclass(frozen=True)
class EncryptedPair:
    """An access token and its refresh token, encrypted."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class StoredChain:
    """A token chain as it is kept; the tokens are encrypted."""

    client_id: str
    version: int
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issued_at: dt.datetime
    state: str
    """``live`` or ``reconnect_needed``."""
    state_reason: str | None
    no_refresh_before: dt.datetime | None
    missing_scope: str | None = None
    """``scope:level`` that our app lacks, as found within the last day; nobody asks meanwhile."""
    doubted_scope: str | None = None
    """The same, found longer ago: one may ask whether it was granted since."""


class LockedChain(Protocol):
    """A token chain that this process alone may renew.

    What is written is committed when the lock ends.
    """

    @property
    def chain(self) -> StoredChain | None:
        """The chain as it was read under the lock; None when there is none."""

    def replace(self, version: int, pair: EncryptedPair, issued_at: dt.datetime) -> StoredChain | None:
        """Put `pair` in the place of `version`, if that is there still,
        and return what is there then.
        """

    def postpone(self, version: int, until: dt.datetime, refresh_token: str | None) -> None:
        """Let nobody ask for a token before `until`;
        keep an encrypted `refresh_token` that came along.
        """

    def mark_dead(self, version: int, reason: str) -> None:
        """Mark the chain as dead, so that its practices stop until somebody gives consent again."""


class TokenStore(Protocol):
    """One token chain, for this process among others."""

    @property
    def chain_id(self) -> str:
        """The chain's id."""

    def read(self) -> StoredChain | None:
        """Return the chain as committed last; None when there is none."""

    def locked(self, max_wait: dt.timedelta) -> AbstractContextManager[LockedChain]:
        """Lock the chain, read it again, and commit at the end of the block,
        in a session of its own.

        An exception rolls back. Raises StoreUnavailable when the lock can't be had within
        `max_wait`, or when the commit fails.
        """

    def replace(self, version: int, pair: EncryptedPair, issued_at: dt.datetime) -> StoredChain | None:
        """As `LockedChain.replace`, in a session of its own and without the lock."""

    def count_call(self, max_calls: int) -> bool:
        """Count a call of today in a session of its own;
        False when `max_calls` are counted already.
        """

    def uncount_call(self) -> None:
        """Take back the call that was counted last: it was never sent."""

    def note_missing_scope(self, client_id: str, scope: str, division: int | None) -> None:
        """Write down, in a session of its own, that the app lacks a scope (``scope:level``)."""

    def clear_missing_scope(self, client_id: str, scope: str | None) -> None:
        """Write down that the app has a scope; None: a person says so of all."""


class ConsentStore(Protocol):
    """Where the tokens of a new consent are put."""

    def keep_consent(
        self, client_id: str, user_id: str, user_name: str, pair: EncryptedPair, issued_at: dt.datetime
    ) -> str:
        """Keep the tokens of a user of Exact in his chain, new or old,
        and return the chain's id.
        """


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

    def save_lists(self, practice: str, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Put lists in the place of those of the same names."""

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
    """List name to the highest row version read."""
    complete: bool
    """The lines are all there are: what is not among them is gone."""


class EntryMirror(Protocol):
    """A copy of the lines in our journals."""

    def entry_cursors(self, practice: str) -> Mapping[str, int]:
        """Return list name to the highest row version read; empty when nothing was."""

    def save_entries(self, practice: str, changes: EntryChanges) -> None:
        """Bring the copy up to date, in one statement; a cursor never goes back."""
