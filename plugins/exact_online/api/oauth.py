"""Token chains: one per (app, Exact user), kept encrypted in a store,
rotated safely by any number of processes (B5).

Whoever needs a new token locks the chain, reads it again, and asks Exact only if nobody did so
meanwhile; the new pair is committed before it is used. Exact gives a token only 570 s after the
last one, which dies at 600 s: that is the window. A chain that is dead is marked, with the reason;
that stops the practices that use it and no others. Each question is counted before it is asked, so
that a failure that goes in circles ends below what Exact takes in a day.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import NoReturn

import requests
from cryptography.fernet import MultiFernet

from exact_online.api import grants, masking
from exact_online.api.chain import Chain, Unsaved, understood
from exact_online.api.consent import encrypted
from exact_online.api.grants import App, Grant, GrantKind
from exact_online.api.limits import next_day
from exact_online.api.scopes import scope_values
from exact_online.api.token_store import LockedChain, StoredChain, TokenStore
from exact_online.clock import Clock
from exact_online.crash_points import crash_point
from exact_online.dutch import dutch_moment
from exact_online.failures import (
    AppScopeMissing,
    DayIsFull,
    ExactUnreachable,
    LinkFailure,
    NotReady,
    ReconnectNeeded,
    StoreUnavailable,
    Unreachable,
    WaitForWindow,
)
from exact_online.stops import Stop

log = logging.getLogger(__name__)

RENEW_FROM = dt.timedelta(seconds=571)
"""Age from which a new token is asked for: Exact's 570 s, and one for rounding."""
GOOD_UNTIL = dt.timedelta(seconds=595)
"""Age up to which a token is good for a call: Exact's 600 s less its way there."""
PAUSE_WHEN_EARLY = dt.timedelta(seconds=120)
"""Each premature question counts as an error with Exact: no more than five within the 570 s."""
PAUSE_IN_TROUBLE = dt.timedelta(seconds=30)
EXACT_CALLS_A_DAY = 200
"""What Exact is said to take of one user at its token endpoint.
A chain that works needs one in 570 s: 152."""
MAX_CALLS_A_DAY = 180
"""Where we stop: some are left for a person's new consent. The day is UTC's,
by the ledger's clock."""
MAX_LOCK_WAIT = dt.timedelta(seconds=180)
"""Longer than the longest renewal by another worker."""
_STORE_ATTEMPTS = 5


class TokenChain:
    """One chain, as one process uses it."""

    def __init__(
        self, store: TokenStore, app: App, keys: MultiFernet, session: requests.Session, clock: Clock
    ) -> None:
        self._store = store
        self._app = app
        self._keys = keys
        self._session = session
        self._clock = clock
        self._held: Chain | None = None
        self._unsaved: Unsaved | None = None
        self._denied: str | None = None
        """The token that Exact denied last."""

    def access_token(self) -> str:
        """Return a token that is good for a call now.

        Raises ReconnectNeeded when the chain is dead, NotReady when the app or the stored row is
        wrong, Unreachable or WaitForWindow when no token can be had at the moment, DayIsFull when
        it was asked for too often today.
        """
        if self._held is None or self._age(self._held) >= RENEW_FROM:
            self._held = self._current(denied=None)
        masking.announce(self._held.access_token)  # others may have come since
        return self._held.access_token

    def token_after_401(self, denied: str) -> str:
        """Return the token to repeat a call with that was answered 401 with token `denied`.

        It is the one that another process has got, else a new one if its time has come. Within 570
        s Exact gives no other, so it may be the same again. Raises as `access_token`.
        """
        self._denied = denied
        self._held = self._current(denied)
        return self._held.access_token

    def give_up(self, denied: str) -> NoReturn:
        """Let nobody use token `denied` again: it was denied, and so was one before it.

        Mark the chain as dead when a renewal came in between; a younger token is only left alone,
        until Exact gives another. Raises ReconnectNeeded or WaitForWindow for these, Unreachable
        when another process has a newer token by now, or as `access_token`.
        """
        self._held = None
        with self._store.locked(MAX_LOCK_WAIT) as locked:
            failure = self._given_up(locked, self._understood(locked.chain), denied)
        raise failure

    def _given_up(self, locked: LockedChain, chain: Chain, denied: str) -> LinkFailure:
        if chain.access_token != denied:
            return Unreachable("Another process has a newer Exact token; try again.")
        if denied != self._denied or chain.follows_denied:
            return self._mark_dead(locked, chain, "Exact weigert ook het nieuwe token")
        locked.note_denied(chain.version)
        return self._too_young(chain)

    def _too_young(self, chain: Chain) -> WaitForWindow:
        """Exact denies the token, and gives no other yet: asking early would count as an error."""
        from_then = [chain.issued_at + RENEW_FROM, self._clock.now() + dt.timedelta(seconds=1)]
        until = max(from_then + [moment for moment in [chain.no_refresh_before] if moment])
        return WaitForWindow(Stop.TOKEN_DENIED, until)

    def note_token_works(self) -> None:
        """Write down that Exact takes the token, if the one before it was denied."""
        if self._held is not None and self._held.follows_denied:
            self._store.note_works(self._held.version)
            self._held = replace(self._held, denied_version=None)

    # Scopes of the app.

    def note_missing_scope(self, scope: str, level: str, division: int | None) -> None:
        """Write down that our app lacks a scope, for all who share it.

        Raises AppScopeMissing.
        """
        self._held = None
        self._store.note_missing_scope(self._app.client_id, f"{scope}:{level}", division)
        raise AppScopeMissing(Stop.SCOPE_MISSING, **scope_values(scope, level))

    def note_scope_works(self, scope: str, level: str) -> None:
        """Write down that a call of a scope was allowed, if it was missing for long."""
        if self._held is not None and self._held.doubted_scope == f"{scope}:{level}":
            self._store.clear_missing_scope(self._app.client_id, self._held.doubted_scope)
            self._held = replace(self._held, doubted_scope=None)

    def ask_again(self) -> None:
        """Let all ask again though a scope is missing: a person says that it was granted."""
        self._store.clear_missing_scope(self._app.client_id, None)

    def _current(self, denied: str | None) -> Chain:
        chain = self._understood(self._store.read())
        fresh = self._age(chain) < RENEW_FROM and chain.access_token != denied and not chain.is_denied
        return chain if fresh else self._renewed()

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
        """Under the lock: what another process got meanwhile, else what Exact gives;
        committed before use.
        """
        try:
            with self._store.locked(MAX_LOCK_WAIT) as locked:
                chain = self._understood(locked.chain)
                if self._age(chain) >= RENEW_FROM:
                    result = self._ask(locked, chain)
                else:
                    result = self._too_young(chain) if chain.is_denied else chain
        except StoreUnavailable:
            if self._unsaved is None:
                raise
            return self._saved_at_last(self._unsaved)
        return result

    def _ask(self, locked: LockedChain, chain: Chain) -> Chain | LinkFailure:
        """Ask Exact under the lock and write down what came of it.

        A failure is returned, not raised, so that what was written is committed first.
        """
        if chain.no_refresh_before is not None and self._clock.now() < chain.no_refresh_before:
            wait = WaitForWindow(Stop.TOKEN_NOT_YET, chain.no_refresh_before)
            return self._old_token_or(wait, chain)
        grant = self._granted(chain)
        if grant.kind is GrantKind.GRANTED and grant.pair:
            self._unsaved = Unsaved(chain.version, grant.pair, self._clock.now())
            return self._stored(locked, self._unsaved)
        if grant.kind is GrantKind.DEAD:
            return self._mark_dead(locked, chain, grant.cause)
        if grant.kind is GrantKind.WRONG_APP:
            return NotReady(Stop.APP_REJECTED, cause=grant.cause)
        if grant.kind is GrantKind.NOT_ASKED:
            until = dutch_moment(next_day(self._clock.now()))
            counts = {"calls": MAX_CALLS_A_DAY, "limit": EXACT_CALLS_A_DAY}
            full = DayIsFull(Stop.TOKEN_CALLS_FULL, until=until, **counts)
            return self._old_token_or(full, chain)
        return self._postpone(locked, chain, grant)

    def _granted(self, chain: Chain) -> Grant:
        """What Exact gives. An answer that was lost is asked for once more with the same token."""
        grant = self._asked(chain)
        return self._asked(chain) if grant.kind is GrantKind.LOST else grant

    def _asked(self, chain: Chain) -> Grant:
        """One question, counted before it is asked; what was never sent is not counted.

        The chain stays locked while the count is committed:
        a call is counted whatever becomes of this process.
        """
        if not self._store.count_call(MAX_CALLS_A_DAY):
            return Grant(GrantKind.NOT_ASKED, f"{MAX_CALLS_A_DAY} calls today")
        crash_point("before_token_call")
        grant = grants.refresh(self._session, self._clock, self._app, chain.refresh_token)
        crash_point("after_token_call")
        if grant.kind is GrantKind.NEVER_SENT:
            self._store.uncount_call()
        return grant

    def _postpone(self, locked: LockedChain, chain: Chain, grant: Grant) -> Chain | LinkFailure:
        """No answer, too early, or too busy: nobody asks for a while;
        the old token serves while it lives.
        """
        is_early = grant.kind is GrantKind.TOO_EARLY
        until = self._clock.now() + (PAUSE_WHEN_EARLY if is_early else PAUSE_IN_TROUBLE)
        log.warning("Token chain %s was not renewed (%s: %s).", self._store.chain_id, grant.kind, grant.cause)
        locked.postpone(
            chain.version, until, encrypted(self._keys, grant.pair).refresh_token if grant.pair else None
        )
        if is_early or grant.kind is GrantKind.BUSY:
            return self._old_token_or(WaitForWindow(Stop.TOKEN_NOT_YET, until), chain)
        failure = ExactUnreachable(
            f"Exact's token server gives no answer ({grant.kind}, {grant.cause}); try again later."
        )
        return self._old_token_or(failure, chain)

    def _old_token_or(self, failure: LinkFailure, chain: Chain) -> Chain | LinkFailure:
        return chain if self._age(chain) < GOOD_UNTIL and not chain.is_denied else failure

    def _mark_dead(self, locked: LockedChain, chain: Chain, cause: str) -> LinkFailure:
        locked.mark_dead(chain.version, cause)
        log.error("Token chain %s is dead (%s).", self._store.chain_id, cause)
        return ReconnectNeeded(Stop.LINK_BROKEN, cause=cause)

    def _saved_at_last(self, unsaved: Unsaved) -> Chain:
        """Keep a new pair in a session of its own: its commit failed, the old pair is used up.

        Raises Unreachable when that fails too; the pair stays in hand for the next time.
        """
        for attempt in range(_STORE_ATTEMPTS):
            self._clock.sleep(float(2**attempt))
            try:
                return self._stored(self._store, unsaved)
            except Unreachable as error:
                log.warning(
                    "Token chain %s: the new token is not stored yet (%s).",
                    self._store.chain_id,
                    type(error).__name__,
                )
        raise Unreachable(
            "A new Exact token could not be stored in the ledger; if the next run asks for it, "
            "authenticate again."
        )

    def _stored(self, place: TokenStore | LockedChain, unsaved: Unsaved) -> Chain:
        """Put a pair in the place of the one it was got with; when that is there no more,
        what is there.
        """
        pair = encrypted(self._keys, unsaved.pair)
        return self._understood(place.replace(unsaved.in_place_of, pair, unsaved.issued_at))

    def _understood(self, stored: StoredChain | None) -> Chain:
        """A chain that may be used. Raises as `chain.understood`."""
        return understood(stored, self._app.client_id, self._keys)
