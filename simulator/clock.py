"""The simulator's own time, so that minutes, days and a year end pass in milliseconds."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_EPOCH = dt.datetime(1970, 1, 1)


class Clock:
    """The time that everything in the simulator sees: real, frozen or moved."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen_at: float | None = None

    def seconds(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._offset if self._frozen_at is None else self._frozen_at

    def now(self) -> dt.datetime:
        """Return the time, aware, in UTC."""
        return dt.datetime.fromtimestamp(self.seconds(), dt.UTC)

    def today(self) -> dt.date:
        """Return the day in Amsterdam."""
        return self.now().astimezone(AMSTERDAM).date()

    def stamp(self) -> int:
        """Return milliseconds of the Dutch wall clock written as if it were UTC.

        As Exact fills Created and Modified (fact 1.15).
        """
        return (self.now().astimezone(AMSTERDAM).replace(tzinfo=None) - _EPOCH) // dt.timedelta(
            milliseconds=1
        )

    def today_stamp(self) -> int:
        """Return midnight of today in the same milliseconds."""
        return self.stamp() // 86_400_000 * 86_400_000

    @property
    def frozen(self) -> bool:
        """Return whether time stands still."""
        return self._frozen_at is not None

    def freeze(self, at: dt.datetime | None = None) -> None:
        """Stop the time, at `at` (aware) when given.

        From then on only `advance` and `set` move it.
        """
        self._frozen_at = self.seconds() if at is None else _timestamp(at)

    def run(self) -> None:
        """Let the time run on from where it stands."""
        self._offset = self.seconds() - time.time()
        self._frozen_at = None

    def set(self, at: dt.datetime) -> None:
        """Jump to `at` (aware); frozen stays frozen, running stays running."""
        if self.frozen:
            self._frozen_at = _timestamp(at)
        else:
            self._offset = _timestamp(at) - time.time()

    @contextmanager
    def fixed_at(self, seconds: float) -> Iterator[None]:
        """Freeze the time at these seconds for the length of the block."""
        kept, self._frozen_at = self._frozen_at, seconds
        try:
            yield
        finally:
            self._frozen_at = kept

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the time forward, or back with negative steps."""
        step = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
        if self._frozen_at is None:
            self._offset += step
        else:
            self._frozen_at += step


def _timestamp(at: dt.datetime) -> float:
    if at.tzinfo is None:
        raise ValueError(
            f"The clock needs a time with a time zone; {at.isoformat()} has none. "
            "Add one, for instance tzinfo=datetime.UTC."
        )
    return at.timestamp()


def milliseconds(day: dt.date) -> int:
    """Return midnight of a calendar day written as if it were UTC (fact 1.15)."""
    return (day - dt.date(1970, 1, 1)).days * 86_400_000


def day_of(stamp: int) -> dt.date:
    """Return the calendar day of a stamp; ValueError when no calendar has it."""
    try:
        return dt.date(1970, 1, 1) + dt.timedelta(days=stamp // 86_400_000)
    except OverflowError as error:
        raise ValueError(f"{stamp} ms is on no calendar") from error
