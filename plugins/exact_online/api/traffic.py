"""How much this process asked of Exact, for the metrics of a task: one task is one process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Traffic:
    """Requests, and the bytes of their bodies; headers are not counted."""

    calls: int = 0
    sent: int = 0
    received: int = 0
    """After decompression."""

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(self.calls + other.calls, self.sent + other.sent, self.received + other.received)

    def __sub__(self, other: Traffic) -> Traffic:
        return Traffic(self.calls - other.calls, self.sent - other.sent, self.received - other.received)


_so_far = Traffic()


def count(sent: int, received: int) -> None:
    """Count one request that went out, whether or not its answer came."""
    global _so_far  # noqa: PLW0603 - the process is what is measured
    _so_far += Traffic(1, sent, received)


def so_far() -> Traffic:
    """Return what this process asked since it began; the difference of two is a step's."""
    return _so_far
