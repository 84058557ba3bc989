"""A batch: rejections don't stop it, clearing it sends only what is not booked, what must be held
is held.
"""

from __future__ import annotations

import datetime as dt
import json

import pytest

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LedgerFailure, LockLost
from exact_online.night import steps as night
from tests.link.small import BOOK_DAY, SmallLink

ENTRIES = "salesentry/SalesEntries"
NUMBERS = range(2600001, 2600006)


def reject(link: SmallLink, text: str, endpoint: str = ENTRIES) -> None:
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add(
        "status", endpoint=endpoint, method="POST", containing=text, times=None, status=500, body=body
    )


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    link.james.debtor("1002")
    for number in NUMBERS:
        link.james.invoice(number, "1001" if number % 2 else "1002")
    return link


def test_a_rejection_does_not_stop_its_batch(link: SmallLink) -> None:
    """FR-D8, INV-10."""
    reject(link, "2600002")
    (item,) = link.night().items
    assert item.source_key == "factuur:2600002"
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 0, 1, 1, 1]


def test_clearing_a_batch_with_a_rejection_sends_that_record_alone(link: SmallLink) -> None:
    """FR-D4, M21, FR-J10: rerunning the load task is a person's word to try again."""
    reject(link, "2600002")
    tonight, batch = at_the_load(link)
    assert len(night.load(tonight, batch)) == 1
    link.world.faults.clear()
    before = link.writes(ENTRIES)
    assert night.load(tonight, batch) == []
    assert link.writes(ENTRIES) == before + 1


def test_clearing_an_older_batch_leaves_a_number_with_whoever_has_it_by_now(link: SmallLink) -> None:
    """FR-D4, FR-J10: the rejected invoice was removed, and written once more with its number."""
    reject(link, '"EntryNumber":2600002')
    older, batch = at_the_load(link)
    (item,) = night.load(older, batch)
    link.world.faults.clear()
    link.james.remove(2600002)
    link.james.invoice(2600099, "1002")
    link.james.renumber(2600099, 2600002)
    link.night()
    assert link.states()["factuur:2600099"] == "booked"
    before = link.writes()
    assert night.load(older, batch) == []
    assert link.states()[item.source_key] == "closed"  # James has it no more
    assert link.writes() == before


def test_clearing_a_green_batch_writes_nothing(link: SmallLink) -> None:
    """FR-D3, INV-9."""
    tonight, batch = at_the_load(link)
    night.load(tonight, batch)
    before = link.writes()
    assert night.load(tonight, batch) == []
    assert link.writes() == before


def at_the_load(link: SmallLink) -> tuple[night.Night, night.Batch]:
    """A night that has come to its first batch of entries; all debtors are in Exact."""
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in [*night.plan_debtors(tonight), *night.other_debtors(tonight)]:
        night.load(tonight, batch)
    batch, *_ = night.plan_entries(tonight)
    return tonight, batch


def test_invoices_of_a_rejected_debtor_are_held_and_booked_when_he_is_there(link: SmallLink) -> None:
    reject(link, '"Code":"' + "1002".rjust(18), "crm/Accounts")
    items = link.night().items
    assert {(item.state, item.reason) for item in items} == {
        ("rejected", "rejected_other"),
        ("held", "debtor_not_booked"),
    }
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 0, 1, 0, 1]
    link.world.faults.clear()
    assert link.night().items == []
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 1, 1, 1, 1]


def test_two_workers_never_write_for_one_practice(link: SmallLink) -> None:
    """FR-D1, FR-D2: the second one stops before it has read anything."""
    tonight, batch = at_the_load(link)
    other = link.new_ledger()
    try:
        with other.holding(link.practice.code), pytest.raises(LockLost, match="Another task"):
            night.load(tonight, batch)
    finally:
        other.conn.close()
    assert link.writes(ENTRIES) == 0


def test_a_worker_that_lost_its_session_stops_before_the_next_post(link: SmallLink) -> None:
    """FR-D1, FR-D12: checked right before each POST."""
    tonight, batch = at_the_load(link)
    pid = tonight.ledger.conn.info.backend_pid
    link.world.faults.add("call", endpoint=ENTRIES, method="POST", nth=2, act=lambda _: kill(link, pid))
    with pytest.raises((LockLost, LedgerFailure)):
        night.load(tonight, batch)
    assert sum(call.endpoint == ENTRIES for call in link.world.log) == 2
    link.die()
    assert link.night().items == []
    assert [len(link.entries(number)) for number in NUMBERS] == [1] * 5


def test_a_worker_that_lost_the_practice_between_claim_and_call_does_not_call(link: SmallLink) -> None:
    """FR-D1: its session was ended while it stood still; somebody else may be at work already."""
    tonight, batch = at_the_load(link)
    pid = tonight.ledger.conn.info.backend_pid
    watch_crash_points(lambda name: kill(link, pid) if name == "after claim_bookings" else None)
    try:
        with pytest.raises(LockLost, match="nothing was sent"):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert link.writes(ENTRIES) == 0
    link.die()
    assert link.night().items == []


def kill(link: SmallLink, pid: int) -> None:
    link.place.owner.execute("select pg_terminate_backend(%s, 5000)", [pid])


def test_what_is_dated_in_a_closed_period_is_held_without_a_call_and_goes_when_it_opens(
    link: SmallLink,
) -> None:
    """FR-H1, B6: however many nights it stays closed."""
    link.division.close_period(2026, 11)
    for day in range(3):
        items = link.night(book_day=BOOK_DAY + dt.timedelta(days=day)).items
        assert {(item.state, item.reason) for item in items} == {("held", "period_closed")}
        assert len(items) == len(NUMBERS)
    assert link.writes(ENTRIES) == 0
    link.division.reopen_period(2026, 11)
    assert link.night().items == []
    assert [len(link.entries(number)) for number in NUMBERS] == [1] * 5


def test_a_period_is_closed_per_journal(link: SmallLink) -> None:
    """The general journal is closed, the sales journal is not."""
    link.james.invoice(2600099, "1001", condition="PIN")
    link.division.close_period(2026, 11, "90")
    (item,) = link.night().items
    assert (item.source_key, item.reason) == ("factuur:2600099", "period_closed")
    assert (item.values["journal"], item.values["year"], item.values["period"]) == ("90", 2026, 11)


def test_a_period_that_closes_in_the_night_rejects_and_is_held_the_night_after(link: SmallLink) -> None:
    """FR-H1: Exact's answer counts; its words are not asked for a second time."""
    link.world.faults.add("close_period", endpoint=ENTRIES, nth=3, year=2026, period=11)
    items = link.night().items
    assert [(item.state, item.reason) for item in items] == [("rejected", "period_closed")] * 3
    before = link.writes(ENTRIES)
    items = link.night(book_day=BOOK_DAY + dt.timedelta(days=1)).items
    assert [(item.state, item.reason) for item in items] == [("held", "period_closed")] * 3
    assert link.writes(ENTRIES) == before
    link.division.reopen_period(2026, 11)
    assert link.night().items == []


@pytest.mark.parametrize("status", [403, 404])
def test_where_exact_does_not_give_closed_periods_it_rejects_by_name(link: SmallLink, status: int) -> None:
    """FR-H1: as it was before they were read; however often it is asked."""
    link.world.faults.add("status", endpoint="read/financial/JournalStatusList", status=status, times=None)
    link.division.close_period(2026, 11)
    items = link.night().items
    assert {(item.state, item.reason) for item in items} == {("rejected", "period_closed")}
    for _ in range(10):
        link.opened()
    link.division.reopen_period(2026, 11)
    assert link.night().items == []


def test_a_missing_year_is_one_alarm_before_anything_is_sent(link: SmallLink) -> None:
    """FR-H2."""
    link.division.remove_year(2026)
    with pytest.raises(Exception, match="geen periode voor 21-11-2026; maak boekjaar 2026 aan"):
        link.night()
    assert link.writes() == 0
