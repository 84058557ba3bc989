"""The mail that James Support gets when a night left attention items (M21). Pure.

It has numbers and keys only, no names of people (B7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from exact_online.dutch import dutch_amount
from exact_online.ledger import Adjustment, AttentionItem, NightNumbers, Practice, Run
from exact_online.report.log_lines import by_cause
from exact_online.report.sentences import (
    closed_periods_sentence,
    cure_sentence,
    item_sentence,
    warning_sentence,
)

MAX_CAUSES = 200
MAX_NAMED = 10
"""A mail lists so many causes, and names so many records of each; the others are counted."""


@dataclass(frozen=True)
class Message:
    """A mail without its address."""

    subject: str
    html: str


def compose(
    practice: Practice,
    run: Run,
    numbers: NightNumbers | None,
    items: Sequence[AttentionItem],
    warnings: Sequence[Adjustment] = (),
) -> Message:
    """Return the mail about a night, in Dutch.

    `items` are the records that are open, and those that differ from what was booked; `warnings`
    what this night was the first to find odd.
    """
    night = f"{run.book_day:%d-%m-%Y}"
    causes = by_cause(items)
    rows = "".join(map(_row, causes[:MAX_CAUSES]))
    more = f"<p>En nog {len(causes) - MAX_CAUSES} oorzaken.</p>" if len(causes) > MAX_CAUSES else ""
    sales, general = (numbers.sales_entries, numbers.general_journal_entries) if numbers else (0, 0)
    html = (
        f"<p>De nacht van {night} voor {escape(practice.name)} ({escape(practice.code)}) liet {len(items)} "
        f"{'record' if len(items) == 1 else 'records'} open. "
        "Is de oorzaak weg, dan gaan ze de volgende nacht vanzelf mee; wat de koppeling niet kan zien, "
        "binnen een week, of zodra iemand de rode taak wist.</p>"
        "<table><tr><th>Record</th><th>Wat er is</th><th>Wie het oplost, en waar</th></tr>"
        f"{rows}</table>{more}"
        f"<p>Geboekt deze nacht: {sales} verkoopboekingen, {general} memoriaalboekingen.</p>"
        f"{_closed(numbers)}{_handed_over_closed(numbers)}"
        f"{_warnings(warnings)}"
    )
    return Message(f"Exact Online {practice.code}: {len(items)} open na de nacht van {night}", html)


def _closed(numbers: NightNumbers | None) -> str:
    """What a person closed: it is not among what is open."""
    if not numbers or not numbers.closed_cents:
        return ""
    amount = dutch_amount(numbers.closed_cents)
    return f"<p>Gesloten, dus op iemands woord niet geboekt: {amount} euro. Dat telt niet als open.</p>"


def _handed_over_closed(numbers: NightNumbers | None) -> str:
    """What the accountant can't import as it is."""
    if not numbers or not numbers.exported_closed:
        return ""
    return f"<p>{closed_periods_sentence(numbers.exported_closed)}</p>"


def _warnings(warnings: Sequence[Adjustment]) -> str:
    """What is odd and was booked all the same; each is mailed once."""
    if not warnings:
        return ""
    sentences = [warning_sentence(warning) for warning in warnings[:MAX_CAUSES]]
    rows = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    more = f"<p>En nog {len(warnings) - MAX_CAUSES} andere.</p>" if len(warnings) > MAX_CAUSES else ""
    return f"<p>Nieuw opgevallen, en wel geboekt; dit wordt een keer gemeld:</p><ul>{rows}</ul>{more}"


def _row(same: Sequence[AttentionItem]) -> str:
    others = f" en {len(same) - MAX_NAMED} andere" if len(same) > MAX_NAMED else ""
    keys = ", ".join(item.source_key for item in same[:MAX_NAMED]) + others
    cells = (keys, item_sentence(same[0]), cure_sentence(same[0]))
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
