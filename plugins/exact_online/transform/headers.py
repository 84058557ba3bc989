"""The invoices themselves, without their lines: one row each, with what later steps need of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from exact_online.settings import ExactLists, FinancialPeriod, PracticeSettings
from exact_online.transform.payload_text import canonical
from exact_online.transform.plans import frame
from exact_online.transform.preflight import check_condition
from exact_online.transform.vat_rates import eras_of
from exact_online.vocabulary import PAID_AT_THE_DESK, BookingKind, InvoiceKind, PaymentCondition

LARGEST_ENTRY_NUMBER = 2_147_483_647
"""EntryNumber is an Int32."""
NO_ENTRY_NUMBER = 0
NO_VAT_CODE = ',"VATCode":""'


def read_headers(invoices: pd.DataFrame, settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    """Return one row per invoice key, in the order of the keys; the row number is the `invoice`.

    `invoices` is the frame of docs/contracts.md. Added are: financial_year, financial_period Int64
    (missing without a period), vat_era int64 (place in `ERAS`), condition_code str, suspense object
    (how the suspense account is written), condition_rejection object (Rejection or None), at_desk
    and is_credit bool, kind, journal and reference str, entry_number int64.
    """
    headers = invoices.drop_duplicates("invoice_key").sort_values("invoice_key", kind="stable")
    headers = headers.merge(_days(headers["invoice_date"], lists.periods), on="invoice_date", how="left")
    headers = headers.merge(_conditions(settings, lists), on="payment_condition", how="left")
    headers["vat_era"] = headers["vat_era"].fillna(0).astype("int64")
    headers["at_desk"] = headers["payment_condition"].isin(list(PAID_AT_THE_DESK))
    headers["kind"] = np.where(headers["at_desk"], BookingKind.GENERAL_JOURNAL_ENTRY, BookingKind.SALES_ENTRY)
    is_claim = headers["invoice_kind"] == InvoiceKind.CLAIM
    sales_journal = np.where(is_claim, _claims_journal(settings), settings.sales_journal)
    headers["journal"] = np.where(headers["at_desk"], settings.general_journal, sales_journal)
    headers["condition_rejection"] = headers["condition_rejection"].mask(is_claim, headers["claim_rejection"])
    headers["is_credit"] = headers["credited_invoice_number"].notna()
    headers["entry_number"] = _entry_numbers(headers["invoice_number"])
    claims = is_claim & ~headers["at_desk"]
    headers["reference"] = headers["invoice_number"].where(~claims, headers["claim_number"])
    return headers.drop(columns="claim_rejection")


def _claims_journal(settings: PracticeSettings) -> str:
    return settings.claims_journal or settings.sales_journal


def _days(dates: pd.Series, periods: tuple[FinancialPeriod, ...]) -> pd.DataFrame:
    """Each day once, with its financial year and period (M18) and its VAT era."""
    types = {
        "start": "datetime64[s]", "end": "datetime64[s]",
        "financial_year": "Int64", "financial_period": "Int64",
    }  # fmt: skip
    rows = [(period.start, period.end, period.year, period.period) for period in periods]
    table = frame(types, pd.DataFrame(rows, columns=list(types), dtype=object)).sort_values("start")
    days = pd.DataFrame({"invoice_date": dates.dropna().drop_duplicates().sort_values()})
    days = pd.merge_asof(days, table, left_on="invoice_date", right_on="start")
    inside = days["invoice_date"] <= days["end"]
    days["financial_year"] = days["financial_year"].where(inside)
    days["financial_period"] = days["financial_period"].where(inside)
    return days.assign(vat_era=eras_of(days["invoice_date"])).drop(columns=["start", "end"])


def _conditions(settings: PracticeSettings, lists: ExactLists) -> pd.DataFrame:
    """Each payment condition once: code in Exact, suspense account, why it can't be booked."""
    accounts = [lists.gl_accounts.get(settings.suspense_accounts.get(each, "")) for each in PaymentCondition]
    # A suspense line gets an empty VAT code where the account would bring its own.
    suspense = [
        canonical(each.id) + (NO_VAT_CODE if each.vat_code else "") if each else "" for each in accounts
    ]
    data: dict[str, Any] = {
        "payment_condition": [each.value for each in PaymentCondition],
        "condition_code": [settings.payment_conditions.get(each, "") for each in PaymentCondition],
        "suspense": suspense,
    }
    for name, journal in (
        ("condition_rejection", settings.sales_journal),
        ("claim_rejection", _claims_journal(settings)),
    ):
        found = [check_condition(each, settings, lists, journal) for each in PaymentCondition]
        data[name] = pd.Series(found, dtype=object)
    return pd.DataFrame(data)


def _entry_numbers(numbers: pd.Series) -> pd.Series:
    """The invoice number as entry number (M17): an Int32 that reads the same in Exact.

    `NO_ENTRY_NUMBER` when it can't be one. With a leading zero nobody could find the entry by it.
    """
    digits = numbers.str.fullmatch("[1-9][0-9]{0,9}").fillna(False).astype(bool)
    entry_numbers = numbers.where(digits, str(NO_ENTRY_NUMBER)).astype("int64")
    return entry_numbers.where(entry_numbers <= LARGEST_ENTRY_NUMBER, NO_ENTRY_NUMBER)
