"""What people typed in Exact while the link was down: adopted or told; a pattern stops all.

The link was down since the night of the 20th. Invoices of the 20th are typed by a bookkeeper, or
were booked by a ledger that is lost since.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from exact_online.night.steps import MAX_ENTERED_BY_HAND
from tests.faults.invariants import violations_at_rest
from tests.link.james import DAY
from tests.link.small import SmallLink
from tests.report import hands
from tests.report.test_differences import differs, relation_of

DAY_BEFORE = DAY - dt.timedelta(days=1)
FIRST = 2600001


@pytest.fixture
def down(link: SmallLink) -> SmallLink:
    """The last night booked invoice 2600001 of the day before."""
    for number in ("1001", "1002"):
        link.james.debtor(number)
    link.james.invoice(FIRST, "1001", day=DAY_BEFORE)
    assert link.night(book_day=DAY).items == []
    return link


def typed(link: SmallLink, number: int, **values: Any) -> dict[str, Any]:
    """Somebody types an invoice of the day as the link would, but for `values`."""
    day = int(dt.datetime.combine(DAY, dt.time(), dt.UTC).timestamp() * 1000)
    copy = hands.copy_of(link, FIRST, EntryNumber=number, YourRef=str(number), EntryDate=day)
    return hands.enter(link, copy | values)


def word(link: SmallLink) -> Word:
    return Word(link.practice.code, "Anna Accountant", "met de hand ingevoerd toen de koppeling stil lag")


LAST_RUN = "run_id = (select run_id from run order by started_at desc limit 1)"
FORGET_LAST_NIGHT = f"""
alter table booking disable trigger user;
alter table booking_history disable trigger user;
delete from booking_history where booking_id in (select booking_id from booking where {LAST_RUN});
delete from booking_line where booking_id in (select booking_id from booking where {LAST_RUN});
delete from booking where {LAST_RUN};
alter table booking enable trigger user;
alter table booking_history enable trigger user;
truncate exact_line, exact_cursor, difference, load_batch;
delete from run where {LAST_RUN};
"""  # noqa: S608 - statements of this test


def restore_backup(link: SmallLink) -> None:
    """The ledger is that of the morning after the last night but one."""
    link.ledger.conn.execute(FORGET_LAST_NIGHT.encode())


def test_an_invoice_that_was_typed_as_we_would_book_it_is_adopted_and_the_night_goes_on(
    down: SmallLink,
) -> None:
    """FR-H9, FR-J9: one entry is no restored backup."""
    typed(down, FIRST + 1)
    down.james.invoice(FIRST + 1, "1001")
    down.james.invoice(FIRST + 2, "1002")
    writes = down.writes("salesentry/SalesEntries")
    assert down.night().items == []
    assert down.writes("salesentry/SalesEntries") == writes + 1
    assert (len(down.entries(FIRST + 1)), len(down.entries(FIRST + 2))) == (1, 1)
    assert violations_at_rest(down) == []


def test_an_invoice_that_was_typed_otherwise_is_told_and_adopted_on_a_persons_word(down: SmallLink) -> None:
    typed(down, FIRST + 1, Customer=relation_of(down, "1002"))
    down.james.invoice(FIRST + 1, "1001")
    down.james.invoice(FIRST + 2, "1002")
    (item,) = down.night().items
    assert (item.source_key, item.reason) == (f"factuur:{FIRST + 1}", "entry_number_in_use")
    assert len(down.entries(FIRST + 2)) == 1
    acts.adopt(down.ledger, word(down), f"factuur:{FIRST + 1}")
    down.night()
    assert differs(down, f"factuur:{FIRST + 1}") == "relation"
    assert len(down.entries(FIRST + 1)) == 1


@pytest.mark.parametrize(("number", "reason"), [(FIRST + 1, "entry_number_in_use"), (9001, "entered_before")])
def test_an_entry_on_another_debtor_is_not_the_invoice_of_one_that_is_not_in_exact_yet(
    down: SmallLink, number: int, reason: str
) -> None:
    """FR-F5: whose entry it is shows when the debtor is in Exact, so nothing is adopted before."""
    entry = typed(down, number, YourRef=str(FIRST + 1), Customer=relation_of(down, "1002"))
    down.by_hand.entered.add(entry["EntryID"])
    down.james.debtor("1003")
    down.james.invoice(FIRST + 1, "1003")
    writes = down.writes("salesentry/SalesEntries")
    (item,) = down.night().items
    assert (item.reason, item.reason_values["difference"]) == (reason, "relation")
    assert down.writes("salesentry/SalesEntries") == writes
    assert violations_at_rest(down) == []


def test_one_that_was_typed_while_its_invoice_was_held_is_compared_before_it_is_sent(
    down: SmallLink,
) -> None:
    """FR-H9: the debtor is cured, and the entry stands under another number meanwhile."""
    down.james.debtor("1003")
    down.james.conn.execute(
        "update james.debiteur set naam = '', achternaam = '' where debiteurnummer = '1003'"
    )
    down.james.invoice(FIRST + 1, "1003")
    down.night()
    assert down.reasons()[f"factuur:{FIRST + 1}"] == "debtor_not_booked"
    typed(down, 9001, YourRef=str(FIRST + 1), Customer=relation_of(down, "1002"))
    down.james.rename("1003", "De Vries")
    writes = down.writes("salesentry/SalesEntries")
    down.night()
    assert down.reasons()[f"factuur:{FIRST + 1}"] == "entered_before"
    assert down.writes("salesentry/SalesEntries") == writes


def test_what_was_typed_is_not_rejected_for_good(down: SmallLink) -> None:
    """The bookkeeper removes it again: the next night books the invoice."""
    typed(down, FIRST + 1, Customer=relation_of(down, "1002"))
    down.james.invoice(FIRST + 1, "1001")
    down.night()
    hands.remove(down, FIRST + 1)
    assert down.night().items == []
    assert len(down.entries(FIRST + 1)) == 1


def test_an_invoice_that_was_typed_under_another_number_is_not_booked_beside_it(down: SmallLink) -> None:
    """Equal content: adopted, and the other number is told as such."""
    hands.enter(down, {**hands.copy_of(down, FIRST), "EntryNumber": 9001, "YourRef": "2600002"})
    down.james.invoice(FIRST + 1, "1001", day=DAY_BEFORE)
    writes = down.writes()
    assert [item.reason for item in down.night().items] == ["other_entry_number"]
    assert (down.writes(), len(down.entries(FIRST + 1))) == (writes, 1)


def test_other_content_under_another_number_with_our_reference_and_total_is_told(down: SmallLink) -> None:
    typed(down, 9001, YourRef="2600002", Customer=relation_of(down, "1002"))
    down.james.invoice(FIRST + 1, "1001")
    writes = down.writes()
    (item,) = down.night().items
    assert (item.reason, item.reason_values["other_number"]) == ("entered_before", 9001)
    assert down.writes() == writes
    acts.adopt(down.ledger, word(down), f"factuur:{FIRST + 1}")
    down.night()
    assert differs(down, f"factuur:{FIRST + 1}") == "number relation"
    assert down.writes() == writes


def test_so_many_are_a_bookkeepers_work_and_one_more_is_a_pattern(down: SmallLink) -> None:
    """The boundary, with the same invoices on both sides."""
    numbers = [FIRST + place for place in range(1, MAX_ENTERED_BY_HAND + 2)]
    for number in numbers:
        typed(down, number)
        down.james.invoice(number, "1001")
    writes = down.writes()
    with pytest.raises(NotReady, match=rf"{len(numbers)} boeking.*2600002 als eerste.*Koppeling herbouwen"):
        down.night()
    down.james.remove(numbers[-1])
    assert down.night().items == []
    assert down.writes() == writes


def test_one_from_before_the_last_night_is_a_pattern(down: SmallLink) -> None:
    """That night went over its day, so this ledger had it and lost it."""
    down.james.invoice(FIRST + 1, "1001", day=DAY_BEFORE)
    hands.enter(down, {**hands.copy_of(down, FIRST), "EntryNumber": FIRST + 1, "YourRef": str(FIRST + 1)})
    writes = down.writes()
    with pytest.raises(NotReady, match=r"1 boeking.*kent de koppeling niet"):
        down.night()
    assert down.writes() == writes


@pytest.mark.parametrize("invoices", [1, MAX_ENTERED_BY_HAND, MAX_ENTERED_BY_HAND + 1])
def test_after_a_restored_backup_nothing_is_booked_twice(down: SmallLink, invoices: int) -> None:
    """FR-J8, FR-J9: few are read, compared and adopted; many stop the practice first."""
    for place in range(invoices):
        down.james.invoice(FIRST + 1 + place, "1001", condition="PIN" if place == 1 else "14D")
    assert down.night().items == []
    restore_backup(down)
    down.james.invoice(FIRST + 50, "1002")
    writes = down.writes()
    if invoices > MAX_ENTERED_BY_HAND:
        with pytest.raises(NotReady, match="kent de koppeling niet"):
            down.night()
        assert down.writes() == writes
    else:
        assert down.night().items == []
        assert (down.writes(), len(down.entries(FIRST + 50))) == (writes + 1, 1)
        assert violations_at_rest(down) == []
