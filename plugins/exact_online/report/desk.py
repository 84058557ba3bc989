"""The rows of a reconciliation, and what an entry comes to per cell. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from exact_online.api.stores import EntryLine
from exact_online.ledger import JudgedBooking, SettledLine
from exact_online.report.content import VAT, BookedLine, Chart, Entry, added_up, entries_of, exact_accounts
from exact_online.vocabulary import VatRate

CellCounter = Counter[tuple[str, str]]
"""(Revenue group, VAT rate) to gross cents."""

Number = tuple[str | None, int | None, int | None]
"""Journal, financial year and entry number."""


class Desk:
    """The rows, by what they are looked up by."""

    def __init__(self, settled: Iterable[SettledLine], lines: Iterable[EntryLine], chart: Chart) -> None:
        self.chart = chart
        self.settled: dict[str, list[SettledLine]] = defaultdict(list)
        for line in settled:
            self.settled[line.source_key].append(line)
        self.entries = entries_of(lines)
        self.foreign: dict[str, Entry] = {}
        self.numbered: dict[Number, list[Entry]] = defaultdict(list)

    def put_apart(self, owned: set[str]) -> None:
        """Find the entries that no booking is booked under, `owned` being the others."""
        self.foreign = {key: entry for key, entry in self.entries.items() if key not in owned}
        for entry in self.foreign.values():
            head = entry.head
            self.numbered[head.journal, head.financial_year, head.entry_number].append(entry)

    def by_number(self, booking: JudgedBooking) -> Entry | None:
        """Return the one entry of others with the number of a booking; None when there are more."""
        found = self.numbered.get(number_of(booking), [])
        return found[0] if len(found) == 1 else None

    def booked_lines(self, key: str) -> list[BookedLine]:
        """Return what was booked or handed over."""
        return [
            BookedLine(line.gl_account, line.vat_code, line.gross_cents, line.vat_cents)
            for line in self.settled[key]
        ]

    def ledger_cells(self, key: str) -> CellCounter:
        """Return what was booked or handed over, per cell."""
        cells: CellCounter = Counter()
        for line in self.settled[key]:
            cells[line.revenue_group, line.vat_rate] += line.gross_cents
        return cells

    def exact_cells(self, key: str | None, entry: Entry, debit: str | None) -> CellCounter:
        """Return what an entry has on the accounts of its booking, and on other revenue accounts.

        `key` is the booking's; None for an entry of others. VAT that differs from what was booked
        counts under the first cell with VAT.
        """
        ours = self.settled[key] if key else []
        places = dict(self.chart.cell_of_account)
        places |= {line.gl_account: (line.revenue_group, line.vat_rate) for line in reversed(ours)}
        cells: CellCounter = self.ledger_cells(key) if key else Counter()
        net = added_up([exact_accounts(entry, debit, self.chart)])
        expected: Counter[str] = Counter()
        for line in ours:
            expected[line.gl_account] += line.gross_cents - line.vat_cents
        for account in {account for account, _ in net} | set(expected):
            if account in places:
                cells[places[account]] += -net.get((account, None), 0) - expected[account]
        vat = -net.get((VAT[0], None), 0) - sum(line.vat_cents for line in ours)
        if vat and cells:
            taxed = [cell for cell in cells if cell[1] != VatRate.ZERO]
            cells[(taxed or list(cells))[0]] += vat
        return cells


def number_of(booking: JudgedBooking) -> Number:
    """Return what Exact holds unique."""
    return booking.journal, booking.financial_year, booking.entry_number
