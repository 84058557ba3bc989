"""The one cause of each case (B4)."""

from __future__ import annotations

import itertools

import pytest

from exact_online.reason_codes import Reason
from exact_online.report.causes import Case, Exact, James, cause_of
from exact_online.vocabulary import BookingState, Cause

BOOKED, HANDED, CLOSED = BookingState.BOOKED, BookingState.EXPORTED, BookingState.CLOSED

CASES = [
    (Case(BookingState.PLANNED, James.AS_BOOKED, Exact.ABSENT), Cause.NOT_YET_DUE),
    (Case(BookingState.DOUBTFUL, James.AS_BOOKED, Exact.ABSENT), Cause.NOT_YET_DUE),
    (Case(BookingState.HELD, James.AS_BOOKED, Exact.ABSENT), Cause.HELD),
    (Case(BookingState.REJECTED, James.AS_BOOKED, Exact.ABSENT), Cause.REJECTED),
    (Case(HANDED, James.AS_BOOKED, Exact.ABSENT), Cause.HANDED_OVER),
    (Case(HANDED, James.AS_BOOKED, Exact.AS_BOOKED), None),
    (Case(HANDED, James.AS_BOOKED, Exact.CHANGED), Cause.HANDED_OVER_OTHERWISE),
    (Case(HANDED, James.CHANGED, Exact.AS_BOOKED), Cause.CHANGED_IN_JAMES),
    (Case(BOOKED, James.AS_BOOKED, Exact.AS_BOOKED), None),
    (Case(BOOKED, James.CHANGED, Exact.AS_BOOKED), Cause.CHANGED_IN_JAMES),
    (Case(BOOKED, James.CHANGED, Exact.CHANGED), Cause.CHANGED_IN_JAMES),
    (Case(BOOKED, James.CHANGED, Exact.CHANGED, agree=True), None),
    (Case(BOOKED, James.GONE, Exact.AS_BOOKED), Cause.GONE_FROM_JAMES),
    (Case(BOOKED, James.GONE, Exact.ABSENT, agree=True), None),
    (Case(BOOKED, James.AS_BOOKED, Exact.CHANGED), Cause.CHANGED_IN_EXACT),
    (Case(BOOKED, James.AS_BOOKED, Exact.OTHER_NUMBER), Cause.OTHER_ENTRY_NUMBER),
    (Case(BOOKED, James.AS_BOOKED, Exact.ABSENT), Cause.REMOVED_IN_EXACT),
    (Case(BOOKED, James.AS_BOOKED, Exact.ABSENT, is_fresh=True), Cause.SETTLES_LATE),
    (Case(CLOSED, James.GONE, Exact.ABSENT), None),
    (Case(CLOSED, James.GONE, Exact.AS_BOOKED), Cause.GONE_FROM_JAMES),
    (Case(CLOSED, James.AS_BOOKED, Exact.ABSENT, closed_by_person=True), Cause.CLOSED),
    (Case(CLOSED, James.GONE, Exact.ABSENT, closed_by_person=True), None),
]


@pytest.mark.parametrize(("case", "cause"), CASES)
def test_a_case_has_its_cause(case: Case, cause: Cause | None) -> None:
    assert cause_of(case) is cause


def test_nothing_that_differs_goes_without_a_cause() -> None:
    """Booked or handed over, and not the same on all sides: there is no case without a cause."""
    for state, james, exact in itertools.product((BOOKED, HANDED), James, Exact):
        if (james, exact) != (James.AS_BOOKED, Exact.AS_BOOKED):
            assert cause_of(Case(state, james, exact)) is not None


def test_every_cause_has_its_sentence() -> None:
    """M21: a cause is a reason of the catalogue, with both amounts in both languages."""
    assert {cause.value for cause in Cause} <= {reason.value for reason in Reason}
