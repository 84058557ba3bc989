"""The ledger's clock: one for all workers, however wrong those of their machines are (FR-E6)."""

from __future__ import annotations

import datetime as dt
import time

from exact_online.ledger.session import Session

_RUNNING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Seconds that never jump, and go on while a machine sleeps."""


class LedgerClock:
    """The moment of the ledger's database when this was made, and what passed since.

    Implements `exact_online.clock.Clock`. A token's age and the call windows are measured by it,
    so that all workers mean the same moment, and one whose clock is set back in between too.
    """

    def __init__(self, session: Session) -> None:
        row = session.row("read_clock")
        assert row is not None
        self._then: dt.datetime = row["now"]
        self._began = time.clock_gettime(_RUNNING)

    def now(self) -> dt.datetime:
        """Return the present moment, with time zone UTC."""
        passed = time.clock_gettime(_RUNNING) - self._began
        return self._then.astimezone(dt.UTC) + dt.timedelta(seconds=passed)

    def sleep(self, seconds: float) -> None:
        """Wait this many seconds."""
        time.sleep(seconds)
