"""The authorisation server's answers, and the way to the first token."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.structures import CaseInsensitiveDict

from exact_online.api import grants
from exact_online.api.grants import App, GrantKind, TokenPair
from exact_online.api.transport import Reply as Received
from exact_online.failures import NotReady, ReconnectNeeded, Unreachable
from tests.api import token_server
from tests.api.fake_server import FakeServer, Reply
from tests.api.token_server import CLIENT_ID, CLIENT_SECRET, PATH
from tests.api.virtual_clock import VirtualClock

CALLBACK = "https://practice.example/exact/callback"


def app(server: FakeServer) -> App:
    return App(server.url, CLIENT_ID, CLIENT_SECRET)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (token_server.granted(1), GrantKind.GRANTED),
        (token_server.EARLY, GrantKind.TOO_EARLY),
        (Reply(401, b"", {"Reason": "Access Token not expired"}), GrantKind.TOO_EARLY),
        (token_server.USED, GrantKind.DEAD),
        (token_server.EXPIRED, GrantKind.DEAD),
        (Reply(400, {"error": "invalid_grant"}), GrantKind.DEAD),
        (token_server.WRONG, GrantKind.WRONG_APP),
        (Reply(429), GrantKind.BUSY),
        (Reply(500), GrantKind.LOST),
        (Reply(200, b"<html>"), GrantKind.LOST),
        (Reply(200, {"access_token": "only"}), GrantKind.LOST),
        (Reply(302), GrantKind.LOST),
    ],
)
def test_each_answer_has_its_meaning(reply: Reply, kind: GrantKind) -> None:
    assert (
        grants.grant_of(Received(reply.status, CaseInsensitiveDict(reply.headers), reply.content)).kind
        is kind
    )


def test_the_consent_page_gets_our_state_and_callback() -> None:
    url = grants.authorize_url(
        App("https://start.exactonline.nl", CLIENT_ID, CLIENT_SECRET), CALLBACK, "a state&more"
    )
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("start.exactonline.nl", "/api/oauth2/auth")
    expected = {
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "force_login": "1",
        "state": "a state&more",
    }
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == expected


def test_a_code_becomes_the_first_tokens(
    server: FakeServer, session: requests.Session, clock: VirtualClock
) -> None:
    server.on("POST", PATH, token_server.granted(1))
    pair = grants.exchange_code(session, clock, app(server), "stamp!code", CALLBACK)
    assert pair == TokenPair("access-token-1", "refresh-token-1")
    sent = {"grant_type": "authorization_code", "code": "stamp!code", "redirect_uri": CALLBACK}
    assert server.asked[0].form == {**sent, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (token_server.WRONG, NotReady),
        (Reply(lost=True), ReconnectNeeded),
        (token_server.USED, ReconnectNeeded),
    ],
)
def test_a_code_that_is_not_taken_says_what_to_do(
    server: FakeServer, session: requests.Session, clock: VirtualClock, reply: Reply, failure: type[Exception]
) -> None:
    server.on("POST", PATH, reply)
    with pytest.raises(failure, match=r"probeer|opnieuw|Login|again"):
        grants.exchange_code(session, clock, app(server), "canary-code", CALLBACK)
    assert len(server.asked) == 1


def test_a_token_server_that_is_not_there_is_tried_three_times(
    session: requests.Session, clock: VirtualClock
) -> None:
    with pytest.raises(Unreachable):
        grants.exchange_code(
            session, clock, App("http://127.0.0.1:1", CLIENT_ID, CLIENT_SECRET), "canary-code", CALLBACK
        )
    assert clock.slept == [1.0, 2.0]


def test_nothing_secret_shows_when_it_is_printed(server: FakeServer) -> None:
    """FR-K3."""
    assert CLIENT_SECRET not in repr(app(server))
    assert "secret" not in repr(TokenPair("secret-access", "secret-refresh"))
