"""How often a chain asks for a token in a day.

Counted before each question, by all processes, and ended below Exact's limit (FR-C12).
"""

from __future__ import annotations

import pytest
import requests

from exact_online.api.oauth import EXACT_CALLS_A_DAY, MAX_CALLS_A_DAY, TokenChain
from exact_online.failures import DayIsFull, LinkFailure, ReconnectNeeded, Unreachable
from exact_online.ledger import Connection
from tests.api import token_server
from tests.api.chains import token_chain
from tests.api.fake_server import FakeServer, Reply
from tests.api.token_server import PATH
from tests.api.virtual_clock import VirtualClock

LONG_PAUSE = 700


def counted(ledger: Connection) -> int:
    """Calls of today, of the one chain there is."""
    (row,) = ledger.execute(
        "select calls from token_calls where day = (now() at time zone 'UTC')::date"
    ).fetchall()
    return int(row["calls"])


def use_up(ledger: Connection, left: int = 0) -> None:
    ledger.execute("update token_calls set calls = %s", [MAX_CALLS_A_DAY - left])


def test_the_limit_is_one_that_a_working_chain_never_meets() -> None:
    assert 24 * 3600 / 570 < MAX_CALLS_A_DAY < EXACT_CALLS_A_DAY


def test_the_consent_counts_and_each_question_after_it(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    server.on("POST", PATH, token_server.granted(1), token_server.granted(2))
    assert counted(ledger) == 1
    for calls in (2, 3):
        clock.pass_by(LONG_PAUSE)
        chain.access_token()
        assert counted(ledger) == calls


def test_a_question_that_is_asked_again_counts_twice(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    server.on("POST", PATH, Reply(lost=True), token_server.granted(1))
    clock.pass_by(LONG_PAUSE)
    chain.access_token()
    assert counted(ledger) == 3


def test_what_was_never_sent_does_not_count(
    ledger_dsn: str, chain_id: str, session: requests.Session, clock: VirtualClock, ledger: Connection
) -> None:
    """An hour without a network must not cost the rest of the day."""
    clock.pass_by(LONG_PAUSE)
    with pytest.raises(Unreachable):
        token_chain(ledger_dsn, chain_id, "http://127.0.0.1:1", session, clock).access_token()
    assert counted(ledger) == 1


def test_beyond_the_limit_nobody_asks_and_the_failure_says_until_when(
    chain: TokenChain,
    ledger_dsn: str,
    chain_id: str,
    server: FakeServer,
    clock: VirtualClock,
    ledger: Connection,
) -> None:
    use_up(ledger, left=1)
    server.on("POST", PATH, Reply(429))
    clock.pass_by(LONG_PAUSE)
    with pytest.raises(LinkFailure):
        chain.access_token()
    clock.pass_by(60)
    with pytest.raises(DayIsFull, match=r"180 keer om een token gevraagd.* niet meer tot 03-03-2026 01:00"):
        chain.access_token()
    with requests.Session() as another, pytest.raises(DayIsFull):
        token_chain(ledger_dsn, chain_id, server.url, another, clock).access_token()
    assert (len(server.asked), counted(ledger)) == (1, MAX_CALLS_A_DAY)


def test_beyond_the_limit_the_old_token_serves_as_long_as_it_lives(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    use_up(ledger)
    clock.pass_by(575)
    assert chain.access_token() == "access-token-0"
    clock.pass_by(25)
    with pytest.raises(DayIsFull):
        chain.access_token()
    assert not server.asked


def test_the_next_day_goes_on(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    use_up(ledger)
    server.on("POST", PATH, token_server.granted(1))
    clock.pass_by(LONG_PAUSE)
    with pytest.raises(DayIsFull):
        chain.access_token()
    ledger.execute("update token_calls set day = day - 1")
    assert chain.access_token() == "access-token-1"
    assert counted(ledger) == 1


def test_a_second_question_that_the_day_has_no_call_for_is_not_asked(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    """The first answer was lost: tomorrow says whether the token is used up."""
    use_up(ledger, left=1)
    server.on("POST", PATH, Reply(lost=True), token_server.USED)
    clock.pass_by(LONG_PAUSE)
    with pytest.raises(DayIsFull):
        chain.access_token()
    ledger.execute("update token_calls set day = day - 1")
    with pytest.raises(ReconnectNeeded):
        chain.access_token()


def test_without_a_count_nobody_asks(
    chain: TokenChain, server: FakeServer, clock: VirtualClock, ledger: Connection
) -> None:
    ledger.execute("alter table token_calls rename to elsewhere")
    clock.pass_by(LONG_PAUSE)
    with pytest.raises(Unreachable, match="ledger"):
        chain.access_token()
    assert not server.asked
