"""Which acts end what is open for a reason: what pages show as buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from exact_online.acts.bookings import adopt, book_again, close
from exact_online.acts.debtors import ours, same_person
from exact_online.acts.differences import accept
from exact_online.acts.hand_overs import take_back_file
from exact_online.acts.matches import chosen_matches, not_ours, ours_alike
from exact_online.acts.practices import go_on
from exact_online.acts.taking_back import REOPENED
from exact_online.acts.word import Word
from exact_online.ledger import Ledger
from exact_online.reason_codes import Reason
from exact_online.stops import Stop
from exact_online.vocabulary import BookingKind, BookingState, Cause


class ActName(StrEnum):
    """The acts by their names, as the ledger keeps them."""

    ACCEPT = "accept"
    ADOPT = "adopt"
    BOOK_AGAIN = "book_again"
    CLOSE = "close"
    GO_ON = "go_on"
    NOT_OURS = "not_ours"
    OURS = "ours"
    SAME_PERSON = "same_person"
    TAKE_BACK_FILE = "take_back_file"


def _ours(ledger: Ledger, word: Word, key: str) -> int:
    """The relation that bears the number, or those of previous software that look alike."""
    if ledger.matches.of_debtor(word.practice, key.removeprefix("debiteur:")):
        return ours_alike(ledger, word, chosen_matches(key, None, None))[0]
    return ours(ledger, word, key)


FUNCTIONS: Mapping[ActName, Callable[[Ledger, Word, str], int]] = {
    ActName.ACCEPT: accept,
    ActName.ADOPT: adopt,
    ActName.BOOK_AGAIN: book_again,
    ActName.CLOSE: close,
    ActName.GO_ON: lambda ledger, word, _: go_on(ledger, word),
    ActName.NOT_OURS: lambda ledger, word, key: not_ours(ledger, word, chosen_matches(key, None, None))[0],
    ActName.OURS: _ours,
    ActName.SAME_PERSON: same_person,
    ActName.TAKE_BACK_FILE: take_back_file,
}
"""Each takes the key of a record, the subject of a difference or the name of a workbook, and
returns the act's number.
"""

UNDOABLE = frozenset({ActName.ACCEPT, ActName.TAKE_BACK_FILE, *map(ActName, REOPENED)})
"""What `take_back` takes back, until what follows from it has happened."""

_OF_REASON: Mapping[str, tuple[ActName, ...]] = {
    Reason.DEBTOR_IDENTITY_CHANGED: (ActName.SAME_PERSON,),
    Reason.RELATION_TO_CONFIRM: (ActName.OURS,),
    Reason.RELATION_ALIKE: (ActName.OURS, ActName.NOT_OURS),
    Reason.ENTRY_NUMBER_IN_USE: (ActName.ADOPT,),
    Reason.ENTERED_BEFORE: (ActName.ADOPT,),
    Cause.ENTERED_BY_HAND: (ActName.ADOPT,),
    Cause.REMOVED_IN_EXACT: (ActName.BOOK_AGAIN, ActName.CLOSE),
    Reason.WORKBOOK_NOT_IMPORTED: (ActName.TAKE_BACK_FILE,),
    Stop.PRACTICE_STOPPED: (ActName.GO_ON,),
    Stop.PRACTICE_STOPPED_AT_NUMBER: (ActName.GO_ON,),
}
"""Beside those that follow from the state."""


def acts_for(reason: str, kind: str, state: str) -> tuple[ActName, ...]:
    """Return the acts that may end a record of `v_open_items`, the likeliest first."""
    acts = _OF_REASON.get(reason, ())
    if state == "different" and kind != BookingKind.DEBTOR and reason != Cause.UNEXPLAINED:
        acts += (ActName.ACCEPT,)
    if state in (BookingState.REJECTED, BookingState.HELD) and kind != BookingKind.DEBTOR:
        acts = (*(act for act in acts if act not in OF_DEBTORS), ActName.CLOSE)
    return acts


OF_DEBTORS = frozenset({ActName.SAME_PERSON, ActName.OURS, ActName.NOT_OURS})
"""Said of the debtor, not of the invoices that wait for him."""
