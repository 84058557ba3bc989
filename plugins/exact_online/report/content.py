"""What an entry says, apart from its words: as we booked it, as James has it, as Exact shows it.

Pure. Amounts are cents, debit positive.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from exact_online.api.stores import EntryLine
from exact_online.ledger.differences import JudgedBooking
from exact_online.settings import ExactPaymentCondition
from exact_online.vocabulary import BookingKind

VAT = ("btw", None)
"""Stands for all VAT accounts together: Exact divides VAT over them by the code."""

Accounts = Mapping[tuple[str, str | None], int]
"""(Ledger account code, VAT code) to cents; nothing that comes to 0."""


class BookedLine(NamedTuple):
    """What a booking has on a revenue account under a VAT code; gross cents."""

    gl_account: str
    vat_code: str
    gross_cents: int
    vat_cents: int


@dataclass(frozen=True)
class Content:
    """What is compared of an entry."""

    journal: str | None
    year: int | None
    period: int | None
    number: int | None
    day: dt.date | None
    relation: str | None
    """Id in Exact; empty when Exact has no relation of the debtor, None when it is not known."""
    reference: str | None
    """Your reference; of a general journal entry the number that its first line has as text."""
    accounts: Accounts
    due_date: dt.date | None = None
    """None when it is not known: then it is not compared."""


@dataclass(frozen=True)
class Entry:
    """An entry in Exact."""

    entry_id: str
    lines: tuple[EntryLine, ...]

    @property
    def head(self) -> EntryLine:
        """Return the line that names journal, year and number, which all lines share."""
        return self.lines[0]

    @property
    def references(self) -> frozenset[str]:
        """Return all references that its lines bear."""
        return frozenset(line.reference for line in self.lines if line.reference)

    @property
    def debit_cents(self) -> int:
        """Return the total: what stands on the debit side, less on a credit entry."""
        return max((line.cents for line in self.lines), key=abs, default=0)


@dataclass(frozen=True)
class Chart:
    """What of the division's accounts matters here; codes."""

    codes_by_id: Mapping[str, str]
    """Lower-case id to code."""
    vat_accounts: Collection[str]
    cell_of_account: Mapping[str, tuple[str, str]]
    """Revenue account to the first of its cells."""
    conditions: Mapping[str, ExactPaymentCondition] = field(default_factory=dict)


def entries_of(lines: Iterable[EntryLine]) -> dict[str, Entry]:
    """Return the entries that these lines make, by id."""
    grouped: dict[str, list[EntryLine]] = {}
    for line in lines:
        grouped.setdefault(line.entry_id, []).append(line)
    return {entry_id: Entry(entry_id, tuple(of_entry)) for entry_id, of_entry in grouped.items()}


def booked_content(booking: JudgedBooking, lines: Sequence[BookedLine], chart: Chart) -> Content:
    """Return what was booked."""
    return Content(
        journal=booking.journal,
        year=booking.financial_year,
        period=booking.financial_period,
        number=booking.entry_number,
        day=booking.entry_date,
        relation=_lower(booking.relation_id),
        reference=_text_in_exact(booking.kind, booking.reference, booking.entry_number),
        accounts=_accounts(lines, debit_account(booking, chart), booking.total_cents),
        due_date=booking.due_date,
    )


def found_content(booking: JudgedBooking, chart: Chart) -> Content | None:
    """Return what James has now where that is not what was booked; None when it can't be booked."""
    found = booking.found
    if found is None or found["reason"] is not None:
        return None
    lines = [BookedLine(*(line[name] for name in BookedLine._fields)) for line in found["lines"]]
    day = dt.date.fromisoformat(found["entry_date"])
    return Content(
        journal=found["journal"],
        year=found["financial_year"],
        period=found["financial_period"],
        number=found["entry_number"],
        day=day,
        relation=_lower(booking.found_relation_id) or "",
        reference=_text_in_exact(found["kind"], found["reference"], found["entry_number"]),
        accounts=_accounts(lines, debit_account(booking, chart), found["total_cents"]),
        due_date=_due_date_now(booking, day, chart),
    )


def _text_in_exact(kind: str, reference: str | None, number: int | None) -> str | None:
    """What an entry bears in Exact to be known by."""
    return reference if kind == BookingKind.SALES_ENTRY else str(number)


def _due_date_now(booking: JudgedBooking, day: dt.date, chart: Chart) -> dt.date | None:
    """The due date by what James has now; None when Exact has no such condition, or with days."""
    if (booking.found_condition, day) == (booking.payment_condition, booking.entry_date):
        return booking.due_date
    condition = chart.conditions.get(booking.found_condition or "")
    return condition.due_date(day) if condition else None


def debit_account(booking: JudgedBooking, chart: Chart) -> str | None:
    """Return the code of the receivables or suspense account; None when it is not known."""
    if booking.kind == BookingKind.SALES_ENTRY:
        return booking.receivables_account
    return chart.codes_by_id.get((booking.suspense_account_id or "").lower())


def exact_content(entry: Entry, like: Content, debit: str | None, chart: Chart) -> Content:
    """Return what Exact shows; a value that its lines have twice is the one that `like` lacks."""
    lines = entry.lines
    return Content(
        journal=entry.head.journal,
        year=_other((line.financial_year for line in lines), like.year),
        period=_other((line.financial_period for line in lines), like.period),
        number=entry.head.entry_number,
        day=_other((line.entry_date for line in lines), like.day),
        relation=_other((_lower(line.relation_id) for line in lines if line.relation_id), like.relation),
        reference=_other(entry.references, like.reference),
        accounts=exact_accounts(entry, debit, chart),
        due_date=_other((line.due_date for line in lines if line.due_date), like.due_date),
    )


def exact_accounts(entry: Entry, debit: str | None, chart: Chart) -> Accounts:
    """Return the cents per account and VAT code; the debit account and VAT without a code."""
    totals: Counter[tuple[str, str | None]] = Counter()
    for line in entry.lines:
        if line.gl_account in chart.vat_accounts:
            totals[VAT] += line.cents
        else:
            code = None if line.gl_account == debit else line.vat_code
            totals[line.gl_account, code] += line.cents
    return _filled(totals)


def differing(ours: Content, there: Content) -> tuple[str, ...]:
    """Return the names of what differs, in the order in which a person looks; empty when equal."""
    found = []
    if ours.journal != there.journal:
        found.append("journal")
    if ours.number != there.number:
        found.append("number")
    if ours.relation not in (None, there.relation):
        found.append("relation")
    if ours.day != there.day:
        found.append("day")
    if (ours.year, ours.period) != (there.year, there.period):
        found.append("period")
    if ours.day == there.day and None not in (ours.due_date, there.due_date):
        found += ["due_date"] * (ours.due_date != there.due_date)  # it follows the day
    if ours.reference != there.reference:
        found.append("reference")
    if ours.accounts != there.accounts:
        same_money = _without_codes(ours.accounts) == _without_codes(there.accounts)
        found.append("vat_code" if same_money else "amounts")
    return tuple(found)


def added_up(parts: Iterable[Accounts]) -> Accounts:
    """Return the sum of several entries, VAT codes apart from accounts left out."""
    totals: Counter[tuple[str, str | None]] = Counter()
    for part in parts:
        for (account, _), cents in part.items():
            totals[account, None] += cents
    return _filled(totals)


def _accounts(lines: Iterable[BookedLine], debit: str | None, total_cents: int) -> Accounts:
    totals: Counter[tuple[str, str | None]] = Counter()
    for line in lines:
        totals[line.gl_account, line.vat_code] -= line.gross_cents - line.vat_cents
        totals[VAT] -= line.vat_cents
    if debit is not None:
        totals[debit, None] += total_cents
    return _filled(totals)


def _without_codes(accounts: Accounts) -> Accounts:
    return added_up([accounts])


def _filled(totals: Mapping[tuple[str, str | None], int]) -> Accounts:
    return {place: cents for place, cents in totals.items() if cents}


def _other(values: Iterable[Any], wanted: Any) -> Any:
    """Return `wanted` when all values are that, else the first that is not; None without values."""
    seen = list(dict.fromkeys(values))
    return next((value for value in seen if value != wanted), seen[0] if seen else None)


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
