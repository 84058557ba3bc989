"""What the watch found, as values, as lines for a log and as a mail to James Support. Pure.

It names practices and no people (B7).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from exact_online import reasons
from exact_online.lacks import Lack
from exact_online.reason_codes import Reason
from exact_online.report.log_lines import CURE, WIDTH, cure_line, fitted, wrapped
from exact_online.report.mail import Message
from exact_online.stops import Stop


@dataclass(frozen=True)
class WatchItem:
    """One thing that the watch found."""

    reason: Reason | Stop | Lack
    values: Mapping[str, str]
    is_urgent: bool
    """The task that found it fails until it is cured."""
    is_due: bool
    """Support is mailed about it today."""
    chain_id: str | None = None
    """Of what is about a token chain: the ledger notes that it was reported."""
    codes: tuple[str, ...] = ()
    """The practices that it is about; none when it is about all."""
    curer: str | None = None
    """Who is told, where it is another than who cures `reason`: practice, accountant or support."""
    cure: str | None = None
    """Who cures it and where, in Dutch, where it is another than that of `reason`."""
    how: str | None = None
    """What to do, in the words of Exact's own screens; the mail has it, the log has not."""
    example: str | None = None
    """The oldest of many records, as a sentence in Dutch; the mail has it, the log has not."""

    @property
    def told_to(self) -> str:
        """``practice``, ``accountant`` or ``support``."""
        return self.curer or reasons.curer(self.reason)


def watch_item_lines(item: WatchItem) -> list[str]:
    """Return lines for the log, in Dutch: what is the matter; who cures it and where.

    Many practices do not fit in the sentence: they follow in lines of their own.
    """
    sentence, practices = fitted(item.reason, item.values, WIDTH), item.values.get("practices", "")
    named = [] if practices in sentence else wrapped(f"Praktijken: {practices}")
    cure = f"{CURE}{item.cure}. [{item.reason}]" if item.cure else cure_line(item.reason)
    return [sentence, cure, *named]


Recipient = tuple[str, str]
"""A practice, and who of it: ``practice`` or ``accountant``."""


def addressed(
    items: Sequence[WatchItem], addresses: Mapping[Recipient, str]
) -> tuple[list[WatchItem], dict[Recipient, list[WatchItem]]]:
    """Return what support is told, and what a practice or its accountant is told instead. Pure.

    A practice is in one message a day. That goes to the practice or to its accountant when one of
    them can cure all of it and has an address; otherwise to support, who sees who cures what.
    """
    curers: dict[str, set[Recipient | None]] = defaultdict(set)
    for item in items:
        for code in item.codes:
            curers[code].add((code, item.told_to) if len(item.codes) == 1 else None)
    one = {code: next(iter(found)) for code, found in curers.items() if len(found) == 1}
    support, others = [], defaultdict(list)
    for item in items:
        recipient = one.get(item.codes[0]) if item.codes else None
        if recipient is not None and recipient in addresses:
            others[recipient].append(item)
        else:
            support.append(item)
    return support, dict(others)


def compose_for(whose: str, items: Sequence[WatchItem], day: dt.date) -> Message:
    """Return the mail to a ``practice`` or to its ``accountant``, in Dutch."""
    where = "uw praktijk" if whose == "practice" else "een praktijk die u begeleidt"
    rows = "".join(_row(item) for item in items)
    html = (
        f"<p>De koppeling van James met Exact Online heeft op {day:%d-%m-%Y} iets nodig voor {where}.</p>"
        f"<table><tr><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>{rows}</table>"
        "<p>Is het opgelost, dan merkt de koppeling dat de volgende nacht vanzelf.</p>"
    )
    return Message(f"Exact Online: nodig voor {where}, {day:%d-%m-%Y}", html)


def sentence_of(item: WatchItem) -> tuple[str, str]:
    """Return what is the matter, with the practices, and who cures it where; in Dutch."""
    why, practices = reasons.explain(item.reason, item.values, "nl"), item.values.get("practices", "")
    if practices not in why:
        why = f"{practices}: {why}"
    cure = item.cure or reasons.cure(item.reason, "nl")
    if item.how:
        cure = f"{cure}. {item.how}"
    if item.example:
        why = f"{why} Het oudste: {item.example}"
    return why, cure


def _row(item: WatchItem) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in sentence_of(item))}</tr>"
