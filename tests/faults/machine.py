"""Loop B: random programs over the whole link.

People write and correct in James, Exact misbehaves, workers die, stall and meet.

After every step the invariants that always hold are checked. In the end the faults stop, and
everything must come to rest.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress
from typing import Any

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from exact_online.failures import LinkFailure
from tests.faults.crashes import SimulatedCrash, dying_at, stalling_at
from tests.faults.invariants import violations, violations_at_rest, violations_of_another_night
from tests.link.james import DAY, Line
from tests.link.small import Place, SmallLink

BEFORE_LINK = dt.date(2026, 9, 15)
ACCOUNTS, CONTACTS, BANK_ACCOUNTS = "crm/Accounts", "crm/Contacts", "crm/BankAccounts"
SALES, JOURNAL = "salesentry/SalesEntries", "generaljournalentry/GeneralJournalEntries"
WRITTEN = (ACCOUNTS, CONTACTS, BANK_ACCOUNTS, SALES, SALES, JOURNAL)
READ = (
    SALES,
    ACCOUNTS,
    CONTACTS,
    JOURNAL,
    "financialtransaction/TransactionLines",
    "bulk/Financial/TransactionLines",
    "*",
)

LOST: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_before", {}),
    ("drop_after_commit", {}),
    *(("slow_commit", {"seconds": seconds}) for seconds in (20, 100, 130, 230, 500)),
    *(
        ("status", {"status": status, "executed": executed})
        for status in (500, 502, 503, 504)
        for executed in (False, True)
    ),
    ("truncate", {}),
    ("truncate_connection", {}),
    ("empty_answer", {}),
    ("answer_without_id", {}),
    ("answer_of_another", {}),
    ("html_page", {"executed": True}),
    ("redirect", {}),
    ("duplicate", {}),
    ("stale_read", {"seconds": 90}),
    ("slow_answer", {"wait_seconds": 59}),
)
REJECTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"status": 401}),
    ("status", {"status": 403}),
    ("status", {"status": 429}),
    ("status", {"status": 500, "body": '{"error":{"message":{"value":"Dit gaat niet"}}}'}),
)
UNREADABLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_before", {}),
    ("status", {"status": 503}),
    ("truncate", {}),
    ("html_page", {}),
    ("foreign_next", {}),
)

cents = st.integers(-5_000, 20_000)
lines = st.lists(
    st.tuples(cents, st.sampled_from([0, 9, 21]), st.sampled_from(["tariff", "article"])),
    min_size=1,
    max_size=3,
)
which = st.integers(0, 9)
places = st.integers(0, 120)

tried: Counter[str] = Counter()
"""Programs, nights, crashes and faults of this process."""


def _expect_none(found: list[str]) -> None:
    if found:
        raise AssertionError("; ".join(found))


class Link(RuleBasedStateMachine):
    """Lives on `place`, which whoever runs the machine sets before."""

    place: Place

    @initialize(
        kinds=st.lists(st.sampled_from(["Patiënt", "Instelling", "Verzekeraar"]), min_size=1, max_size=2),
        thorough=st.sampled_from([False, False, True]),
    )
    def begin(self, kinds: list[str], thorough: bool) -> None:
        tried["programs"] += 1
        self.link = SmallLink(self.place)
        self.thorough = self.link.reconciles = thorough
        self.link.settled_from = self.link.practice.link_date
        self.debtors: list[str] = []
        self.invoices: list[int] = []
        self.credited: set[int] = set()
        self.closed = False
        self.imported = False
        for kind in kinds:
            self.new_debtor(kind, direct_debit=False)
        self.new_invoice(0, [(1000, 21, "tariff")], "14D")

    # --- people at the practice -------------------------------------------------------------------

    @precondition(lambda self: len(self.debtors) < 4)
    @rule(kind=st.sampled_from(["Patiënt", "Instelling", "Verzekeraar"]), direct_debit=st.booleans())
    def new_debtor(self, kind: str, direct_debit: bool) -> None:
        number = str(1001 + len(self.debtors))
        means = {"condition": "INCASSO", "iban": "NL91ABNA0417164300"} if direct_debit else {}
        self.link.james.debtor(number, kind, **means)
        self.debtors.append(number)

    @rule(debtor=which, lines=lines, condition=st.sampled_from(["14D", "30D", "PIN", "CONTANT"]))
    def new_invoice(self, debtor: int, lines: list[Line], condition: str) -> None:
        self._write(self._next(), debtor, lines, condition, DAY)

    @rule(debtor=which, lines=lines)
    def old_invoice(self, debtor: int, lines: list[Line]) -> None:
        self._write(self._next(), debtor, lines, "14D", BEFORE_LINK)

    def _next(self) -> int:
        return 2600001 + len(self.invoices)

    def _write(
        self,
        number: int,
        debtor: int,
        lines: list[Line],
        condition: str,
        day: dt.date,
        credits: int | None = None,
    ) -> None:
        owner = self.debtors[debtor % len(self.debtors)]
        claim = None
        if self.link.james.kinds[owner] == "Verzekeraar":
            claim, condition, credits = f"D{number}", "30D", None
        self.link.james.invoice(
            number, owner, *lines, day=day, condition=condition, credits=credits, claim=claim
        )
        self.invoices.append(number)

    @rule(invoice=which)
    def credit(self, invoice: int) -> None:
        original = self.invoices[invoice % len(self.invoices)]
        written = self.link.james.written.get(f"factuur:{original}")
        if (
            written is None
            or original in self.credited
            or any(cents <= 0 for cents, _, _ in written[-1].lines)
        ):
            return
        self.credited.add(original)
        opposite: list[Line] = [
            (-cents, percentage, origin) for cents, percentage, origin in written[-1].lines
        ]
        self._write(
            self._next(), self._owner(original), opposite, written[-1].condition, DAY, credits=original
        )

    def _owner(self, number: int) -> int:
        found = self.link.james.conn.execute(
            "select debiteurnummer from james.factuur join james.debiteur using (debiteur_id) where "
            "factuur_id = %s",
            [number],
        ).fetchone()
        assert found is not None
        return self.debtors.index(found[0])

    @rule(invoice=which, lines=lines)
    def correct(self, invoice: int, lines: list[Line]) -> None:
        number = self.invoices[invoice % len(self.invoices)]
        if f"factuur:{number}" in self.link.james.written:
            self.link.james.correct(number, *lines)

    @rule(invoice=which)
    def pay(self, invoice: int) -> None:
        self.link.james.settle(self.invoices[invoice % len(self.invoices)])

    @rule(debtor=which, name=st.sampled_from(["Pietersen", "O'Brien", "Van 't Hof"]))
    def rename(self, debtor: int, name: str) -> None:
        self.link.james.rename(self.debtors[debtor % len(self.debtors)], name)

    # --- Exact ------------------------------------------------------------------------------------

    @rule(
        fault=st.sampled_from(LOST + REJECTED),
        endpoint=st.sampled_from(WRITTEN),
        nth=st.integers(1, 3),
        times=st.integers(1, 2),
    )
    def write_fault(self, fault: tuple[str, dict[str, Any]], endpoint: str, nth: int, times: int) -> None:
        if fault[0] != "duplicate" or endpoint not in (
            CONTACTS,
            BANK_ACCOUNTS,
        ):  # Exact would take those twice, and nobody could help it
            self._plan(fault, endpoint, "POST", nth, times)

    @rule(fault=st.sampled_from(UNREADABLE + REJECTED), endpoint=st.sampled_from(READ), nth=st.integers(1, 3))
    def read_fault(self, fault: tuple[str, dict[str, Any]], endpoint: str, nth: int) -> None:
        self._plan(fault, endpoint, "GET", nth, 1)

    @rule(fault=st.sampled_from(LOST[:2] + UNREADABLE[:3]))
    def token_fault(self, fault: tuple[str, dict[str, Any]]) -> None:
        self._plan(fault, "oauth2/token", "POST", 1, 1)

    def _plan(
        self, fault: tuple[str, dict[str, Any]], endpoint: str, method: str, nth: int, times: int
    ) -> None:
        tried["faults"] += 1
        kind, settings = fault
        self.link.world.faults.add(kind, endpoint=endpoint, method=method, nth=nth, times=times, **settings)

    @rule()
    def open_or_close_the_period(self) -> None:
        (self.link.division.reopen_period if self.closed else self.link.division.close_period)(2026, 11)
        self.closed = not self.closed

    # --- nights -----------------------------------------------------------------------------------

    @rule()
    def night(self) -> None:
        tried["nights"] += 1
        with suppress(LinkFailure):
            self.link.night()
        self._look()

    @rule()
    def backfill(self) -> None:
        tried["nights"] += 1
        self.imported = True
        with suppress(LinkFailure):
            self.link.night(backfill="import")
        self._look()

    @rule(place=places)
    def night_that_dies(self, place: int) -> None:
        with dying_at(place) as died_at, suppress(SimulatedCrash, LinkFailure):
            self.link.night()
        if died_at:
            tried["crashes"] += 1
            self.link.die()
        self._look()

    @rule(place=places)
    def night_that_stalls_while_another_worker_takes_over(self, place: int) -> None:
        """FR-D1: the worker's session is gone, another one starts, then the first one wakes up."""
        with stalling_at(place, self._take_over), suppress(LinkFailure, psycopg.OperationalError):
            self.link.night()
        self.link.die()
        self._look()

    def _take_over(self) -> None:
        tried["stalls"] += 1
        pid = self.link.ledger.conn.info.backend_pid
        self.place.terminate(pid)
        self._another_workers_night()

    @rule(place=places)
    def two_workers_at_once(self, place: int) -> None:
        """FR-D2: a second worker comes while the first one is at work."""
        with stalling_at(place, self._another_workers_night, in_transaction=False), suppress(LinkFailure):
            self.link.night()
        self._look()

    def _another_workers_night(self) -> None:
        tried["nights"] += 1
        with self.link.another_worker(), suppress(LinkFailure):
            self.link.night()

    def _look(self) -> None:
        _expect_none(violations(self.link))

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "link"):
            return
        link, backfill = self.link, "import" if self.imported else "as_set"
        try:
            if self.closed:
                link.division.reopen_period(2026, 11)
            if self.imported:
                link.settled_from = link.practice.first_sync_date
            link.reconciles = True
            link.pass_by(600)  # what was slow has landed, so that the last night sees it
            link.until_at_rest(backfill=backfill)
            _expect_none(violations_at_rest(link))
            if self.thorough and violations_of_another_night(
                link, backfill
            ):  # what was renamed while its answer was lost goes (FR-G2)
                _expect_none(violations_of_another_night(link, backfill))
        finally:
            link.die()
