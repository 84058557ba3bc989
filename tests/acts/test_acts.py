"""What people decide about what is open, each with name and reason (B4, C7)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import LockLost, NotReady
from exact_online.ledger import Cell, NightNumbers
from exact_online.mails.nights import night_message
from exact_online.mails.post import Post
from exact_online.report.control_workbook import control_workbook
from exact_online.report.dry_run import dry_run_lines
from tests.link.small import BOOK_DAY, SmallLink
from tests.night_numbers import night_numbers
from tests.report import hands
from tests.report.test_differences import differs, ended, history, open_differences

KEY = "factuur:1"


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """One invoice of 10.00, booked."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    link.night()
    return link


def word(link: SmallLink, reason: str = "afgesproken met de praktijk") -> Word:
    return Word(link.practice.code, "Anna Accountant", reason)


def kept(link: SmallLink) -> list[dict[str, Any]]:
    return link.ledger.conn.execute("select * from act order by act_id").fetchall()


# --- accept -----------------------------------------------------------------------------------


def test_an_accepted_difference_is_known_and_counted_apart(booked: SmallLink) -> None:
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.night()
    acts.accept(booked.ledger, word(booked), KEY)
    numbers = booked.night().numbers
    assert (numbers.differences_new, numbers.differences_known, numbers.differences_accepted) == (0, 0, 1)
    (act,) = kept(booked)
    assert (act["act"], act["subject"], act["acted_by"], act["reason"]) == (
        "accept",
        KEY,
        "Anna Accountant",
        "afgesproken met de praktijk",
    )


def test_an_accepted_difference_that_changes_is_new_again(booked: SmallLink) -> None:
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.night()
    acts.accept(booked.ledger, word(booked), KEY)
    booked.james.correct(1, (1300, 0, "tariff"))
    numbers = booked.night().numbers
    assert (numbers.differences_new, numbers.differences_accepted) == (1, 0)


def test_an_accepted_difference_is_open_again_when_that_is_taken_back(booked: SmallLink) -> None:
    booked.james.correct(1, (1200, 0, "tariff"))
    booked.night()
    act = acts.accept(booked.ledger, word(booked), KEY)
    acts.take_back(booked.ledger, word(booked, "toch niet"), act)
    numbers = booked.night().numbers
    assert (numbers.differences_known, numbers.differences_accepted) == (1, 0)
    with pytest.raises(NotReady, match="taken back by Anna Accountant already"):
        acts.take_back(booked.ledger, word(booked), act)


# --- book again -------------------------------------------------------------------------------


def test_an_invoice_that_was_removed_in_exact_is_booked_again_once(booked: SmallLink) -> None:
    hands.remove(booked, 1)
    booked.night()
    acts.book_again(booked.ledger, word(booked), KEY)
    writes = booked.writes()
    outcome = booked.night()
    assert (booked.writes() - writes, len(booked.entries(1))) == (1, 1)
    assert (outcome.numbers.difference_cents, booked.states()[KEY]) == (0, "booked")
    assert ("booked", "closed") in history(booked)
    ended(booked, writes + 1)


def test_an_invoice_that_somebody_entered_meanwhile_is_not_booked_again(booked: SmallLink) -> None:
    """FR-H9: its number is known to be taken; equal content is taken over without a POST."""
    copy = hands.copy_of(booked, 1)
    hands.remove(booked, 1)
    booked.night()
    acts.book_again(booked.ledger, word(booked), KEY)
    hands.enter(booked, copy)
    writes = booked.writes()
    booked.night()
    assert (booked.writes(), len(booked.entries(1)), booked.states()[KEY]) == (writes, 1, "booked")


def test_an_invoice_that_stands_in_exact_is_not_booked_again(booked: SmallLink) -> None:
    with pytest.raises(NotReady, match="can't be booked again"):
        acts.book_again(booked.ledger, word(booked), KEY)
    assert (kept(booked), booked.states()[KEY]) == ([], "booked")


# --- close ------------------------------------------------------------------------------------


def test_a_rejected_invoice_that_is_closed_is_not_told_any_more(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 17, "tariff"))
    link.night()
    acts.close(link.ledger, word(link), KEY)
    outcome = link.night()
    assert (outcome.items, link.states()[KEY]) == ([], "closed")
    assert (outcome.numbers.difference_cents, outcome.numbers.differences_new) == (0, 0)
    row = link.ledger.conn.execute("select moved_by from booking_history order by history_id desc limit 1")
    assert row.fetchone() == {"moved_by": "Anna Accountant"}


def test_what_a_person_closed_is_not_open_and_every_report_tells_it_apart(link: SmallLink) -> None:
    """B4: in cell, numbers, figures of the pages, mail, dry run and control workbook."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 17, "tariff"))
    link.james.invoice(2, "1001", (2000, 0, "tariff"))
    before = link.night().numbers
    assert (before.open_cents, before.closed_cents) == (1000, 0)
    act = acts.close(link.ledger, word(link), KEY)
    night = link.night()
    numbers = night.numbers
    assert (numbers.ledger_cents, numbers.open_cents, numbers.closed_cents) == (2000, 0, 1000)
    assert (numbers.james_cents, numbers.difference_cents) == (3000, 0)
    assert {cell.vat_rate: (cell.open_cents, cell.closed_cents) for cell in numbers.cells} == {
        "17.00": (0, 1000),
        "zero": (0, 0),
    }
    assert NightNumbers.from_json(numbers.to_json()) == numbers
    status = link.ledger.fleet.status(link.practice.code)
    assert status is not None
    assert (status.james_cents, status.complete_cents, status.booked_cents) == (3000, 3000, 2000)
    practice = link.ledger.practices.get(link.practice.code)
    html = night_message(Post(link.ledger, True), practice, BOOK_DAY, [], [], numbers, []).html
    assert "Gesloten, dus op iemands woord niet geboekt: 10,00 euro." in html
    assert "10.00 closed by a person, difference 0.00." in [*dry_run_lines(link.dry_run().numbers)][-1]
    latest = link.ledger.reconciled.latest(practice.code)
    assert latest is not None
    days = (numbers.from_date, numbers.before_date)
    book = load_workbook(io.BytesIO(control_workbook(link.ledger.reconciled, practice, latest, days)))
    head, *_, total = book["Maanden"].iter_rows(values_only=True)
    assert dict(zip(head, total, strict=True)) == {
        "Maand": "Totaal",
        "James": 30,
        "Geboekt": 20,
        "Exact": 20,
        "Overgedragen": 0,
        "Open": 0,
        "Gesloten": 10,
        "Verschil": 0,
    }
    acts.take_back(link.ledger, word(link), act)
    again = link.night().numbers
    assert (again.open_cents, again.closed_cents) == (1000, 0)


def test_numbers_of_before_count_what_was_closed_as_open() -> None:
    """Documents that are stored already have no closed cents."""
    cell = Cell("patients", "zero", 1000, 0, 0, 0, 1000)
    document = cell.to_json()
    del document["closed_cents"]
    assert Cell.from_json(document) == cell
    numbers = night_numbers(james_cents=1000, open_cents=1000, cells=(cell,)).to_json()
    del numbers["closed_cents"]
    assert NightNumbers.from_json(numbers).closed_cents == 0


def test_a_closed_invoice_is_rejected_again_when_that_is_taken_back(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 17, "tariff"))
    link.night()
    act = acts.close(link.ledger, word(link), KEY)
    acts.take_back(link.ledger, word(link), act)
    assert [item.reason for item in link.night().items] == ["vat_rate_unknown"]


def test_an_invoice_that_was_removed_in_exact_may_stay_so(booked: SmallLink) -> None:
    writes = booked.writes()
    hands.remove(booked, 1)
    booked.night()
    acts.close(booked.ledger, word(booked), KEY)
    numbers = booked.night().numbers
    assert (numbers.difference_cents, numbers.differences_new, booked.states()[KEY]) == (0, 0, "closed")
    assert open_differences(booked) == {KEY: ("closed", 1000, 0)}
    assert booked.writes() == writes


def test_a_booked_invoice_can_not_be_closed(booked: SmallLink) -> None:
    with pytest.raises(NotReady, match="factuur:1 is booked and can't be closed"):
        acts.close(booked.ledger, word(booked), KEY)


# --- adopt ------------------------------------------------------------------------------------


def test_an_entry_by_hand_with_other_content_is_adopted_with_its_difference(booked: SmallLink) -> None:
    copy = hands.copy_of(booked, 1)
    copy["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.remove(booked, 1)
    by_hand = hands.enter(booked, copy)
    booked.night()
    acts.adopt(booked.ledger, word(booked), KEY)
    writes = booked.writes()
    booked.night()
    assert open_differences(booked) == {KEY: ("changed_in_exact", 1000, 1200)}
    assert (differs(booked), booked.writes()) == ("amounts", writes)
    row = booked.ledger.conn.execute(
        "select exact_id::text from current_booking where source_key = %s", [KEY]
    )
    assert row.fetchone() == {"exact_id": by_hand["EntryID"]}


def test_an_invoice_whose_number_somebody_took_is_adopted(booked: SmallLink) -> None:
    copy = hands.copy_of(booked, 1, EntryNumber=2, YourRef="2 met de hand")
    copy["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.enter(booked, copy)
    booked.james.invoice(2, "1001", (1000, 0, "tariff"))
    assert [item.reason for item in booked.night().items] == ["entry_number_in_use"]
    acts.adopt(booked.ledger, word(booked), "factuur:2")
    writes = booked.writes()
    outcome = booked.night()
    assert (booked.states()["factuur:2"], booked.writes()) == ("booked", writes)
    assert differs(booked, "factuur:2") == "reference amounts"
    assert outcome.numbers.difference_cents == 200


def test_nothing_is_adopted_where_exact_has_nothing(booked: SmallLink) -> None:
    hands.remove(booked, 1)
    booked.night()
    with pytest.raises(NotReady, match="0 entries in Exact could be factuur:1"):
        acts.adopt(booked.ledger, word(booked), KEY)


# --- debtors ----------------------------------------------------------------------------------


def test_a_debtor_that_married_is_released(booked: SmallLink) -> None:
    booked.james.conn.execute(
        "update james.debiteur set naam = 'De Vries', achternaam = 'De Vries', voorletters = 'B.C.'"
        " where debiteurnummer = '1001'"
    )
    assert [item.reason for item in booked.night().items] == ["debtor_identity_changed"]
    acts.same_person(booked.ledger, word(booked), "debiteur:1001")
    assert booked.night().items == []
    (relation,) = [row for row in booked.division["Accounts"] if row["Code"].strip() == "1001"]
    assert "Vries" in relation["Name"]


def test_who_is_no_other_person_needs_no_word(booked: SmallLink) -> None:
    with pytest.raises(NotReady, match="nothing to say"):
        acts.same_person(booked.ledger, word(booked), "debiteur:1001")


def test_a_relation_from_before_the_link_is_ours_on_a_persons_word_and_the_night_books(
    link: SmallLink,
) -> None:
    """M15: listed, said, and by the next night the debtor's; the other listed one stays listed."""
    for number in ("1001", "1002"):
        link.james.debtor(number, kind="Instelling")
        of_before = {"Code": number.rjust(18), "Name": f"Jansen {number}", "Postcode": "9711 AA"}
        link.division.add("Accounts", {**of_before, "Status": "C"})
    link.james.invoice(1, "1001")
    before = {row["ID"] for row in link.division["Accounts"]}
    items = {item.source_key: item.reason for item in link.night().items}
    assert items == {
        "debiteur:1001": "relation_to_confirm",
        "debiteur:1002": "relation_to_confirm",
        "factuur:1": "debtor_not_booked",
    }
    acts.ours(link.ledger, word(link), "debiteur:1001")
    assert [item.source_key for item in link.night().items] == ["debiteur:1002"]
    (entry,) = link.entries(1)
    assert entry["Customer"] in before
    assert {row["ID"] for row in link.division["Accounts"]} == before
    adopted = link.ledger.conn.execute("select debtor_number, adopted_by from relation").fetchall()
    assert adopted == [{"debtor_number": "1001", "adopted_by": "Anna Accountant"}]
    (act,) = kept(link)
    assert (act["act"], act["subject"], act["before"]) == (
        "ours",
        "debiteur:1001",
        {"reason": "relation_to_confirm"},
    )
    with pytest.raises(NotReady, match="not listed as relation_to_confirm"):
        acts.ours(link.ledger, word(link), "debiteur:1001")


# --- all --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act", [acts.accept, acts.book_again, acts.close, acts.adopt, acts.same_person, acts.ours]
)
def test_a_wrong_key_is_one_sentence_and_changes_nothing(booked: SmallLink, act: Any) -> None:
    with pytest.raises(NotReady, match="factuur:99"):
        act(booked.ledger, word(booked), "factuur:99")
    assert kept(booked) == []


@pytest.mark.parametrize(("by", "reason"), [("", "x"), ("x", " ")])
def test_an_act_without_a_name_or_a_reason_is_none(by: str, reason: str) -> None:
    with pytest.raises(NotReady, match="a name and a reason"):
        Word("noorderlicht", by, reason)


def test_an_act_waits_for_a_night_that_writes(booked: SmallLink) -> None:
    hands.remove(booked, 1)
    booked.night()
    other = booked.new_ledger()
    with other.holding(booked.practice.code), pytest.raises(LockLost):
        acts.book_again(booked.ledger, word(booked), KEY)
    other.conn.close()
    assert kept(booked) == []
