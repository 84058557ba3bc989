"""What differs from what is booked is reported once, and nothing is rewritten by itself (B9)."""

from __future__ import annotations

import pytest

from simulator.accounting import sales
from tests.link.small import SmallLink


@pytest.fixture
def booked(link: SmallLink) -> SmallLink:
    """One invoice of 10.00, booked."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"))
    assert link.night().items == []
    return link


def test_an_invoice_corrected_in_james_after_booking_is_told_and_left(booked: SmallLink) -> None:
    """FR-G1."""
    writes = booked.writes()
    booked.james.correct(1, (900, 0, "tariff"))
    first, second = booked.night(), booked.night()
    assert [(item.source_key, item.reason) for item in first.items] == [
        ("factuur:1", "changed_after_booking")
    ]
    assert second.items == []
    assert booked.writes() == writes
    assert first.numbers.difference_cents == 100


def test_an_invoice_that_disappeared_from_james_is_told_and_left(booked: SmallLink) -> None:
    """FR-G4."""
    writes = booked.writes()
    booked.james.remove(1)
    assert [item.reason for item in booked.night().items] == ["gone_in_source"]
    assert booked.writes() == writes


def test_a_debtor_that_disappeared_from_james_is_told_once_and_its_relation_stays(link: SmallLink) -> None:
    """FR-F4: merged with another one, say."""
    link.james.debtor("1001")
    link.james.debtor("1002")
    link.night()
    writes = link.writes()
    link.james.conn.execute("delete from james.debiteur where debiteurnummer = '1002'")
    told = link.night().items
    assert [(item.source_key, item.reason) for item in told] == [("debiteur:1002", "debtor_gone_in_source")]
    assert link.night().items == []
    assert link.writes() == writes


def test_an_invoice_that_was_only_paid_since_is_no_drift(booked: SmallLink) -> None:
    """FR-G3."""
    booked.james.settle(1)
    assert booked.night().items == []


def test_an_entry_deleted_in_exact_is_told_and_not_booked_again(booked: SmallLink) -> None:
    """FR-H7."""
    writes = booked.writes()
    (entry,) = booked.entries(1)
    with booked.world.lock:
        sales.remove(booked.division, entry, None)
    outcome = booked.night()
    assert [item.reason for item in outcome.items] == ["gone_in_exact"]
    assert (outcome.numbers.ledger_cents, outcome.numbers.exact_cents) == (1000, 0)
    assert booked.writes() == writes


def test_an_entry_changed_by_hand_in_exact_is_told(booked: SmallLink) -> None:
    """FR-H8."""
    (entry,) = booked.entries(1)
    with booked.world.lock:
        line = next(
            line
            for line in booked.division["TransactionLines"]
            if line["EntryID"] == entry["EntryID"] and line["LineNumber"] == 1
        )
        booked.division.save("TransactionLines", {**line, "AmountDC": line["AmountDC"] + 1.0})
    assert [item.reason for item in booked.night().items] == ["changed_in_exact"]


def test_what_pin_and_cash_put_on_the_suspense_account_is_told_per_day(link: SmallLink) -> None:
    """M4, M12."""
    link.james.debtor("1001")
    link.james.invoice(1, "1001", (1000, 0, "tariff"), condition="PIN")
    link.james.invoice(2, "1001", (2500, 0, "tariff"), condition="PIN")
    link.james.invoice(3, "1001", (700, 0, "tariff"), condition="CONTANT")
    suspense = link.night().numbers.suspense
    assert sorted(
        (row.day.isoformat(), row.gl_account, row.entries, row.gross_cents) for row in suspense
    ) == [
        ("2026-11-20", "1001", 1, 700),
        ("2026-11-20", "1101", 2, 3500),
    ]


def test_a_name_that_had_to_be_cut_is_noted_once(link: SmallLink) -> None:
    """FR-F8."""
    link.james.debtor("1001", name="Jansen " + "van der Verre " * 7)
    link.night()
    link.night()
    rows = link.ledger.conn.execute("select source_key, reason from adjustment").fetchall()
    assert {(row["source_key"], row["reason"]) for row in rows} == {("debiteur:1001", "text_shortened")}
