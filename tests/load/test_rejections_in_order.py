"""INV-10, FR-B8: what Exact rejects keeps nothing good waiting, and costs few calls."""

from __future__ import annotations

import json

import pytest

from exact_online.night import steps as night
from exact_online.report.log_lines import by_cause
from tests.link.small import SmallLink
from tests.load.test_batch import at_the_load
from tests.load.test_turns import ENTRIES, of_kind, posts

FIRST = 2600001


def rejects(link: SmallLink, *numbers: int, words: str = "Dit gaat niet", status: int = 500) -> None:
    body = json.dumps({"error": {"message": {"value": words}}})
    for number in numbers:
        link.world.faults.add(
            "status", endpoint=ENTRIES, method="POST", containing=f'"EntryNumber":{number}',
            times=None, status=status, body=body,
        )  # fmt: skip


def invoices(link: SmallLink, count: int) -> list[int]:
    link.james.debtor("1001")
    numbers = list(range(FIRST, FIRST + count))
    for number in numbers:
        link.james.invoice(number, "1001")
    return numbers


@pytest.mark.parametrize("status", [400, 500])
def test_bad_ones_that_come_first_keep_no_good_one_waiting(link: SmallLink, status: int) -> None:
    numbers = invoices(link, 24)
    rejects(link, *numbers[:9], status=status)
    link.night()
    assert of_kind(link, "factuur", "booked") == 15
    assert all(len(link.entries(number)) == 1 for number in numbers[9:])


def test_bad_ones_of_many_causes_keep_good_ones_waiting_for_an_hour_at_most(link: SmallLink) -> None:
    """FR-B8: the errors of an hour are used up; the others go when Exact has forgotten them."""
    numbers = invoices(link, 20)
    for place, number in enumerate(numbers[:18]):
        rejects(link, number, words=f"Oorzaak {'abcdefghijklmnopqr'[place]}", status=400)
    began = link.clock.now()
    link.night()
    assert all(len(link.entries(number)) == 1 for number in numbers[18:])
    assert 3600 <= (link.clock.now() - began).total_seconds() < 3 * 3600
    assert of_kind(link, "factuur", "rejected") == 18


def test_what_was_rejected_before_goes_last(link: SmallLink) -> None:
    numbers = invoices(link, 6)
    rejects(link, *numbers[:3])
    link.night()
    link.james.invoice(FIRST + 90, "1001")
    since = len(link.world.log)
    link.night()
    assert posts(link, since) == [201, 500, 500, 500]


def test_a_division_that_rejects_everything_is_one_item_and_few_calls(link: SmallLink) -> None:
    """60 of 60, and again the next night; cured, all of them go by themselves."""
    numbers = invoices(link, 60)
    rejects(link, *numbers, words="Rechten ontbreken voor dagboek 70")
    items = link.night().items
    assert len(posts(link)) == 5
    assert (of_kind(link, "factuur", "rejected"), of_kind(link, "factuur", "held")) == (5, 55)
    assert len(by_cause(items)) == 1
    assert len(by_cause(items)[0]) == 60
    for _ in range(2):
        since = len(link.world.log)
        items = link.night().items
        assert len(posts(link, since)) == 5
        assert [len(same) for same in by_cause(items)] == [60]
    assert link.dry_run().numbers.sales_entries == 60, "a dry run takes it that Exact takes all"
    link.world.faults.clear()
    assert link.night().items == []
    assert all(len(link.entries(number)) == 1 for number in numbers)


def test_what_was_sent_before_and_held_back_takes_over_what_james_has_now(link: SmallLink) -> None:
    """M21: all were tried once; then one of them is corrected, while Exact still rejects all."""
    numbers = invoices(link, 12)
    rejects(link, *numbers)
    for _ in range(4):
        link.night()
    link.james.correct(numbers[0], (4200, 0, "tariff"))
    link.night()
    link.world.faults.clear()
    assert link.night().items == []
    assert link.entries(numbers[0])[0]["AmountDC"] == 42


def test_a_person_who_begins_a_batch_again_has_all_of_it_sent(link: SmallLink) -> None:
    """M21, FR-D4."""
    numbers = invoices(link, 12)
    rejects(link, *numbers)
    tonight, batch = at_the_load(link)
    assert len(night.load(tonight, batch)) == 12
    assert len(posts(link)) == 5
    assert len(night.load(tonight, batch)) == 12, "still rejected: a few are tried"
    assert len(posts(link)) == 10
    link.world.faults.clear()
    assert night.load(tonight, batch) == []
    assert of_kind(link, "factuur", "booked") == 12


def test_reasons_of_one_record_stop_nothing(link: SmallLink) -> None:
    """M15: hundreds of numbers may belong to relations of before the link; all are listed."""
    for number in range(1001, 1011):
        link.james.debtor(str(number))
        link.division.add(
            "Accounts", {"Code": str(number).rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"}
        )
    link.night()
    assert set(link.reasons().values()) == {"number_clash"}
