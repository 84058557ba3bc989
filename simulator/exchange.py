"""A client's request and the answer: Starlette's classes, with the body read and Exact's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import starlette.requests
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope

__all__ = [
    "JsonResponse",
    "Request",
    "Response",
    "build_request",
    "error_response",
    "header_text",
    "with_body",
]


class Request(starlette.requests.Request):
    """A request whose whole body is at hand.

    So that it is handled under the lock without waiting.
    """

    def __init__(
        self, scope: Scope, receive: Receive = starlette.requests.empty_receive, content: bytes = b""
    ) -> None:
        super().__init__(scope, receive)
        self.content = content

    async def read(self, limit: int) -> bool:
        """Wait for the body and return whether it is at most `limit` bytes.

        `content` holds it from then on.
        """
        parts, size = [], 0
        async for part in self.stream():
            size += len(part)
            if size > limit:
                return False
            parts.append(part)
        self.content = b"".join(parts)
        return True

    @property
    def path(self) -> str:
        """Return the decoded path, with any prefix a route matched."""
        return str(self.scope["path"])

    @property
    def query(self) -> str:
        """Return the query string as it came."""
        return str(self.scope["query_string"], "latin-1")

    @property
    def origin(self) -> str:
        """Return ``http://127.0.0.1:8000``, from the Host header."""
        return f"{self.scope.get('scheme', 'http')}://{self.headers.get('host', 'localhost')}"


def build_request(
    method: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    host: str = "localhost",
) -> Request:
    """Return the request that a server would make of these parts, for callers without one.

    `path` is decoded.
    """
    scope = {
        "type": "http",
        "scheme": "http",
        "method": method,
        "path": path,
        "query_string": query.encode("latin-1"),
        "headers": Headers({"host": host, **(headers or {})}).raw,
    }
    return Request(scope, content=content)


class JsonResponse(Response):
    """An answer in Exact's JSON: no blanks, no escapes, half surrogate pairs as they came."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        """Return the JSON of `content`; ValueError on what is no JSON, such as NaN."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
            "utf-8", "surrogatepass"
        )


def error_response(status: int, texts: Sequence[str] = (), reason: str | None = None) -> Response:
    """Return the error block of fact 6.1 with its texts joined by CRLF.

    Without texts there is no body.
    """
    headers = {"Reason": header_text(reason)} if reason else None
    if not texts:
        return Response(status_code=status, headers=headers)
    return JsonResponse(
        {"error": {"code": "", "message": {"lang": "", "value": "\r\n".join(texts)}}}, status, headers
    )


def header_text(value: object) -> str:
    """Return the text with a question mark for what no header can carry."""
    return str(value).encode("latin-1", "replace").decode("latin-1")


def with_body(answer: Response, content: bytes | memoryview) -> Response:
    """Return the same answer with another body."""
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    return Response(content, answer.status_code, headers)
