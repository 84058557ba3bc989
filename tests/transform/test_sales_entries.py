"""What a bookkeeper finds in the sales journal."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from exact_online.vocabulary import RevenueGroup, VatRate
from tests.transform.one_invoice import INCLUDING, Lines, payload, plan
from tests.transform.practice import (
    PHYSIO,
    SPEECH,
    account_id,
    line,
    revenue_accounts,
)


def entry_lines(lines: Lines, **changes: Any) -> Lines:
    read: Lines = payload(lines, **changes)["SalesEntryLines"]
    return read


TWO_RATES = [line("45.00"), line("24.20", "21", "article"), line("10.90", "9", "article")]


def test_the_header_says_what_the_manual_asks() -> None:
    """M17: the invoice number is description, your reference and entry number."""
    entry = payload(TWO_RATES)
    entry.pop("SalesEntryLines")
    assert entry == {
        "Journal": "70",
        "Customer": "@relation",
        "EntryDate": "2026-01-15T00:00:00",
        "ReportingYear": 2026,
        "ReportingPeriod": 1,
        "EntryNumber": 2026001,
        "Description": "2026001",
        "YourRef": "2026001",
        "PaymentCondition": "14",
        "Currency": "EUR",
    }


def test_a_claim_has_its_claim_number_as_your_reference() -> None:
    """M17."""
    plans = plan([line("45.00")], invoice_kind="claim", claim_number='D"12', debtor_kind="insurer")
    booking = plans.bookings.iloc[0]
    assert json.loads(booking["payload"])["YourRef"] == booking["reference"] == 'D"12'
    assert json.loads(booking["payload"])["Description"] == "2026001"


def test_one_entry_line_per_account_and_vat_code() -> None:
    """M8, M11: net amounts with the VAT beside them; nothing at the zero rate."""
    assert entry_lines(TWO_RATES) == [
        {
            "GLAccount": account_id("8010"),
            "VATCode": "0",
            "AmountFC": 45.0,
            "Description": "Omzet patiënten, btw 0%",
        },
        {
            "GLAccount": account_id("8031"),
            "VATCode": "1",
            "AmountFC": 10.0,
            "VATAmountFC": 0.9,
            "Description": "Omzet artikelen, btw 9%",
        },
        {
            "GLAccount": account_id("8032"),
            "VATCode": "2",
            "AmountFC": 20.0,
            "VATAmountFC": 4.2,
            "Description": "Omzet artikelen, btw 21%",
        },
    ]


@pytest.mark.parametrize(
    ("debtor_kind", "account"), [("patient", "8010"), ("insurer", "8000"), ("institution", "8020")]
)
def test_tariff_items_go_to_the_group_of_the_debtor(debtor_kind: str, account: str) -> None:
    """M8."""
    assert entry_lines([line("45.00")], debtor_kind=debtor_kind)[0]["GLAccount"] == account_id(account)


@pytest.mark.parametrize("debtor_kind", ["patient", "insurer", "institution"])
def test_articles_go_to_articles_whoever_pays(debtor_kind: str) -> None:
    """M8."""
    assert entry_lines([line("12.10", "21", "article")], debtor_kind=debtor_kind)[0][
        "GLAccount"
    ] == account_id("8032")


def test_each_profession_has_its_own_accounts() -> None:
    """M8."""
    accounts = [
        entry["GLAccount"] for entry in entry_lines([line("45.00"), line("50.00", profession=SPEECH)])
    ]
    assert accounts == [account_id("8010"), account_id("8110")]


def test_an_including_code_carries_gross_and_the_same_vat() -> None:
    """M11: docs/contracts.md, VAT."""
    entry = entry_lines([line("24.20", "21", "article")], lists={"kinds": INCLUDING})[0]
    assert (entry["AmountFC"], entry["VATAmountFC"]) == (24.2, 4.2)


def test_ten_euro_including_21_percent_stays_ten_euro() -> None:
    """M11: 8.26 + 1.74; Exact's own computation over 8.26 would give 9.99."""
    entry = entry_lines([line("10.00", "21", "article")])[0]
    assert (entry["AmountFC"], entry["VATAmountFC"]) == (8.26, 1.74)


def test_the_vat_of_a_cent_is_sent_as_zero() -> None:
    """With a rate above zero the VAT is always sent along."""
    assert (
        '"AmountFC":0.01,"VATAmountFC":0.00'
        in plan([line("0.01", "21", "article")]).bookings["payload"].iloc[0]
    )


def test_vat_is_computed_over_the_total_of_a_code_not_per_line() -> None:
    """FR-G12: three times 1.00 at 21 % holds 0.52, not 3 x 0.17."""
    assert entry_lines([line("1.00", "21", "article")] * 3)[0]["VATAmountFC"] == 0.52


def test_vat_of_a_code_is_divided_over_its_accounts_to_the_cent() -> None:
    lines = [line("1.00", "21", "article"), line("1.00", "21", "article", SPEECH), line("1.00", "21")]
    assert [entry["VATAmountFC"] for entry in entry_lines(lines)] == [0.18, 0.17, 0.17]


def test_cells_with_one_account_share_an_entry_line_and_keep_their_booking_lines() -> None:
    """M8: reconciliation still knows profession and group."""
    settings = {"revenue_accounts": dict.fromkeys(revenue_accounts(), "8000")}
    plans = plan([line("45.00"), line("12.00", "0", "article"), line("9.00", profession=SPEECH)], settings)
    entries = json.loads(plans.bookings["payload"].iloc[0])["SalesEntryLines"]
    assert [(entry["AmountFC"], entry["Description"]) for entry in entries] == [
        (66.0, "Omzet patiënten en artikelen, btw 0%")
    ]
    assert plans.booking_lines["gross_cents"].tolist() == [4500, 1200, 900]
    assert plans.booking_lines["gl_account"].tolist() == ["8000"] * 3


def test_a_vat_code_given_to_two_rates_by_mistake_does_not_change_the_vat() -> None:
    """The low rate is rejected then (its code holds 21 %), and the high rate keeps its own VAT."""
    one_account = {
        "revenue_accounts": dict.fromkeys(revenue_accounts(), "8000"),
        "vat_codes": {VatRate.ZERO: "0", VatRate.LOW: "2", VatRate.HIGH: "2"},
    }
    assert entry_lines([line("121.00", "21", "article")], settings=one_account)[0]["VATAmountFC"] == 21.0


def test_booking_lines_are_per_profession_group_and_rate() -> None:
    """M8."""
    lines = plan(
        [line("45.00"), line("45.00"), line("12.10", "21", "article"), line("9.00", profession=SPEECH)]
    ).booking_lines
    assert lines[
        ["line_number", "profession", "revenue_group", "vat_rate", "gross_cents", "vat_cents"]
    ].to_numpy().tolist() == [
        [1, PHYSIO, RevenueGroup.PATIENTS, VatRate.ZERO, 9000, 0],
        [2, PHYSIO, RevenueGroup.ARTICLES, VatRate.HIGH, 1210, 210],
        [3, SPEECH, RevenueGroup.PATIENTS, VatRate.ZERO, 900, 0],
    ]


def test_a_credit_invoice_is_the_mirror_of_its_original() -> None:
    """FR-G7, FR-G11: the sign of the total decides; Exact calls it a credit note by itself."""
    credit = [line("-45.00"), line("-24.20", "21", "article"), line("-10.90", "9", "article")]
    mirrored = [
        {**entry, "AmountFC": -entry["AmountFC"], **_mirrored_vat(entry)} for entry in entry_lines(TWO_RATES)
    ]
    assert entry_lines(credit, credited_invoice_number="2025999") == mirrored


def _mirrored_vat(entry: dict[str, Any]) -> dict[str, float]:
    return {"VATAmountFC": -entry["VATAmountFC"]} if "VATAmountFC" in entry else {}


def test_a_negative_line_in_a_positive_invoice_keeps_its_sign() -> None:
    """G10."""
    discount = line("-5.00", "21", "article", SPEECH)
    assert [entry["AmountFC"] for entry in entry_lines([line("45.00"), discount])] == [45.0, -4.13]


def test_an_entry_line_of_nothing_is_left_out() -> None:
    """FR-G9: a line of 0.00 says nothing to a ledger when there are others."""
    assert len(entry_lines([line("45.00"), line("0.00", "21", "article")])) == 1


def test_an_invoice_of_nothing_is_booked_with_its_lines_at_zero() -> None:
    """FR-G9: its number is in Exact, so the series has no gap to explain."""
    assert [entry["AmountFC"] for entry in entry_lines([line("0.00"), line("0.00", "21", "article")])] == [
        0.0,
        0.0,
    ]


def test_a_total_of_zero_with_lines_that_cancel_is_booked() -> None:
    """G9."""
    entries = entry_lines([line("50.00"), line("-50.00", "0", "article")])
    assert [entry["AmountFC"] for entry in entries] == [50.0, -50.0]


def test_a_thousand_lines_make_one_entry() -> None:
    """G22."""
    entries = entry_lines([line("1.21", "21", "article")] * 1000)
    assert [(entry["AmountFC"], entry["VATAmountFC"]) for entry in entries] == [(1000.0, 210.0)]


@pytest.mark.parametrize(
    ("condition", "code"),
    [("days_14", "14"), ("days_21", "21"), ("days_30", "30"), ("days_60", "60"), ("direct_debit", "IN")],
)
def test_the_payment_condition_is_exacts_own_code(condition: str, code: str) -> None:
    """M13."""
    assert payload([line("45.00")], payment_condition=condition)["PaymentCondition"] == code


@pytest.mark.parametrize(
    ("day", "percentage", "vat"),
    [
        ("2018-12-31", "6", 0.6),
        ("2019-01-01", "9", 0.88),
        ("2012-09-30", "19", 1.69),
        ("2012-10-01", "21", 1.84),
    ],
)
def test_the_percentages_of_low_and_high_depend_on_the_date(day: str, percentage: str, vat: float) -> None:
    """M8, FR-G14: an old invoice keeps the VAT that is printed on it."""
    assert entry_lines([line("10.60", percentage, "article")], invoice_date=day)[0]["VATAmountFC"] == vat


def test_a_credit_invoice_gives_back_the_rate_of_its_original() -> None:
    """FR-G14: 6 % was charged in 2018 and is credited in 2019."""
    entry = entry_lines(
        [line("-10.60", "6", "article")], invoice_date="2019-02-01", credited_invoice_number="2018999"
    )[0]
    assert (entry["VATAmountFC"], entry["Description"]) == (-0.6, "Omzet artikelen, btw 6%")


def test_a_credit_invoice_does_not_mix_the_rates_of_two_eras() -> None:
    lines = [line("-10.60", "6", "article"), line("-10.90", "9", "article")]
    plans = plan(lines, invoice_date="2019-02-01", credited_invoice_number="2018999")
    assert plans.rejections["reason"].tolist() == ["vat_rate_unknown"]


def test_year_and_period_come_from_the_divisions_own_table() -> None:
    """M18, FR-E8: by the invoice date, not by the night."""
    booking = plan([line("45.00")], invoice_date="2025-12-31").bookings.iloc[0]
    assert (booking["financial_year"], booking["financial_period"]) == (2025, 12)


def test_the_fingerprint_is_that_of_the_debtor_and_the_bytes() -> None:
    """The payload does not name the debtor: Exact's id of him comes in when it is sent."""
    booking = plan(TWO_RATES).bookings.iloc[0]
    named = f"{booking['debtor_number']}\n{booking['payload']}"
    assert booking["fingerprint"] == hashlib.sha256(named.encode("utf-8")).hexdigest()


def test_the_payload_is_canonical() -> None:
    """docs/contracts.md: no spaces, UTF-8 as it is, two decimals."""
    text = plan([line("45.00")]).bookings["payload"].iloc[0]
    assert '"AmountFC":45.00,"Description":"Omzet patiënten, btw 0%"' in text


def test_nothing_of_a_person_is_in_a_sales_entry() -> None:
    """M3, B7: the debtor's number stands nowhere in it either; the loader puts Exact's id in."""
    assert "777888" not in plan([line("45.00")], debtor_number="777888").bookings["payload"].iloc[0]


def test_the_change_time_of_the_invoice_passes_through() -> None:
    assert (
        plan([line("45.00")], changed_at="2026-01-15T10:11:12+00:00").bookings["source_changed_at"].iloc[0]
        == "2026-01-15T10:11:12+00:00"
    )
