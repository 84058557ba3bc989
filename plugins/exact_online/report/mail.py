"""A mail, before anybody knows how it goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """A mail without its address."""

    subject: str
    html: str
