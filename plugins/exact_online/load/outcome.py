"""What came of sending one booking: three values, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exact_online.api.answers import Answer, AnswerKind
from exact_online.reasons import reason_of_message


@dataclass(frozen=True)
class Booked:
    """Exact has it, under this id."""

    exact_id: str
    other_cents: int | None = None
    """The total that Exact says it booked, where that is not the one we sent."""
    other_number: int | None = None
    """The entry number that it has, where that is not the one we sent."""


@dataclass(frozen=True)
class Rejected:
    """Our check or Exact rejects the content."""

    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None
    """Exact's own words, whole."""


@dataclass(frozen=True)
class Unknown:
    """It may or may not have been executed; `why` is safe to log."""

    why: str


Outcome = Booked | Rejected | Unknown


def rejected_by_exact(answer: Answer) -> Rejected:
    """Return a rejection with the reason that its words (Dutch or English) are known by.

    Words that nobody knows have the reason `Reason.REJECTED_OTHER`.
    """
    return Rejected(reason_of_message(answer.message), {}, answer.message)


def failed_outcome(answer: Answer) -> Outcome | None:
    """Return what an answer that is no success says about its booking.

    None for a success, and for *in use* and *gone*: those must be looked up first.
    """
    if answer.unknown_outcome:
        return Unknown(answer.cause)
    if answer.kind is AnswerKind.REJECTED:
        return rejected_by_exact(answer)
    return None
