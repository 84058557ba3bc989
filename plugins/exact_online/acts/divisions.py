"""Say that two practices of one company share one division of Exact."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def share_division(ledger: Ledger, word: Word, other: str) -> None:
    """Allow a practice to be linked to the division of another one, and the other way round.

    Their debtor numbers and invoice numbers must not overlap: whichever comes second is rejected.
    """
    ledger.practices.get(other)
    if other == word.practice:
        raise NotReady("Name two practices: one has its division to itself.")
    with acting(ledger, word):
        ledger.practices.share_division(word.practice, other, word.by, word.reason)
