"""Token chains: implements `exact_online.api.token_store.TokenStore` and `ConsentStore`;
and what the watch reads of them.

The tokens come and go encrypted. Renewing a chain takes sessions of its own, so that no other
transaction delays its commit or rolls it back,
and a call is counted whatever becomes of the one who makes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from exact_online.api.token_store import EncryptedPair, LockedChain, StoredChain
from exact_online.failures import LedgerFailure, StoreUnavailable
from exact_online.ledger.opening import connect_again
from exact_online.ledger.session import Session

Connect = Callable[[], psycopg.Connection[Any]]
"""Opens a further session on the ledger, in autocommit."""


@dataclass(frozen=True)
class IdleChain:
    """A token chain that is dead, or was not used for long."""

    chain_id: str
    state: str
    state_reason: str | None
    issued_at: dt.datetime
    reported_at: dt.datetime | None
    now: dt.datetime
    """The ledger's moment, by which it is idle."""
    practices: list[str]
    """Name and code of each active practice that uses it."""
    codes: list[str] = field(default_factory=list)
    """Their codes, in the same order."""


@dataclass(frozen=True)
class OpenScope:
    """A scope that our app lacks at Exact."""

    scope: str
    """``scope:level``"""
    found_at: dt.datetime
    reported_at: dt.datetime | None


class Tokens:
    """All token chains of the ledger."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def chain(self, chain_id: str) -> ChainStore:
        """Return the store of one chain, with sessions of its own on the same database."""
        return ChainStore(lambda: connect_again(self._session.conn), chain_id)

    def keep_consent(
        self, client_id: str, user_id: str, user_name: str, pair: EncryptedPair, issued_at: dt.datetime
    ) -> str:
        """Keep the tokens of a new consent, count the call that got them,
        and return the chain's id.

        A user who gave consent before keeps his chain.
        """
        row = self._session.write_row(
            "token_keep_consent",
            client_id=client_id,
            exact_user_id=user_id,
            exact_user_name=user_name,
            issued_at=issued_at,
            **vars(pair),
        )
        assert row is not None
        return str(row["chain_id"])

    def idle(self, idle_for: dt.timedelta) -> list[IdleChain]:
        """Return chains of active practices that are dead, or were not renewed for so long."""
        return self._session.records(IdleChain, "idle_chains", idle=idle_for)

    def open_scopes(self) -> list[OpenScope]:
        """Return the scopes that the app of an active practice lacks."""
        return self._session.records(OpenScope, "open_scopes")

    def is_told_by_watch(self, practice: str) -> bool:
        """Return whether its link is broken or our app lacks a scope: the watch tells these."""
        row = self._session.row("is_told_by_watch", practice=practice)
        return bool(row and row["is_told"])

    def note_scopes_reported(self) -> list[str]:
        """Write down that the open scopes were reported to support a moment ago; return those that
        nobody had reported.
        """
        return [row["scope"] for row in self._session.write("note_scopes_reported")]

    def claim(self, chain_ids: Sequence[str]) -> set[str]:
        """Write down that these broken chains are reported now; return those that nobody had."""
        rows = self._session.write("claim_links", chain_ids=list(chain_ids))
        return {row["chain_id"] for row in rows}

    def note_reported(self, chain_ids: Sequence[str]) -> None:
        """Write down that these chains were reported to support a moment ago."""
        self._session.write("note_reported", chain_ids=list(chain_ids))


class ChainStore:
    """One token chain: implements `exact_online.api.token_store.TokenStore`."""

    def __init__(self, connect: Connect, chain_id: str) -> None:
        self._connect = connect
        self.chain_id = chain_id

    def read(self) -> StoredChain | None:
        """Return the chain as committed last; None when there is none. Raises StoreUnavailable."""
        with self._session_of_its_own() as session:
            return session.record(StoredChain, "token_read", chain_id=self.chain_id)

    @contextmanager
    def locked(self, max_wait: dt.timedelta) -> Iterator[LockedChain]:
        """Lock the chain's row, read it again, and commit at the end of the block;
        an exception rolls back.

        Raises StoreUnavailable when another process keeps the lock for longer than `max_wait`,
        when the session breaks, or when the commit fails.
        """
        wait = f"{int(max_wait.total_seconds())}s"
        with self._session_of_its_own() as session, session.transaction("token renewal"):
            session.row("token_timeouts", lock_timeout=wait)
            chain = session.record(StoredChain, "token_lock", chain_id=self.chain_id)
            yield _LockedRow(session, self.chain_id, chain)

    def replace(self, version: int, pair: EncryptedPair, issued_at: dt.datetime) -> StoredChain | None:
        """Put `pair` in the place of `version`, if that is there still,
        and return what is there then.
        """
        with self._session_of_its_own() as session:
            return _LockedRow(session, self.chain_id, None).replace(version, pair, issued_at)

    def count_call(self, max_calls: int) -> bool:
        """Count a call of today (UTC); False when `max_calls` are counted already.

        Raises StoreUnavailable.
        """
        with self._session_of_its_own() as session:
            return session.change("token_count_call", chain_id=self.chain_id, most_calls=max_calls)

    def uncount_call(self) -> None:
        """Take back the call that was counted last: it was never sent. Raises StoreUnavailable."""
        with self._session_of_its_own() as session:
            session.write("token_uncount_call", chain_id=self.chain_id)

    def note_works(self, version: int) -> None:
        """Write down that the token of `version` works: it came after one that was denied."""
        with self._session_of_its_own() as session:
            session.write("token_note_works", chain_id=self.chain_id, version=version)

    def note_missing_scope(self, client_id: str, scope: str, division: int | None) -> None:
        """Write down that the app lacks a scope: found now. Raises StoreUnavailable."""
        with self._session_of_its_own() as session:
            session.write("scope_note_missing", client_id=client_id, scope=scope, division=division)

    def clear_missing_scope(self, client_id: str, scope: str | None) -> None:
        """Write down that the app has a scope, or all of them. Raises StoreUnavailable."""
        with self._session_of_its_own() as session:
            session.write("scope_clear", client_id=client_id, scope=scope)

    @contextmanager
    def _session_of_its_own(self) -> Iterator[Session]:
        """A new session, closed at the end; the database's errors become StoreUnavailable."""
        try:
            with closing(self._connect()) as conn:
                yield Session(conn)
        except psycopg.Error as error:
            raise StoreUnavailable(
                f"The ledger can't be asked for the Exact token ({type(error).__name__}); try again."
            ) from None
        except LedgerFailure as failure:
            raise StoreUnavailable(
                f"The ledger can't be asked for the Exact token: {failure} Try again."
            ) from None


@dataclass(frozen=True)
class _LockedRow:
    """The row of a chain within an open session: implements
    `exact_online.api.token_store.LockedChain`.
    """

    session: Session
    chain_id: str
    chain: StoredChain | None

    def replace(self, version: int, pair: EncryptedPair, issued_at: dt.datetime) -> StoredChain | None:
        """Put `pair` in the place of `version`, if that is there still,
        and return what is there then.
        """
        self.session.write(
            "token_store", chain_id=self.chain_id, version=version, issued_at=issued_at, **vars(pair)
        )
        return self.session.record(StoredChain, "token_read", chain_id=self.chain_id)

    def postpone(self, version: int, until: dt.datetime, refresh_token: str | None) -> None:
        """Let nobody ask for a token before `until`; keep `refresh_token` when one came along."""
        self.session.write(
            "token_postpone",
            chain_id=self.chain_id,
            version=version,
            until=until,
            refresh_token=refresh_token,
        )

    def note_denied(self, version: int) -> None:
        """Let nobody use the access token of `version` any more: Exact denies it."""
        self.session.write("token_note_denied", chain_id=self.chain_id, version=version)

    def mark_dead(self, version: int, reason: str) -> None:
        """Mark the chain as dead; that was not reported to support yet."""
        self.session.write("token_reconnect", chain_id=self.chain_id, version=version, reason=reason)
