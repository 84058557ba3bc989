"""A due date or payment condition that changed after booking, and the number on a journal line."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.link.james import DAY
from tests.link.small import SmallLink
from tests.report import hands
from tests.report.test_differences import KEY, differs, open_differences


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """One invoice of 10.00, to be paid within 14 days."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    assert link.night().items == []
    return link


def due_in_exact(link: SmallLink, days: int) -> None:
    day = dt.datetime.combine(DAY + dt.timedelta(days=days), dt.time(), dt.UTC)
    hands.change(link, 1, DueDate=int(day.timestamp() * 1000))


def condition_in_james(link: SmallLink, condition: str) -> None:
    link.james.conn.execute("update james.factuur set betalingsconditie = %s", [condition])


def test_a_due_date_that_changed_in_exact_is_told(booked: SmallLink) -> None:
    due_in_exact(booked, 30)
    (item,) = booked.night().items
    assert (item.reason, differs(booked)) == ("changed_in_exact", "due_date")
    assert "de vervaldatum" in str(item.values["differs_nl"])


def test_a_condition_that_changed_in_james_is_told_until_both_are_equal(booked: SmallLink) -> None:
    """Nothing is sent; what people make equal ends by itself."""
    writes = booked.writes()
    condition_in_james(booked, "30D")
    assert [item.reason for item in booked.night().items] == ["changed_after_booking"]
    assert (differs(booked), open_differences(booked)) == (
        "due_date",
        {KEY: ("changed_after_booking", 1000, 1000)},
    )
    assert booked.night().numbers.differences_known == 1
    due_in_exact(booked, 30)
    assert booked.night().items == []
    assert (open_differences(booked), booked.writes()) == ({}, writes)
    due_in_exact(booked, 14)
    booked.night()
    assert differs(booked) == "due_date"


def test_a_condition_that_changed_in_james_and_back_is_no_difference(booked: SmallLink) -> None:
    condition_in_james(booked, "30D")
    booked.night()
    condition_in_james(booked, "14D")
    booked.night()
    assert open_differences(booked) == {}


def test_a_condition_with_the_same_days_is_no_difference(booked: SmallLink) -> None:
    """Direct debit has 14 days too."""
    condition_in_james(booked, "INCASSO")
    booked.night()
    assert open_differences(booked) == {}


def test_a_day_that_changed_is_told_as_the_day_alone(booked: SmallLink) -> None:
    """The due date follows it."""
    condition_in_james(booked, "30D")
    booked.james.redate(1, DAY - dt.timedelta(days=1))
    booked.night()
    assert differs(booked) == "day"


def test_entries_from_before_due_dates_were_read_are_no_difference(booked: SmallLink) -> None:
    """Version 0021: what Exact shows first is what is compared later."""
    booked.ledger.conn.execute("update booking set due_date = null")
    booked.ledger.conn.execute("update exact_line set due_date = null")
    booked.ledger.conn.execute("delete from exact_cursor where list_name = 'lines'")
    due_in_exact(booked, 30)
    assert booked.night().items == []
    due_in_exact(booked, 60)
    booked.night()
    assert differs(booked) == "due_date"


@pytest.mark.parametrize("text", ["9001", "Omboeking"])
def test_another_number_on_the_line_of_a_journal_entry_is_told(link: SmallLink, text: str) -> None:
    """M17: the description of the suspense line is the invoice's number."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"), condition="PIN")
    assert link.night().items == []
    with link.world.lock:
        line = next(row for row in link.division["TransactionLines"] if row.get("Description") == "1")
        link.division.save("TransactionLines", {**line, "Description": text})
    assert [item.reason for item in link.night().items] == ["changed_in_exact"]
    assert differs(link) == "reference"
