"""What was rejected returns to sending only beside nothing that a person typed for it meanwhile.

An invoice was sent, or may have been, and stands rejected; somebody typed it in Exact under another
number, with its reference and total and on another debtor. Each way back must read Exact first.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable

import pytest

from dev.demo.practices import settings_document
from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import WaitForWindow
from exact_online.ledger import Batch, Run
from exact_online.night import steps as night
from exact_online.night.context import Night
from tests.faults.invariants import violations_at_rest
from tests.link.james import DAY
from tests.link.small import BOOK_DAY, SmallLink
from tests.report import hands
from tests.report.test_differences import relation_of

ENTRIES = "salesentry/SalesEntries"
FIRST, NUMBER, TYPED = 2600001, 2600002, 9001
KEY = f"factuur:{NUMBER}"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """The night before booked an invoice; tonight's is `NUMBER`."""
    for number in ("1001", "1002"):
        link.james.debtor(number)
    link.james.invoice(FIRST, "1001", day=DAY - dt.timedelta(days=1))
    assert link.night().items == []
    link.james.invoice(NUMBER, "1001")
    return link


def type_it(link: SmallLink) -> None:
    """Somebody types the invoice under a number of its own, on another debtor."""
    day = int(dt.datetime.combine(DAY, dt.time(), dt.UTC).timestamp() * 1000)
    values = {"EntryNumber": TYPED, "YourRef": str(NUMBER), "EntryDate": day}
    entry = hands.enter(link, hands.copy_of(link, FIRST, Customer=relation_of(link, "1002"), **values))
    link.by_hand.entered.add(entry["EntryID"])


def lost_its_answer(link: SmallLink) -> None:
    """FR-B3, FR-H9: the call never reached Exact; it is typed before anybody looks."""
    link.world.faults.add("drop_before", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("sent")
    link.pass_by(300)
    type_it(link)
    link.night("sent")
    assert link.reasons()[KEY] == "entered_before"


def rejected_and_then_typed(link: SmallLink, nth: int = 1) -> None:
    """Exact rejected it, and the bookkeeper did not wait for the next night."""
    body = json.dumps({"error": {"message": {"value": "Geblokkeerd: Grootboekrekening"}}})
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", nth=nth, status=400, body=body)
    link.night("sent")
    assert link.reasons()[KEY] == "gl_account_blocked"
    type_it(link)


def rejected_after_it_was_lost(link: SmallLink) -> None:
    """The same night has read Exact about it before, and found nothing."""
    link.world.faults.add("drop_before", endpoint=ENTRIES, method="POST")
    rejected_and_then_typed(link, nth=2)


BEFORE = (lost_its_answer, rejected_and_then_typed, rejected_after_it_was_lost)


def on(link: SmallLink, days: int) -> None:
    link.pass_by(days * 24 * 3600)
    link.night(book_day=BOOK_DAY + dt.timedelta(days=days))


def next_night(link: SmallLink) -> None:
    on(link, 1)


def after_a_week(link: SmallLink) -> None:
    on(link, 7)


def other_settings(link: SmallLink) -> None:
    document = copy.deepcopy(settings_document(link.practice))
    document["suspense_accounts"]["cash"] = document["suspense_accounts"]["pin"]
    link.ledger.practices.save_settings(link.practice.code, document, changed_by="accountant")
    on(link, 1)


def other_relation(link: SmallLink) -> None:
    with link.world.lock:
        link.division.save("Accounts", {**link.division.relation("1001"), "City": "Assen"})
    on(link, 1)


def second_run_of_the_day(link: SmallLink) -> None:
    link.night()


def cleared_task(link: SmallLink) -> None:
    """The red load task of that night, which reads lists and journals anew first."""
    run = link.ledger.runs.opened(link.practice.code, "sent")
    assert run is not None
    load_again(link, night.read_anew(link.night_of(run)))


def load_again(link: SmallLink, tonight: Night) -> None:
    (booking,) = link.ledger.conn.execute(
        "select kind, turn, booking_id as first_id, booking_id as last_id, 1 as bookings"
        " from current_booking where source_key = %s",
        [KEY],
    )
    link.with_patience(lambda: night.load(tonight, Batch(**booking)))


def closed_and_taken_back(link: SmallLink) -> None:
    word = Word(link.practice.code, "Anna Accountant", "toch niet")
    acts.take_back(link.ledger, word, acts.close(link.ledger, word, KEY))
    on(link, 7)


WAYS = (
    next_night,
    after_a_week,
    other_settings,
    other_relation,
    second_run_of_the_day,
    cleared_task,
    closed_and_taken_back,
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", BEFORE)
def test_no_way_back_books_it_beside_what_was_typed(
    link: SmallLink, before: Callable[[SmallLink], None], way: Callable[[SmallLink], None]
) -> None:
    before(link)
    writes = link.writes(ENTRIES)
    way(link)
    assert link.writes(ENTRIES) == writes
    link.until_at_rest()
    assert (link.reasons()[KEY], link.writes(ENTRIES)) == ("entered_before", writes)
    assert violations_at_rest(link) == []


@pytest.mark.parametrize("way", [way for way in WAYS if way is not next_night])
@pytest.mark.parametrize("before", BEFORE)
def test_when_what_was_typed_is_gone_each_way_back_books_it_once(
    link: SmallLink, before: Callable[[SmallLink], None], way: Callable[[SmallLink], None]
) -> None:
    before(link)
    hands.remove(link, NUMBER)
    way(link)
    assert [entry["EntryNumber"] for entry in link.entries(NUMBER)] == [NUMBER]
    assert link.until_at_rest().items == []
    assert violations_at_rest(link) == []


def plan_again(link: SmallLink, run: Run) -> None:
    link.setting(stop_at_other_number=True)
    tonight = link.opened("planned again", BOOK_DAY + dt.timedelta(days=1))
    forget_the_mirror(link)
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    for batch in [*night.plan_debtors(tonight), *night.plan_entries(tonight)]:
        link.with_patience(lambda batch=batch: night.load(tonight, batch))


def load_without_a_look(link: SmallLink, run: Run) -> None:
    forget_the_mirror(link)
    load_again(link, link.night_of(run))


def forget_the_mirror(link: SmallLink) -> None:
    link.ledger.conn.execute("delete from exact_line where entry_number = %s", [TYPED])


@pytest.mark.parametrize("way", [plan_again, load_without_a_look])
def test_what_was_entered_before_is_read_whatever_the_mirror_has(
    link: SmallLink, way: Callable[[SmallLink, Run], None]
) -> None:
    """READ_FIRST, by both statements that release."""
    lost_its_answer(link)
    run = link.ledger.runs.opened(link.practice.code, "sent")
    assert run is not None
    writes = link.writes(ENTRIES)
    way(link, run)
    assert (link.reasons()[KEY], link.writes(ENTRIES)) == ("entered_before", writes)


def test_a_dry_run_says_what_the_night_then_finds(link: SmallLink) -> None:
    """B3: it compares what was typed, and books nothing beside it."""
    rejected_and_then_typed(link)
    dry = link.dry_run(book_day=BOOK_DAY + dt.timedelta(days=7))
    assert [(item.source_key, item.reason) for item in dry.items] == [(KEY, "entered_before")]
    hands.remove(link, NUMBER)
    assert link.dry_run(book_day=BOOK_DAY + dt.timedelta(days=7)).items == []
