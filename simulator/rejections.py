"""How the simulator says no: one exception, with what Exact would put in the answer (facts 6.1 to 6.4)."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.messages import Message


class Rejection(Exception):
    """An answer that is not a success. `status` 0 stands for a rejection of content: 500 unless the switch says 400."""

    def __init__(self, status: int, messages: Sequence[Message] = (), reason: str | None = None) -> None:
        super().__init__("; ".join(english for _, english in messages) or reason or str(status))
        self.status = status
        self.messages = tuple(messages)
        self.reason = reason
        """Value of the ``Reason`` header."""


def content_rejection(*messages: Message) -> Rejection:
    return Rejection(0, messages)


def bad_request(text: str) -> Rejection:
    """OData, JSON and parameter errors: 400, in English whatever the user's language."""
    return Rejection(400, [(text, text)])


def not_found(text: str) -> Rejection:
    return Rejection(404, [(text, text)])


def forbidden(text: str = "Forbidden", reason: str | None = None) -> Rejection:
    return Rejection(403, [(text, text)], reason)
