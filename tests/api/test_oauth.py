"""A token chain through its life: the window, the denials, the accidents (matrix C)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import requests
from cryptography.fernet import Fernet, MultiFernet

from exact_online.api.consent import keep_consent
from exact_online.api.grants import App, TokenPair
from exact_online.api.oauth import TokenChain
from exact_online.api.stores import EncryptedPair
from exact_online.failures import NotReady, ReconnectNeeded, Unreachable, WaitForWindow
from exact_online.ledger import ChainStore, Connection, Ledger, connect
from tests.api import token_server
from tests.api.chains import FIRST_PAIR, KEY, KEYS, USER_ID, put_chain, token_chain
from tests.api.fake_server import FakeServer, Reply
from tests.api.token_server import CLIENT_ID, CLIENT_SECRET, PATH, TokenServer
from tests.api.virtual_clock import VirtualClock


@pytest.fixture
def exact(server: FakeServer, clock: VirtualClock, chain_id: str) -> TokenServer:
    """The strict token server, in agreement with the chain."""
    strict = TokenServer(lambda: clock.now().timestamp(), clock.now().timestamp())
    server.on("POST", PATH, strict)
    return strict


def row(ledger: Connection) -> dict[str, Any]:
    found = ledger.execute("select * from token_chain").fetchone()
    assert found is not None
    return found


def test_a_token_serves_until_its_window_and_is_then_renewed_once(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock
) -> None:
    """FR-C4, INV-12: never two within 570 s."""
    for _ in range(200):
        chain.access_token()
        clock.pass_by(19)
    assert (exact.granted, exact.denied) == (6, 0)


def test_a_token_older_than_its_life_is_renewed_before_it_is_used(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock
) -> None:
    clock.pass_by(3 * 24 * 3600)
    assert chain.access_token() == "access-token-1"


def test_what_is_kept_is_encrypted_and_the_pair_before_it_stays(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock, ledger: Connection
) -> None:
    """FR-K13."""
    clock.pass_by(580)
    chain.access_token()
    kept = row(ledger)
    assert "token-" not in "".join(
        str(kept[name]) for name in ("access_token", "refresh_token", "previous_refresh_token")
    )
    assert KEYS.decrypt(kept["refresh_token"]) == b"refresh-token-1"
    assert KEYS.decrypt(kept["previous_refresh_token"]) == b"refresh-token-0"
    assert (kept["version"], kept["issued_at"]) == (2, clock.now())


def test_a_new_process_uses_what_the_ledger_has(
    chain: TokenChain, exact: TokenServer, server: FakeServer
) -> None:
    assert chain.access_token() == FIRST_PAIR.access_token
    assert not server.asked


def test_after_a_401_the_token_that_another_process_got_is_used(
    chain: TokenChain,
    exact: TokenServer,
    clock: VirtualClock,
    ledger_dsn: str,
    chain_id: str,
    server: FakeServer,
    session: requests.Session,
) -> None:
    held = chain.access_token()
    clock.pass_by(575)
    token_chain(ledger_dsn, chain_id, server.url, session, clock).access_token()
    assert chain.token_after_401(held) == "access-token-1"
    assert exact.granted == 1


def test_after_a_401_nobody_asks_too_early(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock
) -> None:
    """FR-C6."""
    clock.pass_by(100)
    assert chain.token_after_401(chain.access_token()) == FIRST_PAIR.access_token
    assert (exact.granted, exact.denied) == (0, 0)


def test_a_lost_answer_is_asked_for_once_more(
    chain: TokenChain, server: FakeServer, clock: VirtualClock
) -> None:
    """FR-C3."""
    server.on("POST", PATH, Reply(lost=True), token_server.granted(1))
    clock.pass_by(580)
    assert chain.access_token() == "access-token-1"


def test_when_the_lost_answer_used_the_token_up_the_link_is_broken(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    """FR-C3: and everybody who comes later is told without a call."""
    server.on("POST", PATH, Reply(lost=True), token_server.USED)
    clock.pass_by(580)
    for _ in range(3):
        with pytest.raises(ReconnectNeeded, match="used before"):
            chain.access_token()
    assert row(ledger)["state"] == "reconnect_needed"
    assert len(server.asked) == 2


@pytest.mark.parametrize("reply", [token_server.USED, token_server.EXPIRED], ids=["used", "30 days"])
def test_a_dead_chain_stops_its_practices_and_no_others(
    chain: TokenChain,
    server: FakeServer,
    clock: VirtualClock,
    ledger_dsn: str,
    session: requests.Session,
    reply: Reply,
) -> None:
    """FR-C7, FR-C9, INV-10."""
    server.on("POST", PATH, reply, token_server.granted(1))
    other = put_chain(ledger_dsn, clock.now(), "aaaaaaaa-0000-4000-8000-000000000002")
    clock.pass_by(700)
    with pytest.raises(ReconnectNeeded):
        chain.access_token()
    assert token_chain(ledger_dsn, other, server.url, session, clock).access_token() == "access-token-1"


def test_a_new_consent_heals_the_chain_and_keeps_its_id(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection, chain_id: str
) -> None:
    """B5: one click, all settings stay."""
    server.on("POST", PATH, token_server.USED)
    clock.pass_by(700)
    with pytest.raises(ReconnectNeeded):
        chain.access_token()
    app = App(server.url, CLIENT_ID, CLIENT_SECRET)
    assert (
        keep_consent(
            Ledger(ledger).tokens,
            KEYS,
            app,
            TokenPair("fresh-access", "fresh-refresh"),
            USER_ID,
            "A. Tester",
            clock.now(),
        )
        == chain_id
    )
    assert chain.access_token() == "fresh-access"


def test_too_early_keeps_the_old_token_and_nobody_asks_for_two_minutes(
    chain: TokenChain, server: FakeServer, clock: VirtualClock
) -> None:
    """FR-C4."""
    server.on("POST", PATH, token_server.EARLY)
    clock.pass_by(575)
    assert chain.access_token() == chain.access_token() == FIRST_PAIR.access_token
    clock.pass_by(100)
    with pytest.raises(WaitForWindow) as waiting:
        chain.access_token()
    assert waiting.value.until == clock.now() + dt.timedelta(seconds=20)
    assert len(server.asked) == 1


def test_a_refresh_token_that_comes_with_a_denial_is_kept(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    body = {**token_server.EARLY.body, "access_token": "unused-access", "refresh_token": "surprise-refresh"}
    server.on("POST", PATH, Reply(400, body))
    clock.pass_by(575)
    chain.access_token()
    assert KEYS.decrypt(row(ledger)["refresh_token"]) == b"surprise-refresh"


def test_a_wrong_secret_is_the_connections_fault_not_the_chains(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    server.on("POST", PATH, token_server.WRONG)
    clock.pass_by(575)
    with pytest.raises(NotReady, match="client id and client secret"):
        chain.access_token()
    assert row(ledger)["state"] == "live"


def test_a_token_server_in_trouble_is_left_alone_while_the_old_token_lives(
    chain: TokenChain, server: FakeServer, clock: VirtualClock
) -> None:
    server.on("POST", PATH, Reply(503))
    clock.pass_by(575)
    for _ in range(5):
        assert chain.access_token() == FIRST_PAIR.access_token
    assert len(server.asked) == 2
    clock.pass_by(60)
    with pytest.raises(Unreachable, match="token server"):
        chain.access_token()


def test_a_key_that_was_changed_is_added_in_front_and_the_old_one_still_reads(
    ledger_dsn: str,
    chain_id: str,
    exact: TokenServer,
    server: FakeServer,
    session: requests.Session,
    clock: VirtualClock,
    ledger: Connection,
) -> None:
    new = Fernet(Fernet.generate_key())
    clock.pass_by(580)
    token_chain(
        ledger_dsn, chain_id, server.url, session, clock, MultiFernet([new, Fernet(KEY)])
    ).access_token()
    assert new.decrypt(row(ledger)["access_token"]) == b"access-token-1"


def test_a_token_that_can_not_be_decrypted_says_what_to_do(
    ledger_dsn: str, chain_id: str, server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    """FR-C8: no call."""
    with pytest.raises(NotReady, match="token_keys"):
        token_chain(
            ledger_dsn, chain_id, server.url, session, clock, MultiFernet([Fernet(Fernet.generate_key())])
        ).access_token()
    assert not server.asked


def test_a_chain_that_is_not_there_asks_for_consent(
    ledger_dsn: str, server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    """FR-C8."""
    with pytest.raises(ReconnectNeeded, match="not in the ledger"):
        token_chain(ledger_dsn, USER_ID, server.url, session, clock).access_token()


def test_another_app_in_the_connection_does_not_use_up_the_chain(
    ledger_dsn: str, chain_id: str, server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    clock.pass_by(700)
    app = App(server.url, "another-client-id", CLIENT_SECRET)
    with pytest.raises(ReconnectNeeded, match="another client id"):
        TokenChain(
            ChainStore(lambda: psycopg.connect(ledger_dsn), chain_id), app, KEYS, session, clock
        ).access_token()
    assert not server.asked


# Accidents with the ledger, while the token is on its way.


@contextmanager
def accident(server: FakeServer, strike: Callable[[], object]) -> Iterator[None]:
    """The answer with the new token comes right after something has happened."""

    def struck(_: object) -> Reply:
        strike()
        return token_server.granted(1)

    server.on("POST", PATH, struck, token_server.USED)
    yield


def kill_all_sessions(ledger: Connection) -> object:
    return ledger.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid "
        "<> pg_backend_pid()"
    ).fetchall()


def test_a_new_token_survives_a_session_that_broke_before_its_commit(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    """FR-C2: the old pair is used up, so the new one must get into the ledger."""
    clock.pass_by(580)
    with accident(server, lambda: kill_all_sessions(ledger)):
        assert chain.access_token() == "access-token-1"
    assert KEYS.decrypt(row(ledger)["refresh_token"]) == b"refresh-token-1"
    assert clock.slept == [1.0]


def test_it_survives_even_when_another_process_meanwhile_thought_the_chain_dead(
    chain: TokenChain,
    server: FakeServer,
    clock: VirtualClock,
    ledger: Connection,
    ledger_dsn: str,
    chain_id: str,
    session: requests.Session,
) -> None:
    def strike() -> None:
        kill_all_sessions(ledger)
        with requests.Session() as another_session, pytest.raises(ReconnectNeeded):
            token_chain(ledger_dsn, chain_id, server.url, another_session, clock).access_token()

    clock.pass_by(580)
    with accident(server, strike):
        assert chain.access_token() == "access-token-1"
    assert row(ledger)["state"] == "live"


def test_a_token_that_can_not_be_stored_is_kept_in_hand_and_stored_later(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    def strike() -> None:
        kill_all_sessions(ledger)
        ledger.execute("alter table token_chain rename to elsewhere")

    clock.pass_by(580)
    with accident(server, strike), pytest.raises(Unreachable, match="could not be stored"):
        chain.access_token()
    ledger.execute("alter table elsewhere rename to token_chain")
    assert chain.access_token() == "access-token-1"
    assert KEYS.decrypt(row(ledger)["refresh_token"]) == b"refresh-token-1"


def test_a_401_that_a_renewal_does_not_cure_marks_the_chain_dead(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock, ledger: Connection
) -> None:
    """C7, FR-C6: the watch sees it the same day, and no other worker asks."""
    old = chain.access_token()
    clock.pass_by(600)
    renewed = chain.token_after_401(old)
    assert renewed != old
    with pytest.raises(ReconnectNeeded, match="moet opnieuw authenticeren"):
        chain.give_up(renewed)
    assert row(ledger)["state"] == "reconnect_needed"
    with pytest.raises(ReconnectNeeded, match="koppeling met Exact is verbroken"):
        chain.access_token()


def test_a_token_that_was_renewed_again_meanwhile_is_not_given_up(
    chain: TokenChain, exact: TokenServer, clock: VirtualClock, ledger: Connection
) -> None:
    clock.pass_by(600)
    denied = chain.access_token()
    clock.pass_by(600)
    chain.access_token()
    with pytest.raises(Unreachable):
        chain.give_up(denied)
    assert row(ledger)["state"] == "live"


def test_what_comes_too_late_takes_nothing_from_a_newer_pair(
    ledger: Connection, ledger_dsn: str, chain_id: str, clock: VirtualClock
) -> None:
    """FR-C1, INV-12: a pair got with an older version is not stored, nor said of the newer."""
    store = ChainStore(lambda: connect(ledger_dsn), chain_id)
    old = row(ledger)["version"]
    newer = store.replace(old, EncryptedPair("newer", "newer refresh"), clock.now())
    assert newer is not None
    late = store.replace(old, EncryptedPair("late", "late refresh"), clock.now())
    with store.locked(dt.timedelta(seconds=1)) as locked:
        locked.postpone(old, clock.now() + dt.timedelta(minutes=2), "late refresh")
        locked.mark_dead(old, "late")
    assert late == newer
    assert (row(ledger)["access_token"], row(ledger)["state"]) == ("newer", "live")
    assert (row(ledger)["refresh_token"], row(ledger)["no_refresh_before"]) == ("newer refresh", None)
