"""One administration: its tables, its periods and its numbering."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from simulator.clock import milliseconds
from simulator.contract import CONTRACT
from simulator.shared_state import SharedState
from simulator.tables import Row, Table
from simulator.values import NO_GUID

_KEPT = """
    Accounts BankAccounts Contacts SalesEntries SalesEntryLines
    GeneralJournalEntries GeneralJournalEntryLines TransactionLines
    Journals GLAccounts VATCodes VatPercentages PaymentConditions FinancialPeriods Currencies
    Costcenters Costunits Documents DocumentAttachments
"""
TABLES: dict[str, str] = {name: CONTRACT[name].key or "ID" for name in _KEPT.split()}
"""Table -> its key; the other resources are worked out when they are read."""
DELETED_TYPES = {
    "TransactionLines": 1,
    "Accounts": 2,
    "DocumentAttachments": 4,
    "Contacts": 5,
    "Documents": 6,
    "GLAccounts": 7,
    "BankAccounts": 48,
}
"""EntityType of sync/Deleted (fact 1b)."""
DELETED_DAYS = 61
"""The log is kept for two months (fact 1b)."""


class Division:
    """One administration; is only touched under the world's lock."""

    def __init__(self, shared: SharedState, code: int, name: str, practice: str | None = None) -> None:
        self.shared = shared
        self.clock = shared.clock
        self.switches = shared.switches
        self.code = code
        self.name = name
        self.practice = practice
        self.currency = "EUR"
        self.customer = str(uuid.uuid4())
        self.created = shared.clock.stamp()
        self.denied_with: str | None = None
        """A Reason of the 403 family (DivisionBlocked, LicenseExpired, BlockedCustomer) while
        nobody may come in."""
        self.default_payment_condition: str | None = None
        self.titles: set[str] = {"DHR", "MEVR"}
        self.registered: dict[str, str] = {}
        """ChamberOfCommerceNumber and VATNumber, as system/Divisions shows them."""
        self.closed: set[tuple[str, int, int]] = set()
        """(journal code or ``*``, year, period)."""
        self.version = 1000
        self.tables = {
            name: Table(name, key, self._touched) for name, key in (TABLES | {"Deleted": "ID"}).items()
        }
        self.numbers: dict[tuple[str, int], set[int]] = {}
        """Entry numbers taken, per journal code and financial year."""
        self.upload_breaks_after: int | None = None
        """So many transactions of the next upload are carried out (a fault); None: all."""
        self.hidden: dict[str, float] = {}
        """Keys of rows that reads do not see yet (stale reads), with the time at which they
        appear."""

    def _touched(self, table: str, key: str) -> None:
        self.shared.changed_rows[self.code, table, key] = None

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def next_version(self) -> int:
        """Return the next row version."""
        self.version += 1
        return self.version

    def save(self, table: str, row: Row) -> Row:
        """Keep a new or changed row with a new Timestamp and Modified, and return it."""
        row["Timestamp"] = self.next_version()
        if table != "Deleted":
            row["Modified"] = self.clock.stamp()
            row.setdefault("Created", row["Modified"])
            row.setdefault("Division", self.code)
        return self.tables[table].put(row)

    def add(self, table: str, values: Row, user: str | None = None) -> Row:
        """Keep a new row and return it; its key is made here unless it is there already."""
        key = self.tables[table].key
        if not values.get(key):
            values[key] = str(uuid.uuid4())
        values.setdefault("Creator", user or NO_GUID)
        values["Modifier"] = user or NO_GUID
        return self.save(table, values)

    def delete(self, table: str, key: str, user: str | None = None) -> None:
        """Delete a row, and note it for sync/Deleted where Exact does so."""
        self.tables[table].remove(key)
        if table in DELETED_TYPES:
            self._log_deletion(DELETED_TYPES[table], key, user)

    def _log_deletion(self, entity_type: int, key: str, user: str | None) -> None:
        now = self.clock.stamp()
        log = self.tables["Deleted"]
        for row in [row for row in log if row["DeletedDate"] < now - DELETED_DAYS * 86_400_000]:
            log.remove(row["ID"])
        self.save(
            "Deleted",
            {
                "ID": str(uuid.uuid4()),
                "EntityKey": key,
                "EntityType": entity_type,
                "DeletedBy": user or NO_GUID,
                "DeletedDate": now,
                "Division": self.code,
            },
        )

    # Codes ------------------------------------------------------------------------------------

    def find_by_code(self, table: str, code: Any) -> Row | None:
        """Return the row of a table by its code, padded or not, or None."""
        if not isinstance(code, str):
            return None
        return self.tables[table].first("Code", CONTRACT[table].properties["Code"].padded(code))

    def next_relation_code(self) -> str:
        """Return the highest code in use plus 1, padded (fact 4.3)."""
        highest = max(
            (int(row["Code"]) for row in self["Accounts"] if row["Code"].strip().isdecimal()), default=0
        )
        return CONTRACT["Accounts"].properties["Code"].padded(str(highest + 1))

    # Periods ----------------------------------------------------------------------------------

    def open_year(self, year: int) -> None:
        """Add a financial year of twelve months to the period-date table."""
        for month in range(1, 13):
            start = dt.date(year, month, 1)
            following = dt.date(year + month // 12, month % 12 + 1, 1)
            self.add_period(year, month, start, following - dt.timedelta(days=1))

    def add_period(self, year: int, period: int, start: dt.date, end: dt.date) -> None:
        """Add one period to the period-date table."""
        self.add(
            "FinancialPeriods",
            {
                "FinYear": year,
                "FinPeriod": period,
                "StartDate": milliseconds(start),
                "EndDate": milliseconds(end),
            },
        )

    def remove_year(self, year: int) -> None:
        """Remove all periods of a financial year."""
        for row in [row for row in self["FinancialPeriods"] if row["FinYear"] == year]:
            self["FinancialPeriods"].remove(row["ID"])

    def period_of(self, day: int) -> tuple[int, int] | None:
        """Return (year, period) of a day in milliseconds, or None when there is none."""
        for row in self["FinancialPeriods"]:
            if row["StartDate"] <= day < row["EndDate"] + 86_400_000:
                return row["FinYear"], row["FinPeriod"]
        return None

    def has_period(self, year: int, period: int) -> bool:
        """Return whether the period-date table has this period."""
        return any(row["FinYear"] == year and row["FinPeriod"] == period for row in self["FinancialPeriods"])

    def close_period(self, year: int, period: int, journal: str = "*") -> None:
        """Close a period, for one journal or for all.

        Its open entries become processed (fact 4.7a).
        """
        self.closed.add((journal, year, period))
        self._process(
            "SalesEntries", "Journal", ("ReportingYear", "ReportingPeriod"), journal, (year, period)
        )
        self._process(
            "GeneralJournalEntries",
            "JournalCode",
            ("FinancialYear", "FinancialPeriod"),
            journal,
            (year, period),
        )

    def reopen_period(self, year: int, period: int, journal: str = "*") -> None:
        """Open a period again; what was processed stays so."""
        self.closed.discard((journal, year, period))

    def is_closed(self, journal: str, year: int, period: int) -> bool:
        """Return whether a period is closed for a journal."""
        return ("*", year, period) in self.closed or (journal, year, period) in self.closed

    def _process(
        self, table: str, journal_field: str, fields: tuple[str, str], journal: str, at: tuple[int, int]
    ) -> None:
        for row in list(self[table]):
            if (row[fields[0]], row[fields[1]]) == at and journal in {"*", row[journal_field]}:
                self.process_entry(table, row)

    def process_entry(self, table: str, entry: Row) -> None:
        """Set status 50: nothing of the entry can change any more."""
        entry["Status"] = 50
        self.save(table, entry)
        for line in self["TransactionLines"].find("EntryID", entry["EntryID"]):
            line["Status"] = 50
            self.save("TransactionLines", line)

    # Numbers ----------------------------------------------------------------------------------

    def taken_numbers(self, journal: str, year: int) -> set[int]:
        """Return the entry numbers in use in a journal and year; the set itself, to be added to."""
        return self.numbers.setdefault((journal, year), set())

    def next_number(self, journal: str, year: int) -> int:
        """Return the journal's next number: two digits of the year, the journal, and a sequence."""
        taken = self.taken_numbers(journal, year)
        first = (
            int(f"{year % 100:02}{journal.strip():0>2}0001")
            if journal.strip().isdecimal()
            else int(f"{year % 100:02}900001")
        )
        return max(max(taken, default=0) + 1, min(first, 2**31 - 1))

    # Look-ups for tests and pages --------------------------------------------------------------

    def relation(self, code: str) -> Row:
        """Return the relation with this code; KeyError names it when there is none."""
        row = self.find_by_code("Accounts", code)
        if row is None:
            raise KeyError(f"Division {self.code} has no relation with code {code}")
        return row

    def entries(self, reference: str) -> list[Row]:
        """Return the entries with this reference.

        It is the YourRef of a sales entry, or the description of a general journal line.
        """
        described = {
            line["EntryID"]: None
            for line in self["GeneralJournalEntryLines"]
            if line.get("Description") == reference
        }
        return self["SalesEntries"].find("YourRef", reference) + [
            self["GeneralJournalEntries"].rows[entry_id] for entry_id in described
        ]

    def entry(self, entry_id: str) -> Row | None:
        """Return a sales entry or general journal entry by its id, or None."""
        return self["SalesEntries"].get(entry_id) or self["GeneralJournalEntries"].get(entry_id)

    def reveal(self, keys: Iterable[str]) -> None:
        """Let reads see these hidden rows from now on."""
        for key in keys:
            self.hidden.pop(key, None)
