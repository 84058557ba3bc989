"""Knows only the requests and the books: what was asked, what is booked, and what nobody should have touched."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass

from simulator.accounting.money import cents
from simulator.division import Division
from simulator.limits import COUNTED_AS_ERROR
from simulator.oauth import Authority
from simulator.tables import Row


@dataclass(frozen=True, slots=True)
class Write:
    """A POST, PUT or DELETE that was executed (whether or not the client ever heard of it)."""

    at: float
    division: int | None
    method: str
    endpoint: str
    status: int


class Auditor:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.writes: list[Write] = []
        self.calls_per_minute: Counter[tuple[int | None, int]] = Counter()
        """(division, minute since the epoch) -> calls that reached the simulator with that division."""
        self.errors_per_hour: Counter[tuple[int | None, str, int]] = Counter()
        """(division, endpoint, hour since the epoch) -> answers of 400, 401, 403 or 404."""
        self._baseline: dict[int, dict[str, str]] = {}

    # Books -----------------------------------------------------------------------------------------------------------

    def entries_per_reference(self, division: Division) -> Counter[str]:
        """How many entries carry a reference: YourRef of a sales entry, the descriptions of a general journal entry's lines."""
        found: Counter[str] = Counter(row["YourRef"] for row in division["SalesEntries"] if row.get("YourRef"))
        per_entry: dict[str, set[str]] = defaultdict(set)
        for line in division["GeneralJournalEntryLines"]:
            if line.get("Description"):
                per_entry[line["EntryID"]].add(line["Description"])
        for references in per_entry.values():
            found.update(references)
        return found

    def totals_per_account(self, division: Division) -> dict[tuple[str, int, int], int]:
        """(G/L account code, year, period) -> cents, debit positive."""
        totals: dict[tuple[str, int, int], int] = defaultdict(int)
        for line in division["TransactionLines"]:
            code = division["GLAccounts"].rows[line["GLAccount"]]["Code"]
            totals[code, line["FinancialYear"], line["FinancialPeriod"]] += cents(line["AmountDC"])
        return dict(totals)

    def totals_per_vat_code(self, division: Division) -> dict[tuple[str, int, int], tuple[int, int]]:
        """(VAT code, year, period) -> (base, VAT) in cents, revenue and VAT to pay positive."""
        totals: dict[tuple[str, int, int], list[int]] = defaultdict(lambda: [0, 0])
        for line in division["TransactionLines"]:
            if line.get("VATCode"):
                kept = totals[line["VATCode"].strip(), line["FinancialYear"], line["FinancialPeriod"]]
                kept[line["VATType"] in {"A", "Z"}] -= cents(line["AmountDC"])
        return {key: (base, vat) for key, (base, vat) in totals.items()}

    def trial_balance(self, division: Division) -> int:
        """Cents that debit and credit differ by: zero, or the simulator itself is wrong."""
        return sum(cents(line["AmountDC"]) for line in division["TransactionLines"])

    def unbalanced(self, division: Division) -> list[str]:
        """Ids of entries whose own lines do not add up to zero."""
        totals: dict[str, int] = defaultdict(int)
        for line in division["TransactionLines"]:
            totals[line["EntryID"]] += cents(line["AmountDC"])
        return [entry for entry, total in totals.items() if total]

    # Hands off -------------------------------------------------------------------------------------------------------

    def remember(self, division: Division) -> None:
        """What is in the books now belongs to others: `touched` finds what differs later."""
        self._baseline[division.code] = _digests(division)

    def touched(self, division: Division) -> list[str]:
        """``table/key`` of remembered records that are changed or gone (INV-6)."""
        now = _digests(division)
        return [key for key, digest in self._baseline.get(division.code, {}).items() if now.get(key) != digest]

    # Requests --------------------------------------------------------------------------------------------------------

    def count_call(self, division: int | None, endpoint: str, status: int, now: float) -> None:
        """A call came in, whether or not it was executed; `status` is what the client saw, 0 for nothing."""
        self.calls_per_minute[division, int(now // 60)] += 1
        if status in COUNTED_AS_ERROR:
            self.errors_per_hour[division, endpoint, int(now // 3600)] += 1

    def record_write(self, division: int | None, method: str, endpoint: str, status: int, now: float) -> None:
        if method != "GET":
            self.writes.append(Write(now, division, method, endpoint, status))

    def changed_entries(self) -> list[Write]:
        """PUT or DELETE on what is booked (INV-7)."""
        return [
            write for write in self.writes if write.method in {"PUT", "DELETE"} and "entr" in write.endpoint.lower() and write.status < 300
        ]

    def early_refreshes(self) -> int:
        """Tokens asked within 570 seconds of the previous ones (INV-12)."""
        return self._authority.early_refreshes


def _digests(division: Division) -> dict[str, str]:
    return {f"{name}/{key}": _digest(row) for name, table in division.tables.items() for key, row in table.rows.items()}


def _digest(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()
