"""A person's word: who acts, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.ledger.acts import ActedBooking


@dataclass(frozen=True)
class Word:
    """Whose word it is, for which practice, and why. Raises NotReady without a name or a reason."""

    practice: str
    by: str
    reason: str

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.reason.strip()):
            raise NotReady("An act needs a name and a reason: give --by and --reason.")


@contextmanager
def acting(ledger: Ledger, word: Word) -> Iterator[None]:
    """Hold the practice and make all inside one transaction.

    Raises NotReady for an unknown practice, LockLost while a night writes for it.
    """
    ledger.practices.get(word.practice)
    with ledger.holding(word.practice), ledger.transaction("act"):
        yield


def booking_of(ledger: Ledger, word: Word, source_key: str) -> ActedBooking:
    """Return the record of a key. Raises NotReady when the ledger does not know it."""
    booking = ledger.acts.booking(word.practice, source_key)
    if booking is None:
        raise NotReady(
            f"Practice {word.practice} has no record {source_key!r}. Keys are written as factuur:123, "
            f"declaratie:45 or debiteur:1001; 'items {word.practice}' lists what is open."
        )
    return booking
