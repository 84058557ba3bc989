"""Reads debtors and relations before a practice's first night, for the command line."""

from __future__ import annotations

from exact_online.book_day import book_day
from exact_online.clock import SystemClock
from exact_online.night import matching, steps
from exact_online.tasks.connections import james_session, ledger_session
from exact_online.tasks.nights import night_of


def read_now(practice_code: str) -> None:
    """Read James and Exact by Airflow's connections and write down which relations look like
    debtors; nothing is planned or sent.

    Raises what the steps of a night raise.
    """
    now = SystemClock().now()
    with ledger_session() as ledger, james_session() as james:
        run = steps.open_run(
            ledger, practice_code, f"matches__{now:%Y-%m-%dT%H:%M:%S.%f}", book_day(now), dry_run=True
        )
        matching.read_matches(night_of(ledger, run), james)
