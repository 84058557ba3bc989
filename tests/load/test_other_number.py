"""Exact gives an entry another number than was sent: kept and told, or it stops by a setting."""

from __future__ import annotations

import pytest

from dev.demo.practices import settings_document
from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from tests.link.small import SmallLink
from tests.report import hands
from tests.report.test_differences import differs, open_differences

NUMBERS = (2600001, 2600002, 2600003)
ENTRIES = "salesentry/SalesEntries"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """Three invoices, and an Exact that takes a number for a hint."""
    link.james.debtor("1001")
    for number in NUMBERS:
        link.james.invoice(number, "1001")
    link.world.switches.set("entry_numbers", "hint")
    return link


@pytest.fixture
def strict(link: SmallLink) -> SmallLink:
    """The same, for a practice whose settings allow no other number."""
    document = {**settings_document(link.practice), "stop_at_other_number": True}
    link.ledger.practices.save_settings(link.practice.code, document, changed_by="accountant")
    return link


def word(link: SmallLink) -> Word:
    return Word(link.practice.code, "Anna Accountant", "nummering is aangepast")


def test_another_number_is_kept_and_told_as_its_cause(link: SmallLink) -> None:
    """FR-H19: booked once, found again, and no night books it anew."""
    outcome = link.night()
    assert {item.reason for item in outcome.items} == {"other_entry_number"}
    assert outcome.numbers.difference_cents == 0
    assert {cause for cause, _, _ in open_differences(link).values()} == {"other_entry_number"}
    assert differs(link, "factuur:2600001") == "number"
    assert link.night().items == []
    assert link.writes(ENTRIES) == 3
    assert [len(link.entries(number)) for number in NUMBERS] == [1, 1, 1]


def test_a_general_journal_entry_with_another_number_is_found_by_what_it_books(link: SmallLink) -> None:
    """Its answer has no reference, so Exact is asked first."""
    link.james.invoice(2600004, "1001", condition="PIN")
    link.night()
    assert differs(link, "factuur:2600004") == "number"
    assert link.night().items == []
    assert link.writes("generaljournalentry/GeneralJournalEntries") == 1


def test_a_lost_answer_with_another_number_books_nothing_twice(link: SmallLink) -> None:
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    link.night()
    assert link.writes(ENTRIES) == 3


def test_an_accepted_other_number_makes_no_night_red(link: SmallLink) -> None:
    link.night()
    for number in NUMBERS:
        acts.accept(link.ledger, word(link), f"factuur:{number}")
    numbers = link.night().numbers
    assert (numbers.differences_new, numbers.differences_known, numbers.differences_accepted) == (0, 0, 3)


def test_by_the_setting_the_practice_stops_after_the_first(strict: SmallLink) -> None:
    for _ in range(2):
        with pytest.raises(NotReady, match=r"Exact boekte factuur 2600001 onder boekstuknummer \d+; .*go-on"):
            strict.night()
        assert strict.writes(ENTRIES) == 1
    assert strict.states()["factuur:2600001"] == "booked"


def test_by_the_setting_a_lost_answer_stops_too(strict: SmallLink) -> None:
    for number in NUMBERS[1:]:
        strict.james.remove(number)
    strict.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(NotReady, match="2600001 onder boekstuknummer"):
        strict.night()
    assert strict.states()["factuur:2600001"] == "booked"


def test_a_person_says_go_and_numbers_that_are_kept_stop_nobody(strict: SmallLink) -> None:
    with pytest.raises(NotReady):
        strict.night()
    strict.world.switches.set("entry_numbers", "as_sent")
    acts.go_on(strict.ledger, word(strict))
    assert [item.source_key for item in strict.night().items] == ["factuur:2600001"]
    assert strict.writes(ENTRIES) == 3


def test_what_a_bookkeeper_typed_under_another_number_stops_nobody(strict: SmallLink) -> None:
    """We did not send it."""
    strict.world.switches.set("entry_numbers", "as_sent")
    strict.night()
    hands.enter(strict, {**hands.copy_of(strict, 2600001), "EntryNumber": 9001, "YourRef": "2600004"})
    strict.james.invoice(2600004, "1001")
    assert [item.reason for item in strict.night().items] == ["other_entry_number"]
