"""Looks in Exact for the entries of handed over workbooks, for the command line and the pages."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager

from exact_online.api import entries_mirror
from exact_online.api.answers import Answer
from exact_online.api.client import ExactClient
from exact_online.api.interfaces import Budget
from exact_online.api.lists import load_lists
from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger, Practice
from exact_online.ledger.exports import FileCheck
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.nights import night_of

MOST_CALLS = 8
"""Calls that a person on a page waits for: some seconds. A page of Exact has 1,000 lines."""
PAGE_PATIENCE_SECONDS = 5.0
"""How long it waits for a task that reads the journals."""


class TooMuchToRead(LinkFailure):
    """Exact has more to tell than a page waits for: a night or the command line reads it."""


class FewCalls:
    """A budget of which one reader takes `most` calls. Raises TooMuchToRead before the next one."""

    def __init__(self, budget: Budget, most: int) -> None:
        self._budget = budget
        self._left = most

    def take(self, endpoint: str) -> None:
        """Take one call."""
        if self._left == 0:
            raise TooMuchToRead(f"More calls than a page waits for are needed to read {endpoint}.")
        self._budget.take(endpoint)
        self._left -= 1

    def take_ahead(self, endpoint: str, calls: int) -> int:
        """Take none ahead: each is counted when it is made."""
        return 1

    def give_back(self) -> None:
        """Do nothing: none was taken ahead."""

    def note_answer(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Learn from an answer, for all."""
        self._budget.note_answer(endpoint, answer, sent_at)

    def leaving(self, calls: int) -> AbstractContextManager[None]:
        """Leave calls of the day to what comes later."""
        return self._budget.leaving(calls)

    def ask_again(self) -> None:
        """Open a day that is full."""
        self._budget.ask_again()


def read_back_now(practice_code: str) -> list[FileCheck]:
    """Bring the mirror of our journals up to date by Airflow's connections, and look for all files.

    It takes two calls where Exact has its sync service. Raises what the steps of a night raise.
    """
    now = SystemClock().now()
    with ledger_session() as ledger:
        name = f"read_back__{now:%Y-%m-%dT%H:%M:%S.%f}"
        run = steps.open_run(ledger, practice_code, name, book_day(now), dry_run=True)
        return read_back(night_of(ledger, run))


def read_back(night: Night) -> list[FileCheck]:
    """Return what Exact has now of each file of the practice, and keep it."""
    return _look(night.ledger, night.exact, night.practice, night.run.book_day)


def read_back_for_page(
    ledger: Ledger, exact: ExactClient, practice: Practice, day: dt.date
) -> list[FileCheck]:
    """Return the same in `MOST_CALLS` calls at most, while no night writes for the practice.

    Keeps nothing of what was read by more. Raises TooMuchToRead, LockLost, and what a call raises.
    """
    ledger.session.journal_patience_seconds = PAGE_PATIENCE_SECONDS
    with ledger.holding(practice.code):
        return _look(ledger, exact.with_budget(lambda budget: FewCalls(budget, MOST_CALLS)), practice, day)


def _look(ledger: Ledger, exact: ExactClient, practice: Practice, day: dt.date) -> list[FileCheck]:
    days = practice.first_sync_date, day
    settings, lists = ledger.practices.settings(practice), load_lists(ledger.mirrors, practice.code)
    journals = entries_mirror.journals_of(settings, lists, days[0], days)
    entries_mirror.refresh(exact, ledger.mirrors, practice.code, journals)
    return ledger.exports.read_back(practice.code, every=True)
