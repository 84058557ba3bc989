"""A cleared task of an older night puts no older content in the place of newer (FR-D17)."""

from __future__ import annotations

import pytest

from exact_online.night import steps as night
from exact_online.night.context import Night
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_content import customer

NUMBER = 2600001
KEY = f"factuur:{NUMBER}"


@pytest.fixture
def older(link: SmallLink) -> Night:
    """A night that read James and was cut off before it planned."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    opened = link.opened("older")
    night.extract(opened, link.james_reader, link.scope)
    return opened


def cleared(link: SmallLink, older: Night) -> None:
    """A person clears the plan tasks of the older night; all that is planned then is sent."""
    for batch in [*night.plan_debtors(older), *night.plan_entries(older)]:
        link.with_patience(lambda batch=batch: night.load(older, batch))


def test_an_older_plan_sends_no_older_content(link: SmallLink, older: Night) -> None:
    """The invoice moved and changed, and the newer night planned it so."""
    link.james.move(NUMBER, "1002")
    link.james.correct(NUMBER, (1200, 0, "tariff"))
    link.plan()
    cleared(link, older)
    (entry,) = link.entries(NUMBER)
    assert (customer(link), entry["AmountDC"]) == ("1002", 12.0)


def test_an_older_plan_books_nothing_that_james_has_no_more(link: SmallLink, older: Night) -> None:
    link.james.remove(NUMBER)
    link.night()
    cleared(link, older)
    assert link.entries(NUMBER) == []


def test_an_older_plan_changes_no_debtor_back(link: SmallLink, older: Night) -> None:
    link.james.rename("1001", "De Vries")
    link.night()
    cleared(link, older)
    assert "De Vries" in link.division.relation("1001")["Name"]


def test_an_older_plan_finds_no_difference_with_what_is_booked(link: SmallLink, older: Night) -> None:
    link.james.correct(NUMBER, (1200, 0, "tariff"))
    link.night()
    cleared(link, older)
    assert link.night().numbers.differences_new == 0


def test_an_older_night_that_reads_james_anew_plans(link: SmallLink, older: Night) -> None:
    """Its task extract was cleared: now it is the one that read last."""
    link.james.correct(NUMBER, (1200, 0, "tariff"))
    link.plan()
    night.extract(older, link.james_reader, link.scope)
    cleared(link, older)
    (entry,) = link.entries(NUMBER)
    assert entry["AmountDC"] == 12.0


def test_days_that_no_later_night_read_are_planned(link: SmallLink, older: Night) -> None:
    """A later run of an earlier book day answers for other invoices."""
    link.night(book_day=BOOK_DAY.replace(day=19))
    cleared(link, older)
    assert link.states()[KEY] == "booked"
