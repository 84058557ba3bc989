"""Whatever is accepted, debit equals credit (issue: accounting; INV-5)."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.accounting.money import cents
from tests.simulator.books import Client, new_world

AMOUNTS = st.integers(-10_000_000, 10_000_000).map(lambda amount: amount / 100)
CODES = st.sampled_from(["0", "2", "3", "4", "5", "6", ""])
LINES = st.lists(st.tuples(AMOUNTS, CODES, st.one_of(st.none(), AMOUNTS)), min_size=1, max_size=5)
DAYS = st.dates(min_value=dt.date(2025, 1, 1), max_value=dt.date(2026, 12, 31))


class Books(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        world = new_world()
        world.limits.off()
        self.exact = Client(world)

    @rule(lines=LINES, day=DAYS, number=st.one_of(st.none(), st.integers(1, 5)))
    def book_sales_entry(
        self, lines: list[tuple[float, str, float | None]], day: object, number: int | None
    ) -> None:
        given = [
            self.exact.line(amount, code, VATAmountFC=vat if code in {"2", "3", "4"} else None)
            for amount, code, vat in lines
        ]
        self.exact.post(
            "salesentry/SalesEntries", self.exact.sales_entry(*given, EntryDate=str(day), EntryNumber=number)
        )

    @rule(lines=LINES, day=DAYS, off=st.sampled_from([0.0, 0.0, 0.01]))
    def book_general_journal_entry(
        self, lines: list[tuple[float, str, float | None]], day: object, off: float
    ) -> None:
        given = [self.exact.line(amount, "", Date=str(day)) for amount, _, _ in lines]
        total = sum(cents(amount) for amount, _, _ in lines) / 100
        given.append(self.exact.line(off - total, "", "1010", Date=str(day)))
        self.exact.post("generaljournalentry/GeneralJournalEntries", self.exact.journal_entry(*given))

    @precondition(lambda self: len(self.exact.division["SalesEntryLines"]) > 0)
    @rule(amount=AMOUNTS, place=st.integers(0, 1000), gone=st.booleans())
    def change_a_line(self, amount: float, place: int, gone: bool) -> None:
        ids = sorted(self.exact.division["SalesEntryLines"].rows)
        path = f"salesentry/SalesEntryLines(guid'{ids[place % len(ids)]}')"
        reply = self.exact.delete(path) if gone else self.exact.put(path, {"AmountFC": amount})
        assert reply.status in {204, 500}

    @rule(period=st.integers(1, 12))
    def close_a_period(self, period: int) -> None:
        self.exact.division.close_period(2026, period)

    @invariant()
    def debit_equals_credit(self) -> None:
        auditor = self.exact.world.auditor
        assert auditor.trial_balance(self.exact.division) == 0
        assert auditor.unbalanced(self.exact.division) == []

    @invariant()
    def headers_are_the_sum_of_their_lines(self) -> None:
        for entry in self.exact.division["SalesEntries"]:
            (debtor,) = [
                line
                for line in self.exact.division["TransactionLines"].find("EntryID", entry["EntryID"])
                if line["LineNumber"] == 0
            ]
            assert debtor["AmountDC"] == entry["AmountDC"]


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_cents_survive_the_float(amount: int) -> None:
    assert cents(amount / 100) == amount
