"""A worker process of Loop C.

Walks one night with real clocks and real sockets, until it is done or somebody kills it.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from types import FrameType

import psycopg
import requests
from cryptography.fernet import Fernet, MultiFernet

from exact_online.api.budget import CallBudget
from exact_online.api.client import ExactClient
from exact_online.api.grants import App
from exact_online.api.oauth import TokenChain
from exact_online.clock import SystemClock
from exact_online.extract.reach import connect_james
from exact_online.failures import LinkFailure, WaitForWindow
from exact_online.ledger import Ledger, Run, connect
from exact_online.night import history
from exact_online.night import steps as night
from exact_online.night.context import Night


@dataclass(frozen=True)
class Order:
    """What a worker is told: addresses, keys, and which night."""

    ledger_dsn: str
    james_dsn: str
    url: str
    client_id: str
    client_secret: str
    key: bytes
    practice: str
    run_name: str
    book_day: dt.date
    settle_seconds: float


class Terminated(SystemExit):
    """SIGTERM, as a deploy sends it."""


def work(order: Order) -> None:
    """One task: what is planned is loaded; where nothing is planned, the night begins anew.

    Ends without a word when it can't go on.
    """
    signal.signal(signal.SIGTERM, _terminate)
    with (
        suppress(LinkFailure, psycopg.Error),
        closing(connect(order.ledger_dsn)) as conn,
        requests.Session() as session,
    ):
        _walk(order, Ledger(conn), session)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated(128 + number)


def _walk(order: Order, ledger: Ledger, session: requests.Session) -> None:
    run = night.open_run(ledger, order.practice, order.run_name, order.book_day)
    tonight = _night(order, ledger, session, run)
    batches = ledger.planning.batches(order.practice, night.BATCH_SIZE)
    if not batches:
        with closing(connect_james(order.james_dsn)) as conn:
            _patiently(lambda: night.make_ready(tonight))
            night.extract(tonight, conn, history.scope_of(tonight))
        batches = [*night.plan_debtors(tonight), *night.plan_entries(tonight), *night.other_debtors(tonight)]
    for batch in batches:
        _patiently(lambda batch=batch: night.load(tonight, batch))  # type: ignore[misc]


def _patiently(act: object) -> None:
    """A task that must wait comes back when its time has come."""
    assert callable(act)
    while True:
        try:
            act()
            return
        except WaitForWindow as wait:
            time.sleep(max(0.0, (wait.until - dt.datetime.now(dt.UTC)).total_seconds()))


def _night(order: Order, ledger: Ledger, session: requests.Session, run: Run) -> Night:
    practice, clock = ledger.practices.get(order.practice), SystemClock()
    assert practice.chain_id is not None
    assert practice.division is not None
    app = App(order.url, order.client_id, order.client_secret)
    keys = MultiFernet([Fernet(order.key)])
    tokens = TokenChain(ledger.tokens.chain(practice.chain_id), app, keys, session, clock)
    budget = CallBudget(
        ledger.call_windows, practice.division, clock, minute_limit=1_000_000, day_limit=1_000_000
    )
    client = ExactClient(session, order.url, practice.division, tokens, budget, clock)
    return Night(
        ledger,
        client,
        practice,
        ledger.practices.settings(practice),
        run,
        clock,
        f"worker {os.getpid()}",
        order.settle_seconds,
    )
