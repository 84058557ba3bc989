"""Invoices that differ by themselves and are equal together with what credits them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exact_online.ledger import JudgedBooking
from exact_online.report.content import (
    Accounts,
    Content,
    Entry,
    added_up,
    debit_account,
    differing,
    exact_accounts,
    exact_content,
)
from exact_online.report.desk import Desk
from exact_online.vocabulary import Cause


@dataclass(frozen=True)
class Judged:
    """One invoice with its three sides."""

    booking: JudgedBooking
    booked: Content | None
    now: Content | None
    """What James has; None when it is gone, or can't be booked as it is."""
    entry: Entry | None
    there: Content | None
    cause: Cause | None
    differs: tuple[str, ...]

    @property
    def is_gone(self) -> bool:
        return self.booking.is_changed and self.booking.found is None


def names_of(case: Judged) -> tuple[str, ...]:
    """Return what differs: between James and what was booked, or between that and Exact."""
    if case.cause is Cause.CHANGED_IN_JAMES and case.booked and case.now:
        return differing(case.booked, case.now)
    return case.differs


def by_hand_of(desk: Desk, case: Judged, used: Collection[str]) -> list[Entry]:
    """Return the entries of people that bear an invoice's reference, but for `used` ones."""
    reference = case.booking.reference
    return [
        entry
        for entry in desk.foreign.values()
        if reference in entry.references and entry.entry_id not in used
    ]


def is_even(desk: Desk, together: Sequence[Judged], by_hand: Sequence[Entry]) -> bool:
    """Return whether these invoices and entries come to the same, per relation and account.

    That takes two entries: one alone was compared in full, so its difference stands.
    """
    entries = [*(case.entry for case in together if case.entry), *by_hand]
    if len(entries) < 2 or not all(_only_money_differs(desk, case, by_hand) for case in together):
        return False
    chart, debit = desk.chart, debit_account(together[0].booking, desk.chart)
    relations = {entry.entry_id: {line.relation_id for line in entry.lines} - {None} for entry in entries}
    if any(len(found) != 1 for found in relations.values()):
        return False
    wanted = [(case.now.relation, case.now.accounts) for case in together if case.now]
    there = [
        (relation, exact_accounts(entry, debit, chart))
        for entry in entries
        for relation in relations[entry.entry_id]
    ]
    return _per_relation(wanted) == _per_relation(there)


def _only_money_differs(desk: Desk, case: Judged, by_hand: Sequence[Entry]) -> bool:
    """Another day, period, reference or VAT code is evened by nothing but what James has now."""
    if case.now is None:
        return case.is_gone
    if set(names_of(case)) <= {"amounts", "relation"}:
        return True
    debit = debit_account(case.booking, desk.chart)
    typed = (exact_content(entry, case.now, debit, desk.chart) for entry in by_hand)
    return any(set(differing(case.now, there)) <= {"number"} for there in typed)


def _per_relation(parts: Iterable[tuple[str | None, Accounts]]) -> Mapping[str, Accounts]:
    grouped: dict[str, list[Accounts]] = defaultdict(list)
    for relation, accounts in parts:
        grouped[(relation or "").lower()].append(accounts)
    return {relation: total for relation, found in grouped.items() if (total := added_up(found))}
