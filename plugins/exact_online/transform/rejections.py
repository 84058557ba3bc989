"""Rejections: each with its reason and the values that its sentence needs, and no others (M21)."""

from __future__ import annotations

import json

import pandas as pd

from exact_online.reasons import placeholders, record_values
from exact_online.transform.payload_text import amount_texts
from exact_online.transform.plans import REJECTION_COLUMNS, STORED_AS, frame
from exact_online.transform.preflight import Rejection
from exact_online.vocabulary import BookingKind

VALUE_LENGTH = 100
TEXTS = {
    "invoice_key": "key", "invoice_number": "number", "claim_number": "claim", "debtor_number": "debtor",
    "invoice_kind": "invoice_kind", "debtor_kind": "debtor_kind", "payment_condition": "condition",
    "currency": "currency", "total_text": "total",
}  # fmt: skip
"""Columns of the invoices, and what sentences call them."""


def rejections_of(reasons: pd.Series) -> pd.Series:
    """Return rejections (object) with these reasons and no values of their own.

    Missing stays missing.
    """
    return reasons.map(lambda reason: Rejection(reason, {}), na_action="ignore").astype(object)


def rejection_rows(rejected: pd.DataFrame, own: pd.DataFrame, kind: BookingKind) -> pd.DataFrame:
    """Return the frame with `REJECTION_COLUMNS`, one row per row of `rejected`.

    `rejected` has rejection object, and the other columns but reason and reason_values; `own` (str)
    has what the records themselves can say in a sentence, among it their number.
    """
    reasons, values = [], []
    for rejection, row in zip(rejected["rejection"], own.to_dict("records"), strict=True):
        known = {**record_values(kind, row["number"]), **row, **rejection.values}
        named = {name: known[name] for name in placeholders(rejection.reason) if name in known}
        reasons.append(rejection.reason.value)
        values.append(json.dumps(named, ensure_ascii=False))
    return frame(REJECTION_COLUMNS, rejected.assign(reason=reasons, reason_values=values))


def rejected_invoices(headers: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per rejected invoice (`REJECTION_COLUMNS`), in the order of the headers.

    `headers` comes from `read_headers`, with rejection object and lines_total_cents Int64; `lines`
    from `read_lines`, with reason object (the first of each line).
    """
    rejected = headers[headers["rejection"].notna()]
    own = _own_values(rejected).join(_wrong_lines(lines, rejected["rejection"])).fillna("")
    rows = rejected.rename(columns=STORED_AS).fillna({"debtor_number": "", "total_cents": 0})
    return rejection_rows(rows, own, BookingKind.SALES_ENTRY)


def _own_values(rejected: pd.DataFrame) -> pd.DataFrame:
    """What the invoices can say of themselves, as texts of a bounded length."""
    texts = rejected[list(TEXTS)].rename(columns=TEXTS).fillna("")
    texts = pd.DataFrame({name: texts[name].str[:VALUE_LENGTH] for name in texts})
    return texts.assign(
        number=texts["number"].where(texts["number"] != "", texts["key"]),
        date=rejected["invoice_date"].astype("str").str[:10],
        records=rejected["shares_number_with"],
        lines_total=amount_texts(rejected["lines_total_cents"].fillna(0)),
    )


def _wrong_lines(lines: pd.DataFrame, rejections: pd.Series) -> pd.DataFrame:
    """What is wrong, of the first line (by its number) with the reason of its invoice."""
    reasons = rejections.map(lambda rejection: rejection.reason.value).astype(object)
    wrong = lines[lines["reason"].notna()]
    first = wrong[wrong["reason"] == wrong["invoice"].map(reasons)]
    first = first.sort_values("line_number", kind="stable").drop_duplicates("invoice").set_index("invoice")
    return pd.DataFrame(
        {
            "line": first["line_number"].astype("str"),
            "amount": first["amount_text"].str[:VALUE_LENGTH],
            "item_origin": first["item_origin"].str[:VALUE_LENGTH],
            "percentage": amount_texts(first["vat_basis_points"]).where(first["vat_basis_points"] >= 0),
        }
    )
