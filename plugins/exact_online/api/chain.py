"""A token chain as it is kept: read, decrypted, and checked before anybody uses it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken, MultiFernet

from exact_online.api import masking
from exact_online.api.grants import TokenPair
from exact_online.api.scopes import scope_values
from exact_online.api.token_store import StoredChain
from exact_online.failures import AppScopeMissing, NotReady, ReconnectNeeded
from exact_online.stops import Stop


@dataclass(frozen=True)
class Chain:
    """A chain as it is kept, decrypted."""

    version: int
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    issued_at: dt.datetime
    no_refresh_before: dt.datetime | None
    denied_version: int | None
    doubted_scope: str | None

    @property
    def is_denied(self) -> bool:
        """Exact denied this very access token."""
        return self.denied_version == self.version

    @property
    def follows_denied(self) -> bool:
        """Exact denied the token before this one, and none since was seen to work."""
        return self.denied_version is not None and self.denied_version < self.version


@dataclass(frozen=True)
class Unsaved:
    """A pair that Exact has given and the store does not have yet;
    the pair before it is used up.
    """

    in_place_of: int
    pair: TokenPair
    issued_at: dt.datetime


def understood(stored: StoredChain | None, client_id: str, keys: MultiFernet) -> Chain:
    """Return a chain that may be used by the app `client_id`.

    Raises ReconnectNeeded, NotReady, or AppScopeMissing while a scope is known to be missing.
    """
    if stored is None:
        raise ReconnectNeeded(Stop.LINK_MISSING)
    if stored.client_id != client_id:
        raise ReconnectNeeded(Stop.LINK_OF_OTHER_APP)
    access_token, refresh_token = (
        _decrypted(token, keys) for token in (stored.access_token, stored.refresh_token)
    )
    masking.announce(access_token, refresh_token)
    if stored.state != "live":
        raise ReconnectNeeded(Stop.LINK_BROKEN, cause=stored.state_reason)
    if stored.missing_scope is not None:
        raise AppScopeMissing(Stop.SCOPE_MISSING, **scope_values(*stored.missing_scope.rsplit(":", 1)))
    return Chain(
        stored.version,
        access_token,
        refresh_token,
        stored.issued_at,
        stored.no_refresh_before,
        stored.denied_version,
        stored.doubted_scope,
    )


def _decrypted(value: str, keys: MultiFernet) -> str:
    try:
        return keys.decrypt(value.encode()).decode()
    except InvalidToken:
        raise NotReady(Stop.LINK_NOT_DECRYPTED) from None
