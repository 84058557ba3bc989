"""Calls a minute and a day, errors an hour (facts 3.1 to 3.9); token calls a day, a guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeVar

from simulator.clock import Clock

COUNTED_AS_ERROR = frozenset({400, 401, 403, 404})
"""Not 500 (fact 3.8)."""
Key = TypeVar("Key")
Caller = tuple[str, str, int, str]
"""(client id, user id, division, endpoint)."""
TOKEN_CALLS_A_DAY = 200
"""Of one app and user at the token endpoint, whatever is answered: no fact, a guess on the harder
side."""


class TooManyCalls(Exception):
    """429; the headers of the other window are missing (fact 3.4)."""

    def __init__(self, headers: dict[str, str], seconds: float, window: str) -> None:
        super().__init__(window)
        self.headers = headers
        self.seconds = seconds
        """Until the window opens again."""


@dataclass
class _Errors:
    since: float = 0.0
    count: int = 0
    blocked_until: float = 0.0


@dataclass
class Limits:
    """Per app and division; None switches a limit off."""

    clock: Clock
    calls_per_minute: int | None = 60
    calls_per_day: int | None = 5000
    errors_per_hour: int | None = 10
    token_calls_per_day: int | None = TOKEN_CALLS_A_DAY
    _minute: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    _day: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    _errors: dict[Caller, _Errors] = field(default_factory=lambda: defaultdict(_Errors))
    _token_calls: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def off(self) -> None:
        """Switch all limits off."""
        self.calls_per_minute = self.calls_per_day = self.errors_per_hour = self.token_calls_per_day = None

    def count(self, client_id: str, division: int) -> dict[str, str]:
        """Count one call and return the headers of both windows. TooManyCalls when one is full.

        A rejected call counts nowhere.
        """
        now = self.clock.seconds()
        key = (client_id, division)
        minute, in_minute = self._used(self._minute, key, int(now // 60))
        day, in_day = self._used(self._day, key, int(now // 86_400))
        if self.calls_per_day is not None and in_day >= self.calls_per_day:
            raise TooManyCalls(_daily(self.calls_per_day, 0, day), (day + 1) * 86_400 - now, "day")
        if self.calls_per_minute is not None and in_minute >= self.calls_per_minute:
            raise TooManyCalls(_minutely(self.calls_per_minute, 0, minute), (minute + 1) * 60 - now, "minute")
        self._minute[key] = (minute, in_minute + 1)
        self._day[key] = (day, in_day + 1)
        return self.headers(client_id, division)

    def headers(self, client_id: str, division: int) -> dict[str, str]:
        """Return the headers of both windows."""
        now = self.clock.seconds()
        minute, in_minute = self._used(self._minute, (client_id, division), int(now // 60))
        day, in_day = self._used(self._day, (client_id, division), int(now // 86_400))
        found: dict[str, str] = {}
        if self.calls_per_day is not None:
            found |= _daily(self.calls_per_day, self.calls_per_day - in_day, day)
        if self.calls_per_minute is not None:
            found |= _minutely(self.calls_per_minute, self.calls_per_minute - in_minute, minute)
        return found

    def used(self, client_id: str, division: int) -> tuple[int, int]:
        """Return the calls counted (this minute, today)."""
        now = self.clock.seconds()
        key = (client_id, division)
        return self._used(self._minute, key, int(now // 60))[1], self._used(
            self._day, key, int(now // 86_400)
        )[1]

    def use_up(self, client_id: str, division: int, *, left_today: int) -> None:
        """Leave only so many calls of the day."""
        self._day[client_id, division] = (
            int(self.clock.seconds() // 86_400),
            (self.calls_per_day or 0) - left_today,
        )

    @staticmethod
    def _used(counts: dict[Key, tuple[int, int]], key: Key, window: int) -> tuple[int, int]:
        """Windows are clock minutes and UTC days, never sliding (facts 3.1, 3.3)."""
        kept = counts.get(key)
        return (window, 0) if kept is None or kept[0] != window else kept

    # Errors -----------------------------------------------------------------------------------

    def check_errors(self, caller: Caller) -> None:
        """Raise TooManyCalls while this app, user, division and endpoint are blocked (facts 3.8.

        3.9).
        """
        kept = self._errors.get(caller)
        if (
            kept is not None
            and self.errors_per_hour is not None
            and self.clock.seconds() < kept.blocked_until
        ):
            raise TooManyCalls({}, kept.blocked_until - self.clock.seconds(), "errors")

    def count_answer(self, caller: Caller, status: int) -> None:
        """Count an answer that is an error, and block the caller when these are too many."""
        if status not in COUNTED_AS_ERROR or self.errors_per_hour is None:
            return
        kept, now = self._errors[caller], self.clock.seconds()
        if now - kept.since >= 3600:
            kept.since, kept.count = now, 0
        kept.count += 1
        if kept.count > self.errors_per_hour:
            kept.blocked_until = now + 3600

    def errors(self, caller: Caller) -> int:
        """Return the errors counted in this hour."""
        kept = self._errors.get(caller)
        return 0 if kept is None or self.clock.seconds() - kept.since >= 3600 else kept.count

    # Tokens -----------------------------------------------------------------------------------

    def count_token_call(self, client_id: str, user_id: str) -> None:
        """Count one call to the token endpoint.

        TooManyCalls, without any headers, when the day's are used.
        """
        now, key = self.clock.seconds(), (client_id, user_id)
        day, calls = self._used(self._token_calls, key, int(now // 86_400))
        if self.token_calls_per_day is not None and calls >= self.token_calls_per_day:
            raise TooManyCalls({}, (day + 1) * 86_400 - now, "token")
        self._token_calls[key] = (day, calls + 1)


def _daily(limit: int, remaining: int, day: int) -> dict[str, str]:
    """Reset in epoch milliseconds: 00:00 UTC (fact 3.3)."""
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(max(remaining, 0)),
        "X-RateLimit-Reset": str((day + 1) * 86_400_000),
    }


def _minutely(limit: int, remaining: int, minute: int) -> dict[str, str]:
    return {
        "X-RateLimit-Minutely-Limit": str(limit),
        "X-RateLimit-Minutely-Remaining": str(max(remaining, 0)),
        "X-RateLimit-Minutely-Reset": str((minute + 1) * 60_000),
    }
