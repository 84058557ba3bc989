"""Each bad record alone is rejected with its reason.

The others go on, and nothing is repaired (M21).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from exact_online.reason_codes import Reason
from exact_online.reasons import explain
from exact_online.settings import ExactLists, ExactPaymentCondition, PracticeSettings, VatCode
from exact_online.transform import InvoicePlans
from exact_online.transform.checks import check_invoices
from exact_online.transform.headers import read_headers
from exact_online.transform.lines import read_lines
from exact_online.vocabulary import (
    GlAccountType,
    JournalType,
    PaymentCondition,
    VatCodeKind,
    VatNature,
    VatRate,
)
from tests.transform.doubles import mark_doubles, plan_batch
from tests.transform.practice import (
    RECEIVABLES,
    SUSPENSE_CASH,
    SUSPENSE_PIN,
    batch,
    invoice,
    line,
    months,
    revenue_accounts,
    some_account,
    some_lists,
    some_settings,
    with_total,
)

Record = tuple[dict[str, Any], list[dict[str, Any]]]
SETTINGS, LISTS = some_settings(), some_lists()


def plan(*records: Record, settings: PracticeSettings = SETTINGS, lists: ExactLists = LISTS) -> InvoicePlans:
    return plan_batch(*batch(*records), settings, lists)


def header(**changes: Any) -> Record:
    """An invoice of one line whose header has these changes."""
    return with_total([line("45.00")], **changes)


def of_line(**changes: Any) -> Record:
    """An invoice of a good line and one with these changes."""
    return invoice(total="90.00"), [line("45.00"), {**line("45.00"), **changes}]


BAD_RECORDS: list[tuple[Reason, Record, str]] = [
    (Reason.INVOICE_KIND_UNKNOWN, header(invoice_kind="offerte"), "'offerte'"),
    (Reason.INVOICE_NUMBER_MISSING, header(invoice_number=None), "factuur:2026001"),
    (Reason.INVOICE_NUMBER_MISSING, header(invoice_number="  "), "factuur:2026001"),
    (Reason.INVOICE_NUMBER_NOT_BOOKABLE, header(invoice_number="F2026"), "'F2026'"),
    (Reason.INVOICE_NUMBER_NOT_BOOKABLE, header(invoice_number="0012"), "'0012'"),
    (Reason.INVOICE_NUMBER_NOT_BOOKABLE, header(invoice_number="2147483648"), "'2147483648'"),
    (Reason.INVOICE_NUMBER_NOT_BOOKABLE, header(invoice_number="١٢"), "'١٢'"),
    (Reason.CLAIM_NUMBER_MISSING, header(invoice_kind="claim"), "2026001"),
    (
        Reason.CLAIM_NUMBER_NOT_BOOKABLE,
        header(invoice_kind="claim", claim_number="D" * 31),
        "'" + "D" * 31 + "'",
    ),
    (Reason.CLAIM_NUMBER_NOT_BOOKABLE, header(invoice_kind="claim", claim_number="D\n1"), "2026001"),
    (Reason.DEBTOR_NUMBER_MISSING, header(debtor_number=None), "Factuur 2026001"),
    (Reason.DEBTOR_NUMBER_NOT_BOOKABLE, header(debtor_number="1" * 19), "'" + "1" * 19 + "'"),
    (Reason.DEBTOR_NUMBER_NOT_BOOKABLE, header(debtor_number="10 01"), "'10 01'"),
    (Reason.DEBTOR_KIND_UNKNOWN, header(debtor_kind="gemeente"), "'gemeente'"),
    (Reason.PAYMENT_CONDITION_UNKNOWN, header(payment_condition="Pinnen"), "'Pinnen'"),
    (Reason.PAYMENT_CONDITION_UNKNOWN, header(payment_condition=None), "'onbekend'"),
    (Reason.CURRENCY_NOT_EURO, header(currency="USD"), "'USD'"),
    (Reason.CURRENCY_NOT_EURO, header(currency=None), "'onbekend'"),
    (Reason.INVOICE_DATE_MISSING, header(invoice_date=None), "2026001"),
    (Reason.DATE_OUT_OF_RANGE, header(invoice_date="1970-01-01"), "01-01-1970"),
    (Reason.DATE_OUT_OF_RANGE, header(invoice_date="9999-12-31"), "31-12-9999"),
    (Reason.TOTAL_NOT_IN_CENTS, (invoice(total="45.001"), [line("45.00")]), "'45.001'"),
    (Reason.TOTAL_NOT_IN_CENTS, (invoice(total="NaN"), [line("45.00")]), "'NaN'"),
    (Reason.TOTAL_NOT_IN_CENTS, (invoice(total=None), [line("45.00")]), "'onbekend'"),
    (Reason.NO_LINES, (invoice(), []), "2026001"),
    (
        Reason.LINE_AMOUNT_NOT_IN_CENTS,
        of_line(amount="0.305"),
        "Regel 2 van factuur 2026001 heeft in James het bedrag '0.305'",
    ),
    (Reason.LINE_AMOUNT_NOT_IN_CENTS, of_line(amount="Infinity"), "'Infinity'"),
    (Reason.AMOUNT_OUT_OF_RANGE, (invoice(total="10000000.00"), [line("10000000.00")]), "2026001"),
    (Reason.AMOUNT_OUT_OF_RANGE, (invoice(total="0.00"), [line("1e15"), line("-1e15")]), "2026001"),
    (Reason.PROFESSION_MISSING, of_line(profession=None), "Regel 2"),
    (Reason.ITEM_ORIGIN_UNKNOWN, of_line(item_origin="cadeaubon"), "'cadeaubon'"),
    (Reason.VAT_RATE_UNKNOWN, of_line(vat_percentage="19"), "19,00%"),
    (Reason.VAT_RATE_UNKNOWN, of_line(vat_percentage="6"), "6,00%"),
    (Reason.VAT_RATE_UNKNOWN, of_line(vat_percentage=None), "onbekend%"),
    (
        Reason.TOTAL_MISMATCH,
        (invoice(total="45.01"), [line("45.00")]),
        "is 45,01, maar de regels tellen op tot 45,00",
    ),
    (Reason.PERIOD_MISSING, header(invoice_date="2031-01-01"), "01-01-2031"),
]


@pytest.mark.parametrize(
    ("reason", "bad", "words"), BAD_RECORDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_bad_record_is_rejected_with_its_own_values_and_its_neighbour_is_booked(
    reason: Reason, bad: Record, words: str
) -> None:
    """INV-10, INV-14, B2."""
    good = with_total([line("10.00")], number="77", invoice_key="factuur:good")
    plans = plan(bad, good)
    assert plans.bookings["source_key"].tolist() == ["factuur:good"]
    rejected = plans.rejections.iloc[0]
    assert rejected["reason"] == reason
    assert words in explain(rejected["reason"], json.loads(rejected["reason_values"]), "nl")


def test_every_reason_in_the_order_has_a_bad_record() -> None:
    shown = {reason for reason, _, _ in BAD_RECORDS} | {Reason.DUPLICATE_IN_SOURCE}
    invoices, lines = batch()
    headers = read_headers(mark_doubles(invoices, LISTS), SETTINGS, LISTS).assign(lines_total_cents=0)
    assert shown == set(check_invoices(headers, read_lines(lines, headers).assign(reason=None)))


def without(mapping: Mapping[Any, Any], *keys: Any) -> dict[Any, Any]:
    return {key: value for key, value in mapping.items() if key not in keys}


def vat_code(**changes: Any) -> dict[str, Any]:
    """Lists in which the code of the high rate has these changes."""
    codes = dict(LISTS.vat_codes)
    return {"vat_codes": {**codes, "2": replace(codes["2"], **changes)}}


def account_8032(kind: GlAccountType | None, **changes: Any) -> dict[str, Any]:
    """Lists in which the revenue account of articles at the high rate is another one."""
    return {"accounts": {"8032": replace(LISTS.gl_accounts["8032"], type=kind, **changes)}}


def journal(code: str, **changes: Any) -> dict[str, Any]:
    return {"journals": {**LISTS.journals, code: replace(LISTS.journals[code], **changes)}}


CELL = ("fysiotherapie", "articles", "high")
IN_SETTINGS: list[tuple[Reason, dict[str, Any], str]] = [
    (
        Reason.REVENUE_ACCOUNT_MISSING,
        {"revenue_accounts": without(revenue_accounts(), CELL)},
        "fysiotherapie, artikelen",
    ),
    (Reason.VAT_CODE_MISSING, {"vat_codes": without(SETTINGS.vat_codes, VatRate.HIGH)}, "hoog"),
    (
        Reason.PAYMENT_CONDITION_MISSING,
        {"payment_conditions": without(SETTINGS.payment_conditions, PaymentCondition.DAYS_14)},
        "14 dagen",
    ),
    (Reason.JOURNAL_NOT_IN_EXACT, {"sales_journal": "77"}, "'77'"),
    (Reason.GL_ACCOUNT_NOT_IN_EXACT, {"receivables_account": "1309"}, "'1309' (debiteuren)"),
]
IN_LISTS: list[tuple[Reason, dict[str, Any], str]] = [
    (Reason.JOURNAL_BLOCKED, journal("70", blocked=True), "'70'"),
    (Reason.JOURNAL_WRONG_TYPE, journal("70", type=JournalType.GENERAL), "'70'"),
    (Reason.RECEIVABLES_ACCOUNT_DIFFERS, journal("70", gl_account="another"), f"'{RECEIVABLES}'"),
    (Reason.PAYMENT_CONDITION_NOT_IN_EXACT, {"payment_conditions": {}}, "'14' (14 dagen)"),
    (
        Reason.PAYMENT_CONDITION_NOT_ON_CREDIT,
        {"payment_conditions": {"14": ExactPaymentCondition("14", "K", 14)}},
        "'14'",
    ),
    (
        Reason.GL_ACCOUNT_BLOCKED,
        account_8032(GlAccountType.REVENUE, blocked=True),
        "omzet fysiotherapie, artikelen, hoog",
    ),
    (Reason.GL_ACCOUNT_WRONG_TYPE, account_8032(GlAccountType.VAT), "type 24, niet 110"),
    (Reason.VAT_CODE_NOT_IN_EXACT, {"vat_codes": {"0": LISTS.vat_codes["0"]}}, "'2' (tarief hoog)"),
    (Reason.VAT_CODE_BLOCKED, vat_code(blocked=True), "'2'"),
    (Reason.VAT_CODE_WRONG_KIND, vat_code(kind=VatCodeKind.NO_VAT), "'2'"),
    (Reason.VAT_CODE_WRONG_KIND, vat_code(kind=None), "'2'"),
    (Reason.VAT_CODE_NOT_FOR_SALES, vat_code(nature=VatNature.PURCHASE), "is voor inkoop"),
    (Reason.VAT_CODE_NOT_FOR_SALES, vat_code(nature=VatNature.REVERSE_CHARGED), "is voor verlegde btw"),
    (Reason.VAT_CODE_NOT_FOR_SALES, vat_code(nature=VatNature.EU_SALES), "diensten in de EU"),
    (Reason.VAT_CODE_NOT_FOR_SALES, vat_code(nature=VatNature.MARGIN), "de margeregeling"),
    (
        Reason.COST_CENTER_MANDATORY,
        account_8032(GlAccountType.REVENUE, cost_center_mandatory=True),
        "omzet fysiotherapie, artikelen, hoog) eist een kostenplaats",
    ),
    (
        Reason.COST_UNIT_MANDATORY,
        account_8032(GlAccountType.REVENUE, cost_unit_mandatory=True),
        "eist een kostendrager",
    ),
    (Reason.GL_ACCOUNT_WRONG_TYPE, account_8032(None), "type ?, niet 110"),
    (Reason.VAT_CODE_WRONG_PERCENTAGE, vat_code(basis_points=None), "heeft in Exact ?%"),
    (
        Reason.VAT_CODE_WRONG_PERCENTAGE,
        vat_code(basis_points=900),
        "heeft in Exact 9,00%; verwacht was 21,00%",
    ),
    (Reason.VAT_CODE_WITHOUT_ACCOUNT, vat_code(gl_to_pay=None), "'2'"),
    (Reason.VAT_ACCOUNT_WRONG_TYPE, vat_code(gl_to_pay=LISTS.gl_accounts["8000"].id), "'2'"),
]
ARTICLE_AT_21 = with_total([line("45.00"), line("24.20", "21", "article")])


def only_rejection(plans: InvoicePlans) -> tuple[str, str]:
    assert plans.bookings.empty
    rejected = plans.rejections.iloc[0]
    return rejected["reason"], explain(rejected["reason"], json.loads(rejected["reason_values"]), "nl")


@pytest.mark.parametrize(
    ("reason", "changes", "words"), IN_SETTINGS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_setting_that_is_missing_or_wrong_rejects_the_booking(
    reason: Reason, changes: dict[str, Any], words: str
) -> None:
    """B2, M8, M13, M22: known before anything is sent."""
    found, sentence = only_rejection(plan(ARTICLE_AT_21, settings=some_settings(**changes)))
    assert found == reason
    assert words in sentence


@pytest.mark.parametrize(
    ("reason", "changes", "words"), IN_LISTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_list_of_exact_that_does_not_fit_rejects_the_booking(
    reason: Reason, changes: dict[str, Any], words: str
) -> None:
    """B2, M11, M13."""
    found, sentence = only_rejection(plan(ARTICLE_AT_21, lists=some_lists(**changes)))
    assert found == reason
    assert words in sentence


def at_the_desk(
    settings: PracticeSettings = SETTINGS, lists: ExactLists = LISTS, condition: str = "pin"
) -> str:
    return only_rejection(plan(header(payment_condition=condition), settings=settings, lists=lists))[0]


def test_a_general_journal_without_its_vat_tick_rejects_pin_and_cash() -> None:
    """M10."""
    assert at_the_desk(lists=some_lists(**journal("90", allow_vat=False))) == Reason.JOURNAL_WITHOUT_VAT


def test_a_general_journal_of_another_type_rejects_pin_and_cash() -> None:
    assert at_the_desk(lists=some_lists(**journal("90", type=JournalType.SALES))) == Reason.JOURNAL_WRONG_TYPE


@pytest.mark.parametrize(("condition", "code"), [("pin", SUSPENSE_PIN), ("cash", SUSPENSE_CASH)])
def test_a_suspense_account_must_be_of_type_general(condition: str, code: str) -> None:
    """M12."""
    lists = some_lists(accounts={code: some_account(code, GlAccountType.RECEIVABLE)})
    assert at_the_desk(lists=lists, condition=condition) == Reason.GL_ACCOUNT_WRONG_TYPE


def test_a_suspense_account_that_is_not_filled_in_is_named() -> None:
    assert at_the_desk(settings=some_settings(suspense_accounts={})) == Reason.SUSPENSE_ACCOUNT_MISSING


def test_what_rejects_the_sales_journal_leaves_pin_and_cash_alone() -> None:
    plans = plan(
        header(),
        header(number="2026002", payment_condition="pin"),
        lists=some_lists(**journal("70", blocked=True)),
    )
    assert plans.bookings["source_key"].tolist() == ["factuur:2026002"]
    assert plans.rejections["kind"].tolist() == ["sales_entry"]


def test_only_the_invoices_that_use_a_missing_cell_are_rejected() -> None:
    """M8, G20."""
    settings = some_settings(revenue_accounts=without(revenue_accounts(), CELL))
    plans = plan(ARTICLE_AT_21, header(number="2026002"), settings=settings)
    assert plans.bookings["source_key"].tolist() == ["factuur:2026002"]


def test_a_profession_without_any_account_is_named() -> None:
    """M8."""
    reason, sentence = only_rejection(plan(with_total([line("45.00", profession="yoga")])))
    assert reason == Reason.REVENUE_ACCOUNT_MISSING
    assert "yoga, patiënten, btw-tarief nul" in sentence


def test_the_first_reason_in_the_order_wins() -> None:
    bad = invoice(number="0012", total="1.005", currency="USD", invoice_date=None)
    assert only_rejection(plan((bad, [])))[0] == Reason.INVOICE_NUMBER_NOT_BOOKABLE


def test_the_order_does_not_depend_on_which_line_comes_first() -> None:
    lines = [line("45.00", vat="19"), line("45.00", profession=None)]
    for rows in (lines, lines[::-1]):
        assert only_rejection(plan((invoice(total="90.00"), rows)))[0] == Reason.PROFESSION_MISSING


# ---- doubles (FR-G18) ----------------------------------------------------------------------------


def doubles(*records: Record) -> pd.DataFrame:
    plans = plan(*records)
    return plans.rejections[plans.rejections["reason"] == Reason.DUPLICATE_IN_SOURCE]


def test_two_invoices_with_one_number_are_both_rejected_and_both_shown() -> None:
    rejected = doubles(header(), header(invoice_key="factuur:other"))
    assert rejected["source_key"].tolist() == ["factuur:2026001", "factuur:other"]
    assert all("factuur:2026001, factuur:other" in values for values in rejected["reason_values"])


def test_the_same_key_twice_is_rejected_once() -> None:
    assert doubles(header(), header())["source_key"].tolist() == ["factuur:2026001"]


def test_an_invoice_and_a_claim_with_one_number_clash_in_the_sales_journal() -> None:
    """Exact: an entry number is unique per journal and year."""
    claim = header(invoice_key="declaratie:1", invoice_kind="claim", claim_number="D1")
    assert len(doubles(header(), claim)) == 2


def test_an_invoice_in_the_general_journal_and_a_claim_with_its_number_do_not_clash() -> None:
    claim = header(invoice_key="declaratie:1", invoice_kind="claim", claim_number="D1")
    assert doubles(header(payment_condition="pin"), claim).empty


def test_the_same_number_in_another_financial_year_is_no_double() -> None:
    assert doubles(header(), header(invoice_key="factuur:old", invoice_date="2025-01-15")).empty


def test_a_broken_financial_year_decides_by_its_own_years() -> None:
    """M18: the division's period table says which year a day belongs to."""
    year = tuple(replace(period, year=2026) for period in months([2025, 2026]))
    plans = plan(
        header(), header(invoice_key="factuur:old", invoice_date="2025-01-15"), lists=some_lists(periods=year)
    )
    assert set(plans.rejections["reason"]) == {Reason.DUPLICATE_IN_SOURCE}


def test_many_invoices_with_one_number_name_a_few() -> None:
    rejected = doubles(*(header(invoice_key=f"factuur:{n}") for n in range(9)))
    assert json.loads(rejected["reason_values"].iloc[0])["records"].endswith("factuur:4, ...")


# ---- what a rejection carries --------------------------------------------------------------------


def test_a_rejection_carries_what_the_ledger_stores() -> None:
    rejected = plan(header(currency="USD", payment_condition="cash")).rejections.iloc[0]
    assert rejected["kind"] == "general_journal_entry"
    assert rejected["total_cents"] == 4500
    assert rejected["entry_date"] == pd.Timestamp("2026-01-15")
    assert rejected["source_changed_at"] == "2026-01-15T10:00:00+00:00"


def test_a_rejection_without_total_or_date_has_zero_and_no_date() -> None:
    rejected = plan((invoice(total=None, invoice_date=None), [line("45.00")])).rejections.iloc[0]
    assert rejected["total_cents"] == 0
    assert pd.isna(rejected["entry_date"])


def test_a_rejection_holds_no_more_values_than_its_sentence_needs() -> None:
    """B7."""
    rejected = plan(header(currency="USD")).rejections.iloc[0]
    assert json.loads(rejected["reason_values"]) == {"currency": "USD", "number": "2026001"}


def test_a_value_of_any_length_makes_a_readable_sentence() -> None:
    rejected = plan(header(currency="E" * 10_000)).rejections.iloc[0]
    assert len(rejected["reason_values"]) < 200


def test_a_code_that_holds_the_base_only_will_do_for_the_zero_rate() -> None:
    assert len(plan(header(), lists=some_lists(kinds={VatRate.ZERO: VatCodeKind.BASE_ONLY})).bookings) == 1


def test_an_unknown_vat_code_of_another_rate_does_not_matter() -> None:
    codes: dict[str, VatCode] = {"0": LISTS.vat_codes["0"]}
    assert len(plan(header(), lists=some_lists(vat_codes=codes)).bookings) == 1
