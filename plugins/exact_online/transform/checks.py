"""What can be wrong with an invoice or its lines, as James has them: one boolean column per reason.

One reason per invoice: that of the first column that is true. After these come the checks of
preflight.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import pandas as pd

from exact_online.reason_codes import Reason
from exact_online.transform.headers import NO_ENTRY_NUMBER
from exact_online.transform.vat_rates import ERAS
from exact_online.vocabulary import DebtorKind, InvoiceKind, ItemOrigin, PaymentCondition

REFERENCE_LENGTH = 30
DEBTOR_CODE_LENGTH = 18
AMOUNT_LIMIT_CENTS = 10**9
"""No invoice of a practice reaches ten million euro; the limit keeps every sum within 64 bits."""
FIRST_DAY, DAY_LIMIT = pd.Timestamp(ERAS[0].start), pd.Timestamp("2100-01-01")


def first_reasons(checks: Mapping[Reason, pd.Series]) -> pd.Series:
    """Return per row the first reason whose column is true, in the order of the columns.

    Missing where none is.
    """
    table = pd.DataFrame(dict(checks))
    wrong = table[table.any(axis=1)]
    return wrong.idxmax(axis=1).astype(object).reindex(table.index)


def check_lines(lines: pd.DataFrame) -> dict[Reason, pd.Series]:
    """Return what is wrong with each line by itself. `lines` comes from `read_lines`."""
    return {
        Reason.LINE_AMOUNT_NOT_IN_CENTS: lines["amount_missing"],
        Reason.AMOUNT_OUT_OF_RANGE: lines["amount_cents"].abs() >= AMOUNT_LIMIT_CENTS,
        Reason.PROFESSION_MISSING: lines["profession"].isna(),
        Reason.ITEM_ORIGIN_UNKNOWN: ~lines["item_origin"].isin(list(ItemOrigin)),
        Reason.VAT_RATE_UNKNOWN: lines["vat_rate"].isna(),
    }


def check_invoices(headers: pd.DataFrame, lines: pd.DataFrame) -> dict[Reason, pd.Series]:
    """Return what is wrong with each invoice; the order of the columns is the order of the reasons.

    `headers` comes from `read_headers`, with lines_total_cents Int64 (missing without lines);
    `lines` comes from `read_lines`, with reason object (the first of each line).
    """
    wrong = lines.dropna(subset="reason")

    def on_a_line(reason: Reason) -> pd.Series:
        return pd.Series(
            headers.index.isin(wrong.loc[wrong["reason"] == reason, "invoice"]), index=headers.index
        )

    number, debtor, day = headers["invoice_number"], headers["debtor_number"], headers["invoice_date"]
    # The claim number of what is no claim is never sent; a letter stands in for it here.
    claim = headers["claim_number"].where(headers["invoice_kind"] == InvoiceKind.CLAIM, "x")
    total, lines_total = headers["total_cents"].fillna(0), headers["lines_total_cents"]
    too_large = total.abs() >= AMOUNT_LIMIT_CENTS
    return {
        Reason.DUPLICATE_IN_SOURCE: headers["shares_number_with"].notna(),
        Reason.INVOICE_KIND_UNKNOWN: ~headers["invoice_kind"].isin(list(InvoiceKind)),
        Reason.INVOICE_NUMBER_MISSING: is_missing(number),
        Reason.INVOICE_NUMBER_NOT_BOOKABLE: headers["entry_number"] == NO_ENTRY_NUMBER,
        Reason.CLAIM_NUMBER_MISSING: is_missing(claim),
        Reason.CLAIM_NUMBER_NOT_BOOKABLE: ~fits(claim, REFERENCE_LENGTH, spaces=True),
        Reason.DEBTOR_NUMBER_MISSING: is_missing(debtor),
        Reason.DEBTOR_NUMBER_NOT_BOOKABLE: ~fits(debtor, DEBTOR_CODE_LENGTH, spaces=False),
        Reason.DEBTOR_KIND_UNKNOWN: ~headers["debtor_kind"].isin(list(DebtorKind)),
        Reason.PAYMENT_CONDITION_UNKNOWN: ~headers["payment_condition"].isin(list(PaymentCondition)),
        Reason.CURRENCY_NOT_EURO: headers["currency"] != "EUR",
        Reason.INVOICE_DATE_MISSING: day.isna(),
        Reason.DATE_OUT_OF_RANGE: (day < FIRST_DAY) | (day >= DAY_LIMIT),
        Reason.TOTAL_NOT_IN_CENTS: headers["total_cents"].isna(),
        Reason.NO_LINES: lines_total.isna(),
        Reason.LINE_AMOUNT_NOT_IN_CENTS: on_a_line(Reason.LINE_AMOUNT_NOT_IN_CENTS),
        Reason.AMOUNT_OUT_OF_RANGE: on_a_line(Reason.AMOUNT_OUT_OF_RANGE) | too_large,
        Reason.PROFESSION_MISSING: on_a_line(Reason.PROFESSION_MISSING),
        Reason.ITEM_ORIGIN_UNKNOWN: on_a_line(Reason.ITEM_ORIGIN_UNKNOWN),
        Reason.VAT_RATE_UNKNOWN: on_a_line(Reason.VAT_RATE_UNKNOWN),
        Reason.TOTAL_MISMATCH: lines_total.fillna(0) != total,
        Reason.PERIOD_MISSING: headers["financial_period"].isna(),
    }


def plain_code(code: str) -> str:
    """Return a code of digits without the zeros in front, any other as it is.

    SQL function plain_code does the same.
    """
    return code.lstrip("0") if re.fullmatch("[0-9]+", code) else code


def is_missing(texts: pd.Series) -> pd.Series:
    """Return where there is no text, or nothing but blanks."""
    return texts.fillna("").str.strip() == ""


def fits(codes: pd.Series, length: int, spaces: bool) -> pd.Series:
    """Return which codes can be sent as they are.

    Printable, no blanks around (or in) them, not too long.
    """
    fitting = codes.str.fullmatch(f"[0-9A-Za-z]{{1,{length}}}").fillna(False).astype(bool)
    others = codes[~fitting].fillna("").map(lambda code: _fits(code, length, spaces)).astype(bool)
    return fitting | others.reindex(codes.index, fill_value=False)


def _fits(code: str, length: int, spaces: bool) -> bool:
    if len(code) > length or code != code.strip() or (" " in code and not spaces):
        return False
    return code != "" and code.isprintable() and unicodedata.is_normalized("NFC", code)
