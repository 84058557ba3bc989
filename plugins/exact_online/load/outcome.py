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


@dataclass(frozen=True)
class Refused:
    """Our check or Exact refuses the content."""

    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    message: str | None = None
    """Exact's own words, whole."""


@dataclass(frozen=True)
class Unknown:
    """It may or may not have been executed; `why` is safe to log."""

    why: str


Outcome = Booked | Refused | Unknown


def refused_by_exact(answer: Answer) -> Refused:
    """A refusal with the reason that its words are known by (Dutch or English), `rejected_other` for words nobody knows."""
    return Refused(reason_of_message(answer.message), {}, answer.message)


def unless_done(answer: Answer) -> Outcome | None:
    """What an answer that is no success says about its booking; None for a success, and for 'in use' and 'gone': those want a look."""
    if answer.unknown_outcome:
        return Unknown(answer.cause)
    if answer.kind is AnswerKind.REFUSED:
        return refused_by_exact(answer)
    return None
