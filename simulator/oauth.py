"""Consent codes and tokens that rotate, with Exact's own errors (facts 2.1 to 2.15)."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.people import App, User
from simulator.switches import Switches

CODE_SECONDS = 180
ACCESS_SECONDS = 600
REFRESH_AFTER_SECONDS = 570
REFRESH_DAYS = 30
DIES_AT_ONCE = "dies_at_once"


class TokenDenied(Exception):
    """The error that the token endpoint gives instead of tokens."""

    def __init__(
        self, status: int, error: str, description: str | None = None, reason: str | None = None
    ) -> None:
        super().__init__(description or error)
        self.status = status
        self.body = {"error": error} | ({"error_description": description} if description else {})
        self.reason = reason


class Unauthorised(Exception):
    """The bearer token is unknown, expired or withdrawn (fact 2.14)."""

    def __init__(self, grant: Grant | None) -> None:
        super().__init__("Authentication Required")
        self.grant = grant


@dataclass
class Grant:
    """One chain of tokens: one per app and user (fact 2.7)."""

    client_id: str
    user_id: str
    divisions: frozenset[int]
    issued_at: float = 0.0
    access: str = ""
    refresh: str = ""
    previous_refresh: str | None = None
    """Still usable until the new one is used, when the switch says so."""
    issues: list[float] = field(default_factory=list)
    """When tokens were issued by refresh."""


@dataclass
class _Code:
    client_id: str
    redirect_uri: str
    grant: Grant
    at: float


class Authority:
    """Issues and checks tokens; all under the world's lock."""

    def __init__(self, clock: Clock, switches: Switches) -> None:
        self.clock = clock
        self.switches = switches
        self.apps: dict[str, App] = {}
        self.grants: dict[tuple[str, str], Grant] = {}
        self.access: dict[str, tuple[Grant, float]] = {}
        self.refresh: dict[str, Grant] = {}
        """Every refresh token ever issued by a living chain; only the newest of a chain works."""
        self.spent: set[str] = set()
        self.codes: dict[str, _Code] = {}
        self.token_answers: list[tuple[float, int]] = []
        """(when, status) of every answer of the token endpoint."""
        self.early_refreshes = 0
        """Refreshes asked within 570 seconds of the previous tokens."""

    def consent(self, app: App, user: User, divisions: frozenset[int]) -> str:
        """Return the code that the browser carries back: good for 3 minutes, once (fact 2.3)."""
        code = f"stampNL001.{secrets.token_urlsafe(24)}!{secrets.token_urlsafe(12)}"
        self.codes[code] = _Code(
            app.client_id, app.redirect_uri, Grant(app.client_id, user.id, divisions), self.clock.seconds()
        )
        return code

    def token(self, form: dict[str, str]) -> dict[str, str]:
        """Return the JSON of a token answer; TokenDenied otherwise."""
        try:
            app = self._app(form)
            match form.get("grant_type"):
                case "authorization_code":
                    answer = self._by_code(app, form)
                case "refresh_token":
                    answer = self._by_refresh(app, form)
                case _:
                    raise TokenDenied(400, "unsupported_grant_type")
        except TokenDenied as denied:
            self.token_answers.append((self.clock.seconds(), denied.status))
            raise
        self.token_answers.append((self.clock.seconds(), 200))
        return answer

    def user_of(self, form: dict[str, str]) -> str:
        """Return the id of the user whose code or refresh token a form holds.

        Empty when it is nobody's.
        """
        code, grant = self.codes.get(form.get("code", "")), self.refresh.get(form.get("refresh_token", ""))
        return code.grant.user_id if code else grant.user_id if grant else ""

    def _app(self, form: dict[str, str]) -> App:
        app = self.apps.get(form.get("client_id", ""))
        if app is None or not secrets.compare_digest(
            app.client_secret.encode(), form.get("client_secret", "").encode()
        ):
            raise TokenDenied(400, "invalid_request")
        return app

    def _by_code(self, app: App, form: dict[str, str]) -> dict[str, str]:
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.client_id != app.client_id or code.redirect_uri != form.get("redirect_uri"):
            raise TokenDenied(400, "invalid_request")
        if self.clock.seconds() - code.at > CODE_SECONDS:
            raise TokenDenied(400, "invalid_request")
        self._end_chain(self.grants.get((app.client_id, code.grant.user_id)))
        self.grants[app.client_id, code.grant.user_id] = code.grant
        return self._issue(code.grant)

    def _by_refresh(self, app: App, form: dict[str, str]) -> dict[str, str]:
        token = form.get("refresh_token", "")
        grant = self.refresh.get(token)
        if grant is None or grant.client_id != app.client_id:
            if token in self.spent:
                raise TokenDenied(401, "unauthorized_client", "Old refresh token used.")
            raise TokenDenied(400, "invalid_request")
        now = self.clock.seconds()
        if now - grant.issued_at > REFRESH_DAYS * 86_400:
            raise TokenDenied(
                400, "invalid_request", self._expiry_text(grant.issued_at + REFRESH_DAYS * 86_400, now)
            )
        if now - grant.issued_at < REFRESH_AFTER_SECONDS:
            self._reject_early_refresh(grant, token)
        grant.issues.append(now)
        return self._issue(grant, token)

    def _reject_early_refresh(self, grant: Grant, token: str) -> None:
        self.early_refreshes += 1
        text = "Rate limit exceeded: access_token not expired"
        if self.switches.refresh_too_early_rotates == "yes":
            self._rotate(grant, token)
        if self.switches.refresh_too_early == "status_401":
            raise TokenDenied(401, "access_denied", "Access Token not expired", "Access Token not expired")
        raise TokenDenied(400, "access_denied", text, f"TooEarlyToRefreshTokens: {text}")

    def _expiry_text(self, died: float, now: float) -> str:
        return f"The refresh token expired at {_american(died)} and it is now {_american(now)}."

    def _issue(self, grant: Grant, used: str | None = None) -> dict[str, str]:
        now = self.clock.seconds()
        grant.issued_at = now
        grant.access = f"gAAAA{secrets.token_urlsafe(48)}"
        self.access = {token: kept for token, kept in self.access.items() if kept[1] > now - 3600}
        self.access[grant.access] = (grant, now + ACCESS_SECONDS)
        self._rotate(grant, used)
        return {
            "access_token": grant.access,
            "token_type": "bearer",
            "expires_in": str(ACCESS_SECONDS),
            "refresh_token": grant.refresh,
        }

    def _rotate(self, grant: Grant, used: str | None) -> None:
        """Give the grant a new refresh token.

        `used` dies with every other one, or lives on until the new one is used (fact 2.7).
        """
        lives_on = used is not None and self.switches.old_refresh_token != DIES_AT_ONCE
        for token in {grant.refresh, grant.previous_refresh or "", used or ""} - {""}:
            if not (lives_on and token == used):
                self._spend(token)
        grant.previous_refresh = used if lives_on else None
        grant.refresh = f"stampNL001.{secrets.token_urlsafe(36)}!{secrets.token_urlsafe(12)}"
        self.refresh[grant.refresh] = grant

    def _spend(self, token: str) -> None:
        self.refresh.pop(token, None)
        self.spent.add(token)

    def _end_chain(self, grant: Grant | None) -> None:
        """A new authorization kills the older chain of the same app and user (fact 2.7)."""
        if grant is None:
            return
        for token in [token for token, owner in self.refresh.items() if owner is grant]:
            self._spend(token)
        self.access = {token: kept for token, kept in self.access.items() if kept[0] is not grant}

    def withdraw(self, user_id: str) -> None:
        """Withdraw a user's consent: none of their tokens works any more."""
        for grant in [grant for grant in self.grants.values() if grant.user_id == user_id]:
            self._end_chain(grant)
            del self.grants[grant.client_id, grant.user_id]

    def grant_of(self, token: str) -> Grant:
        """Return the grant of an access token; Unauthorised when it is unknown or too old."""
        found = self.access.get(token)
        if found is None:
            raise Unauthorised(None)
        grant, until = found
        if self.clock.seconds() >= until:
            raise Unauthorised(grant)
        return grant


def _american(seconds: float) -> str:
    """10/28/2022 4:15:50 PM."""
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"
