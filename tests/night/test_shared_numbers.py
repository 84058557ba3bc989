"""Two invoices with one number are both rejected, wherever the chunks of a night begin and end
(FR-G18).
"""

from __future__ import annotations

import pytest

from exact_online.night import steps as night
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink

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
