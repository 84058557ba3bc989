"""Doubtful bookings are resolved by reading Exact: found, absent twice, other content.

A number that somebody else took is found too.
"""

from __future__ import annotations

import pytest

from exact_online.failures import Unreachable, WaitForWindow
from exact_online.load.batch import resolve_doubts
from exact_online.night import steps as night
from simulator import records
from simulator.accounting import sales
from tests.link.small import BOOK_DAY, SmallLink

ENTRIES, JOURNAL_ENTRIES = "salesentry/SalesEntries", "generaljournalentry/GeneralJournalEntries"
NUMBER = 2600001


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    link.james.debtor("1001")
    return link


def posts(link: SmallLink, endpoint: str = ENTRIES) -> int:
    return sum(call.method == "POST" and call.endpoint == endpoint for call in link.world.log)


def book_by_hand(link: SmallLink, number: int) -> None:
    """Somebody at the practice books in our journal."""
    account, relation = link.division.find_by_code("GLAccounts", "8010"), link.division.relation("1001")
    assert account is not None
    line = {"GLAccount": account["ID"], "VATCode": "5", "AmountFC": 77.0}
    entry = {
        "Journal": "70",
        "Customer": relation["ID"],
        "EntryDate": "2026-11-20",
        "EntryNumber": number,
        "SalesEntryLines": [line],
    }
    answer = link.client(link.ledger).post(ENTRIES, {**entry, "YourRef": "met de hand"})
    assert answer.exact_id, answer.message


@pytest.fixture
def debtor_is_there(link: SmallLink) -> None:
    link.night()


def test_found_with_equal_content_is_booked_without_a_second_post(link: SmallLink) -> None:
    """FR-A3, FR-B2, FR-G2."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    assert link.night().items == []
    assert posts(link) == 1


def test_absent_is_believed_the_second_time_only(link: SmallLink) -> None:
    """FR-B3, FR-B18: two look-ups, each after the settle delay, and then one more POST."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_before", endpoint=ENTRIES, method="POST")
    began = link.clock.now()
    link.night()
    looks = [call for call in link.world.log if call.method == "GET" and call.endpoint == ENTRIES]
    assert (posts(link), len(looks)) == (2, 2)
    assert (link.clock.now() - began).total_seconds() >= 2 * link.settle_seconds - 1


def test_found_with_other_content_is_rejected_and_left_alone(link: SmallLink, debtor_is_there: None) -> None:
    """FR-H9, FR-H10, FR-H13: the number was taken while our answer was lost."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_before", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    link.pass_by(300)
    book_by_hand(link, NUMBER)
    (item,) = link.night("night").items
    assert (item.state, item.reason) == ("rejected", "entry_number_in_use")
    assert len(list(link.division["SalesEntries"])) == 1


def test_a_number_that_is_taken_before_we_send_is_rejected_and_not_renumbered(
    link: SmallLink, debtor_is_there: None
) -> None:
    """FR-H9, FR-H10: 'In gebruik' is compared, and is somebody else's."""
    book_by_hand(link, NUMBER)
    link.james.invoice(NUMBER, "1001")
    link.james.invoice(NUMBER + 1, "1001")
    (item,) = link.night().items
    assert (item.reason, item.reason_values["difference"]) == ("entry_number_in_use", "reference")
    assert len(link.entries(NUMBER + 1)) == 1


def test_our_entry_on_another_relation_is_not_ours(link: SmallLink) -> None:
    """FR-F5: the same in all but whose account it stands on."""
    link.james.debtor("1002")
    link.night()
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    (entry,) = link.entries(NUMBER)
    entry["Customer"] = link.division.relation("1002")["ID"]
    (item,) = link.night("night").items
    assert (item.reason, item.reason_values["difference"]) == ("entry_number_in_use", "relation")


def lose_answer_and_move_entry(link: SmallLink) -> None:
    """Exact books an invoice of debtor 1001 and the answer is lost; somebody moves the entry to
    debtor 1002, and removes the relation of 1001.
    """
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    (entry,) = link.entries(NUMBER)
    link.by_hand.entered.add(str(entry["EntryID"]))
    with link.world.lock:
        sales.change(link.division, entry, {"Customer": link.division.relation("1002")["ID"]}, None)
        records.remove(link.division, "Accounts", link.division.relation("1001"), None)


def test_an_equal_entry_is_not_ours_while_the_debtor_has_no_relation(link: SmallLink) -> None:
    """FR-F5: the answer is lost, the relation is removed in Exact, and somebody types the invoice
    on another debtor. It stays doubtful until the debtor is made again, and then is compared.
    """
    link.james.debtor("1002")
    link.night()
    lose_answer_and_move_entry(link)
    (item,) = link.night("night").items
    assert (item.reason, item.reason_values["difference"]) == ("entry_number_in_use", "relation")
    assert posts(link) == 1


def test_in_use_by_an_earlier_call_of_our_own_is_success_after_comparison(link: SmallLink) -> None:
    """FR-B4: the lost first call lands after both look-ups; the second POST meets it."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("slow_commit", endpoint=ENTRIES, method="POST", seconds=241)
    link.world.faults.add(
        "call", endpoint=ENTRIES, method="POST", nth=2, act=lambda world: world.faults.land(everything=True)
    )
    assert link.night().items == []
    assert posts(link) == 2
    assert len(link.entries(NUMBER)) == 1


def test_two_of_ours_in_exact_raise_an_alarm_and_no_post(link: SmallLink, debtor_is_there: None) -> None:
    """FR-B17: the same invoice under another number as well."""
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    double(link, NUMBER)
    (item,) = link.night("night").items
    assert item.reason == "double_in_exact"
    assert posts(link) == 2  # ours, and the one by hand


def double(link: SmallLink, number: int) -> None:
    """The same entry once more under a number of its own."""
    (there,) = link.entries(number)
    lines = [
        {"GLAccount": line["GLAccount"], "VATCode": "5", "AmountFC": line["AmountFC"]}
        for line in link.division["SalesEntryLines"].find("EntryID", there["EntryID"])
    ]
    entry = {
        "Journal": "70",
        "Customer": there["Customer"],
        "EntryDate": "2026-11-20",
        "YourRef": str(number),
        "SalesEntryLines": lines,
    }
    made = link.client(link.ledger).post(ENTRIES, {**entry, "EntryNumber": 2699999})
    assert made.exact_id, made.message


def test_a_general_journal_entry_is_resolved_in_the_same_way(link: SmallLink) -> None:
    """FR-B2, M4."""
    link.james.invoice(NUMBER, "1001", condition="PIN")
    link.world.faults.add("drop_after_commit", endpoint=JOURNAL_ENTRIES, method="POST")
    assert link.night().items == []
    assert posts(link, JOURNAL_ENTRIES) == 1


def test_a_period_that_closed_meanwhile_does_not_hide_what_was_booked_before(link: SmallLink) -> None:
    """FR-H3."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    link.division.close_period(2026, 11)
    assert link.night("night").items == []
    assert link.states()[f"factuur:{NUMBER}"] == "booked"


def test_newer_content_waits_until_the_doubt_about_the_older_is_resolved(link: SmallLink) -> None:
    """FR-G2, and then FR-G1: version 1 is in Exact, the change is reported."""
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    link.james.correct(NUMBER, (2500, 0, "tariff"))
    link.night("night")
    link.night()
    assert len(link.entries(NUMBER)) == 1
    found = link.ledger.conn.execute("select cause, exact_cents, james_cents from difference").fetchall()
    assert found == [{"cause": "changed_after_booking", "exact_cents": 1000, "james_cents": 2500}]


def test_the_settle_delay_is_the_databases_and_not_the_workers(link: SmallLink) -> None:
    """FR-E6: a worker whose clock is hours ahead waits all the same."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_before", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    link.clock.sleep(7200)
    tonight = link.night_of(night.open_run(link.ledger, link.practice.code, "night", BOOK_DAY))
    with pytest.raises(WaitForWindow) as wait:
        resolve_doubts(tonight.load_session())
    assert (wait.value.until - link.clock.now()).total_seconds() > link.settle_seconds - 60


def test_an_entry_that_does_not_show_its_lines_yet_stays_doubtful(link: SmallLink) -> None:
    """FR-B18: a header without lines proves nothing."""
    link.james.invoice(NUMBER, "1001")
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    lines = list(link.division["TransactionLines"])
    link.division.hidden.update({line["ID"]: link.clock.now().timestamp() + 4000 for line in lines})
    with pytest.raises(Unreachable):
        link.night("night")
    assert link.states()[f"factuur:{NUMBER}"] == "doubtful"
    link.until_at_rest()
    assert (posts(link), len(link.entries(NUMBER))) == (1, 1)
