"""The night's numbers count what was sent: a debtor is changed when a call changed it (M21)."""

from __future__ import annotations

import pytest

from exact_online.night import steps as night
from simulator import records
from tests.link.small import SmallLink

IBAN = "NL91ABNA0417164300"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """Two debtors with direct debit, booked."""
    for number in ("1001", "1002"):
        link.james.debtor(number, condition="INCASSO", iban=IBAN)
    assert counted(link) == (2, 0)
    return link


def counted(link: SmallLink) -> tuple[int, int]:
    """Created and changed debtors of one more night."""
    numbers = link.night().numbers
    return numbers.debtors_created, numbers.debtors_changed


def test_a_debtor_that_is_booked_anew_without_a_call_is_not_changed(link: SmallLink) -> None:
    """Nobody removes a bank account in Exact because James has it no more."""
    link.james.conn.execute("update james.debiteur set iban = null where debiteurnummer = '1001'")
    before = link.writes()
    assert counted(link) == (0, 0)
    assert link.writes() == before


def test_a_debtor_that_was_changed_is_counted_once(link: SmallLink) -> None:
    link.james.rename("1001", "De Vries")
    assert counted(link) == (0, 1)
    assert counted(link) == (0, 0)


def test_a_debtor_whose_town_is_emptied_is_changed(link: SmallLink) -> None:
    link.james.conn.execute("update james.debiteur set plaats = null where debiteurnummer = '1001'")
    before = link.writes()
    assert counted(link) == (0, 1)
    assert link.writes() == before + 1


def test_a_relation_that_is_made_anew_is_created(link: SmallLink) -> None:
    with link.world.lock:
        records.remove(link.division, "Accounts", link.division.relation("1001"), None)
    assert counted(link) == (1, 0)


def test_a_relation_that_is_adopted_is_changed(link: SmallLink) -> None:
    """M15: it was there."""
    link.place.empty()
    link._register()
    link.james.debtor("1001", condition="INCASSO", iban=IBAN)
    assert counted(link) == (0, 0)
    night.make_ready(link.opened(), confirmed_by="Anna Accountant")
    assert counted(link) == (0, 1)


def test_a_dry_run_counts_as_the_night_would(link: SmallLink) -> None:
    link.james.conn.execute("update james.debiteur set iban = null where debiteurnummer = '1001'")
    link.james.rename("1002", "De Vries")
    numbers = link.dry_run().numbers
    assert (numbers.debtors_created, numbers.debtors_changed) == (0, 1)
