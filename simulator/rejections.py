"""The one exception for what is rejected, with what Exact puts in the answer (facts 6.1 to 6.4)."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.messages import Message


class Rejection(Exception):
    """An answer that is not a success. `status` 0 stands for a rejection of content.

    500, unless the switch says 400.
    """

    def __init__(self, status: int, messages: Sequence[Message] = (), reason: str | None = None) -> None:
        super().__init__("; ".join(english for _, english in messages) or reason or str(status))
        self.status = status
        self.messages = tuple(messages)
        self.reason = reason
        """Value of the ``Reason`` header."""


def content_rejection(*messages: Message) -> Rejection:
    """Return the rejection of a record for what it holds."""
    return Rejection(0, messages)


def bad_request(text: str) -> Rejection:
    """Return an error of OData, JSON or a parameter.

    400, in English whatever the user's language.
    """
    return Rejection(400, [(text, text)])


def not_found(text: str) -> Rejection:
    """Return a 404."""
    return Rejection(404, [(text, text)])


def forbidden(text: str = "Forbidden", reason: str | None = None) -> Rejection:
    """Return a 403, with its cause for the ``Reason`` header."""
    return Rejection(403, [(text, text)], reason)
