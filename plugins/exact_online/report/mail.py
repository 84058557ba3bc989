"""The message that James Support gets when a night left something for a person (M21). Numbers and keys only, no names (B7). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from exact_online.ledger import AttentionItem, NightNumbers, Practice, Run
from exact_online.report.sentences import cure_sentence, item_sentence

MOST_NAMED = 200
"""Records that a message names one by one; the rest is counted."""


@dataclass(frozen=True)
class Message:
    subject: str
    html: str


def compose(practice: Practice, run: Run, numbers: NightNumbers | None, matters: Sequence[AttentionItem]) -> Message:
    """In Dutch, as support and practices speak. `matters` are what is not at rest, and what differs from what is booked."""
    rows = "".join(_row(matter) for matter in matters[:MOST_NAMED])
    more = f"<p>En nog {len(matters) - MOST_NAMED} andere.</p>" if len(matters) > MOST_NAMED else ""
    sales, general = (numbers.sales_entries, numbers.general_journal_entries) if numbers else (0, 0)
    html = (
        f"<p>De nacht van {run.book_day:%d-%m-%Y} voor {escape(practice.name)} ({escape(practice.code)}) liet {len(matters)} "
        f"{'record' if len(matters) == 1 else 'records'} open. Is de oorzaak weg, dan gaan ze de volgende nacht vanzelf mee.</p>"
        f"<table><tr><th>Record</th><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>{rows}</table>{more}"
        f"<p>Geboekt deze nacht: {sales} verkoopboekingen, {general} memoriaalboekingen.</p>"
    )
    return Message(f"Exact Online {practice.code}: {len(matters)} open na de nacht van {run.book_day:%d-%m-%Y}", html)


def _row(matter: AttentionItem) -> str:
    return f"<tr><td>{escape(matter.source_key)}</td><td>{escape(item_sentence(matter))}</td><td>{escape(cure_sentence(matter))}</td></tr>"
