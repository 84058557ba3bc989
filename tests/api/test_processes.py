"""Many processes share a chain and a budget.

Real processes, a real PostgreSQL, a real token server.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from dev.local.places import PLUGINS
from exact_online.clock import SystemClock
from exact_online.ledger import Connection
from tests.api.chains import put_chain
from tests.api.conftest import DIVISION
from tests.api.fake_server import Asked, FakeServer, Reply
from tests.api.token_server import PATH, TokenServer
from tests.api.virtual_clock import VirtualClock


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(PLUGINS), str(PLUGINS.parent)))}
    command = [sys.executable, "-m", "tests.api.workers", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def results(workers: list[subprocess.Popen[str]]) -> list[str]:
    """Lets all go at the same moment, and what each has to say in the end."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [worker.communicate(timeout=120)[0].strip() for worker in workers]


@pytest.fixture
def old_chain(ledger_dsn: str, server: FakeServer) -> tuple[str, TokenServer]:
    """A chain whose token is 580 s old, and a strict token server that agrees."""
    now = SystemClock().now()
    exact = TokenServer(time.time, now.timestamp() - 580)

    def slowly(asked: Asked) -> Reply:
        time.sleep(0.2)
        return exact(asked)

    server.on("POST", PATH, slowly)
    return put_chain(ledger_dsn, now.fromtimestamp(now.timestamp() - 580, now.tzinfo)), exact


def test_many_processes_renew_a_token_once(
    ledger_dsn: str, server: FakeServer, old_chain: tuple[str, TokenServer], ledger: Connection
) -> None:
    """FR-C1, FR-C12, INV-12: one asks and counts, all use what it got."""
    chain_id, exact = old_chain
    workers = [start("use_token", ledger_dsn, chain_id, server.url) for _ in range(6)]
    assert results(workers) == ["access-token-1"] * 6
    assert (exact.granted, exact.denied) == (1, 0)
    assert ledger.execute("select calls from token_calls").fetchall() == [{"calls": 2}]


def test_a_process_killed_before_it_asks_harms_nobody(
    ledger_dsn: str, server: FakeServer, old_chain: tuple[str, TokenServer]
) -> None:
    chain_id, exact = old_chain
    dead = start("die_at", "before_token_call", ledger_dsn, chain_id, server.url)
    results([dead])
    assert dead.returncode == -signal.SIGKILL
    assert results([start("use_token", ledger_dsn, chain_id, server.url)]) == ["access-token-1"]
    assert exact.denied == 0


def test_a_process_killed_with_the_new_token_in_its_hands_breaks_the_link_and_says_so(
    ledger_dsn: str, server: FakeServer, old_chain: tuple[str, TokenServer], ledger: Connection
) -> None:
    """FR-C2: nobody can know the new token.

    The chain stops, with its reason, after one question.
    """
    chain_id, exact = old_chain
    results([start("die_at", "after_token_call", ledger_dsn, chain_id, server.url)])
    workers = [start("use_token", ledger_dsn, chain_id, server.url) for _ in range(3)]
    assert results(workers) == ["ReconnectNeeded"] * 3
    assert (exact.granted, exact.denied) == (1, 1)
    state = ledger.execute("select state, state_reason from token_chain").fetchone()
    assert state == {
        "state": "reconnect_needed",
        "state_reason": "status 401, het refresh-token is al gebruikt",
    }


def test_a_call_counts_though_its_process_was_killed_before_it_could_say_so(
    ledger_dsn: str, server: FakeServer, old_chain: tuple[str, TokenServer], ledger: Connection
) -> None:
    """FR-C12: the consent, and the call of the dead."""
    chain_id, exact = old_chain
    results([start("die_at", "after_token_call", ledger_dsn, chain_id, server.url)])
    assert exact.granted == 1
    assert ledger.execute("select calls from token_calls").fetchall() == [{"calls": 2}]


def test_a_process_killed_right_after_the_commit_has_done_its_work(
    ledger_dsn: str, server: FakeServer, old_chain: tuple[str, TokenServer]
) -> None:
    chain_id, exact = old_chain
    results([start("die_at", "after token renewal", ledger_dsn, chain_id, server.url)])
    assert results([start("use_token", ledger_dsn, chain_id, server.url)]) == ["access-token-1"]
    assert (exact.granted, exact.denied) == (1, 0)


def test_many_processes_take_sixty_calls_of_a_minute_and_not_one_more(ledger_dsn: str) -> None:
    """INV-11."""
    now = VirtualClock().now().isoformat()
    workers = [start("take_calls", ledger_dsn, str(DIVISION), now) for _ in range(4)]
    assert sum(int(taken) for taken in results(workers)) == 60
