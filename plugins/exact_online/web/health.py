"""The health of the link, from the ledger's own rows, at most once in `KEPT_SECONDS` per process.

So whoever asks how often, the ledger answers a few statements a minute; and while one request waits
for a ledger that is away, the others get the answer before it.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any

from exact_online.failures import LinkFailure
from exact_online.ledger import LedgerClock
from exact_online.watch import UNUSED
from exact_online.watch_nights import day_to_check
from exact_online.web import database

log = logging.getLogger(__name__)

KEPT_SECONDS = 15.0
MANY = 0.1
"""From this share of the active practices on, it is the link that is down."""


class State(StrEnum):
    """How the link is."""

    OK = "ok"
    ATTENTION = "attention"
    """Some practices wait for a person; support has their names by mail."""
    DOWN = "down"
    """The ledger can't be used or is a copy, or many practices are late."""


@dataclass(frozen=True)
class Health:
    """Counts alone: no names."""

    is_ledger_usable: bool
    practices: int = 0
    """Active practices."""
    late: int = 0
    """Those whose night did not come to its end by 07:00."""
    dead_chains: int = 0
    """Links with Exact of active practices that need a new consent; practices may share one."""

    @property
    def state(self) -> State:
        """Return what the counts come to."""
        if not self.is_ledger_usable or self.late > MANY * self.practices:
            return State.DOWN
        return State.ATTENTION if self.late or self.dead_chains else State.OK

    @property
    def is_up(self) -> bool:
        """False when a monitor must wake somebody."""
        return self.state is not State.DOWN

    def to_json(self) -> dict[str, Any]:
        """Return the fields and ``state``."""
        return {"state": self.state, **vars(self)}


class Keeper:
    """The last answer of this process, and who may find the next."""

    def __init__(self) -> None:
        self._found: Health | None = None
        self._until = 0.0
        self._turn = Lock()

    def health(self) -> Health:
        """Return how the link is now, or was up to `KEPT_SECONDS` ago."""
        # One request looks; those beside it take what was found before, if anything was.
        if self._is_old() and self._turn.acquire(blocking=self._found is None):
            try:
                if self._is_old():
                    self._found, self._until = _look(), time.monotonic() + KEPT_SECONDS
            finally:
                self._turn.release()
        assert self._found is not None
        return self._found

    def _is_old(self) -> bool:
        return self._found is None or time.monotonic() >= self._until

    def forget(self) -> None:
        """Look anew at the next request."""
        self._found = None


keeper = Keeper()


def _look() -> Health:
    try:
        with contextmanager(database.ledger)() as ledger:
            if ledger.home.is_copy():
                return Health(is_ledger_usable=False)
            day = day_to_check(LedgerClock(ledger.session).now())
            dead = [chain for chain in ledger.tokens.idle(UNUSED) if chain.state != "live"]
            return Health(
                is_ledger_usable=True,
                practices=sum(practice.active for practice in ledger.practices.with_dag()),
                late=len(ledger.watch_reports.unfinished_nights(day)),
                dead_chains=len(dead),
            )
    except LinkFailure as failure:
        log.warning("The ledger can't be used: %s", failure)
        return Health(is_ledger_usable=False)
