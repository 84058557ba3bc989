"""Looks in Exact for the entries of handed over workbooks, for the command line."""

from __future__ import annotations

from exact_online.api import entries_mirror
from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.ledger.exports import FileCheck
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.tasks.connections import ledger_session
from exact_online.tasks.nights import night_of


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
    practice = night.practice
    days = practice.first_sync_date, night.run.book_day
    journals = entries_mirror.journals_of(night.settings, night.lists, days[0], days)
    entries_mirror.refresh(night.exact, night.ledger.mirrors, practice.code, journals)
    return night.ledger.exports.read_back(practice.code, every=True)
