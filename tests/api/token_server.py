"""Exact's token endpoint with its rules.

One use of a refresh token, a new token no sooner than 570 s after the last, its own words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.api.fake_server import Asked, Reply

PATH = "/api/oauth2/token"
CLIENT_ID = "6f1b0f6e-0000-4000-8000-000000000001"
CLIENT_SECRET = "canary-client-secret"  # noqa: S105
EARLY = Reply(
    400,
    {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"},
    {"Reason": "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"},
)
USED = Reply(401, {"error": "unauthorized_client", "error_description": "Old refresh token used."})
EXPIRED = Reply(
    400,
    {
        "error": "invalid_request",
        "error_description": "The refresh token expired at 10/11/2026 9:18:20 PM "
        "and it is now 10/28/2026 4:15:50 PM.",
    },
)
WRONG = Reply(400, {"error": "invalid_request"})


def granted(number: int) -> Reply:
    tokens = {"access_token": f"access-token-{number}", "refresh_token": f"refresh-token-{number}"}
    return Reply(200, {**tokens, "token_type": "bearer", "expires_in": "600"})


class TokenServer:
    """Grants number 1, 2, ...; `refresh-token-0` is the one that is good at first.

    `now_seconds` is its clock.
    """

    def __init__(self, now_seconds: Callable[[], float], last_granted_at: float) -> None:
        self._now_seconds = now_seconds
        self._last_granted_at = last_granted_at
        self._lock = threading.Lock()
        self.granted = 0
        self.denied = 0

    def __call__(self, asked: Asked) -> Reply:
        with self._lock:
            reply = self._judge(asked)
            if reply.status == 200:
                self.granted, self._last_granted_at = self.granted + 1, self._now_seconds()
            else:
                self.denied += 1
            return reply

    def _judge(self, asked: Asked) -> Reply:
        if asked.form["client_secret"] != CLIENT_SECRET:
            return WRONG
        if asked.form["refresh_token"] != f"refresh-token-{self.granted}":
            return USED
        return EARLY if self._now_seconds() - self._last_granted_at < 570 else granted(self.granted + 1)
