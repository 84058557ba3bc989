"""The one cause of a difference: a closed list, no tolerance, no "other" (B4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from exact_online.vocabulary import BookingState, Cause


class James(Enum):
    """What James has of an invoice now."""

    AS_BOOKED = auto()
    CHANGED = auto()
    GONE = auto()


class Exact(Enum):
    """What Exact has of its entry now."""

    AS_BOOKED = auto()
    OTHER_NUMBER = auto()
    """As booked, under another entry number."""
    CHANGED = auto()
    MADE_OTHERWISE = auto()
    """With the total that Exact made of it, which is not the one that was sent."""
    ABSENT = auto()


@dataclass(frozen=True)
class Case:
    """An invoice as three witnesses have it."""

    state: BookingState
    james: James
    exact: Exact
    agree: bool = False
    """James and Exact have the same, whatever was booked."""
    is_fresh: bool = False
    """Booked by this very night."""
    closed_by_person: bool = False


BY_STATE = {
    BookingState.PLANNED: Cause.NOT_YET_DUE,
    BookingState.SENDING: Cause.NOT_YET_DUE,
    BookingState.DOUBTFUL: Cause.NOT_YET_DUE,
    BookingState.HELD: Cause.HELD,
    BookingState.REJECTED: Cause.REJECTED,
}
OF_JAMES = {James.CHANGED: Cause.CHANGED_IN_JAMES, James.GONE: Cause.GONE_FROM_JAMES}
OF_EXACT = {
    Exact.OTHER_NUMBER: Cause.OTHER_ENTRY_NUMBER,
    Exact.CHANGED: Cause.CHANGED_IN_EXACT,
    Exact.MADE_OTHERWISE: Cause.MADE_OTHERWISE,
    Exact.ABSENT: Cause.REMOVED_IN_EXACT,
}


def cause_of(case: Case) -> Cause | None:
    """Return why James and Exact differ about an invoice; None when they do not.

    James comes first: where both sides moved apart, what happened in James is the cause.
    """
    if case.agree:
        return None
    if case.state is BookingState.CLOSED:
        return _of_closed(case)
    by_record = BY_STATE.get(case.state) or OF_JAMES.get(case.james)
    return by_record or (_of_handed_over if case.state is BookingState.EXPORTED else _of_booked)(case)


def _of_booked(case: Case) -> Cause | None:
    """Only Exact can differ here."""
    if case.exact is Exact.ABSENT and case.is_fresh:
        return Cause.SETTLES_LATE
    return OF_EXACT.get(case.exact)


def _of_closed(case: Case) -> Cause | None:
    """One that was removed everywhere differs again when one of both has it again."""
    if case.closed_by_person and case.james is not James.GONE:
        return Cause.CLOSED
    if case.exact is Exact.ABSENT:
        return None
    return Cause.GONE_FROM_JAMES


def _of_handed_over(case: Case) -> Cause | None:
    """Imported as it was handed over is no difference any more."""
    if case.exact is Exact.ABSENT:
        return Cause.HANDED_OVER
    return None if case.exact is Exact.AS_BOOKED else Cause.HANDED_OVER_OTHERWISE
