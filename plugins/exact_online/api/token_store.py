"""What must be remembered of token chains, as interfaces: ledger/tokens.py implements them.

As in stores.py, a store raises StoreUnavailable when it can't be read or written at the moment.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


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
    denied_version: int | None = None
    """The version whose access token Exact denied twice; None since a later one worked."""
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

    def note_denied(self, version: int) -> None:
        """Let nobody use the access token of `version` any more: Exact denies it."""

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

    def note_works(self, version: int) -> None:
        """Write down that the token of `version` works: it came after one that was denied."""

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
