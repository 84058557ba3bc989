"""A token chain in a ledger, and the worker that uses it: for tests in one process and in many."""

from __future__ import annotations

import base64
import datetime as dt

import psycopg
import requests
from cryptography.fernet import Fernet, MultiFernet

from exact_online.api.consent import keep_consent
from exact_online.api.grants import App, TokenPair
from exact_online.api.oauth import TokenChain
from exact_online.clock import Clock
from exact_online.ledger import ChainStore, Ledger
from tests.api.token_server import CLIENT_ID, CLIENT_SECRET

KEY = base64.urlsafe_b64encode(b"a key for tests, of no other use")
KEYS = MultiFernet([Fernet(KEY)])
USER_ID = "aaaaaaaa-0000-4000-8000-000000000001"
FIRST_PAIR = TokenPair("access-token-0", "refresh-token-0")


def put_chain(dsn: str, issued_at: dt.datetime, user_id: str = USER_ID, keys: MultiFernet = KEYS) -> str:
    """A chain whose first tokens came in at `issued_at`; its id."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        return keep_consent(
            Ledger(conn).tokens,
            keys,
            App("http://127.0.0.1:1", CLIENT_ID, CLIENT_SECRET),
            FIRST_PAIR,
            user_id,
            "A. Tester",
            issued_at,
        )


def token_chain(
    dsn: str, chain_id: str, url: str, session: requests.Session, clock: Clock, keys: MultiFernet = KEYS
) -> TokenChain:
    app = App(url, CLIENT_ID, CLIENT_SECRET)
    return TokenChain(
        ChainStore(lambda: psycopg.connect(dsn, autocommit=True), chain_id), app, keys, session, clock
    )
