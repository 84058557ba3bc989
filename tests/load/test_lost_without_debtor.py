"""The answer of an invoice is lost, and its debtor is not in Exact any more and not made again.

Whose an entry under its number is can't be told then. The task stops with a sentence that names
the debtor and the cure, and nothing else waits.
"""

from __future__ import annotations

import pytest

from exact_online.failures import NotReady, Unreachable
from exact_online.night import steps as night
from exact_online.stops import Stop
from tests.faults.invariants import violations_at_rest
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_doubt import lose_answer_and_move_entry
from tests.report import hands

NUMBER = 2600001
KEY = f"factuur:{NUMBER}"


def nameless(link: SmallLink) -> None:
    link.james.conn.execute(
        "update james.debiteur set naam = '', achternaam = '' where debiteurnummer = '1001'"
    )


@pytest.fixture
def lost(link: SmallLink) -> SmallLink:
    """Exact booked the invoice and the answer was lost; somebody moved the entry to debtor 1002
    since, and removed the relation of 1001.
    """
    link.james.debtor("1001")
    link.james.debtor("1002")
    link.night()
    lose_answer_and_move_entry(link)
    return link


def stopped(link: SmallLink) -> str:
    with pytest.raises(NotReady) as stop:
        link.night()
    assert [code for code, _ in stop.value.problems] == [Stop.DEBTOR_OF_LOST_ANSWER]
    assert stop.value.problems[0][1] == {"number": NUMBER, "debtor": "1001"}
    return str(stop.value)


def test_the_stop_names_invoice_debtor_and_cure_and_the_others_go_on(lost: SmallLink) -> None:
    """FR-F5: night after night, until somebody has put it right; nothing of it is sent."""
    nameless(lost)
    lost.james.invoice(NUMBER + 1, "1002")
    sentence = stopped(lost)
    assert f"factuur {NUMBER}" in sentence
    assert "debiteur 1001" in sentence
    assert "James: debiteur goed zetten, of Exact: dat boekstuk verwijderen" in sentence
    assert lost.states()[KEY] == "doubtful"
    assert lost.states()[f"factuur:{NUMBER + 1}"] == "booked"
    assert len(lost.entries(NUMBER)) == 1
    stopped(lost)


def test_what_was_rejected_beside_it_goes_again_when_the_task_is_cleared(lost: SmallLink) -> None:
    nameless(lost)
    stopped(lost)
    outcomes = lost.ledger.conn.execute(
        "select outcome from load_batch where kind = 'sales_entry' order by run_id"
    ).fetchall()
    assert {"outcome": "rejected"} in outcomes


def test_put_right_in_james_it_is_compared(lost: SmallLink) -> None:
    """The debtor is made again; the entry stands on another one."""
    nameless(lost)
    stopped(lost)
    lost.james.rename("1001", "Jansen")
    (item,) = lost.night().items
    assert (item.reason, item.reason_values["difference"]) == ("entry_number_in_use", "relation")
    assert len(lost.entries(NUMBER)) == 1


def test_removed_in_exact_it_waits_for_its_debtor_as_any_other(lost: SmallLink) -> None:
    nameless(lost)
    stopped(lost)
    hands.remove(lost, NUMBER)
    lost.until_at_rest()
    assert (lost.states()[KEY], lost.reasons()[KEY]) == ("held", "debtor_not_booked")
    lost.james.rename("1001", "Jansen")
    lost.until_at_rest()
    assert lost.states()[KEY] == "booked"
    assert violations_at_rest(lost) == []


def test_a_debtor_that_is_to_be_made_again_stops_nothing(lost: SmallLink) -> None:
    """His task did not come that far tonight: the entries are tried again by themselves."""
    tonight = lost.opened()
    night.extract(tonight, lost.james_reader, (lost.practice.link_date, BOOK_DAY))
    night.plan_debtors(tonight)
    (batch,) = night.plan_entries(tonight)
    with pytest.raises(Unreachable):
        lost.with_patience(lambda: night.load(tonight, batch))
    lost.until_at_rest()
    assert lost.reasons()[KEY] == "entry_number_in_use"
