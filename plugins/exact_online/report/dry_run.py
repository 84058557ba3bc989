"""The result of a dry run: as rows that the ledger stores, and as tables for a log (B3).

It has keys and totals only, no names (B7). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from exact_online.ledger import AttentionItem, JournalTotal, NightNumbers, OpenGroup
from exact_online.ledger.range_preview import RangePreview
from exact_online.money import amount_text
from exact_online.vocabulary import Backfill

MAX_KEYS = 200
"""So many records are named for each reason; the others are counted."""

TITLES = {"booked": "Would be booked", "exported": "Would be handed over in a workbook"}
HEADINGS = ("journal", "revenue group", "VAT rate", "entries", "net", "VAT", "gross")
TEXT_COLUMNS = 3
"""So many columns are texts, aligned to the left; the others are numbers, to the right."""


def open_by_reason(items: Sequence[AttentionItem]) -> tuple[OpenGroup, ...]:
    """Return what would be open after the night, per state and reason, with `MAX_KEYS` keys."""
    group = lambda item: (item.state, item.reason or "")  # noqa: E731
    found = [
        (state, reason, list(same)) for (state, reason), same in groupby(sorted(items, key=group), group)
    ]
    return tuple(
        OpenGroup(state, reason or None, len(same), tuple(item.source_key for item in same[:MAX_KEYS]))
        for state, reason, same in found
    )


def dry_run_lines(numbers: NightNumbers) -> Iterator[str]:
    """Give the numbers of a dry run as lines for a log, with tables; amounts in euros."""
    yield (
        f"Dry run: invoices from {numbers.from_date} up to, not including, "
        f"{numbers.before_date}. Nothing is written."
    )
    yield f"Debtors: {numbers.debtors_created} would be created, {numbers.debtors_changed} changed."
    for state, title in TITLES.items():
        rows = [row for row in numbers.per_journal if row.state == state]
        yield f"{title}: {sum(row.entries for row in rows if row.revenue_group is None)} entries"
        if rows:
            yield from _table([HEADINGS, *(_cells(row) for row in rows)])
    if numbers.exported_closed:
        yield f"Of those handed over, {numbers.exported_closed} lie in periods that are closed in Exact."
    yield from (
        f"Would be {group.state}: {group.records}" + (f" [{group.reason}]" if group.reason else "")
        for group in numbers.open or ()
    )
    closed = f"{amount_text(numbers.closed_cents)} closed by a person, " if numbers.closed_cents else ""
    if numbers.history is not None:
        yield from _history_lines(numbers.history)
    yield (
        f"James has {amount_text(numbers.james_cents)} euro in these days: "
        f"{amount_text(numbers.ledger_cents)} booked then, "
        f"{amount_text(numbers.exported_cents)} handed over, "
        f"{amount_text(numbers.open_cents)} left open, {closed}"
        f"difference {amount_text(numbers.difference_cents)}."
    )


def _history_lines(preview: RangePreview) -> Iterator[str]:
    """Of the entries above: what the older invoices come to, and what of them would stay behind."""
    way = "handed over" if preview.backfill == Backfill.EXCEL else "booked"
    yield (
        f"Older invoices from {preview.first_day} up to and including {preview.last_day}: {preview.entries} "
        f"{way}, {amount_text(preview.cents)} euro, {preview.calls} calls that write, {preview.nights} "
        f"night(s), the last one of {preview.finish_day}."
    )
    for total in preview.per_period:
        yield (
            f"  {total.journal} {total.financial_year}-{total.financial_period}: {total.entries} entries, "
            f"{amount_text(total.gross_cents)} euro"
        )
    for group in preview.left:
        reason = f" [{group.reason}]" if group.reason else ""
        yield f"  would be {group.state}: {group.records}, {amount_text(group.cents)} euro{reason}"


def _cells(row: JournalTotal) -> tuple[str, ...]:
    place = (row.revenue_group, row.vat_rate or "") if row.revenue_group else ("all", "")
    return (
        row.journal,
        *place,
        str(row.entries),
        *map(amount_text, (row.net_cents, row.vat_cents, row.gross_cents)),
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = zip(row, widths, strict=True)
        yield "  ".join(
            text.ljust(width) if place < TEXT_COLUMNS else text.rjust(width)
            for place, (text, width) in enumerate(cells)
        )
