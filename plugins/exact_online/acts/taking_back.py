"""Take an act back, where that is safe."""

from __future__ import annotations

from exact_online.acts.hand_overs import keep_file
from exact_online.acts.word import Word, acting, booking_of
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.ledger.acts import Act

REOPENED = ("close", "book_again")


def take_back(ledger: Ledger, word: Word, act_id: int) -> None:
    """Take back an accepted difference, an invoice that was closed or is to be booked again, or a
    workbook that was taken back.

    Raises NotReady when the act was taken back before, when what it did has gone further since, and
    for an act that can't be taken back.
    """
    with acting(ledger, word):
        act = ledger.acts.get(word.practice, act_id)
        if act is None:
            raise NotReady(f"Practice {word.practice} has no act {act_id}.")
        if not ledger.acts.take_back(act_id, word.by, word.reason):
            raise NotReady(f"Act {act_id} was taken back by {act.taken_back_by} already.")
        if not _reverted(ledger, word, act):
            raise NotReady(f"Act {act_id} ({act.act} of {act.subject}) can't be taken back any more.")


def _reverted(ledger: Ledger, word: Word, act: Act) -> bool:
    if act.act == "accept":
        return ledger.acts.unaccept(word.practice, act.act_id)
    if act.act in REOPENED:
        booking = booking_of(ledger, word, act.subject)
        ledger.acts.unaccept(word.practice, act.act_id)  # the entry that was told with it
        return ledger.acts.reopen(booking, str(act.before["state"]))
    return act.act == "take_back_file" and keep_file(ledger, word, act.subject)
