"""Before the first write: is this ledger the one that sent what stands in Exact?"""

from __future__ import annotations

import pytest

from exact_online.failures import NotReady
from exact_online.night import steps as night
from tests.faults.invariants import violations_at_rest
from tests.link.small import BOOK_DAY, SmallLink

OF_NO_NIGHT = (
    "booking_line", "difference", "james_change", "load_batch", "exact_line", "exact_cursor",
    "james_month", "james_reading", "judged_whole", "to_judge", "other_entry", "to_add_up", "day_cell",
    "day_state",
)  # fmt: skip
"""Tables that have nothing before the first night; the others stay, but for the entries."""


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.james.invoice(2600002, "1001", condition="PIN")
    link.night()
    return link


def lose_the_ledger(link: SmallLink) -> None:
    """An older backup: it knows the debtor and none of the entries."""
    for table in OF_NO_NIGHT:
        link.ledger.conn.execute(f"truncate {table}".encode())
    for table in ("booking", "booking_history"):
        link.ledger.conn.execute(f"alter table {table} disable trigger user".encode())
    link.ledger.conn.execute(
        "delete from booking_history where booking_id in (select booking_id from booking where kind <> "
        "'debtor')"
    )
    link.ledger.conn.execute("delete from booking where kind <> 'debtor'")
    for table in ("booking", "booking_history"):
        link.ledger.conn.execute(f"alter table {table} enable trigger user".encode())


def test_a_ledger_that_is_older_than_exact_stops_before_the_first_write(link: SmallLink) -> None:
    """FR-J8, FR-J9, FR-L8: a restored backup, or a second environment on one division."""
    lose_the_ledger(link)
    link.james.invoice(2600003, "1001")
    before = link.writes()
    with pytest.raises(NotReady, match=r"2 boeking.*2600001 als eerste.*Koppeling herbouwen"):
        link.night()
    assert link.writes() == before


def test_a_lost_ledger_is_rebuilt_from_exact_on_a_persons_word(link: SmallLink) -> None:
    """FR-J8: read, compared and taken up; only what Exact does not have is sent."""
    lose_the_ledger(link)
    link.james.invoice(2600003, "1001")
    before = link.writes()
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY), rebuild_ledger=True)
    for batch in [*night.plan_debtors(tonight), *night.plan_entries(tonight)]:
        assert night.load(tonight, batch) == []
    assert link.writes() == before + 1
    assert violations_at_rest(link) == []


def test_a_number_that_is_known_to_be_taken_costs_no_post(link: SmallLink) -> None:
    """FR-H9, FR-H10: the mirror knows it, Exact is read, and the booking is rejected by name."""
    entry = dict(link.entries(2600001)[0], YourRef="met de hand")
    link.division.save("SalesEntries", entry)
    lose_the_ledger(link)
    link.james.conn.execute(
        "update james.factuur set totaalbedrag = 20, "
        "gefactureerd_op = gefactureerd_op where factuur_id = 2600001"
    )
    link.james.conn.execute("update james.factuurregel set bedrag = 20 where factuur_id = 2600001")
    link.james.conn.execute("update james.factuur set status = 'concept' where factuur_id = 2600002")
    before = link.writes()
    (item,) = link.night().items
    assert item.reason == "entry_number_in_use"
    assert link.writes() == before


def test_a_rejected_invoice_that_was_booked_by_hand_since_stops_nobody(link: SmallLink) -> None:
    """FR-H9, INV-10: it is read and compared, and the others are booked."""
    link.division.close_period(2026, 11)
    link.james.invoice(2600003, "1001")
    link.night()
    link.division.reopen_period(2026, 11)
    (ours,) = link.entries(2600001)
    account = link.division.find_by_code("GLAccounts", "8010")
    assert account is not None
    line = {"GLAccount": account["ID"], "VATCode": "5", "AmountFC": 10.0}
    by_hand = {
        "Journal": "70",
        "Customer": ours["Customer"],
        "EntryDate": "2026-11-20",
        "EntryNumber": 2600003,
        "SalesEntryLines": [line],
    }
    assert (
        link.client(link.ledger)
        .post("salesentry/SalesEntries", {**by_hand, "YourRef": "met de hand"})
        .exact_id
    )
    link.james.invoice(2600004, "1001")
    (item,) = link.night().items
    assert (item.source_key, item.reason) == ("factuur:2600003", "entry_number_in_use")
    assert len(link.entries(2600004)) == 1
