"""Secrets stay out of the logs (FR-K3)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import requests

from exact_online.api import grants, masking
from exact_online.api.grants import App
from exact_online.api.oauth import TokenChain
from exact_online.failures import LinkFailure
from tests.api import token_server
from tests.api.fake_server import FakeServer, Reply
from tests.api.virtual_clock import VirtualClock


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at the deepest level, by whomever."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    masking.protect([handler])
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_secret_is_blotted_out_of_messages_arguments_and_tracebacks(log: io.StringIO) -> None:
    masking.announce("canary/secret+1")
    logging.getLogger("anybody").info("plain canary/secret+1, in a URL %s", "canary%2Fsecret%2B1")
    try:
        raise ValueError("canary/secret+1")
    except ValueError:
        logging.getLogger("anybody").exception("trouble")
    assert "canary" not in log.getvalue()
    assert log.getvalue().count(masking.BLOT) == 4  # the raising line is shown too


def test_short_texts_are_left_alone(log: io.StringIO) -> None:
    masking.announce("a")
    logging.getLogger("anybody").info("a cat")
    assert "a cat" in log.getvalue()


def test_a_process_that_stays_keeps_the_secrets_of_late_and_forgets_the_oldest(log: io.StringIO) -> None:
    """One that is used is announced again: it stays, and so does one that was rotated away."""
    masking.announce("canary-in-use", "canary-of-long-ago")
    for number in range(1, masking.KEPT):
        masking.announce(f"canary-rotated-{number:04d}", "canary-in-use")
    assert len(masking._secrets) == masking.KEPT
    assert len(masking._written) <= 4 * masking.KEPT
    logging.getLogger("anybody").info("canary-in-use canary-rotated-0001 canary-of-long-ago")
    assert log.getvalue() == "*** *** canary-of-long-ago\n"


def test_a_token_in_hand_is_kept_however_many_others_come_meanwhile(
    chain: TokenChain, log: io.StringIO
) -> None:
    """A chain reads its token once in ten minutes; in a web server others come in that time."""
    token = chain.access_token()
    for number in range(masking.KEPT):
        masking.announce(f"canary-of-others-{number:04d}")
    assert chain.access_token() == token
    logging.getLogger("anybody").info("%s", token)
    assert log.getvalue() == "***\n"


def test_other_maskers_are_told_what_was_known_before_them() -> None:
    masking.announce("canary-early")
    told: list[str] = []
    masking.on_announce(told.append)
    masking.announce("canary-late")
    assert {"canary-early", "canary-late"} <= set(told)


@pytest.mark.parametrize(
    "reply",
    [token_server.granted(7), token_server.USED, Reply(400, b"refresh-token-6 is bad"), Reply(lost=True)],
)
def test_asking_for_tokens_leaves_nothing_secret_in_logs_and_failures(
    server: FakeServer, session: requests.Session, clock: VirtualClock, log: io.StringIO, reply: Reply
) -> None:
    """INV-13: debug logs, exceptions and their causes."""
    server.on("POST", token_server.PATH, reply)
    app = App(server.url, token_server.CLIENT_ID, token_server.CLIENT_SECRET)
    try:
        grants.exchange_code(session, clock, app, "canary-code-1234", "https://practice.example/callback")
    except LinkFailure:
        logging.getLogger("anybody").exception("no token")
    assert all(canary not in log.getvalue() for canary in ("canary", "refresh-token-", "access-token-"))
