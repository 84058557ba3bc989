"""Entries are claimed and confirmed together, and each of them is promised what one alone is.

All stand in the ledger before the first call; what is not sent is planned again as it was; and what
a worker leaves behind is read in Exact, at most `MOST_TOGETHER` of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dev.demo.practices import practice
from exact_online.api import traffic
from exact_online.crash_points import watch_crash_points
from exact_online.failures import DayIsFull, LockLost, NotReady, WaitForWindow
from exact_online.load.queue import CHECK_CALLS, MOST_TOGETHER
from exact_online.night import steps as night
from tests.faults.crashes import SimulatedCrash
from tests.faults.invariants import violations_at_rest
from tests.link.james import PROFESSION
from tests.link.small import BOOK_DAY, PRACTICE, Place, SmallLink

ENTRIES = "salesentry/SalesEntries"
POSTED = f"after POST {ENTRIES}"
FIRST = 2600001


def write(link: SmallLink, invoices: int) -> None:
    for number in range(FIRST, FIRST + invoices):
        link.james.invoice(number, "1001")


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """Twelve invoices, which go as 1, 2, 4 and 5; their debtor is in Exact."""
    link.james.debtor("1001")
    link.night()
    write(link, 12)
    return link


def at_the_load(link: SmallLink) -> tuple[night.Night, night.Batch]:
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in night.plan_debtors(tonight):
        night.load(tonight, batch)
    (batch,) = night.plan_entries(tonight)
    return tonight, batch


@contextmanager
def reaching() -> Iterator[list[str]]:
    reached: list[str] = []
    watch_crash_points(reached.append)
    try:
        yield reached
    finally:
        watch_crash_points(None)


def of_entries(link: SmallLink) -> Counter[tuple[str, int]]:
    """How many entries are in each state, and how often each was tried."""
    rows = link.ledger.conn.execute("select state, attempt from booking where kind = 'sales_entry'")
    return Counter((row["state"], row["attempt"]) for row in rows)


def rejects(link: SmallLink, number: int) -> None:
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add(
        "status", endpoint=ENTRIES, method="POST", containing=str(number), times=None, status=500, body=body
    )


# What it costs.


def test_a_backlog_costs_few_commits(link: SmallLink) -> None:
    """Each commit waits for a disk: less than one for two bookings, with all that a batch has."""
    for number in range(FIRST + 12, FIRST + 200):
        link.james.invoice(number, "1001")
    tonight, batch = at_the_load(link)
    with reaching() as reached:
        night.load(tonight, batch)
    sent = reached.count(POSTED)
    commits = [name for name in reached if name.startswith("after ") and "POST" not in name]
    assert sent == 200
    assert len(commits) <= 0.4 * sent


def test_each_is_claimed_before_it_is_sent_and_confirmed_after(link: SmallLink) -> None:
    """INV-1: no call for what is not committed as perhaps in Exact."""
    tonight, batch = at_the_load(link)
    seen: list[set[str]] = []
    other = link.new_ledger()

    def look(name: str) -> None:
        if name == POSTED:
            last = str(FIRST + len(seen))
            assert link.entries(last)
            rows = other.conn.execute("select state from booking where reference = %s", [last])
            seen.append({row["state"] for row in rows})

    watch_crash_points(look)
    try:
        night.load(tonight, batch)
    finally:
        watch_crash_points(None)
        other.conn.close()
    assert seen == [{"sending"}] * 12
    assert of_entries(link) == {("booked", 1): 12}


def test_a_booking_moves_few_bytes(link: SmallLink) -> None:
    """At most 2 KB from Exact and 2 KB to it, headers left out."""
    tonight, batch = at_the_load(link)
    before = traffic.so_far()
    night.load(tonight, batch)
    moved = traffic.so_far() - before
    assert moved.calls == 12
    assert moved.sent <= 2048 * moved.calls
    assert moved.received <= 2048 * moved.calls


# What is not sent.


@pytest.mark.parametrize("number", [FIRST, FIRST + 4, FIRST + 9])
def test_those_after_a_rejection_are_planned_again_as_if_never_claimed(link: SmallLink, number: int) -> None:
    """INV-10: the batch goes on elsewhere, and what was booked before it is confirmed."""
    rejects(link, number)
    tonight, batch = at_the_load(link)
    night.load(tonight, batch)
    assert of_entries(link) == {("booked", 1): 11, ("rejected", 1): 1}
    rows = link.ledger.conn.execute(
        "select attempt from booking_history where from_state = 'sending' and to_state = 'planned'"
    )
    assert {row["attempt"] for row in rows} <= {0}
    assert [len(link.entries(each)) for each in range(FIRST, FIRST + 12) if each != number] == [1] * 11


def test_what_was_booked_before_the_day_is_full_is_confirmed(link: SmallLink) -> None:
    """FR-B7: others used up the day while a group was sent; nothing of it stays claimed."""
    tonight, batch = at_the_load(link)
    before = iter([False] * 4 + [True] * 9)

    def use_up(name: str) -> None:
        if name == f"before POST {ENTRIES}" and next(before):
            link.world.limits.calls_per_day = 1

    watch_crash_points(use_up)
    try:
        with pytest.raises(DayIsFull):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert of_entries(link) == {("booked", 1): 4, ("planned", 0): 8}


def test_no_more_are_claimed_than_there_are_calls_for(link: SmallLink) -> None:
    """FR-B7: twenty calls of the day are left to the comparison at the end of the night."""
    tonight, batch = at_the_load(link)
    used = link.world.limits.used(link.world.app.client_id, link.division.code)[1]
    link.world.limits.calls_per_day = used + CHECK_CALLS + 9
    with reaching() as reached, pytest.raises(DayIsFull):
        night.load(tonight, batch)
    assert of_entries(link) == {("booked", 1): 9, ("planned", 0): 3}
    assert "after unclaim_bookings" not in reached


def test_an_entry_with_another_total_stops_the_practice_and_those_after_it(small_place: Place) -> None:
    """FR-B12: what was booked before it is confirmed, and what comes after it is not sent."""
    including = replace(
        practice("de_brug"), james_practice_code=PRACTICE.james_practice_code, professions={PROFESSION: 8300}
    )
    link = SmallLink(small_place, including)
    link.james.debtor("1001")
    for number in range(FIRST, FIRST + 7):
        link.james.invoice(number, "1001", (12_100, 21, "tariff"))
    tonight, batch = at_the_load(link)
    before = iter([False] * 4 + [True])

    def change(name: str) -> None:
        if name == f"before POST {ENTRIES}" and next(before):
            link.world.switches.set("vat_including_sales_lines", "net")

    watch_crash_points(change)
    try:
        with pytest.raises(NotReady, match="in plaats van 121,00"):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert of_entries(link) == {("booked", 1): 5, ("planned", 0): 2}


def test_an_answer_that_is_lost_leaves_one_doubtful(link: SmallLink) -> None:
    """FR-B2: those before it are booked, those after it go on."""
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST", nth=6)
    tonight, batch = at_the_load(link)
    with pytest.raises(WaitForWindow):
        night.load(tonight, batch)
    assert of_entries(link) == {("booked", 1): 11, ("doubtful", 1): 1}


# A worker that dies.


@pytest.mark.parametrize("nth", [1, 3, 4, 7, 10, 12])
@pytest.mark.parametrize("place", ["before POST", "after POST"])
def test_a_worker_that_dies_leaves_a_group_to_be_read(link: SmallLink, place: str, nth: int) -> None:
    """FR-A2, FR-A3: at most `MOST_TOGETHER`, two calls each at most, and nothing twice."""
    tonight, batch = at_the_load(link)
    reached = 0

    def die(name: str) -> None:
        nonlocal reached
        reached += name == f"{place} {ENTRIES}"
        if reached == nth:
            raise SimulatedCrash

    watch_crash_points(die)
    try:
        with pytest.raises(SimulatedCrash):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    link.die()
    left = {state: count for (state, _), count in of_entries(link).items()}
    assert 1 <= left["sending"] <= MOST_TOGETHER
    before = len(link.world.log)
    assert link.night().items == []
    looks = [
        call for call in list(link.world.log)[before:] if call.endpoint == ENTRIES and call.method == "GET"
    ]
    assert len(looks) <= 2 * left["sending"]
    assert violations_at_rest(link) == []


def test_a_confirmation_that_another_worker_was_before_is_told(link: SmallLink) -> None:
    """FR-D1: who finds one of its bookings moved no longer has the practice."""
    tonight, batch = at_the_load(link)
    bookings, run = link.ledger.bookings, tonight.run
    first, second = bookings.claim(run, bookings.to_send(run, batch)[:2], "a")
    bookings.doubt(run, first, "by another worker")
    bookings.note_absence(first)
    bookings.release_absent(run, first)
    made = {
        first.booking_id: "00000000-0000-0000-0000-000000000001",
        second.booking_id: "00000000-0000-0000-0000-000000000002",
    }
    with pytest.raises(LockLost, match=f"Booking {first.booking_id} "):
        bookings.confirm(run, made)
    with pytest.raises(LockLost):
        bookings.unclaim(run, [second], reached_exact=False)
    assert of_entries(link)[("booked", 1)] == 1


def test_each_is_confirmed_under_its_own_id(link: SmallLink) -> None:
    """INV-4."""
    link.night()
    rows = link.ledger.conn.execute(
        "select entry_number, exact_id::text as id from booking where kind = 'sales_entry'"
    )
    booked = {row["entry_number"]: row["id"] for row in rows}
    there = {number: link.entries(number)[0]["EntryID"].lower() for number in booked}
    assert len(booked) == 12
    assert booked == there


# The calls.


def counted(link: SmallLink) -> tuple[int, int]:
    """The calls of the minute and of the day by the ledger's windows."""
    known = link.ledger.conn.execute("select minute_used, day_used from call_window").fetchone()
    assert known is not None
    return known["minute_used"], known["day_used"]


def test_calls_that_are_not_made_are_given_back(link: SmallLink) -> None:
    """After a rejection the windows have the calls that were made, and no more."""
    rejects(link, FIRST + 3)
    tonight, batch = at_the_load(link)
    before, calls = counted(link), len(link.world.log)
    night.load(tonight, batch)
    made = len(link.world.log) - calls
    assert made == 12
    assert counted(link) == (before[0] + made, before[1] + made)


def test_calls_that_were_taken_ahead_end_with_their_minute(link: SmallLink) -> None:
    """FR-B5: a group goes over the end of its minute, and in the next one others used nearly all.

    No 429 of our own doing, and no call of the day is counted that was not made.
    """
    tonight, batch = at_the_load(link)
    link.pass_by(60 - link.clock.now().second)
    before, calls = counted(link), len(link.world.log)
    posts = 0

    def meanwhile(name: str) -> None:
        nonlocal posts
        posts += name == POSTED
        if name == POSTED and posts == 5:
            link.world.limits.calls_per_minute = 60
            link.clock.sleep(60)
            link.ledger.conn.execute(
                "update call_window set version = version + 1, minute_until = %s,"
                " minute_limit = 60, minute_used = 59",
                [link.clock.now().replace(second=0, microsecond=0) + dt.timedelta(minutes=1)],
            )

    watch_crash_points(meanwhile)
    try:
        with pytest.raises(WaitForWindow):
            night.load(tonight, batch)
    finally:
        watch_crash_points(None)
    assert of_entries(link) == {("booked", 1): 6, ("planned", 0): 6}
    assert counted(link)[1] - before[1] == len(link.world.log) - calls == 6
