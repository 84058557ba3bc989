"""One exchange: what certainly was not sent, what may have been executed, and where the token may
go.
"""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
import urllib3

from exact_online.api import transport
from exact_online.api.answers import AnswerKind
from exact_online.api.transport import Bearer, Call
from exact_online.failures import NotReady
from tests.api.fake_server import FakeServer, Reply


def get(url: str) -> Call:
    return Call("GET", url, "a/B", {"Accept": "application/json"})


def kind(session: requests.Session, url: str) -> AnswerKind:
    return transport.send(session, get(url), Bearer("token")).kind


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_connection_that_fails_was_never_sent(session: requests.Session) -> None:
    """FR-B1."""
    assert kind(session, f"http://127.0.0.1:{closed_port()}/") is AnswerKind.NEVER_SENT


def test_a_name_that_is_not_known_was_never_sent(session: requests.Session) -> None:
    """FR-B1."""
    assert kind(session, "http://no-such-host.invalid/") is AnswerKind.NEVER_SENT


@pytest.mark.parametrize(
    "reply", [Reply(lost=True), Reply(body={"d": {}}, cut=True)], ids=["lost", "cut off"]
)
def test_an_answer_that_does_not_arrive_is_doubtful(
    server: FakeServer, session: requests.Session, reply: Reply
) -> None:
    """FR-B2, FR-B3."""
    server.on("GET", "/x", reply)
    assert kind(session, f"{server.url}/x") is AnswerKind.DOUBTFUL


def test_a_read_timeout_is_doubtful(session: requests.Session) -> None:
    """FR-B2: something listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        call = Call("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", "a/B", {}, read_seconds=0.05)
        assert transport.send(session, call, Bearer("token")).kind is AnswerKind.DOUBTFUL


def test_an_answer_that_trickles_in_ends_some_time(
    server: FakeServer, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-B19."""
    server.on("GET", "/x", Reply(body=b'{"d": []}'))
    monkeypatch.setattr(transport, "MAX_BYTES", 4)
    assert kind(session, f"{server.url}/x") is AnswerKind.DOUBTFUL


def test_a_bad_certificate_was_never_sent() -> None:
    reason = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("expired"))
    pool = urllib3.connectionpool.HTTPConnectionPool("127.0.0.1")
    trouble = transport._trouble(
        requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(pool, "/", reason))
    )
    assert isinstance(trouble, transport.NeverSent)


def test_a_redirect_is_not_followed(server: FakeServer, session: requests.Session) -> None:
    """FR-B15: the token must not go along."""
    server.on("GET", "/x", Reply(302, headers={"Location": f"{server.url}/elsewhere"}))
    assert kind(session, f"{server.url}/x") is AnswerKind.PROTOCOL
    assert not server.asked_for("/elsewhere")


def test_the_token_goes_as_a_header_and_nothing_of_the_machine_overrules_it(
    server: FakeServer, session: requests.Session, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    server.on("GET", "/x", Reply(body={"d": []}))
    kind(session, f"{server.url}/x")
    transport.exchange(session, get(f"{server.url}/x"), transport.NoAuth())
    assert [asked.headers.get("Authorization") for asked in server.asked] == ["Bearer token", None]


def test_tls_certificates_are_verified_whatever_the_session_says(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-K16."""
    session.verify = False
    seen = []
    monkeypatch.setattr(
        session,
        "send",
        lambda request, **options: (
            seen.append(options["verify"]) or (_ for _ in ()).throw(requests.ConnectTimeout())
        ),
    )
    kind(session, "https://127.0.0.1:1/")
    assert seen[0] is not False


@pytest.mark.parametrize(
    "url", ["https://start.exactonline.nl", "http://127.0.0.1:8500/", "http://localhost:1", "http://[::1]:1"]
)
def test_https_and_this_machine_are_allowed(url: str) -> None:
    assert transport.checked_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://start.exactonline.nl",
        "http://127.0.0.1.example.com",
        "ftp://x",
        "",
        "https://u:p@x",
        "https://",
    ],
)
def test_any_other_base_url_is_not_allowed(url: str) -> None:
    """FR-K12, FR-K16."""
    with pytest.raises(NotReady, match="base URL"):
        transport.checked_base_url(url)
