"""Two invoices with one number are both rejected, wherever the chunks of a night begin and end
(FR-G18).
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from exact_online.night import steps as night
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.report import hands

__all__ = ["link", "small_place"]

NUMBER = 2600001
SHARING = {f"declaratie:{NUMBER}", f"factuur:{NUMBER}"}


@pytest.fixture
def sharing(link: SmallLink) -> SmallLink:
    """An invoice and a claim with one number, both for the sales journal, and an invoice between
    them.
    """
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Verzekeraar")
    link.james.invoice(NUMBER, "1002", condition="30D", claim="D1")
    link.james.invoice(NUMBER - 1, "1001")
    link.james.invoice(NUMBER, "1001")
    return link


@pytest.mark.parametrize("chunk", [1, 2, 3, night.CHUNK_INVOICES])
def test_both_are_rejected_whatever_the_size_of_a_chunk(
    sharing: SmallLink, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "CHUNK_INVOICES", chunk)
    found = {item.source_key: item for item in sharing.night().items}
    assert {key: item.reason for key, item in found.items()} == dict.fromkeys(SHARING, "duplicate_in_source")
    named = {item.reason_values["records"] for item in found.values()}
    assert named == {f"declaratie:{NUMBER}, factuur:{NUMBER}"}
    assert [len(sharing.entries(number)) for number in (NUMBER, NUMBER - 1)] == [0, 1]


@pytest.mark.parametrize("chunk", [1, night.CHUNK_INVOICES])
def test_the_other_is_booked_once_one_of_them_has_another_number(
    sharing: SmallLink, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M21."""
    monkeypatch.setattr(night, "CHUNK_INVOICES", chunk)
    sharing.night()
    sharing.james.conn.execute("update james.declaratie set factuurnummer = '2600099'")
    assert sharing.night().items == []
    assert [len(sharing.entries(reference)) for reference in (NUMBER, "D1")] == [1, 1]


def test_a_task_that_runs_again_finds_them_again(sharing: SmallLink) -> None:
    sharing.night("night")
    sharing.night("night")
    rows = sharing.ledger.conn.execute(
        "select invoice_key from staged_invoice where shares_number_with is not null"
    ).fetchall()
    assert {row["invoice_key"] for row in rows} == SHARING


# --- one series or two ------------------------------------------------------------------------


CLAIMS = "71"


def add_journal(link: SmallLink) -> None:
    """The accountant makes a sales journal for claims."""
    row = next(row for row in link.division["Journals"] if row["Code"].strip() == "70")
    link.division.add("Journals", {**row, "ID": str(uuid4()), "Code": CLAIMS})


def test_claims_with_a_series_of_their_own_have_a_journal_of_their_own(sharing: SmallLink) -> None:
    """M17, FR-G18: each is booked under its number; neither is taken for the other."""
    link = sharing
    link.night()
    add_journal(link)
    link.setting(claims_journal=CLAIMS)
    outcome = link.night()
    assert outcome.items == []
    assert outcome.numbers is not None
    assert outcome.numbers.difference_cents == 0
    (invoice,), (claim,) = link.entries(NUMBER), link.entries("D1")
    assert [(row["Journal"].strip(), row["EntryNumber"]) for row in (invoice, claim)] == [
        ("70", NUMBER), (CLAIMS, NUMBER),
    ]  # fmt: skip
    writes = link.writes()
    link.james.settle(NUMBER)
    outcome = link.night()
    assert (outcome.items, link.writes()) == ([], writes)


def test_a_credit_of_a_claim_waits_for_the_claim_and_not_for_the_invoice(link: SmallLink) -> None:
    add_journal(link)
    link.setting(claims_journal=CLAIMS)
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Verzekeraar")
    link.james.invoice(NUMBER, "1001", (1000, 0, "tariff"))
    link.james.invoice(NUMBER, "1002", (1000, 13, "tariff"), claim="D1")
    link.james.invoice(NUMBER + 1, "1002", (-1000, 0, "tariff"), claim="D2", credits=NUMBER)
    link.night()
    assert link.reasons()[f"declaratie:{NUMBER + 1}"] == "waiting_for_original"
    assert link.states()[f"factuur:{NUMBER}"] == "booked"


def test_one_series_is_one_number_in_whatever_journals(link: SmallLink) -> None:
    """FR-G18: an invoice on PIN and a claim on account; across nights the first one keeps it."""
    link.james.debtor("1001")
    link.james.debtor("1002", kind="Verzekeraar")
    link.james.invoice(NUMBER, "1001", condition="PIN")
    link.james.invoice(NUMBER, "1002", claim="D1")
    link.setting(one_number_series=True)
    assert {item.source_key: item.reason for item in link.night().items} == dict.fromkeys(
        SHARING, "duplicate_in_source"
    )
    link.setting(one_number_series=False)
    assert link.night().items == []
    link.setting(one_number_series=True)
    link.james.settle(NUMBER)
    outcome = link.night()
    assert (outcome.items, set(link.states().values())) == ([], {"booked"})
    link.james.invoice(NUMBER + 1, "1001", condition="PIN")
    link.night()
    link.james.invoice(NUMBER + 1, "1002", claim="D2")
    assert [(item.source_key, item.reason) for item in link.night().items] == [
        (f"declaratie:{NUMBER + 1}", "duplicate_in_source")
    ]


def test_a_journal_that_was_added_is_read_from_the_first_day_on(link: SmallLink) -> None:
    """FR-J8: a number that stands there already is not sent beside it."""
    link.james.debtor("1002", kind="Verzekeraar")
    link.james.invoice(NUMBER, "1002", claim="D1")
    link.night()
    add_journal(link)
    by_hand = hands.copy_of(link, "D1", Journal=CLAIMS, EntryNumber=NUMBER + 1, YourRef="hand")
    by_hand["SalesEntryLines"][0]["AmountFC"] = 12.0
    hands.enter(link, by_hand)
    link.setting(claims_journal=CLAIMS)
    link.james.invoice(NUMBER + 1, "1002", claim="D2")
    writes = link.writes()
    assert [item.reason for item in link.night().items] == ["entry_number_in_use"]
    assert link.writes() == writes
