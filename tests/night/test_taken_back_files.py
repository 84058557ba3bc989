"""A workbook that was not imported in Exact is taken back, and goes into a later one (M20)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import NotReady
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.load.test_doubt import book_by_hand
from tests.night.test_hand_over import BEFORE_LINK, change_relation, numbers

__all__ = ["link", "small_place"]

FIRST = 2600001


@pytest.fixture
def handed(link: SmallLink) -> SmallLink:
    """One workbook with two invoices, of 10.00 each."""
    link.james.debtor("1001")
    for number in (FIRST, FIRST + 1):
        link.james.invoice(number, "1001", day=BEFORE_LINK)
    assert link.night(backfill="excel").items == []
    return link


def word(link: SmallLink) -> Word:
    return Word(link.practice.code, "Anna Accountant", "niet geimporteerd")


def only_file(link: SmallLink) -> str:
    (file,) = link.ledger.exports.files(link.practice.code)
    return file.file_name


def test_what_a_taken_back_file_had_goes_into_the_next_and_not_into_the_api(handed: SmallLink) -> None:
    (first,) = handed.ledger.exports.files(handed.practice.code)
    acts.take_back_file(handed.ledger, word(handed), first.file_name)
    assert set(handed.states().values()) == {"booked", "closed"}
    handed.night(backfill="nothing")
    handed.night()
    assert handed.writes("salesentry/SalesEntries") == 0
    assert handed.night(backfill="excel").items == []
    old, new = handed.ledger.exports.files(handed.practice.code)
    assert old == replace(first, taken_back_by="Anna Accountant")
    assert (new.taken_back_by, new.invoices, new.total_cents) == (None, 2, 2000)
    assert numbers(handed) == ["2600001", "2600001", "2600002", "2600002"]
    assert handed.states()[f"factuur:{FIRST}"] == "exported"
    assert handed.writes("salesentry/SalesEntries") == 0


def test_the_history_has_who_took_it_back(handed: SmallLink) -> None:
    acts.take_back_file(handed.ledger, word(handed), only_file(handed))
    rows = handed.ledger.conn.execute(
        "select from_state, to_state, moved_by from booking_history where moved_by = 'Anna Accountant'"
    ).fetchall()
    assert rows == [{"from_state": "exported", "to_state": "closed", "moved_by": "Anna Accountant"}] * 2
    (act,) = handed.ledger.conn.execute("select act, subject, before from act").fetchall()
    keys = {"source_keys": [f"factuur:{FIRST}", f"factuur:{FIRST + 1}"]}
    assert (act["act"], act["subject"], act["before"]) == ("take_back_file", only_file(handed), keys)


def test_the_new_file_has_what_james_has_now(handed: SmallLink) -> None:
    """A workbook with a mistake is why one takes it back."""
    acts.take_back_file(handed.ledger, word(handed), only_file(handed))
    handed.james.correct(FIRST, (2500, 0, "tariff"))
    change_relation(handed, "1001", Code="77".rjust(18))
    handed.night(backfill="excel")
    assert handed.ledger.exports.files(handed.practice.code)[-1].total_cents == 3500


def test_a_file_of_which_a_number_stands_in_exact_is_not_taken_back(handed: SmallLink) -> None:
    book_by_hand(handed, FIRST + 1)
    handed.night(backfill="nothing")
    with pytest.raises(NotReady, match=r"1 of the 2 entries of .*xlsx stand in Exact: 2600002\. Only"):
        acts.take_back_file(handed.ledger, word(handed), only_file(handed))
    assert handed.states()[f"factuur:{FIRST}"] == "exported"
    assert handed.ledger.conn.execute("select 1 from act").fetchall() == []


def test_what_was_imported_after_the_last_night_is_not_handed_over_again(handed: SmallLink) -> None:
    """The mirror did not know it yet; the next hand-over does (FR-I9)."""
    book_by_hand(handed, FIRST + 1)
    acts.take_back_file(handed.ledger, word(handed), only_file(handed))
    handed.night(backfill="excel")
    assert handed.reasons()[f"factuur:{FIRST + 1}"] == "entry_number_in_use"
    assert numbers(handed) == ["2600001", "2600001", "2600002"]


def test_a_blocked_relation_stays_out_of_the_next_file(handed: SmallLink) -> None:
    """What is handed over again is checked again."""
    acts.take_back_file(handed.ledger, word(handed), only_file(handed))
    change_relation(handed, "1001", Blocked=True)
    handed.night(backfill="excel")
    assert len(handed.ledger.exports.files(handed.practice.code)) == 1
    assert handed.reasons()[f"factuur:{FIRST}"] == "relation_blocked"


def test_a_file_is_valid_again_until_the_next_was_made(handed: SmallLink) -> None:
    name = only_file(handed)
    act = acts.take_back_file(handed.ledger, word(handed), name)
    with pytest.raises(NotReady, match="was taken back before"):
        acts.take_back_file(handed.ledger, word(handed), name)
    acts.take_back(handed.ledger, word(handed), act)
    assert set(handed.states().values()) == {"booked", "exported"}
    assert handed.ledger.exports.files(handed.practice.code)[0].taken_back_by is None
    again = acts.take_back_file(handed.ledger, word(handed), name)
    handed.night(backfill="excel")
    with pytest.raises(NotReady, match="can't be taken back any more"):
        acts.take_back(handed.ledger, word(handed), again)


def test_an_unknown_file_is_one_sentence(handed: SmallLink) -> None:
    with pytest.raises(NotReady, match=r"has no workbook 'nothing.xlsx'; 'files noorderlicht' lists them"):
        acts.take_back_file(handed.ledger, word(handed), "nothing.xlsx")
