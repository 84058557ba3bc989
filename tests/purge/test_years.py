"""What was booked goes seven years after its financial year, and is never booked again."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from exact_online.book_day import AMSTERDAM
from exact_online.failures import NotReady
from exact_online.night.history import _first_day
from tests.link.small import SmallLink
from tests.purge.moments import count, purge_at

OLD, NEW = "factuur:2600001", "factuur:2600002"
NEXT_YEAR = dt.date(2027, 1, 10)
TABLES = ("booking", "booking_line", "booking_history")


def at(year: int, month: int, day: int, hour: int = 7) -> dt.datetime:
    return dt.datetime(year, month, day, hour, 20, tzinfo=AMSTERDAM)


def of(key: str, table: str = "booking") -> str:
    if table == "booking":
        return f"booking where source_key = '{key}'"
    return f"{table} inner join booking using (booking_id) where source_key = '{key}'"


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """An invoice of 2026, and one that is taken for one of 2027."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.james.invoice(2600002, "1001")
    assert link.night().items == []
    set_day(link, NEW, "2027-01-01")
    return link


def set_day(link: SmallLink, key: str, day: str) -> None:
    conn = link.ledger.conn
    conn.execute("update booking set entry_date = %s where source_key = %s", [day, key])


def test_it_is_kept_until_the_last_day_of_the_seventh_year(booked: SmallLink) -> None:
    """Booked in 2026: kept through 2033, gone on the first morning of 2034; 2027 stays."""
    lines = count(booked, "exact_line")
    purge_at(booked, at(2033, 12, 30))
    purge_at(booked, at(2033, 12, 31))
    assert [count(booked, of(OLD, table)) for table in TABLES] == [1, 1, 3]
    assert count(booked, "exact_line") == lines > 0
    purge_at(booked, at(2034, 1, 1))
    assert count(booked, of(OLD)) == 0
    assert [count(booked, of(NEW, table)) for table in TABLES] == [1, 1, 3]
    assert count(booked, "booking_line") == 1
    assert count(booked, "exact_line") == 0
    assert purge_at(booked, at(2034, 1, 1)).rows.total() == 0


def test_what_was_deleted_is_not_booked_again_though_james_has_it(booked: SmallLink) -> None:
    """Nights look at no day that is past its term, from before it is deleted."""
    for day in (30, 31):
        purge_at(booked, at(2033, 12, day))
        booked.night(book_day=NEXT_YEAR)
        assert count(booked, of(OLD)) == 1
    purge_at(booked, at(2034, 1, 1))
    booked.night(book_day=NEXT_YEAR)
    assert count(booked, of(OLD)) == 0
    assert booked.writes("salesentry/SalesEntries") == 2


def test_nothing_is_deleted_before_nights_looked_away_for_a_day(booked: SmallLink) -> None:
    """The purge did not run in the last days of the year: a night may be under way."""
    purge_at(booked, at(2034, 1, 2))
    purge_at(booked, at(2034, 1, 2, 23))
    assert count(booked, of(OLD)) == 1
    purge_at(booked, at(2034, 1, 3))
    assert count(booked, of(OLD)) == 0


def test_a_broken_financial_year_counts_from_its_own_end(booked: SmallLink) -> None:
    """July to June: what was booked in November 2026 belongs to a year that ends in 2027."""
    rows = [
        {"FinYear": year, "FinPeriod": 1, "StartDate": f"{year - 1}-07-01", "EndDate": f"{year}-06-30"}
        for year in range(2025, 2036)
    ]
    booked.ledger.mirrors.save_lists(booked.practice.code, {"periods": rows})
    for day in (30, 31):
        purge_at(booked, at(2033, 12, day))
    purge_at(booked, at(2034, 1, 1))
    assert count(booked, of(OLD)) == 1
    for day in (30, 31):
        purge_at(booked, at(2034, 12, day))
    purge_at(booked, at(2035, 1, 1))
    assert count(booked, of(OLD)) == 0


def test_a_debtor_and_what_is_on_its_way_is_not_deleted(booked: SmallLink) -> None:
    for day in (30, 31):
        purge_at(booked, at(2033, 12, day))
    booked.ledger.conn.execute("alter table booking disable trigger booking_moves")
    booked.ledger.conn.execute("update booking set state = 'doubtful' where source_key = %s", [OLD])
    booked.ledger.conn.execute("alter table booking enable trigger booking_moves")
    purge_at(booked, at(2034, 1, 1))
    assert (count(booked, of(OLD)), count(booked, of("debiteur:1001"))) == (1, 1)


@pytest.mark.parametrize("table", ["booking_history", "booking"])
def test_the_ledger_itself_lets_nothing_else_be_deleted(booked: SmallLink, table: str) -> None:
    """INV-8: whoever runs the statement."""
    for day in (30, 31):
        purge_at(booked, at(2033, 12, day))
    with pytest.raises(psycopg.errors.RaiseException, match=r"append-only|never deleted"):
        booked.ledger.conn.execute(f"delete from {table}")  # noqa: S608


def test_history_can_not_be_asked_for_days_that_are_deleted(booked: SmallLink) -> None:
    """It would be imported a second time."""
    for day in (30, 31):
        purge_at(booked, at(2033, 12, day))
    practice = booked.ledger.practices.get(booked.practice.code)
    assert practice.link_date == practice.first_sync_date == dt.date(2027, 1, 1)
    with pytest.raises(NotReady, match="keeps nothing of before 2027-01-01"):
        _first_day(practice, "2026-12-31")
