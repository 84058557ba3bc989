"""Close an invoice, book it again, or adopt what stands in Exact by hand."""

from __future__ import annotations

from exact_online.acts.word import Word, acting, booking_of
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.ledger.acts import ActedBooking
from exact_online.reason_codes import IN_THE_WAY
from exact_online.vocabulary import BookingKind, BookingState, Cause


def close(ledger: Ledger, word: Word, source_key: str) -> int:
    """Close an invoice: it will not be booked, for the reason given. Return the act's number.

    It is rejected, held, or was removed in Exact. What somebody entered in Exact by hand for it,
    and was told with it, stays as it is.
    """
    with acting(ledger, word):
        booking = _invoice(ledger, word, source_key)
        act = ledger.acts.keep(
            word.practice, "close", source_key, word.by, word.reason, {"state": booking.state}
        )
        if not ledger.acts.close(booking, by_person=True):
            raise NotReady(
                f"{source_key} is {booking.state} and can't be closed: only what is rejected, held, or "
                "booked and removed in Exact can."
            )
        if booking.reason in IN_THE_WAY:
            ledger.acts.accept_entry_beside(word.practice, source_key, word.by, act)
    return act


def book_again(ledger: Ledger, word: Word, source_key: str) -> int:
    """Let the next night book an invoice again that was removed in Exact and is still in James.

    Return the act's number. Its number is looked up in Exact before anything is sent.
    """
    with acting(ledger, word):
        booking = _invoice(ledger, word, source_key)
        act = ledger.acts.keep(
            word.practice, "book_again", source_key, word.by, word.reason, {"state": booking.state}
        )
        is_removed = booking.state == BookingState.BOOKED and booking.cause == Cause.REMOVED_IN_EXACT
        if not (is_removed and ledger.acts.close(booking, by_person=False)):
            raise NotReady(
                f"{source_key} can't be booked again: that is for an invoice that was booked, was removed "
                "in Exact, and was told as such by the last reconciliation."
            )
    return act


def adopt(ledger: Ledger, word: Word, subject: str) -> int:
    """Take the entry that stands in Exact by hand for this invoice. Return the act's number.

    `subject` is the key of the invoice, or that of an entry that was told as entered by hand
    (``exact:<entry id>``), which is taken then. Where its content differs, the next reconciliation
    says so. It can't be taken back.
    """
    with acting(ledger, word):
        told = {row.subject: row for row in ledger.differences.open(word.practice)}.get(subject)
        source_key = told.source_key if told and told.source_key else subject
        booking = _invoice(ledger, word, source_key)
        entries = ledger.acts.entries_by_hand(word.practice, source_key)
        if told and subject != source_key:
            entries = [entry for entry in entries if entry == told.entry_id]
        if len(entries) != 1:
            raise NotReady(
                f"{len(entries)} entries in Exact could be {source_key}; exactly one must be there that "
                "has its number, or that was told as entered by hand."
            )
        before = {"state": booking.state, "entry_id": booking.entry_id}
        act = ledger.acts.keep(word.practice, "adopt", source_key, word.by, word.reason, before)
        if not ledger.acts.adopt(booking, entries[0]):
            raise NotReady(
                f"{source_key} is {booking.state} and can't be adopted: that is for an invoice that is held, "
                "rejected by Exact, or booked and removed there. One that our own rules reject must be "
                "corrected in James first."
            )
    return act


def _invoice(ledger: Ledger, word: Word, source_key: str) -> ActedBooking:
    booking = booking_of(ledger, word, source_key)
    if booking.kind == BookingKind.DEBTOR:
        raise NotReady(f"{source_key} is a debtor; this act is for an invoice or a claim.")
    return booking
