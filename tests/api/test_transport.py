"""One exchange: what certainly was not sent, what may have been executed, and where the token may
go.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from exact_online.api import transport
from exact_online.api.answers import AnswerKind
from exact_online.api.deadline import new_session
from exact_online.api.transport import Bearer, Call
from exact_online.environment import ENVIRONMENT_VARIABLE, SIMULATOR_VARIABLE
from exact_online.failures import NotReady, ProtocolFailure
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


def test_a_name_that_is_not_known_was_never_sent(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-B1."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    session.trust_env = False
    assert kind(session, "https://start.exactonline.nl/") is AnswerKind.NEVER_SENT


@pytest.mark.parametrize("where", ["answer", "headers", "status line"])
def test_a_byte_at_a_time_ends_within_the_total_time(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-B19: each read is quick, all of it would take for ever."""
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.4)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    at_once = {"answer": head, "headers": head[:20], "status line": b"H"}[where]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, args=(listening, at_once), daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        began = time.monotonic()
        with new_session() as session:
            answer = transport.send(session, get(url), Bearer("token"))
        assert answer.kind is AnswerKind.DOUBTFUL
        assert time.monotonic() - began < 3


def drip(listening: socket.socket, at_once: bytes) -> None:
    with suppress(OSError):
        connection, _ = listening.accept()
        connection.recv(65536)
        connection.sendall(at_once)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)


def test_a_handshake_that_does_not_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """FR-B19: a server that takes the connection and never speaks TLS."""
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, new_session() as session:
        began = time.monotonic()
        answer = transport.send(
            session, get(f"https://127.0.0.1:{silent.getsockname()[1]}/"), Bearer("token")
        )
        assert answer.kind in (AnswerKind.NEVER_SENT, AnswerKind.DOUBTFUL)
        assert time.monotonic() - began < 3


def test_a_session_goes_on_after_a_call_was_cut(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is quick is not cut, on one connection or on a new one."""
    monkeypatch.setattr(transport, "TOTAL_SECONDS", 0.3)
    server.on("GET", "/x", Reply(body={"d": []}))
    with new_session() as session, socket.create_server(("127.0.0.1", 0)) as silent:
        assert kind(session, f"{server.url}/x") is AnswerKind.DONE
        assert kind(session, f"http://127.0.0.1:{silent.getsockname()[1]}/") is AnswerKind.DOUBTFUL
        assert kind(session, f"{server.url}/x") is AnswerKind.DONE
        assert kind(session, f"{server.url}/x") is AnswerKind.DONE


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://evil.example\\@start.exactonline.nl/x",
        "https://start.exactonline.nl@evil.example/x",
        "https://start.exactonline.nl.evil.example/x",
        "https://start.exactonline.nl\\.evil.example/x",
        "https://start.exactonline.nl./x",
        "http://127.0.0.1.evil.example/x",
        "https://api.exactonline.nl/x",
    ],
)
def test_a_call_to_any_other_host_is_not_made(session: requests.Session, url: str) -> None:
    """FR-B15, FR-K12: whoever made the address, the token stays here."""
    session.mount("https://", Unused())
    session.mount("http://", Unused())
    with pytest.raises(ProtocolFailure, match="another host"):
        transport.send(session, get(url), Bearer("token"))


class Unused(HTTPAdapter):
    """Must not be asked."""

    def send(self, *_: object, **__: object) -> requests.Response:
        raise AssertionError("bytes went out")


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
    "url",
    [
        "https://start.exactonline.nl",
        "https://start.exactonline.co.uk/",
        "http://127.0.0.1:8500/",
        "http://localhost:1",
        "http://[::1]:1",
    ],
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
        "https://@start.exactonline.nl",
        "https://evil.example",
        "https://evil.example\\@start.exactonline.nl",
        "https://start.exactonline.nl.evil.example",
        "https://api.exactonline.nl",
        "https://start.exactonline.eu",
        "https://",
    ],
)
def test_any_other_base_url_is_not_allowed(url: str) -> None:
    """FR-K12, FR-K16."""
    with pytest.raises(NotReady, match="van Exact"):
        transport.checked_base_url(url)


DEMO = {ENVIRONMENT_VARIABLE: "demo", SIMULATOR_VARIABLE: "simulator"}


@pytest.mark.parametrize(
    ("settings", "url", "is_allowed"),
    [
        (DEMO, "http://simulator:8000", True),
        (DEMO, "http://other:8000", False),
        ({**DEMO, ENVIRONMENT_VARIABLE: "productie"}, "http://simulator:8000", False),
        ({**DEMO, ENVIRONMENT_VARIABLE: ""}, "http://simulator:8000", False),
        ({**DEMO, SIMULATOR_VARIABLE: ""}, "http://simulator:8000", False),
        ({**DEMO, SIMULATOR_VARIABLE: "evil.example"}, "http://evil.example", False),
        ({**DEMO, SIMULATOR_VARIABLE: "simulator,other"}, "http://simulator:8000", False),
    ],
)
def test_a_simulator_has_a_name_in_a_demo_alone(
    settings: dict[str, str], url: str, is_allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-K12: a token goes to Exact and to loopback; a demo in containers names one simulator."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if is_allowed:
        assert transport.checked_base_url(url) == url
    else:
        with pytest.raises(NotReady, match="van Exact"):
            transport.checked_base_url(url)
