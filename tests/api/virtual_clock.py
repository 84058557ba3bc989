"""A clock that stands still until somebody sleeps."""

from __future__ import annotations

import datetime as dt


class VirtualClock:
    """Starts in the middle of a minute, long before the day's end."""

    def __init__(self, now: dt.datetime = dt.datetime(2026, 3, 2, 1, 10, 30, tzinfo=dt.UTC)) -> None:
        self.moment = now
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.moment += dt.timedelta(seconds=seconds)
