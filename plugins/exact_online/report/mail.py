"""The mail that James Support gets when a night left attention items (M21). Pure.

It has numbers and keys only, no names of people (B7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from exact_online.ledger import AttentionItem, NightNumbers, Practice, Run
from exact_online.report.sentences import cure_sentence, item_sentence

MAX_NAMED = 200
"""So many records are named in a mail; the others are counted."""


@dataclass(frozen=True)
class Message:
    """A mail without its address."""

    subject: str
    html: str


def compose(
    practice: Practice, run: Run, numbers: NightNumbers | None, items: Sequence[AttentionItem]
) -> Message:
    """Return the mail about a night, in Dutch.

    `items` are the records that are open, and those that differ from what was booked.
    """
    night = f"{run.book_day:%d-%m-%Y}"
    rows = "".join(_row(item) for item in items[:MAX_NAMED])
    more = f"<p>En nog {len(items) - MAX_NAMED} andere.</p>" if len(items) > MAX_NAMED else ""
    sales, general = (numbers.sales_entries, numbers.general_journal_entries) if numbers else (0, 0)
    html = (
        f"<p>De nacht van {night} voor {escape(practice.name)} ({escape(practice.code)}) liet {len(items)} "
        f"{'record' if len(items) == 1 else 'records'} open. "
        "Is de oorzaak weg, dan gaan ze de volgende nacht vanzelf mee; wat de koppeling niet kan zien, "
        "binnen een week, of zodra iemand de rode taak wist.</p>"
        "<table><tr><th>Record</th><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>"
        f"{rows}</table>{more}"
        f"<p>Geboekt deze nacht: {sales} verkoopboekingen, {general} memoriaalboekingen.</p>"
    )
    return Message(f"Exact Online {practice.code}: {len(items)} open na de nacht van {night}", html)


def _row(item: AttentionItem) -> str:
    cells = (item.source_key, item_sentence(item), cure_sentence(item))
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
