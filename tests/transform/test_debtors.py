"""Debtors become relations of Exact, and only what James knows of them is sent."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exact_online.reason_codes import Reason
from exact_online.transform import DebtorPlans, transform_debtors
from exact_online.transform.countries import _codes, country_code
from exact_online.transform.debtors import LIMITS, debtor_rules
from exact_online.transform.plans import ADJUSTMENT_COLUMNS, DEBTOR_BOOKING_COLUMNS, REJECTION_COLUMNS
from exact_online.vocabulary import PaymentCondition
from tests.transform.practice import RECEIVABLES, account_id, debtor, debtors_frame, some_lists, some_settings


def plan(
    *rows: dict[str, Any], settings: dict[str, Any] | None = None, lists: dict[str, Any] | None = None
) -> DebtorPlans:
    return transform_debtors(debtors_frame(*rows), some_settings(**settings or {}), some_lists(**lists or {}))


def sent(**changes: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(plan(debtor(**changes)).bookings["payload"].iloc[0])
    return read


def test_a_patient_becomes_a_relation_and_a_contact() -> None:
    """M2, M14."""
    assert sent() == {
        "account": {
            "Code": "              1001",
            "Name": "Vries, A.B. de",
            "AddressLine1": "Lindelaan 12a",
            "Postcode": "1234 AB",
            "City": "Utrecht",
            "Country": "NL",
            "Phone": "030-1234567",
            "Email": "a.devries@example.org",
            "PaymentConditionSales": "14",
            "GLAR": account_id(RECEIVABLES),
            "Status": "C",
            "Language": "NL",
        },
        "contact": {
            "Account": "@relation",
            "Initials": "A.B.",
            "FirstName": "Anna",
            "MiddleName": "de",
            "LastName": "Vries",
            "Gender": "V",
            "Title": "MEVR",
        },
        "bank_account": None,
    }


@pytest.mark.parametrize("kind", ["insurer", "institution"])
def test_an_insurer_or_institution_has_a_name_and_no_contact(kind: str) -> None:
    """M2."""
    value = sent(debtor_kind=kind, name="De Linde B.V.")
    assert value["account"]["Name"] == "De Linde B.V."
    assert value["contact"] is None


@pytest.mark.parametrize(
    ("gender", "code", "title"),
    [("M", "M", "DHR"), ("V", "V", "MEVR"), ("O", "O", None), (None, "O", None), ("x", "O", None)],
)
def test_the_title_follows_the_gender(gender: str | None, code: str, title: str | None) -> None:
    """M14: none for unknown."""
    contact = sent(gender=gender)["contact"]
    assert (contact["Gender"], contact.get("Title")) == (code, title)


def test_initials_stand_in_for_a_missing_first_name() -> None:
    assert sent(first_name=None)["contact"]["FirstName"] == "A.B."


def test_what_james_does_not_have_is_not_sent() -> None:
    """A field that somebody filled in by hand in Exact stays."""
    empty = dict.fromkeys(
        (
            "street",
            "house_number",
            "house_number_addition",
            "postcode",
            "city",
            "country",
            "phone",
            "email",
            "prefix",
        )
    )
    value = sent(**empty, payment_condition=None)
    assert list(value["account"]) == ["Code", "Name", "GLAR", "Status", "Language"]
    assert "MiddleName" not in value["contact"]


@pytest.mark.parametrize(
    ("number", "code"), [("7", " " * 17 + "7"), ("0012", " " * 14 + "0012"), ("1" * 18, "1" * 18)]
)
def test_the_code_is_the_number_right_aligned_in_eighteen(number: str, code: str) -> None:
    """M15, FR-F11: text, so it keeps its zeros."""
    assert sent(number=number)["account"]["Code"] == code


def test_numbers_that_differ_by_zeros_in_front_are_one_to_exact() -> None:
    """M15, FR-F11: none of them is sent, and each names the others."""
    numbers = ("123", "00123", "0123", "1230", "A00123", "A123", "0", "00")
    plans = plan(*map(debtor, numbers))
    assert set(plans.bookings["source_key"]) == {"1230", "A00123", "A123"}
    named = dict(zip(plans.rejections["source_key"], plans.rejections["reason_values"], strict=True))
    assert set(plans.rejections["reason"]) == {Reason.DEBTOR_NUMBERS_ALIKE}
    assert json.loads(named["123"])["records"] == "00123, 0123, 123"
    assert json.loads(named["00"])["records"] == "0, 00"


def test_zeros_in_front_make_another_number_where_a_person_says_so() -> None:
    plans = plan(debtor("123"), debtor("00123"), settings={"debtor_zeros_count": True})
    assert list(plans.bookings["source_key"]) == ["00123", "123"]


def test_a_bank_account_is_sent_for_direct_debit_only() -> None:
    iban = {"iban": "nl91 abna 0417 1643 00"}
    assert sent(payment_condition="direct_debit", **iban)["bank_account"] == {
        "Account": "@relation",
        "BankAccount": "NL91ABNA0417164300",
        "Main": True,
    }
    assert sent(**iban)["bank_account"] is None


@pytest.mark.parametrize("iban", ["NL92ABNA0417164300", "123456789", None])
def test_an_iban_that_is_none_is_left_out_and_said(iban: str | None) -> None:
    """F10."""
    plans = plan(debtor(payment_condition="direct_debit", iban=iban))
    assert json.loads(plans.bookings["payload"].iloc[0])["bank_account"] is None
    assert plans.adjustments["reason"].tolist() == [Reason.IBAN_LEFT_OUT]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"email": "geen adres"}, "Email", Reason.EMAIL_LEFT_OUT),
        ({"country": "Luilekkerland"}, "Country", Reason.COUNTRY_LEFT_OUT),
        ({"country": "XX"}, "Country", Reason.COUNTRY_LEFT_OUT),
        ({"payment_condition": "Pinnen"}, "PaymentConditionSales", Reason.PAYMENT_CONDITION_LEFT_OUT),
    ],
)
def test_a_wrong_optional_value_is_left_out_and_said(
    changes: dict[str, str], field: str, reason: Reason
) -> None:
    """FR-F10: the relation itself is needed."""
    plans = plan(debtor(**changes))
    assert field not in json.loads(plans.bookings["payload"].iloc[0])["account"]
    assert plans.adjustments["reason"].tolist() == [reason]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("be", "BE"), ("BEL", "BE"), ("België", "BE"), ("belgie", "BE"), (" BELGIË ", "BE"),
        ("Belgium", "BE"),
        ("Duitsland", "DE"), ("Deutschland", "DE"), ("Nederland", "NL"), ("Holland", "NL"), ("NLD", "NL"),
        ("Verenigd Koninkrijk", "GB"), ("Groot-Brittannië", "GB"), ("UK", "GB"), ("Curaçao", "CW"),
        ("Sint-Maarten", "SX"), ("Verenigde Staten", "US"), ("Niger", "NE"), ("Nigeria", "NG"),
        ("XX", ""), ("EU", ""), ("ZZ", ""), ("XK", ""), ("001", ""), ("", ""), ("B", ""), ("Beieren", ""),
    ],
)  # fmt: skip
def test_a_country_is_read_as_people_write_it(text: str, code: str) -> None:
    """FR-F10: Exact takes two letters of ISO 3166; what is none is left out and said."""
    assert country_code(text) == code
    plans = plan(debtor(country=text))
    assert json.loads(plans.bookings["payload"].iloc[0])["account"].get("Country", "") == code
    assert plans.adjustments["reason"].tolist() == ([Reason.COUNTRY_LEFT_OUT] if text and not code else [])


def test_the_countries_are_those_of_iso_3166() -> None:
    assert len(set(_codes().values())) == 249


def test_a_name_that_is_too_long_is_shortened_and_said() -> None:
    """F8."""
    plans = plan(debtor(debtor_kind="insurer", name="N" * 51))
    assert json.loads(plans.bookings["payload"].iloc[0])["account"]["Name"] == "N" * 50
    assert json.loads(plans.adjustments["reason_values"].iloc[0]) == {
        "debtor": "1001",
        "field": "Name",
        "limit": "50",
    }


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("x")', "<script>", "O'Brien", 'De "Linde"', "a\\b", "50% & meer"]
)
def test_awkward_names_are_sent_literally(name: str) -> None:
    """F9."""
    assert sent(debtor_kind="insurer", name=name)["account"]["Name"] == name


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": None}, Reason.DEBTOR_NUMBER_MISSING),
        ({"number": "1" * 19}, Reason.DEBTOR_NUMBER_NOT_BOOKABLE),
        ({"debtor_kind": "gemeente"}, Reason.DEBTOR_KIND_UNKNOWN),
        ({"last_name": None}, Reason.DEBTOR_NAME_MISSING),
        ({"city": "Gro\ufffdingen"}, Reason.TEXT_UNDECODABLE),
        ({"last_name": "\u200b \n"}, Reason.DEBTOR_NAME_MISSING),
    ],
)
def test_a_debtor_that_cannot_be_a_relation_is_rejected_and_the_others_go_on(
    changes: dict[str, Any], reason: Reason
) -> None:
    """FR-F8, FR-F11, FR-F13, INV-10."""
    plans = plan(debtor(**changes), debtor("2002"))
    assert plans.bookings["source_key"].tolist() == ["2002"]
    assert plans.rejections["reason"].tolist() == [reason]


def test_a_number_that_comes_twice_is_rejected_once() -> None:
    plans = plan(debtor(), debtor(last_name="Jansen"))
    assert plans.bookings.empty
    assert plans.rejections["reason"].tolist() == [Reason.DEBTOR_TWICE]
    assert json.loads(plans.rejections["reason_values"].iloc[0]) == {"debtor": "1001", "times": "2"}


@pytest.mark.parametrize("other", ["1001 ", " 1001", "1001\t", "\u00a01001", "10\u200b01"])
@pytest.mark.parametrize("zeros_count", [True, False])
def test_numbers_that_differ_in_blanks_alone_are_rejected_together(other: str, zeros_count: bool) -> None:
    """They have one key: as two records no night could plan them."""
    plans = plan(debtor(other), debtor("1001"), settings={"debtor_zeros_count": zeros_count})
    assert plans.bookings.empty
    assert plans.rejections[["source_key", "reason"]].to_numpy().tolist() == [
        ["1001", Reason.DEBTOR_NUMBERS_ALIKE]
    ]
    assert json.loads(plans.rejections["reason_values"].iloc[0])["records"].endswith(", 1001")


def test_debtors_without_a_number_are_rejected_as_one() -> None:
    plans = plan(debtor(" "), debtor(""), debtor("\t"), debtor(" 7"), debtor("7 "))
    assert plans.rejections[["source_key", "reason"]].to_numpy().tolist() == [
        ["", Reason.DEBTOR_NUMBER_MISSING], ["7", Reason.DEBTOR_NUMBER_NOT_BOOKABLE]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "lists", "reason"),
    [
        ({"receivables_account": "1309"}, {}, Reason.GL_ACCOUNT_NOT_IN_EXACT),
        ({}, {"payment_conditions": {}}, Reason.PAYMENT_CONDITION_NOT_IN_EXACT),
        ({"payment_conditions": {}}, {}, Reason.PAYMENT_CONDITION_MISSING),
    ],
)
def test_settings_and_lists_are_checked_before_anything_is_sent(
    settings: dict[str, Any], lists: dict[str, Any], reason: Reason
) -> None:
    """B2."""
    assert plan(debtor(), settings=settings, lists=lists).rejections["reason"].tolist() == [reason]


def test_debtors_come_sorted_by_number_with_their_fingerprint() -> None:
    bookings = plan(debtor("3"), debtor("10"), debtor("2")).bookings
    assert bookings["source_key"].tolist() == ["10", "2", "3"]
    assert bookings["fingerprint"].str.len().tolist() == [64] * 3


def test_the_frames_have_the_columns_and_types_of_the_contract() -> None:
    for plans in (plan(), plan(debtor()), plan(debtor(number=None))):
        for frame, columns in (
            (plans.bookings, DEBTOR_BOOKING_COLUMNS),
            (plans.rejections, REJECTION_COLUMNS),
            (plans.adjustments, ADJUSTMENT_COLUMNS),
        ):
            assert {name: str(kind) for name, kind in frame.dtypes.items()} == columns


@given(
    st.dictionaries(
        st.sampled_from(
            ["last_name", "initials", "first_name", "prefix", "street", "city", "phone", "email"]
        ),
        st.text(),
    )
)
def test_whatever_the_text_every_field_fits_and_the_bytes_are_stable(changes: dict[str, str]) -> None:
    """FR-F8: no field is longer than Exact takes, in the units Exact counts; the same row gives the
    same bytes."""
    row = debtor(**changes)
    plans = plan(row)
    pd.testing.assert_frame_equal(plans.bookings, plan(row).bookings)
    for payload in plans.bookings["payload"]:
        value = json.loads(payload)
        for name, text in {**value["account"], **value["contact"]}.items():
            assert len(str(text).encode("utf-16-le")) // 2 <= LIMITS.get(name, 40)
            assert str(text).isprintable()


def test_other_settings_of_debtors_are_other_rules_and_those_of_invoices_are_not() -> None:
    """A night plans all debtors by other rules, whatever James says of them (M2)."""
    as_now = debtor_rules(some_settings(), some_lists())
    others = [
        debtor_rules(some_settings(debtor_zeros_count=True), some_lists()),
        debtor_rules(some_settings(receivables_account="9999"), some_lists()),
        debtor_rules(some_settings(payment_conditions={PaymentCondition.DAYS_14: "30"}), some_lists()),
        debtor_rules(some_settings(), some_lists(payment_conditions={})),
        debtor_rules(some_settings(), some_lists(gl_accounts={})),
    ]
    assert len({rules.digest for rules in [as_now, *others]}) == 6
    for settings in (some_settings(revenue_accounts={}), some_settings(claims_journal="71")):
        assert debtor_rules(settings, some_lists()).digest == as_now.digest
