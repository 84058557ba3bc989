"""One HTTP exchange with Exact: the only place where bytes go out.

Whatever happens becomes an `Answer`.

Only a call that was never sent may be repeated without a look; a redirect is not followed, because
the token would go along; a body that trickles in must end some time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from exact_online.api.answers import Answer, classify, doubtful, never_sent
from exact_online.failures import NotReady

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
TOTAL_SECONDS = 180.0
MAX_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Call:
    """What is asked: all but the token."""

    method: str
    url: str
    endpoint: str
    """The resource, without division, id and query: what Exact counts errors by,
    and all that is logged."""
    headers: Mapping[str, str]
    body: bytes | None = None
    by_id: bool = False
    """The address names one record by its id, so a 404 is about that record."""
    read_seconds: float = READ_SECONDS


class Bearer(AuthBase):
    """Puts the token on one request; unlike a header it can't be overruled by a .netrc file.

    Not shown by repr.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class NoAuth(AuthBase):
    """Sends no Authorization at all, whatever the machine has configured."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Reply(NamedTuple):
    """What came back, unjudged. The headers ignore case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NeverSent(Exception):
    """Nothing reached the server; the message is the kind of trouble, and safe to log."""


class AnswerLost(Exception):
    """It may have been executed; the message is the kind of trouble, and safe to log."""


def send(session: requests.Session, call: Call, auth: AuthBase) -> Answer:
    """Send `call` once; whatever happens is an answer."""
    try:
        reply = exchange(session, call, auth)
    except NeverSent as trouble:
        return never_sent(str(trouble))
    except AnswerLost as trouble:
        return doubtful(str(trouble))
    return classify(call.method, reply.status, reply.headers, reply.body, by_id=call.by_id)


def exchange(session: requests.Session, call: Call, auth: AuthBase) -> Reply:
    """Send `call` once. Raises NeverSent or AnswerLost.

    TLS certificates are always verified, whatever the session says.
    """
    try:
        with session.request(
            call.method,
            call.url,
            headers=dict(call.headers),
            data=call.body,
            auth=auth,
            timeout=(CONNECT_SECONDS, call.read_seconds),
            allow_redirects=False,
            verify=True,
            stream=True,
        ) as response:
            return Reply(response.status_code, response.headers, _body(response))
    except (requests.RequestException, TimeoutError) as error:
        raise _trouble(error) from None  # the cause would show the address with its query


def _body(response: requests.Response) -> bytes:
    """The whole body; TimeoutError when it is too long in coming or too large."""
    must_end = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES or time.monotonic() > must_end:
            raise TimeoutError("the answer is too long")
    return bytes(body)


def _trouble(error: Exception) -> NeverSent | AnswerLost:
    """Was anything sent? Only what certainly failed before the first byte was not."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    certificate = isinstance(reason, Exception) and any(
        isinstance(part, ssl.SSLCertVerificationError) for part in (reason, *reason.args)
    )
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError) or certificate:
        return NeverSent(type(reason or error).__name__)
    return AnswerLost(type(error).__name__)


def checked_base_url(url: str) -> str:
    """Return `url` without a slash at its end.

    Raises NotReady unless it is https, or plain http on this very machine (a simulator).
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.query or parts.username:
        raise NotReady(
            "The base URL of the Exact connection is no address of a server: "
            f"{parts.hostname or 'no host'}. Give https://start.exactonline.nl."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise NotReady(
            f"The base URL of the Exact connection must begin with https://: {parts.hostname} would "
            "get the token unencrypted."
        )
    return url.rstrip("/")


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port, so that two addresses can be compared."""
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    return parts.scheme, host, parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
