"""One request and one answer, as the rooms of the simulator hand them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.rendering import dumps, error_body


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: str
    """Raw query string."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    base_url: str
    """``http://127.0.0.1:8000``, from the Host header."""


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, body: bytes, **headers: str) -> Answer:
        return cls(status, body, {"Content-Type": "application/json; charset=utf-8", **headers})

    @classmethod
    def of(cls, status: int, value: object) -> Answer:
        return cls.json(status, dumps(value))

    @classmethod
    def error(cls, status: int, texts: list[str], reason: str | None = None) -> Answer:
        answer = cls.json(status, error_body(texts)) if texts else cls(status)
        if reason:
            answer.headers["Reason"] = reason
        return answer
