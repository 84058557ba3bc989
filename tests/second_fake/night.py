"""One practice, linked with the second Exact: its nights, in the order of the DAG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from dev.demo.practices import Practice, demo_settings, settings_document
from exact_online import ledger as ledgers
from exact_online.api.budget import CallBudget, Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted, keep_consent
from exact_online.api.grants import App, refresh
from exact_online.api.identity import divisions, me
from exact_online.api.oauth import TokenChain
from exact_online.clock import SystemClock
from exact_online.extract.reach import connect_james
from exact_online.ledger import Ledger, Run
from exact_online.night import steps
from exact_online.night.context import Night
from tests.link.james import SmallJames
from tests.link.small import BOOK_DAY, KEYS, PRACTICE, Place
from tests.second_fake.server import APP, SecondExact, running
from tests.second_fake.shapes import Shapes
from tests.stage import Outcome, walk


@dataclass
class SecondLink:
    """What stands: the server, James, and a ledger."""

    exact: SecondExact
    james: SmallJames
    practice: Practice
    place: Place
    session: requests.Session

    @property
    def app(self) -> App:
        return App(self.exact.url, *APP)

    def connect(self, ledger: Ledger) -> None:
        """A person gives consent; the division is taken from the list, by its name."""
        clock = SystemClock()
        (token,) = self.exact.refresh_tokens
        pair = refresh(self.session, clock, self.app, token).pair
        assert pair is not None
        user = ExactClient(self.session, self.exact.url, None, JustGranted(pair), Unmetered(), clock)
        who = me(user)
        (division,) = [found for found in divisions(user) if found.name == self.practice.division_name]
        chain = keep_consent(ledger.tokens, KEYS, self.app, pair, who.user_id, who.name, _an_hour_ago())
        ledger.practices.link(self.practice.code, chain, division.code, division.name)

    def register(self, ledger: Ledger) -> None:
        of = self.practice
        days = {"link_date": of.link_date, "first_sync_date": of.first_sync_date}
        names = {"code": of.code, "name": of.name, "james_practice_code": PRACTICE.james_practice_code}
        ledger.practices.register(**names, **days, backfill="nothing", active=True)
        ledger.practices.save_settings(of.code, settings_document(of), changed_by="test")

    def setting(self, **changes: Any) -> None:
        """A version of the settings with other values."""
        with self._ledger() as ledger:
            document = {**settings_document(self.practice), **changes}
            ledger.practices.save_settings(self.practice.code, document, changed_by="test")

    def night(self, name: str, backfill: str = "as_set") -> Outcome:
        """One whole night; the chain's token is old, so it begins with a renewal."""
        with self._ledger() as ledger, closing(connect_james(self.place.james_dsn)) as james:
            run = steps.open_run(ledger, self.practice.code, name, BOOK_DAY)
            return walk(self._night_of(ledger, run), james, backfill, lambda of: self._night_of(ledger, of))

    def _night_of(self, ledger: Ledger, run: Run) -> Night:
        clock, practice = SystemClock(), ledger.practices.get(self.practice.code)
        assert practice.chain_id is not None
        tokens = TokenChain(ledger.tokens.chain(practice.chain_id), self.app, KEYS, self.session, clock)
        limits = {"minute_limit": 1_000_000, "day_limit": 1_000_000}
        budget = CallBudget(ledger.call_windows, practice.division, clock, **limits)
        client = ExactClient(self.session, self.exact.url, practice.division, tokens, budget, clock)
        return Night(ledger, client, practice, ledger.practices.settings(practice), run, clock, "test", 0.0)

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        with closing(ledgers.connect(self.place.ledger_dsn)) as connection:
            yield Ledger(connection)

    def rows(self, query: str) -> list[Any]:
        """What the ledger says."""
        with self._ledger() as ledger:
            return ledger.conn.execute(query.encode()).fetchall()


def _an_hour_ago() -> dt.datetime:
    return SystemClock().now() - dt.timedelta(hours=1)


def document_of(of: Practice) -> dict[str, Any]:
    """What the practice's division must hold, as docs/contracts.md (Demo settings) says."""
    (document,) = [known for known in demo_settings()["practices"] if known["practice"] == of.code]
    return dict(document)


@contextmanager
def second_link(place: Place, of: Practice, shapes: Shapes) -> Iterator[SecondLink]:
    """A linked practice with an empty James, and an Exact of this shape."""
    place.empty()
    with running(document_of(of), shapes) as exact, requests.Session() as session:
        session.trust_env = False
        link = SecondLink(exact, SmallJames(place.james_owner), of, place, session)
        with link._ledger() as ledger:
            link.register(ledger)
            link.connect(ledger)
        yield link
