"""A whole link on one machine, without Airflow.

A James database, a ledger, an Exact simulator over HTTP, and nights to walk.

Everything is real but the clock of the simulator's limits, which are off unless a test wants them.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import requests
from cryptography.fernet import Fernet, MultiFernet

from dev.demo.practices import Practice, demo_settings, practices, settings_document
from exact_online.api.budget import CallBudget
from exact_online.api.client import ExactClient
from exact_online.api.consent import keep_consent
from exact_online.api.grants import App, TokenPair
from exact_online.api.oauth import TokenChain
from exact_online.clock import Clock, SystemClock
from exact_online.extract.reach import connect_james
from exact_online.ledger import AttentionItem, Ledger, NightNumbers, Run, connect
from exact_online.night import history
from exact_online.night import steps as night
from exact_online.night.context import Night
from exact_online.night.dry_run import Choices, dry_run
from simulator import running, world_from_seed
from simulator.server import Certificate
from simulator.world import World
from tests.link.scopes import grant_only

BOOK_DAY = dt.date(2026, 11, 22)
COLUMNS = ("code", "name", "james_practice_code", "link_date", "first_sync_date", "backfill")


@dataclass
class Stage:
    """What stands: addresses, the simulator's world, and the practices that are linked."""

    james_dsn: str
    ledger_dsn: str
    exact_url: str
    world: World
    keys: MultiFernet
    clock: Clock
    settle_seconds: float = 0.0
    _runs: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def app(self) -> App:
        return App(self.exact_url, self.world.app.client_id, self.world.app.client_secret)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with closing(connect(self.ledger_dsn)) as conn:
            yield Ledger(conn)

    @contextmanager
    def james(self) -> Iterator[psycopg.Connection[Any]]:
        with closing(connect_james(self.james_dsn)) as conn:
            yield conn

    def night_of(self, ledger: Ledger, run: Run, worker: str = "test") -> Night:
        practice = ledger.practices.get(run.practice)
        settings, client = ledger.practices.settings(practice), self.client(ledger, practice)
        return Night(ledger, client, practice, settings, run, self.clock, worker, self.settle_seconds)

    def client(self, ledger: Ledger, practice: Any) -> ExactClient:
        session = requests.Session()
        tokens = TokenChain(ledger.tokens.chain(practice.chain_id), self.app, self.keys, session, self.clock)
        budget = CallBudget(
            ledger.call_windows, practice.division, self.clock, minute_limit=1_000_000, day_limit=1_000_000
        )
        return ExactClient(session, self.exact_url, practice.division, tokens, budget, self.clock)

    def run(
        self,
        practice: str,
        *,
        name: str | None = None,
        book_day: dt.date = BOOK_DAY,
        backfill: str = "as_set",
        history_from: str | None = None,
        history_until: str | None = None,
    ) -> Outcome:
        """One whole night of a practice, step by step as the DAG does it."""
        with self.ledger() as ledger, self.james() as james:
            opened = night.open_run(ledger, practice, name or f"night {next(self._runs)}", book_day)
            tonight = self.night_of(ledger, opened)
            days = history_from, history_until
            return walk(tonight, james, backfill, lambda run: self.night_of(ledger, run), days)

    def dry_run(
        self,
        practice: str,
        *,
        book_day: dt.date = BOOK_DAY,
        backfill: str = "as_set",
        history_from: str | None = None,
        history_until: str | None = None,
    ) -> Outcome:
        """What such a night would come to."""
        with self.ledger() as ledger, self.ledger() as rolled_back, self.james() as james:
            opened = night.open_run(ledger, practice, f"dry run {next(self._runs)}", book_day, dry_run=True)
            choices = Choices(backfill, history_from, history_until=history_until)
            numbers, items = dry_run(self.night_of(ledger, opened), rolled_back, james, choices)
            return Outcome(numbers, items, opened)


@dataclass(frozen=True)
class Outcome:
    """What a night came to."""

    numbers: NightNumbers | None
    items: list[AttentionItem]
    run: Run


def walk(
    tonight: Night,
    james: psycopg.Connection[Any],
    backfill: str,
    make_night: Callable[[Run], Night],
    days_asked: tuple[str | None, str | None] = (None, None),
) -> Outcome:
    """The order of `exact_online.nightly_dag`."""
    tonight = history.choose(tonight, backfill, *days_asked)
    night.make_ready(tonight)
    scope = history.scope_of(tonight)
    night.extract(tonight, james, scope)
    debtors = night.plan_debtors(tonight)
    entries = night.plan_entries(tonight)
    for batch in [*debtors, *entries, *night.other_debtors(tonight)]:
        night.load(tonight, batch)
    days = history.history_days(tonight)
    match tonight.run.backfill:
        case "import":
            history.import_history(history.for_history(tonight, make_night), james, days)
        case "excel":
            history.hand_over_history(
                history.for_history(tonight, make_night), james, days, tonight.run.book_day
            )
    night.reconcile(tonight, james, scope)
    numbers, items = night.report(tonight)
    return Outcome(numbers, items, tonight.run)


@contextmanager
def staged(
    james_dsn: str,
    ledger_dsn: str,
    wanted: Sequence[Practice] | None = None,
    world: World | None = None,
    clock: Clock | None = None,
    certificate: Certificate | None = None,
) -> Iterator[Stage]:
    """Practices registered, settings saved, consent given.

    The simulator answers until the block ends, over https with a certificate.
    """
    chosen = practices() if wanted is None else wanted
    world = world or world_from_seed(demo_settings())
    grant_only(world)
    world.limits.calls_per_minute = world.limits.calls_per_day = None
    with running(world, certificate) as url:
        stage = Stage(
            james_dsn,
            ledger_dsn,
            url,
            world,
            MultiFernet([Fernet(Fernet.generate_key())]),
            clock or SystemClock(),
        )
        with stage.ledger() as ledger:
            _register(ledger, chosen)
            _link(stage, ledger, chosen)
        yield stage


def _register(ledger: Ledger, chosen: Sequence[Practice]) -> None:
    for practice in chosen:
        ledger.practices.register(**{column: getattr(practice, column) for column in COLUMNS}, active=True)
        ledger.practices.save_settings(practice.code, settings_document(practice), changed_by="test")


def _link(stage: Stage, ledger: Ledger, chosen: Sequence[Practice]) -> None:
    """One user for all: one chain."""
    tokens = stage.world.tokens()
    pair = TokenPair(tokens["access_token"], tokens["refresh_token"])
    user = stage.world.user
    chain_id = keep_consent(
        ledger.tokens, stage.keys, stage.app, pair, user.id, user.full_name, stage.clock.now()
    )
    for practice in chosen:
        division = stage.world.division(practice.code)
        ledger.practices.link(practice.code, chain_id, division.code, practice.division_name)
