"""Say of a debtor that it is the same person still, or that a relation in Exact is this debtor."""

from __future__ import annotations

from exact_online.acts.word import Word, acting, booking_of
from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def same_person(ledger: Ledger, word: Word, source_key: str) -> int:
    """Release a debtor that seemed to be somebody else, for the content that James has now.

    Return the act's number. The next night changes the relation in Exact.
    """
    with acting(ledger, word):
        booking = booking_of(ledger, word, source_key)
        act = ledger.acts.keep(
            word.practice, "same_person", source_key, word.by, word.reason, {"reason": booking.reason}
        )
        if not ledger.acts.confirm_same_person(word.practice, source_key):
            raise NotReady(
                f"{source_key} is not rejected as debtor_identity_changed, so there is nothing to say."
            )
    return act


def ours(ledger: Ledger, word: Word, source_key: str) -> int:
    """Say that the relation in Exact that bears this debtor's number is this debtor (M15).

    Return the act's number.
    """
    with acting(ledger, word):
        booking = booking_of(ledger, word, source_key)
        act = ledger.acts.keep(
            word.practice, "ours", source_key, word.by, word.reason, {"reason": booking.reason}
        )
        if not ledger.relations.adopt(word.practice, word.by, source_key):
            raise NotReady(
                f"{source_key} is not listed as relation_to_confirm, or its relation in Exact is not the one "
                "that was listed any more."
            )
    return act
