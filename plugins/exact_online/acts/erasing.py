"""Erase a debtor on request (AVG, article 17): the person goes, the money stays."""

from __future__ import annotations

from dataclasses import dataclass

from exact_online.acts.word import Word, acting, booking_of
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.vocabulary import BookingKind

MAX_NAMED = 5


@dataclass(frozen=True)
class Erasure:
    """What an erasure came to."""

    act: int
    workbooks: list[str]
    """Workbooks with a line of the debtor: their content is gone."""
    locations: list[str]
    """Where objects of them stand in the store: the caller removes them now, or a purge later."""
    was_in_james: bool
    """James had the debtor when it was last read: the next night reads him again."""


def erase(ledger: Ledger, word: Word, source_key: str) -> Erasure:
    """Remove all that can be read about a debtor from the ledger; keep bookings and amounts.

    Raises NotReady, with what it is, while something of the debtor is not settled. It can't be
    taken back. docs/privacy.md says what to do in James and in Exact.
    """
    with acting(ledger, word):
        booking = booking_of(ledger, word, source_key)
        if booking.kind != BookingKind.DEBTOR:
            raise NotReady(f"{source_key} is not a debtor; give his key, such as debiteur:1001.")
        _check_settled(ledger, word.practice, source_key, booking.debtor_number)
        was_in_james = ledger.erasing.is_in_james(word.practice, booking.debtor_number)
        emptied = ledger.erasing.erase(word.practice, booking.debtor_number)
        workbooks = list(emptied)
        act = ledger.acts.keep(
            word.practice, "erase", source_key, word.by, word.reason, {"workbooks": workbooks}
        )
    locations = [place for place in emptied.values() if place is not None]
    return Erasure(act, workbooks, locations, was_in_james)


def _check_settled(ledger: Ledger, practice: str, source_key: str, debtor_number: str) -> None:
    if found := ledger.erasing.obstacles(practice, debtor_number):
        named = ", ".join(f"{each.source_key} ({each.obstacle})" for each in found[:MAX_NAMED])
        more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
        raise NotReady(
            f"{source_key} can't be erased while something of this debtor is not settled: {named}{more}. "
            f"End that first ('items {practice}' and 'differences {practice}' say how)."
        )
