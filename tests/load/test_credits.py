"""FR-G5, FR-G6: a credit invoice waits until the invoice it credits is booked, and not for ever."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from exact_online.ledger import NIGHTS_FOR_ORIGINAL
from tests.link.small import BOOK_DAY, SmallLink

ORIGINAL, CREDIT = 2600001, 2600002
DOWN = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """An invoice that Exact rejects, and its credit."""
    link.james.debtor("1001")
    link.james.invoice(ORIGINAL, "1001", (1000, 21, "tariff"))
    link.james.invoice(CREDIT, "1001", (-1000, 21, "tariff"), credits=ORIGINAL)
    link.world.faults.add(
        "status",
        endpoint="salesentry/SalesEntries",
        method="POST",
        containing=f'"EntryNumber":{ORIGINAL}',
        times=None,
        status=500,
        body=DOWN,
    )
    return link


def test_a_credit_waits_until_its_original_is_booked(link: SmallLink) -> None:
    """FR-G5, FR-G6: neither is visible, then both."""
    link.night()
    assert link.states()[f"factuur:{CREDIT}"] == "held"
    assert link.reasons()[f"factuur:{CREDIT}"] == "waiting_for_original"
    link.world.faults.clear()
    assert link.night().items == []
    assert [len(link.entries(number)) for number in (ORIGINAL, CREDIT)] == [1, 1]


def test_a_credit_does_not_wait_for_ever(link: SmallLink) -> None:
    """FR-G5: rejected by name, and without a call, after so many nights."""
    for nights in range(NIGHTS_FOR_ORIGINAL + 1):
        assert link.reasons().get(f"factuur:{CREDIT}") in (None, "waiting_for_original")
        link.night(book_day=BOOK_DAY + dt.timedelta(days=nights))
    assert link.reasons()[f"factuur:{CREDIT}"] == "original_not_booked"
    assert len(link.entries(CREDIT)) == 0
    link.world.faults.clear()
    link.night()
    assert link.until_at_rest().items == []


def test_a_credit_waits_nights_and_not_runs(link: SmallLink) -> None:
    """FR-G5: runs of one book day, by hand or cleared, are one night."""
    for _ in range(NIGHTS_FOR_ORIGINAL + 1):
        link.night()
    assert link.reasons()[f"factuur:{CREDIT}"] == "waiting_for_original"


def test_a_credit_that_comes_before_its_original_in_the_batch_is_booked_the_same_night(
    link: SmallLink,
) -> None:
    """FR-G5, FR-J3: the order does not matter."""
    link.world.faults.clear()
    link.james.conn.execute(
        "update james.factuur set gefactureerd_op = gefactureerd_op - interval '1 day' where factuur_id = %s",
        [CREDIT],
    )
    assert link.night().items == []


def test_a_credit_of_an_invoice_from_before_the_link_does_not_wait(link: SmallLink) -> None:
    """Such an invoice was booked before there was a link."""
    link.world.faults.clear()
    link.james.conn.execute(
        "update james.factuur set gefactureerd_op = '2026-09-01 12:00' where factuur_id = %s", [ORIGINAL]
    )
    assert link.night().items == []
    assert link.states() == {"debiteur:1001": "booked", f"factuur:{CREDIT}": "booked"}
