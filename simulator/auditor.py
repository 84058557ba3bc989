"""What was asked and what is booked, as tests want to know it; sees requests and books only."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
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
    """Counts calls and reads the books; is asked by tests and by the admin API."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.writes: list[Write] = []
        self.calls_per_minute: Counter[tuple[int | None, int]] = Counter()
        """(division, minute since the epoch) -> calls that reached the simulator with that
        division."""
        self.errors_per_hour: Counter[tuple[int | None, str, int]] = Counter()
        """(division, endpoint, hour since the epoch) -> answers with 400, 401, 403 or 404."""
        self._baseline: dict[int, dict[str, str]] = {}

    # Books ------------------------------------------------------------------------------------

    def entries_per_reference(self, division: Division) -> Counter[str]:
        """Return how many entries carry each reference.

        YourRef of a sales entry, or a description among the lines of a general journal entry.
        """
        found: Counter[str] = Counter(
            row["YourRef"] for row in division["SalesEntries"] if row.get("YourRef")
        )
        per_entry: dict[str, set[str]] = defaultdict(set)
        for line in division["GeneralJournalEntryLines"]:
            if line.get("Description"):
                per_entry[line["EntryID"]].add(line["Description"])
        for references in per_entry.values():
            found.update(references)
        return found

    def totals_per_account(self, division: Division) -> dict[tuple[str, int, int], int]:
        """Return (ledger account code, year, period) -> cents, debit positive."""
        totals: dict[tuple[str, int, int], int] = defaultdict(int)
        for line in division["TransactionLines"]:
            code = division["GLAccounts"].rows[line["GLAccount"]]["Code"]
            totals[code, line["FinancialYear"], line["FinancialPeriod"]] += cents(line["AmountDC"])
        return dict(totals)

    def totals_per_vat_code(self, division: Division) -> dict[tuple[str, int, int], tuple[int, int]]:
        """Return (VAT code, year, period) -> (base, VAT) in cents.

        Revenue and VAT to pay positive.
        """
        totals: dict[tuple[str, int, int], list[int]] = defaultdict(lambda: [0, 0])
        for line in division["TransactionLines"]:
            if line.get("VATCode"):
                kept = totals[line["VATCode"].strip(), line["FinancialYear"], line["FinancialPeriod"]]
                kept[line["VATType"] in {"A", "Z"}] -= cents(line["AmountDC"])
        return {key: (base, vat) for key, (base, vat) in totals.items()}

    def trial_balance(self, division: Division) -> int:
        """Return the cents that debit and credit differ by.

        Zero, or the simulator itself is wrong.
        """
        return sum(cents(line["AmountDC"]) for line in division["TransactionLines"])

    def unbalanced(self, division: Division) -> list[str]:
        """Return the ids of entries whose own lines do not add up to zero."""
        totals: dict[str, int] = defaultdict(int)
        for line in division["TransactionLines"]:
            totals[line["EntryID"]] += cents(line["AmountDC"])
        return [entry for entry, total in totals.items() if total]

    # Hands off --------------------------------------------------------------------------------

    def remember(self, division: Division) -> None:
        """Take what is in the books as other people's: `touched` finds what differs later."""
        self._baseline[division.code] = _digests(division)

    def touched(self, division: Division) -> list[str]:
        """Return ``table/key`` of remembered records that are changed or gone (INV-6)."""
        now = _digests(division)
        return [
            key for key, digest in self._baseline.get(division.code, {}).items() if now.get(key) != digest
        ]

    @contextmanager
    def people_act(self, division: Division) -> Iterator[None]:
        """What people change in between of what is remembered, they may: remember it anew."""
        before = _digests(division)
        yield
        now, kept = _digests(division), self._baseline.get(division.code, {})
        changed = {key: now.get(key) for key in kept if before.get(key) != now.get(key)}
        for key, digest in changed.items():
            if digest is None:
                del kept[key]
            else:
                kept[key] = digest

    # Requests ---------------------------------------------------------------------------------

    def count_call(self, division: int | None, endpoint: str, status: int, now: float) -> None:
        """Count a call, executed or not; `status` is what the client saw, 0 for nothing."""
        self.calls_per_minute[division, int(now // 60)] += 1
        if status in COUNTED_AS_ERROR:
            self.errors_per_hour[division, endpoint, int(now // 3600)] += 1

    def record_write(self, division: int | None, method: str, endpoint: str, status: int, now: float) -> None:
        """Keep a POST, PUT or DELETE that was executed."""
        if method != "GET":
            self.writes.append(Write(now, division, method, endpoint, status))

    def changed_entries(self) -> list[Write]:
        """Return each PUT and DELETE on what is booked (INV-7)."""
        return [
            write
            for write in self.writes
            if write.method in {"PUT", "DELETE"} and "entr" in write.endpoint.lower() and write.status < 300
        ]

    def early_refreshes(self) -> int:
        """Return how often tokens were asked for within 570 seconds of the last ones (INV-12)."""
        return self._authority.early_refreshes


def _digests(division: Division) -> dict[str, str]:
    return {
        f"{name}/{key}": _digest(row)
        for name, table in division.tables.items()
        for key, row in table.rows.items()
    }


def _digest(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()
