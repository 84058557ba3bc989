"""Let a practice that stopped by itself go on."""

from __future__ import annotations

from exact_online.acts.word import Word, acting
from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def go_on(ledger: Ledger, word: Word) -> int:
    """Let a practice send again that stopped at an entry with another total.

    Return the act's number. The next entry with another total stops it again. It can't be taken
    back.
    """
    with acting(ledger, word):
        stop = ledger.practices.stopped(word.practice)
        if stop is None:
            raise NotReady(f"Practice {word.practice} is not stopped, so there is nothing to say.")
        act = ledger.acts.keep(word.practice, "go_on", word.practice, word.by, word.reason, dict(stop.values))
        ledger.practices.go_on(word.practice)
    return act
