"""Debtors: up to four calls each, of which any answer may be lost.

What appears meanwhile under our number is not ours.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tables import Row
from tests.link.small import SmallLink

ACCOUNTS, CONTACTS, BANK_ACCOUNTS = "crm/Accounts", "crm/Contacts", "crm/BankAccounts"
SALES = "salesentry/SalesEntries"


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """A patient who pays by direct debit: relation, contact, bank account."""
    link.james.debtor("1001", condition="INCASSO", iban="NL91ABNA0417164300")
    link.james.invoice(2600001, "1001")
    return link


def parts(link: SmallLink) -> tuple[int, int, int]:
    """How many relations with our debtor's number, and main contacts and bank accounts of them,
    Exact has.
    """
    ours = [row for row in link.division["Accounts"] if row["Code"].strip() == "1001"]
    contacts, bank_accounts = (
        [row for row in link.division[table] if row["Account"] in {relation["ID"] for relation in ours}]
        for table in ("Contacts", "BankAccounts")
    )
    assert {row["ID"] for row in contacts} == {relation["MainContact"] for relation in ours}
    return len(ours), len(contacts), len(bank_accounts)


@pytest.mark.parametrize("endpoint", [ACCOUNTS, CONTACTS, BANK_ACCOUNTS])
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("drop_before", {}),
        ("drop_after_commit", {}),
        ("slow_commit", {"seconds": 100}),
        ("slow_commit", {"seconds": 200}),
        ("answer_without_id", {}),
        ("answer_of_another", {}),
        ("status", {"status": 503}),
        ("stale_read", {"seconds": 60}),
    ],
)
def test_a_lost_answer_about_any_part_makes_it_once(
    link: SmallLink, endpoint: str, kind: str, settings: dict[str, Any]
) -> None:
    """FR-A5, FR-B2 to FR-B4, FR-B12, FR-B18, FR-D10, INV-1.

    Exact would take a contact or a bank account twice.
    """
    link.world.faults.add(kind, endpoint=endpoint, method="POST", **settings)
    assert link.night().items == []
    link.pass_by(3600)
    assert parts(link) == (1, 1, 1)
    before = link.writes()
    link.night()
    assert link.writes() == before


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit", "slow_commit"])
def test_a_lost_answer_about_a_change_is_no_harm(link: SmallLink, kind: str) -> None:
    """FR-F3: a change may be repeated."""
    link.night()
    link.james.rename("1001", "Pietersen")
    link.world.faults.add(kind, endpoint=ACCOUNTS, method="PUT", seconds=100)
    assert link.night().items == []
    link.pass_by(3600)
    assert link.division.relation("1001")["Name"].startswith("Pietersen")
    assert parts(link) == (1, 1, 1)


def appear(link: SmallLink) -> None:
    """Somebody at the practice makes a relation with the number that James gave our debtor."""
    foreign: Row = {"Code": "1001".rjust(18), "Name": "Iemand anders", "Status": "C"}
    link.division.add("Accounts", foreign)
    link.world.auditor.remember(link.division)


def test_a_relation_that_appears_after_the_mirror_was_read_is_untouched(link: SmallLink) -> None:
    """FR-F1, INV-6: the clash shows when we create."""
    link.world.faults.add("call", endpoint=ACCOUNTS, method="POST", act=lambda _: appear(link))
    items = {item.kind: item for item in link.night().items}
    assert items["debtor"].reason == "number_clash"
    assert items["sales_entry"].state == "held"
    assert link.world.auditor.touched(link.division) == []


def test_a_relation_that_appears_while_our_answer_is_lost_is_untouched(link: SmallLink) -> None:
    """FR-F1, FR-B3: what the look-up finds under our number is compared before it is ours."""
    link.world.faults.add("drop_before", endpoint=ACCOUNTS, method="POST")
    link.world.faults.add("call", endpoint=ACCOUNTS, method="GET", act=lambda _: appear(link))
    items = {item.kind: item for item in link.night().items}
    assert items["debtor"].reason == "number_clash"
    assert link.world.auditor.touched(link.division) == []


@pytest.mark.parametrize("endpoint", [CONTACTS, BANK_ACCOUNTS])
def test_a_part_that_lands_after_it_was_sent_again_is_told_once(link: SmallLink, endpoint: str) -> None:
    """FR-B4, FR-D1: later than both settle delays.

    Exact has no number to reject it by, as it has for relations and entries.
    """
    link.world.faults.add("slow_commit", endpoint=endpoint, method="POST", seconds=500)
    assert link.night().items == []
    link.pass_by(3600)
    doubled = link.division["Contacts" if endpoint == CONTACTS else "BankAccounts"]
    assert len({row["ID"] for row in doubled}) - len({row["Account"] for row in doubled}) == 1
    told = [(item.source_key, item.reason) for item in link.night().items]
    assert told == [("debiteur:1001", "debtor_double_in_exact")]
    assert link.night().items == []


@pytest.mark.parametrize("endpoint", [ACCOUNTS, SALES])
def test_what_has_a_number_and_lands_after_it_was_sent_again_is_there_once(
    link: SmallLink, endpoint: str
) -> None:
    """FR-B4, INV-1: Exact rejects the late one."""
    link.world.faults.add("slow_commit", endpoint=endpoint, method="POST", seconds=500)
    assert link.night().items == []
    link.pass_by(3600)
    assert parts(link) == (1, 1, 1)
    assert len(link.entries(2600001)) == 1
    assert link.night().items == []
