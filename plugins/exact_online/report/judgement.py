"""Lay James, the ledger and Exact side by side, and give each difference its cause.

Pure: it gets rows, and returns what differs, and what people made equal again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from exact_online.api.stores import EntryLine
from exact_online.ledger import Difference, Followed, JudgedBooking, SettledLine
from exact_online.reason_codes import Reason
from exact_online.report.causes import Case, Exact, James, cause_of
from exact_online.report.content import (
    Chart,
    Entry,
    booked_content,
    debit_account,
    differing,
    exact_content,
    found_content,
)
from exact_online.report.desk import CellCounter, Desk, Number, number_of
from exact_online.report.even import Judged, by_hand_of, is_even, names_of
from exact_online.vocabulary import EXPLAINED_BY_STATE, BookingState, Cause

IN_BOOKS = (BookingState.BOOKED, BookingState.EXPORTED)
UNSENT = (BookingState.REJECTED, BookingState.HELD)
ON_ITS_WAY = (BookingState.PLANNED, BookingState.SENDING, BookingState.DOUBTFUL)
"""Not at rest: whose an entry under its number or reference is, shows when Exact is read."""


EVENED_BY_A_CREDIT = (
    Cause.CHANGED_IN_JAMES,
    Cause.GONE_FROM_JAMES,
    Cause.CHANGED_IN_EXACT,
    Cause.MADE_OTHERWISE,
)


@dataclass
class Judgement:
    """What came out."""

    differences: list[Difference] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)
    """Booked, and made equal in James and Exact by people."""
    closed: list[int] = field(default_factory=list)
    """Ids of bookings that neither James nor Exact has any more."""
    exact_has_more: CellCounter = field(default_factory=Counter)
    """Than the ledger says, per cell: of our invoices alone."""
    james_has_more: CellCounter = field(default_factory=Counter)
    """Than the ledger says, per cell: of what was booked or handed over."""
    unsettled: set[str] = field(default_factory=set)
    """Source keys, and ``exact:<entry id>``, of what is not plainly equal: it is compared again by
    the next night, whether it changes or not."""
    named: set[str] = field(default_factory=set)
    """Ids of the entries that were compared."""

    def add(self, other: Judgement) -> None:
        """Add what came out of other records and entries."""
        self.differences += other.differences
        self.followed += other.followed
        self.closed += other.closed
        self.exact_has_more.update(other.exact_has_more)
        self.james_has_more.update(other.james_has_more)
        self.unsettled |= other.unsettled


def judge(
    bookings: Sequence[JudgedBooking],
    settled: Iterable[SettledLine],
    lines: Iterable[EntryLine],
    chart: Chart,
    james_now: Mapping[str, CellCounter],
) -> Judgement:
    """Return what differs and why.

    `james_now`: per changed key, what James has per cell; a key that is gone has nothing.
    """
    desk = Desk(settled, lines, chart)
    desk.put_apart({row.entry_id for row in bookings if row.entry_id})
    result = Judgement()
    used: set[str] = set()
    judged = [_judged(desk, booking, result, used) for booking in bookings]
    even = _made_even(desk, judged, result, used)
    for case in judged:
        _count(desk, case, james_now, result)
        if case.cause is not None and case.booking.source_key not in even:
            result.differences.append(_difference(desk, case, james_now))
    _judge_foreign(desk, judged, used, result)
    result.unsettled = _unsettled(desk, judged, used, result)
    result.named = set(desk.entries)
    return result


def _unsettled(desk: Desk, judged: Sequence[Judged], used: set[str], result: Judgement) -> set[str]:
    """What adds anything to the result, or did before it was made even."""
    taken_over = {followed.booking_id for followed in result.followed} | set(result.closed)
    records = {
        case.booking.source_key
        for case in judged
        if case.cause is not None
        or (case.booking.is_changed and case.booking.state in IN_BOOKS)
        or (case.entry is not None and case.booking.state == BookingState.CLOSED)
        or case.booking.booking_id in taken_over
    }
    return records | {f"exact:{entry_id}" for entry_id in desk.foreign if entry_id not in used}


def _judged(desk: Desk, booking: JudgedBooking, result: Judgement, used: set[str]) -> Judged:
    """The cause of one booking; notes what people made equal on the way."""
    state = BookingState(booking.state)
    chart, is_gone = desk.chart, booking.is_changed and booking.found is None
    booked = (
        booked_content(booking, desk.booked_lines(booking.source_key), chart) if state in IN_BOOKS else None
    )
    now = None if is_gone else (found_content(booking, chart) if booking.is_changed else booked)
    entry, is_own = _entry_of(desk, booking, state)
    like = now or booked
    there = exact_content(entry, like, debit_account(booking, chart), chart) if entry and like else None
    agrees = now is not None and there is not None and not differing(now, there)
    if state is BookingState.BOOKED and entry and not is_own and not agrees:
        entry = there = None  # somebody else's, under our number: an attention item of its own
    if state is BookingState.BOOKED and agrees and entry and (booking.is_changed or not is_own):
        result.followed.append(Followed(booking.booking_id, entry.entry_id))
    if entry and not is_own:
        used.add(entry.entry_id)
    if is_gone and _is_nowhere(desk, booking, state, entry):
        result.closed.append(booking.booking_id)
        agrees = True
    differs = differing(booked, there) if booked and there else ()
    case = Case(
        state,
        _james_side(booking),
        _exact_side(booking, entry, differs),
        agrees,
        booking.is_fresh,
        booking.closed_by_person,
    )
    return Judged(booking, booked, now, entry, there, cause_of(case), differs)


def _entry_of(desk: Desk, booking: JudgedBooking, state: BookingState) -> tuple[Entry | None, bool]:
    """The booking's entry, and whether it is the one that was booked."""
    if state in (BookingState.BOOKED, BookingState.CLOSED) and booking.entry_id in desk.entries:
        return desk.entries[booking.entry_id], True
    if state in IN_BOOKS:
        return desk.by_number(booking), False
    return None, False


def _is_nowhere(desk: Desk, booking: JudgedBooking, state: BookingState, entry: Entry | None) -> bool:
    """Booked or never sent, and Exact has nothing under its number: nothing is left of it."""
    if state is BookingState.BOOKED:
        return entry is None and desk.by_number(booking) is None
    return state in UNSENT and not desk.numbered.get(number_of(booking))


def _james_side(booking: JudgedBooking) -> James:
    if not booking.is_changed:
        return James.AS_BOOKED
    return James.GONE if booking.found is None else James.CHANGED


def _exact_side(booking: JudgedBooking, entry: Entry | None, differs: tuple[str, ...]) -> Exact:
    if entry is None:
        return Exact.ABSENT
    if not differs:
        return Exact.AS_BOOKED
    if booking.made_cents is not None and abs(entry.debit_cents) == abs(booking.made_cents):
        return Exact.MADE_OTHERWISE
    return Exact.OTHER_NUMBER if differs == ("number",) else Exact.CHANGED


def _made_even(desk: Desk, judged: Sequence[Judged], result: Judgement, used: set[str]) -> set[str]:
    """Keys of invoices that differ by themselves and not together with what credits them.

    What credits one: credit invoices of James, or entries by hand that bear its reference. Together
    they are equal when each account comes to the same for the same relation.
    """
    credits_of: dict[str, list[Judged]] = defaultdict(list)
    for case in judged:
        if case.booking.credits_key and case.booking.state == BookingState.BOOKED:
            credits_of[case.booking.credits_key].append(case)
    even: set[str] = set()
    for case in judged:
        if case.cause in EVENED_BY_A_CREDIT:
            together = [case, *credits_of[case.booking.source_key]]
            by_hand = by_hand_of(desk, case, used)
            if is_even(desk, together, by_hand):
                even |= {member.booking.source_key for member in together}
                used |= {entry.entry_id for entry in by_hand}
                for entry in by_hand:
                    debit = debit_account(case.booking, desk.chart)
                    result.exact_has_more.update(desk.exact_cells(None, entry, debit))
                if case.is_gone and case.booking.state == BookingState.BOOKED:
                    result.closed.append(case.booking.booking_id)
    return even


def _count(desk: Desk, case: Judged, james_now: Mapping[str, CellCounter], result: Judgement) -> None:
    """Add what James and Exact have more than the ledger of this invoice."""
    booking, ours = case.booking, desk.ledger_cells(case.booking.source_key)
    if booking.state in IN_BOOKS and booking.is_changed:
        _add(result.james_has_more, james_now.get(booking.source_key, Counter()), ours)
    is_otherwise = booking.state == BookingState.BOOKED and case.cause is not None
    is_beside = case.cause is Cause.HANDED_OVER_OTHERWISE or booking.state == BookingState.CLOSED
    if is_otherwise or is_beside:
        _add(result.exact_has_more, _cells_in_exact(desk, case), ours)


def _add(total: CellCounter, there: CellCounter, ours: CellCounter) -> None:
    for cell in {*there, *ours}:
        total[cell] += there[cell] - ours[cell]


def _cells_in_exact(desk: Desk, case: Judged) -> CellCounter:
    if case.entry is None:
        return Counter()
    key, debit = case.booking.source_key, debit_account(case.booking, desk.chart)
    return desk.exact_cells(key, case.entry, debit)


def _difference(desk: Desk, case: Judged, james_now: Mapping[str, CellCounter]) -> Difference:
    assert case.cause is not None
    booking, key = case.booking, case.booking.source_key
    james = james_now.get(key, Counter()) if booking.is_changed else desk.ledger_cells(key)
    exact = _cells_in_exact(desk, case)
    by_state = case.cause in EXPLAINED_BY_STATE
    cells = sorted((*cell, james[cell] - exact[cell]) for cell in {*james, *exact})
    return Difference(
        subject=key,
        cause=case.cause,
        kind=booking.kind,
        source_key=key,
        entry_id=case.entry.entry_id if case.entry else booking.entry_id,
        day=booking.entry_date,
        james_cents=booking.total_cents if by_state else sum(james.values()),
        exact_cents=0 if by_state else sum(exact.values()),
        differs=" ".join(names_of(case)),
        cells=() if by_state else tuple(cell for cell in cells if cell[2]),
    )


def _judge_foreign(desk: Desk, judged: Sequence[Judged], used: set[str], result: Judgement) -> None:
    """Entries of others that bear the number or reference of an invoice of James.

    Also of one that was rejected for that very entry: James lacks the one in Exact, and Exact has
    the other, so each is a difference of its own.
    """
    by_reference: dict[str | None, Judged] = {}
    by_number: dict[Number, Judged] = {}
    for case in judged:
        booking = case.booking
        by_reference.setdefault(booking.reference, case)
        by_number[number_of(booking)] = case
    for entry in desk.foreign.values():
        head = entry.head
        named = [by_number.get((head.journal, head.financial_year, head.entry_number))]
        named += [by_reference.get(reference) for reference in sorted(entry.references)]
        about = next((known for known in named if known is not None), None)
        if about is None or entry.entry_id in used or about.booking.state in ON_ITS_WAY:
            continue
        case = about
        cells = desk.exact_cells(None, entry, debit_account(case.booking, desk.chart))
        result.exact_has_more.update(cells)
        result.differences.append(
            Difference(
                subject=f"exact:{entry.entry_id}",
                cause=Cause.ENTERED_TWICE if _is_double(desk, case, entry) else Cause.ENTERED_BY_HAND,
                kind=case.booking.kind,
                source_key=case.booking.source_key,
                entry_id=entry.entry_id,
                day=head.entry_date,
                james_cents=0,
                exact_cents=sum(cells.values()) or entry.debit_cents,
                cells=tuple(sorted((*cell, -cents) for cell, cents in cells.items() if cents)),
            )
        )


def _is_double(desk: Desk, case: Judged, entry: Entry) -> bool:
    """It has the reference and the content of a booking that is in Exact already, or is one of two
    that do.
    """
    if case.booking.reason == Reason.DOUBLE_IN_EXACT:
        return case.booking.reference in entry.references
    if case.booked is None or case.booking.reference not in entry.references:
        return False
    chart = desk.chart
    there = exact_content(entry, case.booked, debit_account(case.booking, chart), chart)
    return set(differing(case.booked, there)) <= {"number"}
