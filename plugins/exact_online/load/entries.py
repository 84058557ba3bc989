"""Sales entries and general journal entries: one call makes one, with the number and the reference
that were fixed at planning.
"""

from __future__ import annotations

import json

from exact_online.api import odata
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.lookups import ExactEntry, find_general_journal_entry, find_sales_entry
from exact_online.failures import QueryRejected
from exact_online.ledger import Booking
from exact_online.load.comparison import difference
from exact_online.load.outcome import Booked, Outcome, Rejected, Unknown, failed_outcome
from exact_online.load.session import LoadSession
from exact_online.reason_codes import Reason
from exact_online.vocabulary import BookingKind

PATHS = {
    BookingKind.SALES_ENTRY: "salesentry/SalesEntries",
    BookingKind.GENERAL_JOURNAL_ENTRY: "generaljournalentry/GeneralJournalEntries",
}


def send_entry(load: LoadSession, booking: Booking) -> Outcome:
    """Send one POST; a number that is in use is looked up and compared before it is called a
    rejection.
    """
    payload = booking.payload.replace('"@relation"', json.dumps(booking.relation_id))
    answer = load.exact.post(
        PATHS[booking.kind], payload, guard=lambda: load.ledger.check_holds(booking.practice)
    )
    if answer.kind is AnswerKind.IN_USE:
        return _owner_of_number(load, booking, answer)
    return failed_outcome(answer) or _what_was_made(booking, answer)


def find_entry(load: LoadSession, booking: Booking) -> list[ExactEntry]:
    """Return what Exact has under this booking's number, or stands for it under another number.

    The latter has its content, or at least its reference and total. An entry that merely has an
    equal reference is left out.
    """
    return [entry for entry in _look_up(load, booking) if stands_for(load, booking, entry)]


def stands_for(load: LoadSession, booking: Booking, entry: ExactEntry) -> bool:
    """Return whether an entry has a booking's number, or stands for it under another number."""
    return (
        entry.entry_number == booking.entry_number
        or (entry.reference, entry.total_cents) == (booking.reference, booking.total_cents)
        or difference(booking, entry, load.lists) is None
    )


def judge(load: LoadSession, booking: Booking, found: list[ExactEntry]) -> Outcome:
    """Return what entries that were found (at least one) say about a booking of ours.

    One that another record is booked under, of whatever practice the division serves, never is
    this booking: equal content does not make it so. Nor is anything while the debtor has no
    relation that the entry's can be compared with.
    """
    if not all(entry.accounts for entry in found):
        return Unknown("Exact has the entry and does not show its lines yet")
    if booking.relation_id is None:
        return Unknown(
            f"Exact has an entry like it, and whose it is shows when debtor {booking.debtor_number} is in "
            "Exact: put that debtor right in the list of rejected bookings, and clear this task"
        )
    others = load.ledger.bookings.entries_of_others(booking, [entry.entry_id for entry in found])
    ours = [
        entry
        for entry in found
        if entry.entry_id not in others and difference(booking, entry, load.lists) is None
    ]
    if len(ours) > 1:
        return Rejected(Reason.DOUBLE_IN_EXACT, {"entries": len(ours)})
    if ours:
        return Booked(ours[0].entry_id, other_number=_other(ours[0].entry_number, booking.entry_number))
    in_the_way = min(found, key=lambda entry: entry.entry_number != booking.entry_number)
    values = {"difference": difference(booking, in_the_way, load.lists) or "relation"}
    if in_the_way.entry_number == booking.entry_number:
        return Rejected(Reason.ENTRY_NUMBER_IN_USE, values)
    return Rejected(Reason.ENTERED_BEFORE, {**values, "other_number": in_the_way.entry_number})


def _look_up(load: LoadSession, booking: Booking) -> list[ExactEntry]:
    journal, year, number = booking.journal, booking.financial_year, booking.entry_number
    assert journal is not None
    assert year is not None
    assert number is not None
    if booking.kind is BookingKind.SALES_ENTRY:
        return find_sales_entry(load.exact, journal, year, entry_number=number, reference=booking.reference)
    return find_general_journal_entry(load.exact, journal, year, number, booking.reference)


def _owner_of_number(load: LoadSession, booking: Booking, answer: Answer) -> Outcome:
    """The number is taken: by an earlier call of ours whose answer was lost,
    or by somebody else.

    While Exact does not take the question that tells, nobody knows (FR-B17).
    """
    try:
        found = find_entry(load, booking)
    except QueryRejected as rejection:
        return Unknown(f"Exact says the number is in use; {rejection}")
    return (
        judge(load, booking, found)
        if found
        else Unknown(f"Exact says the number is in use and shows no entry ({answer.cause})")
    )


def _what_was_made(booking: Booking, answer: Answer) -> Outcome:
    """An answer must be about our booking: the reference of another entry, or without one another
    number, means that we don't know. The number may be a hint to Exact, the reference is not.
    """
    entity = answer.entity or {}
    number, reference = odata.number(entity.get("EntryNumber")), entity.get("YourRef")
    is_ours = reference == booking.reference if reference else number in (None, booking.entry_number)
    if not is_ours:
        return Unknown("the answer is about another entry")
    assert answer.exact_id is not None
    total = odata.cents(entity.get("AmountDC")) or booking.total_cents  # 0: not filled in yet
    return Booked(answer.exact_id, _other(total, booking.total_cents), _other(number, booking.entry_number))


def _other(made: int | None, sent: int | None) -> int | None:
    """Return what was made where it is not what was sent."""
    return None if made == sent else made
