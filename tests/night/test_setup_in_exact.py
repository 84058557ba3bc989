"""A division's lists are judged before anything is sent; what nothing uses stops nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from exact_online.failures import NotReady
from tests.link.fixtures import link, small_place
from tests.link.small import SmallLink
from tests.load.test_doubt import ENTRIES, book_by_hand

__all__ = ["link", "small_place"]

REVENUE = "8010"


def change(link: SmallLink, table: str, code: str, **changes: Any) -> None:
    row = link.division.find_by_code(table, code)
    assert row is not None
    link.division.save(table, {**row, **changes})


def an_invoice(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")


@pytest.mark.parametrize("odd", [None, "Q"])
def test_new_types_that_nothing_uses_stop_nothing(link: SmallLink, odd: Any) -> None:
    for table in ("GLAccounts", "VATCodes", "Journals"):
        link.division.add(table, {"Code": "99", "Description": "Nieuw", "Type": odd, "PaymentDays": odd})
    an_invoice(link)
    assert link.night().items == []
    assert link.states()["factuur:2600001"] == "booked"


@pytest.mark.parametrize(
    ("table", "code", "changes", "reason"),
    [
        ("GLAccounts", REVENUE, {"UseCostcenter": 1}, "cost_center_mandatory"),
        ("GLAccounts", REVENUE, {"UseCostunit": 1}, "cost_unit_mandatory"),
        ("GLAccounts", REVENUE, {"Type": None}, "gl_account_wrong_type"),
        ("VATCodes", "5", {"Type": "Q"}, "vat_code_wrong_kind"),
        ("VATCodes", "5", {"VATTransactionType": "P"}, "vat_code_not_for_sales"),
        ("VATCodes", "5", {"Charged": True}, "vat_code_not_for_sales"),
        ("VATCodes", "5", {"EUSalesListing": "S"}, "vat_code_not_for_sales"),
        ("VATCodes", "5", {"VatMargin": 1}, "vat_code_not_for_sales"),
    ],
)
def test_what_is_used_is_named_before_anything_is_sent(
    link: SmallLink, table: str, code: str, changes: dict[str, Any], reason: str
) -> None:
    """B2, M11: and it goes by itself when it is cured."""
    row = link.division.find_by_code(table, code)
    assert row is not None
    before = {name: row.get(name) for name in changes}
    change(link, table, code, **changes)
    an_invoice(link)
    link.night()
    assert link.reasons()["factuur:2600001"] == reason
    assert link.writes(ENTRIES) == 0
    change(link, table, code, **before)
    assert link.night().items == []


def test_exact_itself_wants_the_cost_center(link: SmallLink) -> None:
    """The simulator has the rule too: what we did not see would come back in Exact's own words."""
    link.james.debtor("1001")
    link.night()
    change(link, "GLAccounts", REVENUE, UseCostcenter=1)
    with pytest.raises(AssertionError, match="Kostenplaats"):
        book_by_hand(link, 2600001)


def test_an_incomplete_practice_does_not_start(link: SmallLink) -> None:
    """M13, M18: all that is wrong in one sentence each, and no call but reading."""
    change(link, "PaymentConditions", "60", PaymentMethod="K")
    periods = [row for row in link.division["FinancialPeriods"] if row["FinYear"] == 2026]
    for row in periods[4:]:
        link.division.delete("FinancialPeriods", row["ID"])
    change_end = max(periods[:4], key=lambda row: row["FinPeriod"])
    link.division.save("FinancialPeriods", {**change_end, "EndDate": max(row["EndDate"] for row in periods)})
    an_invoice(link)
    with pytest.raises(NotReady, match=r"4 periode\(n\).*'60'.*op krediet"):
        link.night()
    assert link.writes() == 0


def test_other_days_are_told_in_the_log_of_the_first_task(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    change(link, "PaymentConditions", "30", PaymentDays=99)
    an_invoice(link)
    with caplog.at_level(logging.WARNING):
        assert link.night().items == []
    assert "heeft in Exact 99 dagen, niet 30" in caplog.text


def test_a_condition_on_the_card_that_is_none_of_ours_holds_no_invoice(link: SmallLink) -> None:
    """M13: the invoice has its own condition."""
    link.james.conn.execute(
        "insert into james.betalingsconditie (code, omschrijving, dagen) values ('45D', '45 dagen', 45)"
        " on conflict do nothing"
    )
    link.james.debtor("1001", condition="45D")
    link.james.invoice(2600001, "1001")
    assert link.night().items == []
    assert link.states() == {"debiteur:1001": "booked", "factuur:2600001": "booked"}
