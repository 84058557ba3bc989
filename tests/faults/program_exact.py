"""Loop B: how Exact misbehaves, and what people do in it by hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from simulator.rejections import Rejection
from tests.faults.program import Program, tried, which
from tests.link.small import SmallLink
from tests.report import hands

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

Fault = tuple[str, dict[str, Any]]
LOST: tuple[Fault, ...] = (
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
REJECTED: tuple[Fault, ...] = (
    ("status", {"status": 401}),
    ("status", {"status": 403}),
    ("status", {"status": 429}),
    ("status", {"status": 500, "body": '{"error":{"message":{"value":"Dit gaat niet"}}}'}),
)
UNREADABLE: tuple[Fault, ...] = (
    ("drop_before", {}),
    ("status", {"status": 503}),
    ("truncate", {}),
    ("html_page", {}),
    ("foreign_next", {}),
)


def _another_amount(link: SmallLink, number: str) -> None:
    hands.change_amount(link, number, 12.34)


def _another_reference(link: SmallLink, number: str) -> None:
    hands.change(link, number, YourRef=f"{number}x")


CHANGES: dict[str, Callable[[SmallLink, str], None]] = {
    "amount": _another_amount,
    "reference": _another_reference,
}


class ExactRules(Program):
    """Faults of Exact, its periods, and its bookkeepers."""

    @rule(
        fault=st.sampled_from(LOST + REJECTED),
        endpoint=st.sampled_from(WRITTEN),
        nth=st.integers(1, 3),
        times=st.integers(1, 2),
    )
    def write_fault(self, fault: Fault, endpoint: str, nth: int, times: int) -> None:
        if fault[0] != "duplicate" or endpoint not in (
            CONTACTS,
            BANK_ACCOUNTS,
        ):  # Exact would take those twice, and nobody could help it
            self._plan(fault, endpoint, "POST", nth, times)

    @rule(fault=st.sampled_from(UNREADABLE + REJECTED), endpoint=st.sampled_from(READ), nth=st.integers(1, 3))
    def read_fault(self, fault: Fault, endpoint: str, nth: int) -> None:
        self._plan(fault, endpoint, "GET", nth, 1)

    @rule(fault=st.sampled_from(LOST[:2] + UNREADABLE[:3]))
    def token_fault(self, fault: Fault) -> None:
        self._plan(fault, "oauth2/token", "POST", 1, 1)

    def _plan(self, fault: Fault, endpoint: str, method: str, nth: int, times: int) -> None:
        tried["faults"] += 1
        kind, settings = fault
        self.link.world.faults.add(kind, endpoint=endpoint, method=method, nth=nth, times=times, **settings)

    @rule()
    def open_or_close_the_period(self) -> None:
        (self.link.division.reopen_period if self.closed else self.link.division.close_period)(2026, 11)
        self.closed = not self.closed

    # --- a bookkeeper -----------------------------------------------------------------------------

    @rule(entry=which)
    def remove_by_hand(self, entry: int) -> None:
        """FR-H7."""
        if (found := self._entry(entry)) is not None:
            with suppress(Rejection):  # its period is closed
                hands.remove(self.link, found["reference"])
                self.hands.removed.add(found["EntryID"])
                tried["hands"] += 1

    @rule(entry=which, how=st.sampled_from(sorted(CHANGES)))
    def change_by_hand(self, entry: int, how: str) -> None:
        """FR-H8."""
        found = self._entry(entry)
        if found is not None and "YourRef" in found:
            with suppress(Rejection):
                CHANGES[how](self.link, found["reference"])
                self.hands.changed.add(found["EntryID"])
                tried["hands"] += 1

    @rule(entry=which, again=st.booleans())
    def enter_by_hand(self, entry: int, again: bool) -> None:
        """FR-H15: what is there once more under another number; `again`: in its own place."""
        found = self._entry(entry)
        if found is None or "YourRef" not in found:
            return
        copy = hands.copy_of(self.link, found["reference"])
        with suppress(Rejection):
            if again:
                hands.remove(self.link, found["reference"])
                self.hands.removed.add(found["EntryID"])
            else:
                copy.pop("EntryNumber")
            self.hands.entered.add(hands.enter(self.link, copy)["EntryID"])
            tried["hands"] += 1

    def _entry(self, place: int) -> dict[str, Any] | None:
        """An entry of ours that bears its reference alone."""
        division = self.link.division
        found = [
            {**row, "reference": row.get("YourRef") or self._described(row["EntryID"])}
            for row in (*division["SalesEntries"], *division["GeneralJournalEntries"])
        ]
        single = [row for row in found if len(self.link.entries(row["reference"])) == 1]
        return single[place % len(single)] if single else None

    def _described(self, entry_id: str) -> str:
        lines = self.link.division["GeneralJournalEntryLines"].find("EntryID", entry_id)
        return str(next((line["Description"] for line in lines if line.get("Description")), ""))
