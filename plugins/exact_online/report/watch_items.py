"""What the watch found, as values, as lines for a log and as a mail to James Support. Pure.

It names practices and no people (B7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from exact_online import reasons
from exact_online.reasons import Reason
from exact_online.report.log_lines import WIDTH, cure_line, fitted, wrapped
from exact_online.report.mail import Message


@dataclass(frozen=True)
class WatchItem:
    """One thing that the watch found."""

    reason: Reason
    values: Mapping[str, str]
    is_urgent: bool
    """The task that found it fails until it is cured."""
    is_due: bool
    """Support is mailed about it today."""
    chain_id: str | None = None
    """Of what is about a token chain: the ledger notes that it was reported."""


def watch_item_lines(item: WatchItem) -> list[str]:
    """Return lines for the log, in Dutch: what is the matter; who cures it and where.

    Many practices do not fit in the sentence: they follow in lines of their own.
    """
    sentence, practices = fitted(item.reason, item.values, WIDTH), item.values.get("practices", "")
    named = [] if practices in sentence else wrapped(f"Praktijken: {practices}")
    return [sentence, cure_line(item.reason), *named]


def compose_watch_items(items: Sequence[WatchItem], day: dt.date) -> Message:
    """Return the mail to James Support, in Dutch."""
    many = "waarschuwing" if len(items) == 1 else "waarschuwingen"
    rows = "".join(_row(item) for item in items)
    html = (
        f"<p>De dagelijkse controle van {day:%d-%m-%Y} over alle praktijken heeft {len(items)} {many}.</p>"
        f"<table><tr><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>{rows}</table>"
    )
    return Message(f"Exact Online: {len(items)} {many} op {day:%d-%m-%Y}", html)


def _row(item: WatchItem) -> str:
    why, cure = reasons.explain(item.reason, item.values, "nl"), reasons.cure(item.reason, "nl")
    return f"<tr><td>{escape(why)}</td><td>{escape(cure)}</td></tr>"
