"""What a bookkeeper finds in the general journal: PIN and cash."""

from __future__ import annotations

from typing import Any

import pytest

from exact_online.vocabulary import GlAccountType
from tests.transform.one_invoice import INCLUDING, Lines, payload, plan
from tests.transform.practice import account_id, line, some_account

PIN: dict[str, Any] = {"payment_condition": "pin"}
TWO_RATES = [line("45.00"), line("24.20", "21", "article"), line("10.90", "9", "article")]


def journal_lines(lines: Lines, **changes: Any) -> Lines:
    read: Lines = payload(lines, **{**PIN, **changes})["GeneralJournalEntryLines"]
    return read


def test_pin_and_cash_go_through_the_general_journal() -> None:
    """M4."""
    entry = payload(TWO_RATES, **PIN)
    entry.pop("GeneralJournalEntryLines")
    assert entry == {
        "JournalCode": "90",
        "FinancialYear": 2026,
        "FinancialPeriod": 1,
        "EntryNumber": 2026001,
        "Currency": "EUR",
    }


@pytest.mark.parametrize(("condition", "account"), [("pin", "2010"), ("cash", "2011")])
def test_the_suspense_account_is_debited_for_what_was_paid(condition: str, account: str) -> None:
    """M4, M12: with the debtor, and the invoice number as description."""
    assert journal_lines(TWO_RATES, payment_condition=condition)[0] == {
        "GLAccount": account_id(account),
        "Date": "2026-01-15T00:00:00",
        "AmountFC": 80.1,
        "Description": "2026001",
        "Account": "@relation",
    }


def test_revenue_and_vat_are_credited() -> None:
    """M4: with an excluding code net, with the VAT beside it."""
    assert journal_lines([line("24.20", "21", "article")])[1] == {
        "GLAccount": account_id("8032"),
        "VATCode": "2",
        "Date": "2026-01-15T00:00:00",
        "AmountFC": -20.0,
        "AmountVATFC": -4.2,
        "Description": "Omzet artikelen, btw 21%",
    }


def test_with_an_including_code_the_general_journal_carries_gross() -> None:
    """M11."""
    entry = journal_lines([line("24.20", "21", "article")], lists={"kinds": INCLUDING})[1]
    assert (entry["AmountFC"], entry["AmountVATFC"]) == (-24.2, -4.2)


def test_money_given_back_at_the_desk_is_the_mirror() -> None:
    """M4: suspense in credit, revenue in debit."""
    assert [entry["AmountFC"] for entry in journal_lines([line("-24.20", "21", "article")])] == [-24.2, 20.0]


def test_a_suspense_account_with_a_vat_code_of_its_own_gets_an_empty_one() -> None:
    """Exact applies an account's default VAT code to a line that names none."""
    lists = {"accounts": {"2010": some_account("2010", GlAccountType.GENERAL, vat_code="2")}}
    assert journal_lines([line("45.00")], lists=lists)[0]["VATCode"] == ""
    assert "VATCode" not in journal_lines([line("45.00")])[0]


def test_the_reference_of_a_general_journal_entry_is_the_invoice_number() -> None:
    plans = plan([line("45.00")], invoice_kind="claim", claim_number="D1", **PIN)
    assert plans.bookings["reference"].tolist() == ["2026001"]
