"""An entry of a person's own that keeps an invoice from being booked: two differences, one alarm.

James has the invoice and Exact does not; Exact has the entry and James does not. Each euro has one
cause. The rejection is what a night tells; the entry stands beside it as known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import WaitForWindow
from tests.faults.invariants import violations_at_rest
from tests.link.small import SmallLink
from tests.load.test_doubt import ENTRIES, double
from tests.report import hands
from tests.report.test_differences import differs, open_differences

KEY = "factuur:2"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """Invoice 1 of 10.00 is booked; 2 comes tonight."""
    for number in ("1001", "1002"):
        link.james.debtor(number)
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    assert link.night().items == []
    link.james.invoice(2, "1001", (1000, 0, "tariff"))
    return link


def type_in_the_way(link: SmallLink, euros: float, **values: Any) -> None:
    copy = hands.copy_of(link, 1, **values)
    copy["SalesEntryLines"][0]["AmountFC"] = euros
    link.by_hand.entered.add(hands.enter(link, copy)["EntryID"])


def number_taken(link: SmallLink) -> None:
    type_in_the_way(link, 12.0, EntryNumber=2, YourRef="met de hand")


def number_taken_with_our_reference(link: SmallLink) -> None:
    relation = link.division.relation("1002")["ID"]
    type_in_the_way(link, 12.0, EntryNumber=2, YourRef="2", Customer=relation)


def typed_under_another_number(link: SmallLink) -> None:
    relation = link.division.relation("1002")["ID"]
    type_in_the_way(link, 10.0, EntryNumber=9001, YourRef="2", Customer=relation)


IN_THE_WAY = {
    number_taken: "entry_number_in_use",
    number_taken_with_our_reference: "entry_number_in_use",
    typed_under_another_number: "entered_before",
}


@pytest.fixture(params=IN_THE_WAY)
def rejected(link: SmallLink, request: pytest.FixtureRequest) -> SmallLink:
    in_the_way: Callable[[SmallLink], None] = request.param
    in_the_way(link)
    outcome = link.night()
    assert [item.reason for item in outcome.items] == [IN_THE_WAY[in_the_way]]
    assert outcome.numbers.differences_new == 0
    (row,) = link.ledger.conn.execute("select outcome from run where run_id = %s", [outcome.run.run_id])
    assert row["outcome"] == "rejected"
    return link


def typed_entry(link: SmallLink) -> dict[str, Any]:
    (typed,) = [row for row in link.division["SalesEntries"] if row["EntryID"] in link.by_hand.entered]
    return typed


def cents_typed(link: SmallLink) -> int:
    return round(100 * typed_entry(link)["AmountDC"])


def test_the_entry_is_a_difference_of_its_own_beside_the_rejection(rejected: SmallLink) -> None:
    """FR-H9, B4: James has 10.00 that Exact lacks, and Exact what was typed."""
    typed = cents_typed(rejected)
    assert open_differences(rejected) == {
        KEY: ("rejected", 1000, 0),
        f"({KEY})": ("entered_by_hand", 0, typed),
    }
    outcome = rejected.night()
    assert (outcome.numbers.james_cents, outcome.numbers.exact_cents) == (2000, 1000 + typed)
    assert (outcome.numbers.differences_new, outcome.numbers.differences_known) == (0, 1)
    assert outcome.numbers.other_entries == 0
    assert violations_at_rest(rejected) == []


@pytest.mark.parametrize("asked", ["of the invoice", "of the entry"])
def test_adopted_it_is_one_difference(rejected: SmallLink, asked: str) -> None:
    """The act ends both; what differs between James and the entry is what remains. A page offers it
    with the invoice, and with the entry.
    """
    subject = KEY if asked == "of the invoice" else f"exact:{typed_entry(rejected)['EntryID']}"
    acts.adopt(rejected.ledger, Word(rejected.practice.code, "Anna", "met de hand"), subject)
    (act,) = rejected.ledger.conn.execute("select subject from act where act = 'adopt'").fetchall()
    assert act == {"subject": KEY}
    writes = rejected.writes()
    rejected.night()
    assert open_differences(rejected) == {KEY: ("changed_in_exact", 1000, cents_typed(rejected))}
    assert differs(rejected, KEY) != ""
    assert rejected.writes() == writes
    assert violations_at_rest(rejected) == []


def open_items(link: SmallLink) -> list[tuple[str, str]]:
    rows = link.ledger.conn.execute("select subject, reason from v_open_items").fetchall()
    assert (status := link.ledger.fleet.status(link.practice.code)) is not None
    assert status.open_items == len(rows)
    return [(row["subject"], row["reason"]) for row in rows]


def test_it_is_one_item_and_its_acts_end_it(rejected: SmallLink) -> None:
    """One fact: somebody typed it. Closed for that, the entry stays as it is, on the same word."""
    told = [(KEY, rejected.reasons()[KEY])]
    assert open_items(rejected) == told
    rejected.night()
    assert open_items(rejected) == told
    word = Word(rejected.practice.code, "Anna", "staat er met de hand")
    act = acts.close(rejected.ledger, word, KEY)
    assert open_items(rejected) == []
    acts.take_back(rejected.ledger, word, act)
    assert open_items(rejected) == told
    act = acts.close(rejected.ledger, word, KEY)
    outcome = rejected.night()
    assert (open_items(rejected), outcome.items) == ([], [])
    assert (outcome.numbers.differences_new, outcome.numbers.differences_accepted) == (0, 1)
    acts.take_back(rejected.ledger, word, act)
    acts.adopt(rejected.ledger, word, KEY)
    rejected.night()
    assert {reason for _, reason in open_items(rejected)} <= {"changed_in_exact"}


def test_removed_both_end_and_the_invoice_is_booked(rejected: SmallLink) -> None:
    hands.remove(rejected, typed_entry(rejected)["YourRef"])
    rejected.until_at_rest()
    assert rejected.until_at_rest().items == []
    assert open_differences(rejected) == {}
    assert [entry["EntryNumber"] for entry in rejected.entries(2)] == [2]
    assert violations_at_rest(rejected) == []


def test_an_entry_with_the_number_of_what_waits_for_its_debtor_is_news(link: SmallLink) -> None:
    """It is held for something else, so nothing told of the entry."""
    link.james.debtor("1003")
    link.james.conn.execute(
        "update james.debiteur set naam = '', achternaam = '' where debiteurnummer = '1003'"
    )
    link.james.invoice(3, "1003", (1000, 0, "tariff"))
    type_in_the_way(link, 12.0, EntryNumber=3, YourRef="met de hand")
    outcome = link.night()
    assert link.reasons()["factuur:3"] == "debtor_not_booked"
    assert [item.reason for item in outcome.items][-1] == "entered_by_hand"
    assert outcome.numbers.differences_new == 1


def test_two_of_ours_are_each_told_as_twice(link: SmallLink) -> None:
    """FR-B17: James has 20.00, Exact 30.00."""
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    double(link, 2)
    outcome = link.night("night")
    assert [item.reason for item in outcome.items] == ["double_in_exact"]
    assert (outcome.numbers.james_cents, outcome.numbers.exact_cents) == (2000, 3000)
    rows = link.ledger.conn.execute(
        "select cause, james_cents, exact_cents from difference where ended_at is null order by 1"
    ).fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("entered_twice", 0, 1000),
        ("entered_twice", 0, 1000),
        ("rejected", 1000, 0),
    ]
