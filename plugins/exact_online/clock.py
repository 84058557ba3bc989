"""The clock that code gets as an argument, so that tests can set the time.

Only the outermost layer makes a `SystemClock`.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol


class Clock(Protocol):
    """A source of the time for the code that calls Exact."""

    def now(self) -> dt.datetime:
        """Return the present moment, with time zone UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait this many seconds."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
