"""What a night must read from James although James says the same of its month as before: a person,
or a night of an older day, changed what the ledger has. Each extract is compared with one of all of
James.
"""

from __future__ import annotations

import datetime as dt

import pytest

from exact_online import acts
from exact_online.acts.word import Word
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.night.test_changed_months import Watched, watched
from tests.report import hands
from tests.report.test_differences import open_differences

__all__ = ["link", "small_place", "watched"]

KEY = "factuur:1"
NOVEMBER = dt.date(2026, 11, 2)
BY = Word("noorderlicht", "Els", "so decided")


@pytest.fixture
def booked(link: SmallLink, watched: Watched) -> SmallLink:
    """One invoice of October, booked; its month is read no more."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"), day=dt.date(2026, 10, 6))
    for _ in range(2):
        link.night()
    assert watched.months == [1, 0]
    return link


def test_what_changed_while_it_was_closed_is_found_when_that_is_taken_back(
    booked: SmallLink, watched: Watched
) -> None:
    """Closed by a person it is not fetched, and its month settles without the change."""
    hands.remove(booked, 1)
    booked.night()
    act = acts.close(booked.ledger, BY, KEY)
    booked.james.correct(1, (1200, 0, "tariff"))
    for _ in range(2):
        booked.night()
    acts.take_back(booked.ledger, BY, act)
    booked.night()
    assert open_differences(booked) == {KEY: ("changed_after_booking", 1200, 0)}
    assert watched.in_full.count(True) == 1


def test_a_rejected_invoice_without_a_day_that_was_closed_is_gone_with_its_record(
    booked: SmallLink, watched: Watched
) -> None:
    booked.james.invoice(2, "1001", (500, 0, "tariff"))
    booked.james.conn.execute("update james.factuur set gefactureerd_op = null where factuur_id = 2")
    booked.night()
    acts.close(booked.ledger, BY, "factuur:2")
    booked.night()
    booked.james.remove(2)
    booked.night()
    assert open_differences(booked) == {}


def test_a_closed_invoice_that_james_moved_and_then_deleted_is_gone(
    booked: SmallLink, watched: Watched
) -> None:
    """Closed by a person it keeps the day with which it was booked."""
    hands.remove(booked, 1)
    booked.night()
    acts.close(booked.ledger, BY, KEY)
    booked.james.redate(1, NOVEMBER)
    for _ in range(2):
        booked.night()
    booked.james.remove(1)
    booked.night()
    assert open_differences(booked) == {}
    assert watched.in_full.count(True) == 1


def test_a_month_that_went_after_a_night_of_an_older_day_is_gone_the_same_night(
    booked: SmallLink, watched: Watched
) -> None:
    """The older night answers for less days, and says nothing about the months after them."""
    booked.james.invoice(2, "1001", (500, 0, "tariff"), day=NOVEMBER)
    booked.night()
    booked.night("an older one", book_day=dt.date(2026, 10, 20))
    booked.james.remove(2)
    booked.night(book_day=BOOK_DAY)
    assert open_differences(booked) == {"factuur:2": ("gone_in_source", 0, 500)}


def test_what_went_from_days_that_an_older_night_left_out_is_gone_the_same_night(
    booked: SmallLink, watched: Watched
) -> None:
    """Of the month in which that night's days end it has figures of the first days alone."""
    booked.james.invoice(2, "1001", (500, 0, "tariff"), day=NOVEMBER)
    booked.james.invoice(3, "1001", (700, 0, "tariff"), day=NOVEMBER + dt.timedelta(days=14))
    booked.night()
    booked.night("an older one", book_day=NOVEMBER + dt.timedelta(days=7))
    booked.james.remove(3)
    booked.night(book_day=BOOK_DAY)
    assert open_differences(booked) == {"factuur:3": ("gone_in_source", 0, 700)}
