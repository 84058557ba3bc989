"""Rejected invoices: each with its reason and the values its sentence needs, and no others (M21)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from exact_online.reasons import placeholders, record_values
from exact_online.transform.payload_text import amount_texts
from exact_online.transform.plans import REJECTION_COLUMNS, frame
from exact_online.transform.preflight import Rejection
from exact_online.vocabulary import BookingKind

VALUE_LENGTH = 100
TEXTS = {
    "key": "invoice_key", "claim": "claim_number", "debtor": "debtor_number", "invoice_kind": "invoice_kind",
    "debtor_kind": "debtor_kind", "condition": "payment_condition", "currency": "currency", "total": "total_text",
}  # fmt: skip
"""What sentences call a column of the invoices."""


def rejections_of(reasons: pd.Series) -> pd.Series:
    """Return the reasons as rejections (object), whose values the record itself has; missing stays missing."""
    return reasons.map(lambda reason: Rejection(reason, {}), na_action="ignore").astype(object)


def reason_values(rejection: Rejection, own: Mapping[Any, str]) -> str:
    """Return a JSON object with what the sentence names: the record's `own` values, and the check's."""
    values = {**own, **rejection.values}
    named = {name: values[name] for name in placeholders(rejection.reason) if name in values}
    return json.dumps(named, ensure_ascii=False)


def rejected_invoices(headers: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per rejected invoice (`REJECTION_COLUMNS`), in the order of the headers.

    `headers` comes from `read_headers`, with rejection object and lines_total_cents Int64; `lines` from
    `read_lines`, with reason object (the first of each line).
    """
    rejected = headers[headers["rejection"].notna()]
    found = rejected["rejection"]
    reasons = found.map(lambda rejection: rejection.reason.value).astype(object)
    own = _own_values(rejected).join(_wrong_lines(lines, reasons)).fillna("")
    values = [
        reason_values(rejection, row) for rejection, row in zip(found, own.to_dict("records"), strict=True)
    ]
    return frame(
        REJECTION_COLUMNS,
        {
            "source_key": rejected["invoice_key"],
            "kind": rejected["kind"],
            "debtor_number": rejected["debtor_number"].fillna(""),
            "reason": reasons,
            "reason_values": values,
            "total_cents": rejected["total_cents"].fillna(0),
            "entry_date": rejected["invoice_date"],
            "source_changed_at": rejected["changed_at"],
        },
    )


def _own_values(rejected: pd.DataFrame) -> pd.DataFrame:
    """What the invoices can say of themselves, as texts of a bounded length."""
    texts = (
        rejected[[*TEXTS.values(), "invoice_number"]]
        .fillna("")
        .apply(lambda column: column.str[:VALUE_LENGTH])
    )
    number = texts["invoice_number"].where(texts["invoice_number"] != "", texts["invoice_key"])
    names = pd.DataFrame(
        [record_values(BookingKind.SALES_ENTRY, each) for each in number], index=rejected.index
    )
    return pd.DataFrame({name: texts[column] for name, column in TEXTS.items()}).assign(
        number=number,
        date=rejected["invoice_date"].astype("str").str[:10],
        records=rejected["shares_number_with"],
        lines_total=amount_texts(rejected["lines_total_cents"].fillna(0)),
        **names,
    )


def _wrong_lines(lines: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """What is wrong, of the first line (by its number) with the reason of its invoice."""
    wrong = lines[lines["reason"].notna()]
    first = wrong[wrong["reason"] == wrong["invoice"].map(reasons)]
    first = first.sort_values("line_number", kind="stable").drop_duplicates("invoice").set_index("invoice")
    percentages = first["vat_basis_points"].where(first["vat_basis_points"] >= 0)
    return pd.DataFrame(
        {
            "line": first["line_number"].astype("str"),
            "amount": first["amount_text"].str[:VALUE_LENGTH],
            "item_origin": first["item_origin"].str[:VALUE_LENGTH],
            "percentage": amount_texts(first["vat_basis_points"]).where(percentages.notna()),
        }
    )
