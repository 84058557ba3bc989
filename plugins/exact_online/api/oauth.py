"""Token chains: one per (app, Exact user), kept encrypted in the ledger, rotated safely by any number of processes (B5).

Whoever needs a new token locks the chain's row, reads it again, and asks Exact only if nobody did so meanwhile; the new pair is committed
before it is used. Exact gives a token only 570 s after the last one, which dies at 600 s: that is the window. A chain that is dead is
marked, with the reason; that stops the practices that use it and no others. Each question is counted in the ledger before it is asked, so
that a failure that goes in circles ends below what Exact takes in a day.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg
import requests
from cryptography.fernet import InvalidToken, MultiFernet
from psycopg.rows import dict_row

from exact_online.api import grants, masking
from exact_online.api.grants import App, Grant, GrantKind, TokenPair
from exact_online.clock import Clock
from exact_online.crash_points import crash_point
from exact_online.failures import (
    DayIsFull,
    LinkFailure,
    NotReady,
    ReconnectNeeded,
    Unreachable,
    WaitForWindow,
)
from exact_online.statements import statement

log = logging.getLogger(__name__)

Connect = Callable[[], psycopg.Connection[Any]]
"""Opens a session on the ledger, in autocommit. Rotation has one of its own: no other transaction delays or undoes its commit."""

RENEW_FROM = dt.timedelta(seconds=571)
"""Age from which a new token is asked for: Exact's 570 s, and one for rounding."""
GOOD_UNTIL = dt.timedelta(seconds=595)
"""Age up to which a token is good for a call: Exact's 600 s less its way there."""
PAUSE_WHEN_EARLY = dt.timedelta(seconds=120)
"""Each premature question counts as an error with Exact: no more than five within the 570 s."""
PAUSE_IN_TROUBLE = dt.timedelta(seconds=30)
EXACT_CALLS_A_DAY = 200
"""What Exact is said to take of one user at its token endpoint. A chain that works needs one in 570 s: 152."""
MOST_CALLS_A_DAY = 180
"""Where we stop: some are left for a person's new consent. The day is UTC's, by the ledger's clock."""
LOCK_TIMEOUT = "180s"
"""Longer than the longest renewal by another worker."""
_STORE_ATTEMPTS = 5


@dataclass(frozen=True)
class Chain:
    """A chain as the ledger has it, decrypted."""

    version: int
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issued_at: dt.datetime
    state: str
    state_reason: str | None
    no_refresh_before: dt.datetime | None


@dataclass(frozen=True)
class Unsaved:
    """A pair that Exact has given and the ledger does not have yet; the pair before it is used up."""

    in_place_of: int
    pair: TokenPair
    issued_at: dt.datetime


class TokenChain:
    """One process's door to a chain."""

    def __init__(
        self,
        connect: Connect,
        chain_id: str,
        app: App,
        keys: MultiFernet,
        session: requests.Session,
        clock: Clock,
    ) -> None:
        self._connect = connect
        self._chain_id = chain_id
        self._app = app
        self._keys = keys
        self._session = session
        self._clock = clock
        self._held: Chain | None = None
        self._unsaved: Unsaved | None = None

    def access_token(self) -> str:
        """A token that is good for a call now.

        Raises ReconnectNeeded when the chain is dead, NotReady when the app or the stored row is wrong, Unreachable or WaitForWindow when
        no token can be had at the moment, DayIsFull when it was asked for too often today.
        """
        if self._held is None or self._age(self._held) >= RENEW_FROM:
            self._held = self._current(refused=None)
        return self._held.access_token

    def after_refusal(self, refused: str) -> str:
        """What to repeat a call with that was answered 401: the token another process has got, else a new one if its time has come.

        Within 570 s Exact gives no other, so it may be the same again.
        """
        self._held = self._current(refused)
        return self._held.access_token

    def _current(self, refused: str | None) -> Chain:
        try:
            with closing(self._connect()) as conn:
                chain = self._read(conn, "token_read")
        except psycopg.Error as error:
            raise _no_ledger(error) from None
        return chain if self._is_fresh(chain, refused) else self._renewed()

    def _is_fresh(self, chain: Chain, refused: str | None) -> bool:
        return self._age(chain) < RENEW_FROM and chain.access_token != refused

    def _age(self, chain: Chain) -> dt.timedelta:
        return self._clock.now() - chain.issued_at

    # Renewing.

    def _renewed(self) -> Chain:
        """The chain after this process, or another one that held the lock before it, renewed it."""
        result = self._rotated() if self._unsaved is None else self._saved_at_last(self._unsaved)
        self._unsaved = None
        if isinstance(result, LinkFailure):
            raise result
        return result

    def _rotated(self) -> Chain | LinkFailure:
        """Under the row's lock: what another process got meanwhile, else what Exact gives; committed before it is used."""
        try:
            with closing(self._connect()) as conn, conn.transaction():
                conn.execute(statement("ledger", "token_timeouts"), {"lock_timeout": LOCK_TIMEOUT})
                chain = self._read(conn, "token_lock")
                result = chain if self._age(chain) < RENEW_FROM else self._ask(conn, chain)
        except psycopg.Error as error:
            if self._unsaved is None:
                raise _no_ledger(error) from None
            return self._saved_at_last(self._unsaved)
        crash_point("after_token_commit")
        return result

    def _ask(self, conn: psycopg.Connection[Any], chain: Chain) -> Chain | LinkFailure:
        """Asks Exact under the lock and writes down what came of it. A failure is returned, so that what was written is committed first."""
        if chain.no_refresh_before is not None and self._clock.now() < chain.no_refresh_before:
            return self._make_do(
                chain, WaitForWindow("Exact gives no new token yet.", chain.no_refresh_before)
            )
        grant = self._granted(chain)
        if grant.kind is GrantKind.GRANTED and grant.pair:
            self._unsaved = Unsaved(chain.version, grant.pair, self._clock.now())
            return self._store(conn, self._unsaved)
        if grant.kind is GrantKind.DEAD:
            return self._mark_dead(conn, chain, grant.cause)
        if grant.kind is GrantKind.WRONG_APP:
            return NotReady(
                f"Exact refuses the app ({grant.cause}): check client id and client secret of the exact_online connection."
            )
        if grant.kind is GrantKind.NOT_ASKED:
            return self._make_do(chain, self._full_day())
        return self._postpone(conn, chain, grant)

    def _granted(self, chain: Chain) -> Grant:
        """What Exact gives. An answer that was lost is asked for once more with the same token."""
        grant = self._asked(chain)
        return self._asked(chain) if grant.kind is GrantKind.LOST else grant

    def _asked(self, chain: Chain) -> Grant:
        """One question, counted before it is asked; what was never sent is not counted."""
        if not self._count("token_count_call", most_calls=MOST_CALLS_A_DAY):
            return Grant(GrantKind.NOT_ASKED, f"{MOST_CALLS_A_DAY} calls today")
        crash_point("before_token_call")
        grant = grants.refresh(self._session, self._clock, self._app, chain.refresh_token)
        crash_point("after_token_call")
        if grant.kind is GrantKind.NEVER_SENT:
            self._count("token_uncount_call")
        return grant

    def _count(self, name: str, **parameters: Any) -> bool:
        """In a session of its own, because the chain's row stays locked: a call is counted whatever becomes of the one who makes it."""
        with closing(self._connect()) as conn:
            return self._execute(conn, name, **parameters)

    def _full_day(self) -> DayIsFull:
        return DayIsFull(
            f"Token chain {self._chain_id} asked {MOST_CALLS_A_DAY} times for a token today; one that works needs 152, and Exact takes "
            f"{EXACT_CALLS_A_DAY}. Something goes in circles: the logs of today's runs name what Exact refused. Nobody asks again before "
            "00:00 UTC; the next run goes on."
        )

    def _postpone(self, conn: psycopg.Connection[Any], chain: Chain, grant: Grant) -> Chain | LinkFailure:
        """No answer, too early, or too busy: nobody asks for a while, and the old token serves as long as it lives."""
        until = self._clock.now() + (
            PAUSE_WHEN_EARLY if grant.kind is GrantKind.TOO_EARLY else PAUSE_IN_TROUBLE
        )
        log.warning("Token chain %s was not renewed (%s: %s).", self._chain_id, grant.kind, grant.cause)
        kept = self._keys.encrypt(grant.pair.refresh_token.encode()).decode() if grant.pair else None
        self._execute(conn, "token_postpone", version=chain.version, until=until, refresh_token=kept)
        if grant.kind in (GrantKind.TOO_EARLY, GrantKind.BUSY):
            return self._make_do(
                chain, WaitForWindow(f"Exact gives no new token yet ({grant.cause}).", until)
            )
        return self._make_do(
            chain,
            Unreachable(
                f"Exact's token server gives no answer ({grant.kind}, {grant.cause}); try again later."
            ),
        )

    def _make_do(self, chain: Chain, failure: LinkFailure) -> Chain | LinkFailure:
        return chain if self._age(chain) < GOOD_UNTIL else failure

    def _mark_dead(self, conn: psycopg.Connection[Any], chain: Chain, cause: str) -> LinkFailure:
        self._execute(conn, "token_reconnect", version=chain.version, reason=cause)
        log.error("Token chain %s is dead (%s).", self._chain_id, cause)
        return _reconnect(cause)

    def _saved_at_last(self, unsaved: Unsaved) -> Chain:
        """The commit of a new pair failed, and the old pair is used up: keep the new one in a session of its own, or the chain is lost."""
        for attempt in range(_STORE_ATTEMPTS):
            self._clock.sleep(float(2**attempt))
            try:
                with closing(self._connect()) as conn:
                    return self._store(conn, unsaved)
            except (psycopg.Error, Unreachable) as error:
                log.warning(
                    "Token chain %s: the new token is not stored yet (%s).",
                    self._chain_id,
                    type(error).__name__,
                )
        raise Unreachable(
            "A new Exact token could not be stored in the ledger; if the next run asks for it, authenticate again."
        )

    def _store(self, conn: psycopg.Connection[Any], unsaved: Unsaved) -> Chain:
        """Puts a pair in the place of the one it was got with; when that is there no more, what is there instead."""
        self._execute(
            conn,
            "token_store",
            version=unsaved.in_place_of,
            issued_at=unsaved.issued_at,
            **_encrypted(self._keys, unsaved.pair),
        )
        return self._read(conn, "token_read")

    # The row.

    def _read(self, conn: psycopg.Connection[Any], name: str) -> Chain:
        with conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(statement("ledger", name), {"chain_id": self._chain_id}).fetchone()
        if row is None:
            raise ReconnectNeeded(
                "The practice's token chain is not in the ledger; authenticate with Exact again."
            )
        if row.pop("client_id") != self._app.client_id:
            raise ReconnectNeeded(
                "The Exact connection has another client id than had the consent; put it back, or authenticate again."
            )
        chain = Chain(
            **{**row, **{each: self._decrypted(row[each]) for each in ("access_token", "refresh_token")}}
        )
        masking.announce(chain.access_token, chain.refresh_token)
        if chain.state != "live":
            raise _reconnect(chain.state_reason)
        return chain

    def _decrypted(self, value: str) -> str:
        try:
            return self._keys.decrypt(value.encode()).decode()
        except InvalidToken:
            raise NotReady(
                "The stored Exact token can't be decrypted: add the key it was encrypted with to token_keys of connection exact_online, "
                "or authenticate with Exact again."
            ) from None

    def _execute(self, conn: psycopg.Connection[Any], name: str, **parameters: Any) -> bool:
        """One statement that writes; whether it changed the row."""
        crash_point(f"before {name}")
        changed = (
            conn.execute(statement("ledger", name), {"chain_id": self._chain_id, **parameters}).rowcount == 1
        )
        crash_point(f"after {name}")
        return changed


class JustGranted:
    """The token of a consent that was given this moment, before it is known whose it is."""

    def __init__(self, pair: TokenPair) -> None:
        self._pair = pair

    def access_token(self) -> str:
        return self._pair.access_token

    def after_refusal(self, refused: str) -> str:
        return self._pair.access_token


def keep_consent(
    conn: psycopg.Connection[Any],
    keys: MultiFernet,
    app: App,
    pair: TokenPair,
    user_id: str,
    user_name: str,
    now: dt.datetime,
) -> str:
    """Keeps the tokens of a new consent and returns the chain's id.

    A user who gave consent before keeps his chain, so every practice that uses it goes on with all its settings.
    """
    parameters = {
        "client_id": app.client_id,
        "exact_user_id": user_id,
        "exact_user_name": user_name,
        "issued_at": now,
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            statement("ledger", "token_keep_consent"), {**parameters, **_encrypted(keys, pair)}
        ).fetchone()
    assert row is not None
    return str(row["chain_id"])


def _encrypted(keys: MultiFernet, pair: TokenPair) -> dict[str, str]:
    return {
        "access_token": keys.encrypt(pair.access_token.encode()).decode(),
        "refresh_token": keys.encrypt(pair.refresh_token.encode()).decode(),
    }


def _no_ledger(error: psycopg.Error) -> Unreachable:
    return Unreachable(f"The ledger can't be asked for the Exact token ({type(error).__name__}); try again.")


def _reconnect(cause: str | None) -> ReconnectNeeded:
    return ReconnectNeeded(
        f"The link with Exact is broken ({cause or 'no reason kept'}): the Exact user must authenticate again."
    )
