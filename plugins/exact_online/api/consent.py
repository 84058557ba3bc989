"""A new consent: the token that it gave, before and after it is known whose it is."""

from __future__ import annotations

import datetime as dt
from typing import NoReturn

from cryptography.fernet import MultiFernet

from exact_online.api.grants import App, TokenPair
from exact_online.api.scopes import scope_values
from exact_online.api.token_store import ConsentStore, EncryptedPair
from exact_online.failures import AppScopeMissing, ReconnectNeeded
from exact_online.stops import Stop


class JustGranted:
    """The token of a consent that was given this moment, before it is known whose it is."""

    def __init__(self, pair: TokenPair) -> None:
        self._pair = pair

    def access_token(self) -> str:
        """Return the token."""
        return self._pair.access_token

    def token_after_401(self, denied: str) -> str:
        """Return the same token: there is no other yet."""
        return self._pair.access_token

    def give_up(self, denied: str) -> NoReturn:
        """Raise ReconnectNeeded: nothing is kept of this consent yet."""
        raise ReconnectNeeded(Stop.CONSENT_FAILED, cause="401")

    def note_token_works(self) -> None:
        """Do nothing."""

    def note_missing_scope(self, scope: str, level: str, division: int | None) -> None:
        """Raise AppScopeMissing; nothing is kept of this consent yet."""
        raise AppScopeMissing(Stop.SCOPE_MISSING, **scope_values(scope, level))

    def note_scope_works(self, scope: str, level: str) -> None:
        """Do nothing."""

    def ask_again(self) -> None:
        """Do nothing."""


def keep_consent(
    store: ConsentStore,
    keys: MultiFernet,
    app: App,
    pair: TokenPair,
    user_id: str,
    user_name: str,
    now: dt.datetime,
) -> str:
    """Keep the tokens of a new consent and return the chain's id.

    A user who gave consent before keeps his chain,
    so every practice that uses it goes on with all its settings.
    """
    return store.keep_consent(app.client_id, user_id, user_name, encrypted(keys, pair), now)


def encrypted(keys: MultiFernet, pair: TokenPair) -> EncryptedPair:
    """Return a pair as a store keeps it."""
    access_token, refresh_token = (
        keys.encrypt(token.encode()).decode() for token in (pair.access_token, pair.refresh_token)
    )
    return EncryptedPair(access_token, refresh_token)
