"""Exact's authorisation server: the consent page, codes, and what its answers mean.

Knows nothing of where tokens are kept.

Facts (Exact): a code lives 3 minutes; an access token 600 s; a refresh token can be used once and
gives the next; a new token may be asked for 570 s after the last one;
the answers in `_WORDS` are known by their words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import quote_plus, urlencode

import requests
import tenacity
from requests.auth import AuthBase, HTTPBasicAuth

from exact_online.api import masking, odata, transport
from exact_online.api.retries import retrying
from exact_online.clock import Clock
from exact_online.failures import ExactUnreachable, NotReady, ReconnectNeeded
from exact_online.stops import Stop

MAX_ATTEMPTS = 3
READ_SECONDS = 20.0
"""Less than for other calls: all who share the chain wait meanwhile."""


ClientAuth = Literal["form", "basic"]
CLIENT_AUTHS = ("form", "basic")


@dataclass(frozen=True)
class App:
    """Our registration with Exact: what the connection in Airflow holds."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    client_auth: ClientAuth = "form"
    """How the app says who it is when it asks for a token: in the form, or by HTTP Basic."""

    def __post_init__(self) -> None:
        transport.checked_base_url(self.base_url)
        masking.announce(self.client_secret)


@dataclass(frozen=True)
class TokenPair:
    """What a grant gives."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def __post_init__(self) -> None:
        masking.announce(self.access_token, self.refresh_token)


class GrantKind(StrEnum):
    """What came of asking for a token."""

    GRANTED = "granted"
    TOO_EARLY = "too_early"
    """Less than 570 s after the last token."""
    DEAD = "dead"
    """The refresh token was used before, is 30 days old, or is unknown:
    only a new consent helps."""
    WRONG_APP = "wrong_app"
    """Client id, client secret or code is wrong."""
    LOST = "lost"
    """The answer did not arrive, or can't be read: the token may be used up."""
    NEVER_SENT = "never_sent"
    BUSY = "busy"
    """429."""
    NOT_ASKED = "not_asked"
    """The chain's calls of the day are used."""


_WORDS = {
    "not expired": (GrantKind.TOO_EARLY, "te vroeg gevraagd"),
    "tooearly": (GrantKind.TOO_EARLY, "te vroeg gevraagd"),
    "old refresh token": (GrantKind.DEAD, "het refresh-token is al gebruikt"),
    "refresh token expired": (GrantKind.DEAD, "het refresh-token is verlopen"),
    "invalid_grant": (GrantKind.DEAD, "het refresh-token of de code deugt niet"),
}
"""What Exact says when it gives no token, and what that means."""


@dataclass(frozen=True)
class Grant:
    """The answer of the token server."""

    kind: GrantKind
    cause: str
    """In our words, for sentences in Dutch: safe to log."""
    pair: TokenPair | None = None


def authorize_url(app: App, redirect_uri: str, state: str, *, force_login: bool = True) -> str:
    """Return the address where the Exact user gives consent.

    `force_login` lets him choose another user than the browser remembers.
    """
    query = {
        "client_id": app.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "force_login": str(int(force_login)),
        "state": state,
    }
    return f"{app.base_url.rstrip('/')}/api/oauth2/auth?{urlencode(query)}"


def exchange_code(
    session: requests.Session, clock: Clock, app: App, code: str, redirect_uri: str
) -> TokenPair:
    """Return the first tokens, for a code that came back from the consent page.

    Raises ReconnectNeeded when the code is not good (any more), NotReady when the app is wrong,
    Unreachable when nothing was sent.
    """
    masking.announce(code)
    grant = _asked(
        session, clock, app, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    )
    if grant.pair:
        return grant.pair
    if grant.kind is GrantKind.NEVER_SENT:
        raise ExactUnreachable(f"Exact can't be reached ({grant.cause}); try again.")
    if grant.kind is GrantKind.WRONG_APP:
        raise NotReady(Stop.APP_REJECTED, cause=grant.cause)
    raise ReconnectNeeded(Stop.CONSENT_FAILED, cause=grant.cause)


def refresh(session: requests.Session, clock: Clock, app: App, refresh_token: str) -> Grant:
    """Return the next tokens. What was never sent is tried again,
    so Exact is asked once at most.
    """
    return _asked(session, clock, app, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _asked(session: requests.Session, clock: Clock, app: App, form: Mapping[str, str]) -> Grant:
    wait = tenacity.wait_exponential(multiplier=1, max=4)
    attempts = retrying(clock, MAX_ATTEMPTS, _was_never_sent, wait)
    grant: Grant = attempts(_ask_once, session, app, form)
    return grant


def _was_never_sent(grant: Grant) -> bool:
    return grant.kind is GrantKind.NEVER_SENT


def _ask_once(session: requests.Session, app: App, form: Mapping[str, str]) -> Grant:
    masking.announce(app.client_secret)
    auth: AuthBase = transport.NoAuth()
    if app.client_auth == "basic":
        # RFC 6749, 2.3.1: both are written as in a form before they are joined.
        auth = HTTPBasicAuth(quote_plus(app.client_id), quote_plus(app.client_secret))
    else:
        form = {**form, "client_id": app.client_id, "client_secret": app.client_secret}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    call = transport.Call(
        "POST",
        f"{app.base_url.rstrip('/')}/api/oauth2/token",
        "oauth2/token",
        headers,
        urlencode(form).encode(),
        read_seconds=READ_SECONDS,
    )
    try:
        return grant_of(transport.exchange(session, call, auth))
    except transport.NeverSent as trouble:
        return Grant(GrantKind.NEVER_SENT, str(trouble))
    except transport.AnswerLost as trouble:
        return Grant(GrantKind.LOST, str(trouble))


def grant_of(reply: transport.Reply) -> Grant:
    """Return what an answer of the token server means. Pure.

    Its words are looked for, never kept: they may hold the token.
    """
    pair, cause = _pair(reply.body), f"status {reply.status}"
    if 200 <= reply.status < 300:
        return Grant(GrantKind.GRANTED if pair else GrantKind.LOST, cause, pair)
    if not 400 <= reply.status < 500:
        return Grant(GrantKind.LOST, cause)
    words = (reply.body.decode("utf-8", "replace") + reply.headers.get("Reason", "")).lower()
    kind, meaning = next(
        (known for said, known in _WORDS.items() if said in words),
        (GrantKind.WRONG_APP, "Exact kent dit niet"),
    )
    return Grant(GrantKind.BUSY if reply.status == 429 else kind, f"{cause}, {meaning}", pair)


def _pair(body: bytes) -> TokenPair | None:
    """Both tokens, when the answer has both."""
    try:
        document = odata.parse(body)
        access, refresh_token = document["access_token"], document["refresh_token"]
    except (ValueError, LookupError, TypeError):
        return None
    whole = isinstance(access, str) and isinstance(refresh_token, str) and access and refresh_token
    return TokenPair(access, refresh_token) if whole else None
