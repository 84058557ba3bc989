"""The three witnesses of the invariants: what James says, what the ledger says, what Exact has and
was asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from simulator.accounting.money import cents as cents_of
from simulator.tables import Row
from tests.link.small import SmallLink

Accounts = dict[str, int]
"""G/L account code -> cents, debit positive."""


class Witnesses:
    """One look at everything, for all invariants."""

    def __init__(self, link: SmallLink) -> None:
        self.link = link
        self.auditor = link.world.auditor
        self.division = link.division
        self.by_hand = link.by_hand

    @cached_property
    def bookings(self) -> list[dict[str, Any]]:
        return self.rows("select * from booking where practice = %(practice)s order by booking_id")

    @cached_property
    def current(self) -> list[dict[str, Any]]:
        return self.rows(
            "select * from current_booking where practice = %(practice)s and kind <> 'debtor'"
            " order by booking_id"
        )

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        return self.rows(
            "select h.* from booking_history as h inner join booking as b using (booking_id)"
            " where b.practice = %(practice)s order by h.history_id"
        )

    @cached_property
    def moves(self) -> set[tuple[str, str]]:
        """The allowed ones, as (from, to); a first version comes from `new`."""
        return {(row["from_state"], row["to_state"]) for row in self.rows("select * from booking_move")}

    @cached_property
    def differences(self) -> list[dict[str, Any]]:
        """Those that are open."""
        return self.rows(
            "select * from difference where practice = %(practice)s and ended_at is null"
            " order by difference_id"
        )

    @cached_property
    def told(self) -> set[str]:
        """Keys and other subjects of what is told as different, accepted or not."""
        rows = self.differences
        return {row["subject"] for row in rows} | {row["source_key"] for row in rows if row["source_key"]}

    @cached_property
    def closed_by_person(self) -> set[str]:
        """Keys about which a person said that they will not be booked, and did not take it back."""
        rows = self.rows(
            "select subject from act where practice = %(practice)s and act = 'close'"
            " and taken_back_at is null"
        )
        return {row["subject"] for row in rows}

    @cached_property
    def entries(self) -> dict[str, Row]:
        """Id -> entry, sales and general journal alike."""
        tables = self.division["SalesEntries"], self.division["GeneralJournalEntries"]
        return {row["EntryID"]: row for table in tables for row in table}

    def reference_of(self, row: Row) -> str:
        """Return the reference that an entry carries."""
        return str(row.get("YourRef") or self.lines[row["EntryID"]][0]["Description"])

    @cached_property
    def ours(self) -> dict[str, list[Row]]:
        """Entry's reference -> entries that carry it, whoever made them."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.entries.values():
            found[self.reference_of(row)].append(row)
        return found

    @cached_property
    def lines(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for line in sorted(self.division["TransactionLines"], key=lambda line: line["LineNumber"]):
            found[line["EntryID"]].append(line)
        return found

    def accounts_of(self, entry_id: str) -> Accounts:
        sums: Counter[str] = Counter()
        for line in self.lines[entry_id]:
            sums[self.division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip()] += cents_of(
                line["AmountDC"]
            )
        return {account: cents for account, cents in sums.items() if cents}

    def codes_of(self, entry_id: str) -> Counter[tuple[str, str]]:
        """Return (G/L account, VAT code) -> cents of an entry; no code is an empty one."""
        sums: Counter[tuple[str, str]] = Counter()
        for line in self.lines[entry_id]:
            account = self.division["GLAccounts"].rows[line["GLAccount"]]["Code"].strip()
            sums[account, (line.get("VATCode") or "").strip()] += cents_of(line["AmountDC"])
        return sums

    def relations_of(self, entry_id: str) -> set[str]:
        """Return the numbers of the debtors whose relations the lines of an entry name."""
        relations = {line["Account"] for line in self.lines[entry_id] if line.get("Account")}
        codes = {self.division["Accounts"].rows[relation]["Code"].strip() for relation in relations}
        return {self.by_hand.linked.get(code, code) for code in codes}

    def days_of(self, entry_id: str) -> set[str]:
        """Return the days of the lines of an entry."""
        lines = self.lines[entry_id]
        return {str(dt.datetime.fromtimestamp(line["Date"] / 1000, dt.UTC).date()) for line in lines}

    @cached_property
    def in_james(self) -> set[str]:
        """Keys of all final invoices and claims that James has."""
        return set(self.link.james.in_scope((dt.date(2000, 1, 1), dt.date(2100, 1, 1))))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query of the ledger; it may name %(practice)s."""
        parameters = {"practice": self.link.practice.code} if "%(practice)s" in query else None
        return self.link.ledger.conn.execute(query.encode(), parameters).fetchall()


Check = Callable[[Witnesses], Iterator[str]]
"""An invariant: gives a sentence for each thing that is wrong."""
