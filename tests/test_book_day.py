"""M1: an invoice can change until midnight in Amsterdam, so a night books the days before it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from exact_online.book_day import AMSTERDAM, book_day


def night(year: int, month: int, day: int) -> dt.datetime:
    """Return the moment at which a night runs: 02:00 in Amsterdam."""
    return dt.datetime(year, month, day, 2, 0, tzinfo=AMSTERDAM)


def test_a_run_at_two_in_the_morning_belongs_to_its_own_day() -> None:
    """M1: the run of the 22nd books invoices dated before the 22nd."""
    assert book_day(night(2026, 1, 22)) == dt.date(2026, 1, 22)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-01-21T22:59:59+00:00", dt.date(2026, 1, 21)),
        ("2026-01-21T23:00:00+00:00", dt.date(2026, 1, 22)),
        ("2026-07-21T21:59:59+00:00", dt.date(2026, 7, 21)),
        ("2026-07-21T22:00:00+00:00", dt.date(2026, 7, 22)),
    ],
)
def test_the_day_turns_at_midnight_in_amsterdam_not_in_utc(utc: str, day: dt.date) -> None:
    assert book_day(dt.datetime.fromisoformat(utc)) == day


@pytest.mark.parametrize(
    ("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25), (dt.date(2026, 6, 1), 24)]
)
def test_every_hour_of_a_short_or_long_day_has_that_day(day: dt.date, hours: int) -> None:
    start = dt.datetime.combine(day, dt.time(), AMSTERDAM).astimezone(dt.UTC)
    moments = [start + dt.timedelta(hours=hour) for hour in range(hours + 1)]
    assert [book_day(moment) for moment in moments] == [day] * hours + [day + dt.timedelta(days=1)]


def test_nights_around_the_turn_of_the_year_follow_each_other() -> None:
    """An invoice of 31 December is booked in the night of 1 January, in December's period."""
    nights = [night(2026, 12, 31), night(2027, 1, 1), night(2027, 1, 2)]
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(map(book_day, nights)))
    assert book_day(nights[1]) == dt.date(2027, 1, 1)


def test_a_moment_without_a_time_zone_raises() -> None:
    with pytest.raises(ValueError, match="time zone"):
        book_day(dt.datetime(2026, 1, 22, 2, 0))
