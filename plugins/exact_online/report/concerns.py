"""What will go wrong unless a person acts: as values, for a log and for the message of the watch. Names practices, no person (B7). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from exact_online import reasons
from exact_online.reasons import Reason
from exact_online.report.mail import Message


@dataclass(frozen=True)
class Concern:
    """One thing that the watch found."""

    reason: Reason
    values: Mapping[str, str]
    is_urgent: bool
    """It can't wait: the check that found it is red until it is cured."""
    is_due: bool
    """Support is told of it today."""
    chain_id: str | None = None
    """Of what is about a token chain: the ledger notes that it was reported."""


def sentence(concern: Concern) -> str:
    """For the log."""
    why, cure = reasons.explain(concern.reason, concern.values, "en"), reasons.cure(concern.reason, "en")
    return f"{why} [{concern.reason}] Cure: {cure}"


def compose_concerns(concerns: Sequence[Concern], day: dt.date) -> Message:
    """The message to James Support, in Dutch."""
    many = "waarschuwing" if len(concerns) == 1 else "waarschuwingen"
    rows = "".join(_row(concern) for concern in concerns)
    html = (
        f"<p>De dagelijkse controle van {day:%d-%m-%Y} over alle praktijken heeft {len(concerns)} {many}.</p>"
        f"<table><tr><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>{rows}</table>"
    )
    return Message(f"Exact Online: {len(concerns)} {many} op {day:%d-%m-%Y}", html)


def _row(concern: Concern) -> str:
    why, cure = reasons.explain(concern.reason, concern.values, "nl"), reasons.cure(concern.reason, "nl")
    return f"<tr><td>{escape(why)}</td><td>{escape(cure)}</td></tr>"
