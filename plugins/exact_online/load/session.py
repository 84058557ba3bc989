"""What every act of the loader needs at hand: one practice, one run, one worker."""

from __future__ import annotations

from dataclasses import dataclass

from exact_online.api.client import ExactClient
from exact_online.clock import Clock
from exact_online.ledger import Ledger, Run
from exact_online.settings import ExactLists

SETTLE_SECONDS = 120.0
"""How long Exact may take to make a booking visible whose answer was lost. Longer than its own
processing, so that absent means absent."""

MAX_WAIT_SECONDS = 5.0
"""A wait up to this long is slept through; a longer one gives the worker back (WaitForWindow)."""


@dataclass(frozen=True)
class LoadSession:
    """Handed to every function of the loader; nothing in it changes during a batch."""

    ledger: Ledger
    exact: ExactClient
    run: Run
    lists: ExactLists
    clock: Clock
    worker: str
    zeros_count: bool = False
    """The setting `debtor_zeros_count` of the practice."""
    settle_seconds: float = SETTLE_SECONDS
    stops_at_other_number: bool = False
    """Setting: the practice stops when Exact gives an entry another number than was sent."""
    uploads: bool = False
    """Setting `bulk`: history goes in uploads of many entries, where Exact takes them."""
