"""What Exact says of its call limits, and the windows that follow from it. Pure.

Facts (Exact): 60 calls a minute and 5,000 a day for an app in a division; the minute is the
clock's, the day ends at 00:00 UTC. Two families of headers tell limit, remaining and reset (UTC,
epoch milliseconds); a 429 carries the family that is used up and lacks the other. Nothing is
believed that can't be true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

MINUTE_LIMIT = 60
DAY_LIMIT = 5_000
MINUTE_FAMILY = "X-RateLimit-Minutely-"
DAY_FAMILY = "X-RateLimit-"
BLOCK = dt.timedelta(hours=1)
"""How long Exact blocks an endpoint after too many errors."""
MAX_MINUTE_429S = 20
"""So often in a row a minute is waited for; then the division is left alone for `BLOCK`."""
LATEST_MINUTE_RESET = dt.timedelta(seconds=120)
LATEST_DAY_RESET = dt.timedelta(hours=26)
_PARTS = ("Limit", "Remaining", "Reset")
_SECONDS_BELOW = 100_000_000_000
"""An epoch time below this is in seconds (in milliseconds it would be 1973)."""


@dataclass(frozen=True)
class Heard:
    """One family of headers, when it is whole and can be true."""

    limit: int
    remaining: int
    reset: dt.datetime

    @property
    def used(self) -> int:
        """Calls of the window that Exact has counted."""
        return self.limit - self.remaining


@dataclass(frozen=True)
class Limits:
    """What one answer says of both windows."""

    minute: Heard | None = None
    day: Heard | None = None


def limits_from(headers: Mapping[str, str], now: dt.datetime) -> Limits:
    """Return what both families of headers say.

    One that is missing, incomplete, garbled or out of reach of `now` (aware) counts as not sent.
    """
    return Limits(
        _heard(headers, MINUTE_FAMILY, now, LATEST_MINUTE_RESET),
        _heard(headers, DAY_FAMILY, now, LATEST_DAY_RESET),
    )


def has_family(headers: Mapping[str, str], family: str) -> bool:
    """Return whether any header of the family was sent."""
    return any(family + part in headers for part in _PARTS)


def remaining(headers: Mapping[str, str], family: str) -> int | None:
    """Return what the family says is left, None when it does not say."""
    return _whole_number(headers.get(family + "Remaining"))


def retry_after(headers: Mapping[str, str]) -> dt.timedelta | None:
    """Return ``Retry-After``, when it is short enough to be a minute window's;
    Exact may never send it.
    """
    seconds = _whole_number(headers.get("Retry-After"))
    wait = dt.timedelta(seconds=seconds or 0)
    return wait if dt.timedelta(0) < wait <= LATEST_MINUTE_RESET else None


def _heard(headers: Mapping[str, str], family: str, now: dt.datetime, latest: dt.timedelta) -> Heard | None:
    limit, left, reset = (_whole_number(headers.get(family + part)) for part in _PARTS)
    if limit is None or left is None or reset is None or not 0 <= left <= limit or limit == 0:
        return None
    opens = _epoch(reset)
    return (
        Heard(limit, left, opens)
        if opens is not None and now - LATEST_MINUTE_RESET < opens <= now + latest
        else None
    )


def _whole_number(value: str | None) -> int | None:
    return (
        int(value)
        if value and value.strip().isascii() and value.strip().isdigit() and len(value) < 20
        else None
    )


def _epoch(value: int) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(value / (1 if value < _SECONDS_BELOW else 1000), dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None


def clock_error(heard: Heard, sent: dt.datetime, received: dt.datetime, known: dt.timedelta) -> dt.timedelta:
    """Return what must be added to our clock so that the minute of `heard` is the one that ran.

    Of all such corrections it is the one nearest to the `known` one.

    The answer was made between `sent` and `received`, within the minute before its reset, so it
    bounds the error from both sides.
    """
    least, most = (
        heard.reset - dt.timedelta(minutes=1) - received,
        heard.reset - dt.timedelta(milliseconds=1) - sent,
    )
    return max(least, min(known, most))


@dataclass(frozen=True)
class Window:
    """One window: `used` of `limit` calls, until `until` (exclusive, aware)."""

    until: dt.datetime
    limit: int
    used: int

    def adopt(self, heard: Heard | None, now: dt.datetime) -> Window:
        """Return the window after an answer.

        What Exact counted wins, but calls of ours that it has not seen yet stay counted.
        """
        if heard is None:
            return self
        if heard.reset <= now:  # an answer from a window that is over says only how large they are
            return replace(self, limit=heard.limit)
        used = heard.used if heard.reset > self.until else max(self.used, heard.used)
        return Window(heard.reset, heard.limit, used)

    def left(self, reserve: int = 0) -> int:
        """Return how many calls may still be made, when `reserve` are left to others."""
        return self.limit - self.used - reserve


@dataclass(frozen=True)
class Windows:
    """Both windows of a division, and the block that a 429 without an explanation means."""

    minute: Window
    day: Window
    blocked_until: dt.datetime | None = None
    blind_429s: int = 0
    """429s in a row that did not say which window is full."""
    minute_429s: int = 0
    """429s of the minute in a row, whatever was waited."""

    @classmethod
    def fresh(cls, now: dt.datetime, minute_limit: int = MINUTE_LIMIT, day_limit: int = DAY_LIMIT) -> Windows:
        """Return windows without a call, for a division of which nothing is known."""
        return cls(Window(next_minute(now), minute_limit, 0), Window(next_day(now), day_limit, 0))

    def at(self, now: dt.datetime) -> Windows:
        """Return the windows that are open at `now`."""
        minute = self.minute if now < self.minute.until else Window(next_minute(now), self.minute.limit, 0)
        day = self.day if now < self.day.until else Window(next_day(now), self.day.limit, 0)
        return replace(self, minute=minute, day=day)

    def adopt(self, limits: Limits, now: dt.datetime) -> Windows:
        """Return the windows after an answer that was not a 429."""
        return replace(
            self,
            minute=self.minute.adopt(limits.minute, now),
            day=self.day.adopt(limits.day, now),
            blind_429s=0,
            minute_429s=0,
        )

    def minute_full(self, until: dt.datetime | None, now: dt.datetime) -> Windows:
        """Return the windows after a 429 of the minute; without a usable reset,
        by our own clock's minute.
        """
        opens = until if until is not None and now < until <= now + LATEST_MINUTE_RESET else next_minute(now)
        full = replace(self, minute=Window(opens, self.minute.limit, self.minute.limit), blind_429s=0)
        if self.minute_429s + 1 < MAX_MINUTE_429S:
            return replace(full, minute_429s=self.minute_429s + 1)
        return replace(full, minute_429s=0, blocked_until=now + BLOCK)

    def day_full(self, until: dt.datetime | None, now: dt.datetime) -> Windows:
        """Return the windows after a 429 of the day."""
        opens = until if until is not None and now < until <= now + LATEST_DAY_RESET else next_day(now)
        return replace(self, day=Window(opens, self.day.limit, self.day.limit), blind_429s=0)

    def blind_429(self, now: dt.datetime) -> Windows:
        """Return the windows after a 429 that explains nothing.

        The first is taken for the minute's, the next for the block after too many errors.
        """
        if self.blind_429s:
            return replace(self, blocked_until=now + BLOCK, blind_429s=0)
        return replace(self.minute_full(None, now), blind_429s=1)

    def take(self, calls: int = 1) -> Windows:
        """Return the windows with so many calls more in both."""
        return replace(
            self,
            minute=replace(self.minute, used=self.minute.used + calls),
            day=replace(self.day, used=self.day.used + calls),
        )

    def without(self, calls: int, minute_until: dt.datetime) -> Windows:
        """Return the windows without `calls` that were taken in the minute that ends then, and not
        made.
        """
        is_open = self.minute.until == minute_until
        minute = replace(self.minute, used=self.minute.used - calls) if is_open else self.minute
        return replace(self, minute=minute, day=replace(self.day, used=max(0, self.day.used - calls)))


def next_minute(now: dt.datetime) -> dt.datetime:
    """Return when the minute of `now` ends."""
    return now.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def next_day(now: dt.datetime) -> dt.datetime:
    """Return when Exact's day ends: midnight UTC."""
    return now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
