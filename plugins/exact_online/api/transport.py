"""One HTTP exchange with Exact: the only place where bytes go out.

Whatever happens becomes an `Answer`.

Only a call that was never sent may be repeated without a look; a redirect is not followed, because
the token would go along; a body that trickles in must end some time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError
from urllib3.util import parse_url

from exact_online.api import addresses, odata, traffic
from exact_online.api.answers import Answer, classify, doubtful, never_sent
from exact_online.api.deadline import time_limit
from exact_online.environment import is_simulator
from exact_online.failures import NotReady, ProtocolFailure
from exact_online.stops import Stop

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
TOTAL_SECONDS = 180.0
MAX_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
Origin = tuple[str, str, int | None]
_kept_requests: WeakKeyDictionary[requests.Session, dict[tuple[str, ...], requests.PreparedRequest]] = (
    WeakKeyDictionary()
)
_known_settings: WeakKeyDictionary[requests.Session, dict[Origin, Mapping[str, Any]]] = WeakKeyDictionary()


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
    read_document: Callable[[bytes], Any] = odata.parse
    """Parses the body of a 2xx; raises ValueError for one that it does not understand."""


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
    return classify(
        call.method,
        reply.status,
        reply.headers,
        reply.body,
        by_id=call.by_id,
        read_document=call.read_document,
    )


def exchange(session: requests.Session, call: Call, auth: AuthBase) -> Reply:
    """Send `call` once. Raises NeverSent or AnswerLost; ProtocolFailure for a foreign host.

    TLS certificates are always verified, whatever the session says. All of it takes
    `TOTAL_SECONDS` at most, from looking up the host to the last byte.
    """
    request = _prepared(session, call, auth)
    settings = _settings(session, origin(str(request.url)))
    timeout, sent = (CONNECT_SECONDS, call.read_seconds), len(call.body or b"")
    try:
        with (
            time_limit(session, str(request.url), TOTAL_SECONDS),
            session.send(request, timeout=timeout, allow_redirects=False, **settings) as response,
        ):
            body = _body(response)
            traffic.count(sent, len(body))
            return Reply(response.status_code, response.headers, body)
    except (requests.RequestException, TimeoutError) as error:
        trouble = _trouble(error)
        if isinstance(trouble, AnswerLost):
            traffic.count(sent, 0)
        raise trouble from None  # the cause would show the address with its query


def _prepared(session: requests.Session, call: Call, auth: AuthBase) -> requests.PreparedRequest:
    """The request of a call, whose address was checked.

    What a session sends again and again differs in its body and its token alone: the rest of it is
    kept. Raises NeverSent and ProtocolFailure.
    """
    kept = _kept_requests.setdefault(session, {})
    key = (call.url, *call.headers.values())
    if call.method == "POST" and key in kept and not session.cookies:
        request = kept[key].copy()
        request.prepare_body(call.body, None)
        request.prepare_auth(auth)
        return request
    try:
        request = session.prepare_request(
            requests.Request(call.method, call.url, dict(call.headers), data=call.body, auth=auth)
        )
    except (requests.RequestException, ValueError) as error:
        raise NeverSent(type(error).__name__) from None
    _check_target(call, str(request.url))
    if call.method == "POST" and not session.cookies:
        kept[key] = request.copy()
        kept[key].body = None
        kept[key].headers.pop("Authorization", None)
    return request


def _settings(session: requests.Session, of: Origin) -> Mapping[str, Any]:
    """How a session reaches a server: proxies and certificates of the environment.

    Read once for each: to read the whole environment takes as long as to prepare a call.
    """
    known = _known_settings.setdefault(session, {})
    if of not in known:
        scheme, host, port = of
        address = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
        known[of] = session.merge_environment_settings(address, {}, True, True, None)
    return known[of]


def _check_target(call: Call, prepared: str) -> None:
    """Raise ProtocolFailure unless the bytes go where the call names: Exact, or a simulator.

    The address is compared as the library that connects reads it: parsers differ, and the token
    goes along.
    """
    try:
        wanted = addresses.origin_of(urlsplit(call.url))
        read = {origin(prepared), origin(parse_url(prepared).url)}
        host = (parse_url(prepared).host or "").strip("[]")
        is_ours = host in addresses.EXACT_HOSTS or _is_harmless(host)
    except ValueError:
        is_ours, wanted, read = False, ("", "", None), set()
    if not is_ours or read != {wanted}:
        raise ProtocolFailure(
            f"{call.endpoint}: the address is on another host than Exact's; nothing was sent."
        )


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

    Raises NotReady unless it is https on a host of Exact (`addresses.EXACT_HOSTS`), a server on
    this very machine (a simulator), or the one that a demo names (`environment.is_simulator`).
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.query or "@" in parts.netloc or "\\" in url:
        raise NotReady(Stop.BASE_URL_NO_SERVER, host=parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_harmless(parts.hostname)):
        raise NotReady(Stop.BASE_URL_PLAIN, host=parts.hostname)
    if parts.hostname not in addresses.EXACT_HOSTS and not _is_harmless(parts.hostname):
        raise NotReady(Stop.BASE_URL_ELSEWHERE, host=parts.hostname)
    return url.rstrip("/")


def origin(url: str) -> Origin:
    """Return scheme, host and port, so that two addresses can be compared."""
    return addresses.origin_of(urlsplit(url))


def _is_harmless(host: str) -> bool:
    """This very machine, or the simulator of a demo in containers."""
    return _is_loopback(host) or is_simulator(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
