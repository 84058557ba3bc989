"""What Exact rejected is sent again when something that it depended on changed, not every night."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dev.demo.practices import settings_document
from exact_online.crash_points import watch_crash_points
from exact_online.night import steps as night
from tests.faults.crashes import SimulatedCrash
from tests.link.small import BOOK_DAY, SmallLink

ENTRIES = "salesentry/SalesEntries"
INVOICE = "factuur:2600001"
SEEN = "Geblokkeerd: Grootboekrekening"
"""Its cure is in a list that is read."""
UNSEEN = "Dit gaat niet"


def reject(link: SmallLink, words: str, endpoint: str = ENTRIES) -> None:
    """Exact rejects what is posted there, until further notice."""
    body = json.dumps({"error": {"message": {"value": words}}})
    link.world.faults.add("status", endpoint=endpoint, method="POST", times=None, status=400, body=body)


def posted(link: SmallLink) -> int:
    """How often Exact was asked to write something."""
    return sum(call.method != "GET" and "/oauth2/" not in call.path for call in link.world.log)


def posted_entries(link: SmallLink) -> int:
    return sum(call.method == "POST" and call.endpoint == ENTRIES for call in link.world.log)


def night_on(link: SmallLink, day: int) -> int:
    """Walk the night of a day after the first; return how often Exact was asked to write."""
    link.pass_by(24 * 3600)
    before = posted(link)
    link.night(book_day=BOOK_DAY + dt.timedelta(days=day))
    return posted(link) - before


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    return link


def test_a_hopeless_record_costs_no_call_and_stays_open(link: SmallLink) -> None:
    """FR-H20, B6, M21: but after a week, for not everything is read."""
    reject(link, SEEN)
    night_on(link, 0)
    for day in range(1, 7):
        assert night_on(link, day) == 0
        (item,) = link.ledger.review.open_items(link.practice.code)
        assert (item.state, item.reason) == ("rejected", "gl_account_blocked")
    assert night_on(link, 7) == 1
    assert night_on(link, 8) == 0


def test_what_nobody_can_see_is_tried_at_growing_intervals(link: SmallLink) -> None:
    """FR-H20, M21: after 1, 2, 4 and 7 days, and every week from then on."""
    reject(link, UNSEEN)
    night_on(link, 0)
    tried = [day for day in range(1, 30) if night_on(link, day)]
    assert tried == [1, 3, 7, 14, 21, 28]
    link.world.faults.clear()
    assert [day for day in range(30, 40) if night_on(link, day)] == [35]
    assert link.states()[INVOICE] == "booked"


def settings(link: SmallLink) -> None:
    document = copy.deepcopy(settings_document(link.practice))
    document["suspense_accounts"]["cash"] = document["suspense_accounts"]["pin"]
    link.ledger.practices.save_settings(link.practice.code, document, changed_by="accountant")


def row(table: str, code: str, **values: Any) -> Callable[[SmallLink], None]:
    def change(link: SmallLink) -> None:
        with link.world.lock:
            found = next(one for one in link.division[table] if one["Code"].strip() == code)
            link.division.save(table, {**found, **values})

    return change


def relation(link: SmallLink) -> None:
    with link.world.lock:
        link.division.save("Accounts", {**link.division.relation("1001"), "City": "Assen"})


CHANGES: dict[str, Callable[[SmallLink], None]] = {
    "settings": settings,
    "ledger account": row("GLAccounts", "8010", Description="Omzet anders"),
    "VAT code": row("VATCodes", "5", Description="Geen btw"),
    "journal": row("Journals", "70", Description="Verkoop"),
    "payment condition": row("PaymentConditions", "14", Description="Veertien dagen"),
    "relation": relation,
    "debtor in James": lambda link: link.james.rename("1001", "De Vries"),
    "invoice in James": lambda link: link.james.correct(2600001, (1500, 0, "tariff")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_thing_that_it_depends_on_brings_it_back_when_it_changes(
    link: SmallLink, change: Callable[[SmallLink], None]
) -> None:
    """FR-H20, M21: the night after the change, and once."""
    reject(link, SEEN)
    night_on(link, 0)
    assert night_on(link, 1) == 0
    change(link)
    before = posted_entries(link)
    night_on(link, 2)
    assert posted_entries(link) == before + 1
    assert night_on(link, 3) == 0
    change(link)
    link.world.faults.clear()
    settings_again = settings_document(link.practice)
    link.ledger.practices.save_settings(link.practice.code, settings_again, changed_by="accountant")
    row("GLAccounts", "8010", Description="Omzet")(link)
    night_on(link, 4)
    assert link.states()[INVOICE] == "booked"
    assert len(link.entries(2600001)) == 1


@pytest.mark.parametrize(
    "change",
    [
        row("GLAccounts", "8110", Description="Omzet anders"),
        lambda link: link.james.debtor("1002"),
        lambda link: link.james.settle(2600001),
    ],
    ids=["another ledger account", "another debtor", "paid in James"],
)
def test_what_it_does_not_depend_on_does_not(link: SmallLink, change: Callable[[SmallLink], None]) -> None:
    reject(link, SEEN)
    night_on(link, 0)
    change(link)
    before = posted_entries(link)
    night_on(link, 1)
    assert posted_entries(link) == before


def test_a_debtor_that_exact_rejects_costs_no_call_until_james_has_it_otherwise(link: SmallLink) -> None:
    """FR-H20: and its invoice waits at no call as well."""
    reject(link, "Ongeldige referentie: Land", "crm/Accounts")
    night_on(link, 0)
    assert [night_on(link, day) for day in range(1, 4)] == [0, 0, 0]
    assert {item.state for item in link.ledger.review.open_items(link.practice.code)} == {"rejected", "held"}
    link.world.faults.clear()
    link.james.rename("1001", "De Vries")
    assert night_on(link, 4) > 0
    assert set(link.states().values()) == {"booked"}


def test_a_number_of_somebody_else_is_tried_when_that_relation_changes(link: SmallLink) -> None:
    """M15, FR-H20."""
    link.division.add("Accounts", {"Code": "1001".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"})
    night_on(link, 0)
    history = "select count(*) as moves from booking_history"
    before = link.ledger.conn.execute(history).fetchall()
    assert night_on(link, 1) == 0
    assert link.ledger.conn.execute(history).fetchall() == before
    with link.world.lock:
        link.division.save("Accounts", {**link.division.relation("1001"), "Code": "900001".rjust(18)})
    night_on(link, 2)
    assert set(link.states().values()) == {"booked"}


def test_a_person_brings_it_back_by_clearing_the_red_task_of_an_older_night(link: SmallLink) -> None:
    """C7, FR-H20: and by starting a run on a day that had one."""
    reject(link, SEEN)
    tonight = link.opened("red", BOOK_DAY)
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in [*night.plan_debtors(tonight), *night.plan_entries(tonight)]:
        night.load(tonight, batch)
    assert night_on(link, 1) == 0
    before = posted(link)
    assert [item.reason for item in night.load(tonight, batch)] == ["gl_account_blocked"]
    assert posted(link) == before + 1
    assert [night_on(link, day) for day in (1, 2, 2, 3)] == [1, 0, 1, 0]
    link.world.faults.clear()
    assert night.load(tonight, batch) == []
    assert len(link.entries(2600001)) == 1


def test_a_booking_that_was_rejected_and_is_held_takes_over_what_james_has(link: SmallLink) -> None:
    """FR-H1, FR-G2: its period stays closed, so James dates it in an open one."""
    link.world.faults.add("close_period", endpoint=ENTRIES, year=2026, period=11)
    night_on(link, 0)
    assert night_on(link, 1) == 0
    assert link.states()[INVOICE] == "held"
    link.james.redate(2600001, dt.date(2026, 10, 30))
    assert night_on(link, 2) == 1
    (entry,) = link.entries(2600001)
    assert (entry["ReportingPeriod"], link.states()[INVOICE]) == (10, "booked")


@contextmanager
def dying_at_point(wanted: str, nth: int) -> Iterator[None]:
    """The worker dies at the nth time that it comes to a crash point of this name."""
    reached = 0

    def die(name: str) -> None:
        nonlocal reached
        reached += name == wanted
        if name == wanted and reached == nth:
            raise SimulatedCrash

    watch_crash_points(die)
    try:
        yield
    finally:
        watch_crash_points(None)


POINTS = [
    ("within plan, after plan_release", 1),
    ("before claim_bookings", 1),
    ("after claim_bookings", 1),
    ("after POST salesentry/SalesEntries", 1),
    ("before reject_booking", 1),
    ("after reject_booking", 1),
]


@pytest.mark.parametrize(("point", "nth"), POINTS)
@pytest.mark.parametrize("day", [1, 2], ids=["as it is rejected", "as it is brought back"])
def test_where_the_worker_dies_it_is_not_forgotten_and_then_costs_no_call(
    link: SmallLink, point: str, nth: int, day: int
) -> None:
    """INV-1, INV-10, FR-H20."""
    link.james.remove(2600001)
    night_on(link, 0)
    link.james.invoice(2600001, "1001")
    reject(link, SEEN)
    for other in range(1, day):
        night_on(link, other)
        settings(link)
    with dying_at_point(point, nth), pytest.raises(SimulatedCrash):
        night_on(link, day)
    link.die()
    night_on(link, day + 1)
    assert link.states()[INVOICE] == "rejected"
    assert [night_on(link, day + more) for more in (2, 3)] == [0, 0]
    link.world.faults.clear()
    row("GLAccounts", "8010", Description="Omzet anders")(link)
    night_on(link, day + 4)
    assert len(link.entries(2600001)) == 1
