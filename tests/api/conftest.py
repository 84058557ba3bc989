"""A server to talk to, a clock to turn, a ledger to share, a token chain in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from exact_online.api.budget import Unmetered
from exact_online.api.client import ExactClient
from exact_online.api.consent import JustGranted
from exact_online.api.grants import TokenPair
from exact_online.api.oauth import TokenChain
from exact_online.ledger import Connection, connect
from tests.api.chains import put_chain, token_chain
from tests.api.fake_server import FakeServer
from tests.api.virtual_clock import VirtualClock

DIVISION = 4711
ACCESS_TOKEN = "canary-access-token"  # noqa: S105
REFRESH_TOKEN = "canary-refresh-token"  # noqa: S105


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer().running() as running:
        yield running


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as open_session:
        yield open_session


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Connection]:
    with connect(ledger_dsn) as conn:
        yield conn


@pytest.fixture
def client(server: FakeServer, session: requests.Session, clock: VirtualClock) -> ExactClient:
    """A client with a token that stays, and no limits."""
    tokens = JustGranted(TokenPair(ACCESS_TOKEN, REFRESH_TOKEN))
    return ExactClient(session, server.url, DIVISION, tokens, Unmetered(), clock)


@pytest.fixture
def chain_id(ledger_dsn: str, clock: VirtualClock) -> str:
    return put_chain(ledger_dsn, clock.now())


@pytest.fixture
def chain(
    ledger_dsn: str, chain_id: str, server: FakeServer, session: requests.Session, clock: VirtualClock
) -> TokenChain:
    return token_chain(ledger_dsn, chain_id, server.url, session, clock)
