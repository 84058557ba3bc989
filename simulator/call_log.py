"""What the log keeps of a call: who asked what, and the status; never a body."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client, executed or not."""

    at: float
    method: str
    path: str
    query: str
    division: int | None
    user: str | None
    endpoint: str
    status: int
    """0 when no answer was given."""
    fault: str | None
    milliseconds: float
