"""Accept a difference: it stays, is known, is counted apart, and makes no night red."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def accept(ledger: Ledger, word: Word, subject: str) -> int:
    """Accept an open difference as it is; return the act's number. It opens again when it changes.

    `subject` is that of the list of differences: a source key, or ``exact:<entry id>``.
    """
    with acting(ledger, word):
        act = ledger.acts.keep(word.practice, "accept", subject, word.by, word.reason, {})
        if not ledger.acts.accept(word.practice, subject, word.by, act):
            raise NotReady(
                f"Practice {word.practice} has no open difference {subject!r} that can be accepted; "
                f"'differences {word.practice}' lists them."
            )
    return act
