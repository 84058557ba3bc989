"""What a worker process of a test does.

Started as ``python -m tests.api.workers ACT ...``, because only real processes race.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys

import psycopg
import requests

from exact_online.api.budget import CallBudget
from exact_online.clock import SystemClock
from exact_online.crash_points import watch_crash_points
from exact_online.failures import LinkFailure, WaitForWindow
from exact_online.ledger import Ledger
from tests.api.chains import token_chain
from tests.api.virtual_clock import VirtualClock


def use_token(dsn: str, chain_id: str, url: str) -> str:
    """The token this process would call with, or the failure it met."""
    with requests.Session() as session:
        try:
            return token_chain(dsn, chain_id, url, session, SystemClock()).access_token()
        except LinkFailure as failure:
            return type(failure).__name__


def die_at(point: str, dsn: str, chain_id: str, url: str) -> str:
    """As `use_token`, but killed hard at a crash point."""
    watch_crash_points(lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == point else None)
    return use_token(dsn, chain_id, url)


def take_calls(dsn: str, division: str, now: str) -> str:
    """How many calls this process could take of one minute that stands still."""
    taken = 0
    with psycopg.connect(dsn, autocommit=True) as conn:
        budget = CallBudget(
            Ledger(conn).call_windows, int(division), VirtualClock(dt.datetime.fromisoformat(now))
        )
        while True:
            try:
                budget.take("salesentry/SalesEntries")
            except WaitForWindow:
                return str(taken)
            taken += 1


if __name__ == "__main__":
    act = {"use_token": use_token, "die_at": die_at, "take_calls": take_calls}[sys.argv[1]]
    print("ready", flush=True)
    sys.stdin.readline()  # all start at the same moment, or they would not race
    print(act(*sys.argv[2:]), flush=True)
