"""The simulator behind `requests` without a socket.

The same bytes, the same ways to break, a tenth of the time.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from simulator.exchange import Request, build_request
from simulator.gateway import Gateway
from simulator.injection import Outcome
from simulator.world import World

URL = "http://127.0.0.1:1"
"""Nobody listens there: a call that did not go through the wire would fail."""


sent: Counter[str] = Counter()
"""How many requests of each method went over the wires of this process."""


class CutBody(io.BytesIO):
    """A body whose connection breaks when the part that left has been read."""

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        if not part:
            raise ProtocolError("connection broken")
        return part


class Wire(BaseAdapter):
    """Hands each request to the gateway of one world."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._gateway = Gateway(world)
        self.fails_to_connect = 0
        """So many connections fail from now on: nothing is sent."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        sent[request.method or ""] += 1
        if self.fails_to_connect:
            self.fails_to_connect -= 1
            failed = NewConnectionError(None, "no route")  # type: ignore[arg-type]
            given_up = MaxRetryError(None, request.url or "", failed)  # type: ignore[arg-type]
            raise requests.ConnectionError(given_up)
        outcome = self._gateway.respond(_as_request(request))
        self._world.clock.advance(seconds=outcome.wait_seconds)
        if outcome.answer is None:
            raise requests.ConnectionError("the connection was cut")
        return _as_response(request, outcome)

    def close(self) -> None:
        """Nothing is open."""


def session_over(wire: Wire) -> requests.Session:
    """A session whose calls to `URL` go over `wire`."""
    session = requests.Session()
    session.trust_env = False
    session.mount(URL, wire)
    return session


def _as_request(request: requests.PreparedRequest) -> Request:
    parts = urlsplit(request.url or "")
    headers: Mapping[str, str] = {str(name).lower(): _text(value) for name, value in request.headers.items()}
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body
    return build_request(
        request.method or "", unquote(parts.path), parts.query, headers, content, parts.netloc
    )


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _as_response(request: requests.PreparedRequest, outcome: Outcome) -> requests.Response:
    answer = outcome.answer
    assert answer is not None
    body = (
        io.BytesIO(bytes(answer.body))
        if outcome.cut_after is None
        else CutBody(bytes(answer.body[: outcome.cut_after]))
    )
    response = requests.Response()
    response.status_code = answer.status_code
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = HTTPResponse(
        body=body, headers=answer.headers, status=answer.status_code, preload_content=False
    )
    response.url = request.url or ""
    response.request = request
    return response
