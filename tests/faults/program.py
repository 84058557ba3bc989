"""Loop B: what a random program has at hand, and what people at the practice do in James."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.link.by_hand import ByHand
from tests.link.james import DAY, Line, Written
from tests.link.small import SmallLink

BEFORE_LINK = dt.date(2026, 9, 15)
OTHER_DAYS = (dt.date(2026, 10, 6), dt.date(2026, 11, 3), dt.date(2026, 11, 19))
KINDS = ("Patiënt", "Instelling", "Verzekeraar")

cents = st.integers(-5_000, 20_000)
lines = st.lists(
    st.tuples(cents, st.sampled_from([0, 9, 21]), st.sampled_from(["tariff", "article"])),
    min_size=1,
    max_size=3,
)
which = st.integers(0, 9)
places = st.integers(0, 120)

tried: Counter[str] = Counter()
"""Programs, nights, crashes, faults and acts of this process."""


class Program(RuleBasedStateMachine):
    """Writes in James: who owes what, and all that people change afterwards."""

    link: SmallLink
    hands: ByHand
    debtors: list[str]
    """Numbers of those that James has."""
    invoices: list[int]
    """Ids of the invoices that James has; claims are not among them."""
    credited: set[int]
    closed: bool
    """The period of `DAY` is."""

    def _start(self, link: SmallLink) -> None:
        self.link, self.hands = link, link.by_hand
        self.debtors, self.invoices, self.credited = [], [], set()
        self.closed = False
        self.made: Counter[str] = Counter()

    # --- new --------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.debtors) < 4)
    @rule(kind=st.sampled_from(KINDS), direct_debit=st.booleans(), is_in_exact=st.booleans())
    def new_debtor(self, kind: str, direct_debit: bool, is_in_exact: bool = False) -> None:
        """`is_in_exact`: with a relation of its number and name, from before the link (M15)."""
        self.made["debtors"] += 1
        number = str(1000 + self.made["debtors"])
        if is_in_exact:
            there = {"Name": f"Jansen {number}", "Postcode": "9711 AA", "Status": "C"}
            self.link.division.add("Accounts", {"Code": number.rjust(18), **there})
        means = {"condition": "INCASSO", "iban": "NL91ABNA0417164300"} if direct_debit else {}
        self.link.james.debtor(number, kind, **means)
        self.debtors.append(number)

    @rule(debtor=which, lines=lines, condition=st.sampled_from(["14D", "30D", "PIN", "CONTANT"]))
    def new_invoice(self, debtor: int, lines: list[Line], condition: str) -> None:
        self._write(self._debtor(debtor), lines, condition, DAY)

    @rule(debtor=which, lines=lines)
    def old_invoice(self, debtor: int, lines: list[Line]) -> None:
        self._write(self._debtor(debtor), lines, "14D", BEFORE_LINK)

    def older_invoice(self, debtor: int, amount: int, condition: str) -> None:
        """One line of 0 %, of before the link."""
        self._write(self._debtor(debtor), [(amount, 0, "tariff")], condition, BEFORE_LINK)

    def _write(
        self, owner: str, lines: list[Line], condition: str, day: dt.date, credits: int | None = None
    ) -> None:
        self.made["invoices"] += 1
        number, claim = 2600000 + self.made["invoices"], None
        if self.link.james.kinds[owner] == "Verzekeraar" and credits is None:
            claim, condition = f"D{number}", "30D"
        self.link.james.invoice(
            number, owner, *lines, day=day, condition=condition, credits=credits, claim=claim
        )
        if claim is None:
            self.invoices.append(number)

    @rule(invoice=which)
    def credit(self, invoice: int) -> None:
        original = self._invoice(invoice)
        if original is None or original in self.credited:
            return
        now = self._now(original)
        if any(cents <= 0 for cents, _, _ in now.lines):
            return
        self.credited.add(original)
        opposite: list[Line] = [(-cents, percentage, origin) for cents, percentage, origin in now.lines]
        self._write(now.debtor, opposite, now.condition, DAY, credits=original)

    # --- changes ----------------------------------------------------------------------------------

    @rule(invoice=which, lines=lines)
    def correct(self, invoice: int, lines: list[Line]) -> None:
        if (number := self._invoice(invoice)) is not None:
            self.link.james.correct(number, *lines)

    @rule(invoice=which, debtor=which)
    def move(self, invoice: int, debtor: int) -> None:
        """FR-G26: to another debtor, sent or not."""
        if (number := self._invoice(invoice)) is not None:
            self.link.james.move(number, self._debtor(debtor))

    @rule(invoice=which, day=st.sampled_from(OTHER_DAYS))
    def redate(self, invoice: int, day: dt.date) -> None:
        number = self._invoice(invoice)
        if number is not None and self._now(number).day != BEFORE_LINK:
            self.link.james.redate(number, day)

    @rule(invoice=which)
    def renumber(self, invoice: int) -> None:
        if (number := self._invoice(invoice)) is not None:
            self.made["numbers"] += 1
            self.link.james.renumber(number, 2690000 + self.made["numbers"])

    @rule(invoice=which)
    def take_out(self, invoice: int) -> None:
        """FR-G4: a final invoice is gone from James."""
        number = self._invoice(invoice)
        if number is not None and number not in self.credited:
            self.invoices.remove(number)
            self.link.james.remove(number)

    @precondition(lambda self: len(self.debtors) > 1)
    @rule(debtor=which, into=which)
    def merge(self, debtor: int, into: int) -> None:
        """FR-F4: two debtors of one kind become one."""
        gone, stays = self._debtor(debtor), self._debtor(into)
        if gone != stays and self.link.james.kinds[gone] == self.link.james.kinds[stays]:
            self.link.james.merge(gone, stays)
            self.debtors.remove(gone)

    @rule(invoice=which)
    def pay(self, invoice: int) -> None:
        if (number := self._invoice(invoice)) is not None:
            self.link.james.settle(number)

    @rule(debtor=which, name=st.sampled_from(["Pietersen", "O'Brien", "Van 't Hof"]))
    def rename(self, debtor: int, name: str) -> None:
        self.link.james.rename(self._debtor(debtor), name)

    @rule(debtor=which)
    def become_another_person(self, debtor: int) -> None:
        """FR-F5."""
        self.link.james.become_another_person(self._debtor(debtor))

    # --- choosing ---------------------------------------------------------------------------------

    def _debtor(self, place: int) -> str:
        return self.debtors[place % len(self.debtors)]

    def _invoice(self, place: int) -> int | None:
        return self.invoices[place % len(self.invoices)] if self.invoices else None

    def _now(self, number: int) -> Written:
        return self.link.james.written[f"factuur:{number}"][-1]
