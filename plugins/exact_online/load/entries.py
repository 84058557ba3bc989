"""Sales entries and general journal entries: one call makes one, with the number and the reference that were fixed at planning."""

from __future__ import annotations

import json

from exact_online.answers import Answer, AnswerKind
from exact_online.ledger import Booking
from exact_online.load.comparison import Found, same_booking
from exact_online.load.outcome import Booked, Outcome, Refused, Unknown, unless_done
from exact_online.load.session import LoadSession
from exact_online.lookups import find_general_journal_entry, find_sales_entry
from exact_online.reasons import Reason
from exact_online.vocabulary import BookingKind

PATHS = {
    BookingKind.SALES_ENTRY: "salesentry/SalesEntries",
    BookingKind.GENERAL_JOURNAL_ENTRY: "generaljournalentry/GeneralJournalEntries",
}


def send_entry(load: LoadSession, booking: Booking) -> Outcome:
    """One POST; 'in use' is looked up and compared before it is called a refusal."""
    payload = booking.payload.replace('"@relation"', json.dumps(booking.relation_id))
    answer = load.exact.post(PATHS[booking.kind], payload, guard=lambda: load.ledger.check_holds(booking.practice))
    if answer.kind is AnswerKind.IN_USE:
        return _whose_number(load, booking, answer)
    return unless_done(answer) or _what_was_made(booking, answer)


def find_entry(load: LoadSession, booking: Booking) -> list[Found]:
    """What Exact has under this booking's number or reference: none, one, or more than one."""
    assert booking.journal is not None
    assert booking.financial_year is not None
    assert booking.entry_number is not None
    find = find_sales_entry if booking.kind is BookingKind.SALES_ENTRY else find_general_journal_entry
    return find(load.exact, booking.journal, booking.financial_year, booking.entry_number, booking.reference)


def judge(load: LoadSession, booking: Booking, found: list[Found]) -> Outcome:
    """What entries that are there say about a booking of ours. At least one was found."""
    if len(found) > 1:
        return Refused(Reason.DOUBLE_IN_EXACT, {"entries": len(found)})
    difference = same_booking(booking, found[0], load.lists)
    if difference is None:
        return Booked(found[0].entry_id)
    return Refused(Reason.ENTRY_NUMBER_IN_USE, {"difference": difference})


def _whose_number(load: LoadSession, booking: Booking, answer: Answer) -> Outcome:
    """The number is taken: by an earlier call of ours whose answer was lost, or by somebody else."""
    found = find_entry(load, booking)
    return judge(load, booking, found) if found else Unknown(f"Exact says the number is in use and shows no entry ({answer.cause})")


def _what_was_made(booking: Booking, answer: Answer) -> Outcome:
    """An answer must be about our booking: a number or reference of another entry means that we don't know."""
    entity = answer.entity or {}
    number, reference = entity.get("EntryNumber"), entity.get("YourRef")
    if number not in (None, booking.entry_number) or (reference or booking.reference) != booking.reference:
        return Unknown("the answer is about another entry")
    assert answer.exact_id is not None
    return Booked(answer.exact_id)
