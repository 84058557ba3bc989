"""What a dry run found, in the shape that its run keeps and as tables for the log of its task (B3). Keys and sums only (B7). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from exact_online.ledger import AttentionItem, JournalTotal, NightNumbers, OpenGroup
from exact_online.money import amount_text

MOST_KEYS = 200
"""Records that the kept numbers name one by one per reason; the rest is counted."""

TITLES = {"booked": "Would be booked", "exported": "Would be handed over in a workbook"}
HEADINGS = ("journal", "revenue group", "VAT rate", "entries", "net", "VAT", "gross")
TEXTS = 3
"""So many columns are text and stand to the left; the others are numbers and stand to the right."""


def open_by_reason(matters: Sequence[AttentionItem]) -> tuple[OpenGroup, ...]:
    """Return what would be open afterwards, per state and reason, with the keys of the first `MOST_KEYS`."""
    kind = lambda matter: (matter.state, matter.reason or "")  # noqa: E731
    found = [(state, reason, list(same)) for (state, reason), same in groupby(sorted(matters, key=kind), kind)]
    return tuple(
        OpenGroup(state, reason or None, len(same), tuple(matter.source_key for matter in same[:MOST_KEYS]))
        for state, reason, same in found
    )


def lines_of(numbers: NightNumbers) -> Iterator[str]:
    """The numbers of a dry run as lines of equal letters; amounts in euros."""
    yield f"Dry run: invoices from {numbers.from_date} up to, not including, {numbers.before_date}. Nothing is written."
    yield f"Debtors: {numbers.debtors_created} would be created, {numbers.debtors_changed} changed."
    for state, title in TITLES.items():
        rows = [row for row in numbers.per_journal if row.state == state]
        yield f"{title}: {sum(row.entries for row in rows if row.revenue_group is None)} entries"
        if rows:
            yield from _table([HEADINGS, *(_cells(row) for row in rows)])
    yield from (f"Would be {group.state}: {group.records}" + (f" [{group.reason}]" if group.reason else "") for group in numbers.open or ())
    yield (
        f"James has {amount_text(numbers.james_cents)} euro in these days: {amount_text(numbers.ledger_cents)} booked then, "
        f"{amount_text(numbers.exported_cents)} handed over, {amount_text(numbers.rejected_cents)} left open, "
        f"difference {amount_text(numbers.difference_cents)}."
    )


def _cells(row: JournalTotal) -> tuple[str, ...]:
    place = (row.revenue_group, row.vat_rate or "") if row.revenue_group else ("all", "")
    return (row.journal, *place, str(row.entries), *map(amount_text, (row.net_cents, row.vat_cents, row.gross_cents)))


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(text.ljust(width) if place < TEXTS else text.rjust(width) for place, (text, width) in enumerate(cells))
