"""What is sent is what was planned last: to the debtor of now, and what the claim saw."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LockLost, Unreachable, WaitForWindow
from exact_online.night import history
from exact_online.night import steps as night
from exact_online.statements import statement
from tests.faults.invariants import violations_at_rest
from tests.link.james import DAY
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_batch import ENTRIES, at_the_load, reject

ACCOUNTS = "crm/Accounts"
NUMBER = 2600001
KEY = f"factuur:{NUMBER}"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """Two debtors, and an invoice of the first one."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    link.james.invoice(NUMBER, "1001")
    return link


def customer(link: SmallLink) -> str:
    """The code of the relation on whose account the invoice stands in Exact."""
    (entry,) = link.entries(NUMBER)
    return str(link.division["Accounts"].rows[entry["Customer"]]["Code"]).strip()


def posts(link: SmallLink) -> int:
    """How often an entry was sent, whatever came of it."""
    return sum((call.endpoint, call.method) == (ENTRIES, "POST") for call in link.world.log)


@contextmanager
def once_at(place: str, act: Callable[[], Any]) -> Iterator[None]:
    """Do something the first time that the link comes to a place."""
    waiting = [act]

    def watch(name: str) -> None:
        if name == place and waiting:
            waiting.pop()()

    watch_crash_points(watch)
    try:
        yield
    finally:
        watch_crash_points(None)
    assert not waiting, f"the link never came to {place!r}"


# --- 1. The debtor is part of what was planned ---------------------------------------------------


def test_an_invoice_that_moves_to_another_debtor_before_it_is_sent_goes_to_that_one(
    link: SmallLink,
) -> None:
    """FR-G26."""
    at_the_load(link)
    link.james.move(NUMBER, "1002")
    assert link.night().items == []
    assert customer(link) == "1002"
    assert violations_at_rest(link) == []


def test_an_invoice_that_is_held_for_its_debtor_is_cured_by_another_one(link: SmallLink) -> None:
    """FR-G26: the first one's relation is rejected every night."""
    reject(link, '"Code":"' + "1001".rjust(18), "crm/Accounts")
    link.night()
    assert link.reasons()[KEY] == "debtor_not_booked"
    link.james.move(NUMBER, "1002")
    link.night()
    assert link.states()[KEY] == "booked"
    assert customer(link) == "1002"


def test_an_invoice_that_was_claimed_and_certainly_not_sent_takes_over_what_james_has_now(
    link: SmallLink,
) -> None:
    """FR-G26: a claim that is taken back is no attempt."""
    tonight, batch = at_the_load(link)
    opens = int(link.clock.now().timestamp() // 60 + 1) * 60_000
    full = {
        "X-RateLimit-Minutely-Limit": "60",
        "X-RateLimit-Minutely-Remaining": "0",
        "X-RateLimit-Minutely-Reset": str(opens),
    }
    link.world.faults.add("status", endpoint=ENTRIES, method="POST", status=429, headers=full, times=4)
    with pytest.raises(WaitForWindow):
        night.load(tonight, batch)
    (booking,) = link.ledger.conn.execute("select state, attempt from booking where source_key = %s", [KEY])
    assert booking == {"state": "planned", "attempt": 0}
    link.james.move(NUMBER, "1002")
    link.pass_by(60)
    assert link.night().items == []
    assert customer(link) == "1002"
    assert violations_at_rest(link) == []


# --- 2. What is sent is what the claim saw -------------------------------------------------------


def test_a_booking_that_was_planned_anew_since_its_batch_was_read_is_read_again(link: SmallLink) -> None:
    """FR-D16: other content between the reading of a batch and the claim."""
    tonight, batch = at_the_load(link)

    def plan_anew() -> None:
        link.james.move(NUMBER, "1002")
        link.james.correct(NUMBER, (4200, 0, "tariff"))
        with link.another_worker():
            other = link.night_of(night.open_run(link.ledger, link.practice.code, "other", BOOK_DAY))
            night.extract(other, link.james_reader, (link.practice.link_date, BOOK_DAY))
            night.plan_invoices(other, handed_over=False)

    with once_at("before claim_bookings", plan_anew):
        assert night.load(tonight, batch) == []
    assert customer(link) == "1002"
    (entry,) = link.entries(NUMBER)
    assert entry["AmountDC"] == 42
    assert violations_at_rest(link) == []


@pytest.mark.parametrize(
    "plan",
    [
        night.plan_debtors,
        night.plan_entries,
        lambda tonight: history.import_history(tonight, None, (DAY, DAY)),
    ],
)
def test_nothing_is_planned_while_another_worker_has_the_practice(
    link: SmallLink, plan: Callable[[night.Night], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """FR-D16."""
    tonight = link.opened()
    night.extract(tonight, link.james_reader, (link.practice.link_date, BOOK_DAY))
    monkeypatch.setattr(history, "snapshot", nullcontext)
    monkeypatch.setattr(history, "stage_invoices", lambda *_, **__: None)
    other = link.new_ledger()
    try:
        with other.holding(link.practice.code), pytest.raises(LockLost, match="Another task"):
            plan(tonight)
    finally:
        other.conn.close()
    assert link.states() == {}


def test_nothing_is_handed_over_while_another_worker_has_the_practice(link: SmallLink) -> None:
    """FR-D16."""
    tonight = link.opened()
    days = (link.practice.first_sync_date, BOOK_DAY)
    other = link.new_ledger()
    try:
        with other.holding(link.practice.code), pytest.raises(LockLost, match="Another task"):
            history.hand_over_history(tonight, link.james_reader, days, BOOK_DAY)
    finally:
        other.conn.close()
    assert link.states() == {}


# --- 3. An attempt is what the claim says --------------------------------------------------------


def test_a_relation_that_an_earlier_call_of_ours_made_too_late_is_ours(link: SmallLink) -> None:
    """FR-B4: the first call lands after both looks, so that the second one meets its number."""
    link.world.faults.add("slow_commit", endpoint=ACCOUNTS, method="POST", seconds=241)
    land = {"act": lambda world: world.faults.land(everything=True)}
    link.world.faults.add("call", endpoint=ACCOUNTS, method="POST", nth=2, **land)
    assert link.night().items == []
    assert violations_at_rest(link) == []


@pytest.mark.parametrize("endpoint", [ACCOUNTS, ENTRIES])
def test_a_number_in_use_about_which_exact_takes_no_question_blocks_nothing_else(
    link: SmallLink, endpoint: str
) -> None:
    """FR-B17: that booking stays doubtful, the others go on, tonight and every night."""
    link.james.invoice(NUMBER + 1, "1002")
    in_use = json.dumps({"error": {"message": {"value": "Gegeven bestaat reeds"}}})
    no_question = json.dumps({"error": {"message": {"value": "Query is not allowed"}}})
    link.world.faults.add("status", endpoint=endpoint, method="POST", status=500, body=in_use)
    for _ in range(2):
        link.world.faults.add(
            "status", endpoint=endpoint, method="GET", nth=1, times=None, status=400, body=no_question,
            containing="Code eq" if endpoint == ACCOUNTS else "",
        )  # fmt: skip
        with pytest.raises(Unreachable, match="no readable answer about 1 booking"):
            link.night()
        assert link.states()["debiteur:1002"] == "booked"
        if endpoint == ENTRIES:  # else the test's own night ends with the task of the debtors
            assert len(link.entries(NUMBER + 1)) == 1
        assert list(link.states().values()).count("doubtful") == 1
        link.pass_by(4000)
    assert link.until_at_rest().items == []
    assert violations_at_rest(link) == []


# --- Ledgers that exist --------------------------------------------------------------------------


@pytest.mark.parametrize("migrated", [True, False])
@pytest.mark.parametrize("in_between", [True, False])
def test_a_ledger_of_before_the_debtor_was_in_the_fingerprint_sends_nothing_twice(
    link: SmallLink, in_between: bool, migrated: bool
) -> None:
    """FR-D13: bookings in every state, with fingerprints of the payload alone; then two nights.

    `in_between`: the ledger is taken between a plan and its load, so that one was never sent and
    the rejected one is planned once more. Without the migration's update all of them look changed,
    as after any change of the payload's form.
    """
    booked, rejected, held, planned = range(NUMBER, NUMBER + 4)
    reject(link, f'"EntryNumber":{rejected}')
    reject(link, '"Code":"' + "1003".rjust(18), ACCOUNTS)
    link.james.debtor("1003")
    link.james.invoice(rejected, "1001")
    link.james.invoice(held, "1003")
    link.night()
    link.james.invoice(planned, "1001")
    if in_between:
        at_the_load(link)
    states = {link.states().get(f"factuur:{number}") for number in (booked, rejected, held, planned)}
    assert states == {"booked", "held", *(["planned"] if in_between else ["rejected", None])}
    link.ledger.conn.execute(
        "update booking set fingerprint = encode(sha256(convert_to(payload, 'UTF8')), 'hex')"
        " where payload is not null"
    )
    if migrated:
        update = statement("ledger/migrations/versions", "0012_content_of_a_claim")
        link.ledger.conn.execute(update[: update.index(";")].encode())
    sent = posts(link)
    link.night()
    assert posts(link) == sent + 2  # the new one, and the rejected one once more
    assert link.ledger.review.differences_of_run(link.night().run) == []
    link.world.faults.clear()
    assert link.until_at_rest().items == []
    assert [len(link.entries(number)) for number in (booked, rejected, held, planned)] == [1] * 4
    assert violations_at_rest(link) == []
