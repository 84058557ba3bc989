"""What every step of a night needs at hand, and the limits that the steps share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exact_online.api.client import ExactClient
from exact_online.api.lists import load_lists
from exact_online.clock import Clock
from exact_online.ledger import Ledger, Practice, Run
from exact_online.load.session import SETTLE_SECONDS, LoadSession
from exact_online.report.exports import WorkbookStore
from exact_online.settings import ExactLists, PracticeSettings

BATCH_SIZE = 250
"""Bookings per task: a few minutes of work at 60 calls a minute, so that a task that dies leaves
little to look up."""

UPLOAD_BATCH_SIZE = 1_000
"""The same where history goes in uploads: a few calls."""


@dataclass(frozen=True)
class Night:
    """One run of one practice."""

    ledger: Ledger
    exact: ExactClient
    practice: Practice
    settings: PracticeSettings
    run: Run
    clock: Clock
    worker: str
    """Host and process, written into each claim."""
    settle_seconds: float = SETTLE_SECONDS

    workbooks: WorkbookStore | None = None
    """Keeps handed over workbooks outside the ledger; None: the ledger keeps them."""

    @property
    def first_day(self) -> dt.date:
        """The first day of the practice, or of the history of this night when that is older."""
        asked = self.run.history_from
        return min(asked, self.practice.first_sync_date) if asked else self.practice.first_sync_date

    @property
    def lists(self) -> ExactLists:
        """The division's lists as the first step of the run kept them."""
        return load_lists(self.ledger.mirrors, self.practice.code)

    def load_session(self) -> LoadSession:
        """Return what the loader works with; in a dry run its client sends nothing."""
        exact = self.exact.for_dry_run() if self.ledger.is_dry_run else self.exact
        return LoadSession(
            self.ledger,
            exact,
            self.run,
            self.lists,
            self.clock,
            self.worker,
            settle_seconds=self.settle_seconds,
            stops_at_other_number=self.settings.stop_at_other_number,
            zeros_count=self.settings.debtor_zeros_count,
            uploads=self.settings.bulk and not self.ledger.is_dry_run,
        )
