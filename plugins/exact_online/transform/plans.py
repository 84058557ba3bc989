"""What the transform hands to the ledger: the frames of docs/contracts.md, with their columns and types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import pandas as pd

BOOKING_COLUMNS: Mapping[str, str] = {
    "source_key": "str",
    "kind": "str",
    "debtor_number": "str",
    "journal": "str",
    "financial_year": "int64",
    "financial_period": "int64",
    "entry_date": "datetime64[s]",
    "entry_number": "int64",
    "reference": "str",
    "total_cents": "int64",
    "payload": "str",
    "fingerprint": "str",
    "source_changed_at": "str",
}
BOOKING_LINE_COLUMNS: Mapping[str, str] = {
    "source_key": "str",
    "line_number": "int64",
    "profession": "str",
    "revenue_group": "str",
    "vat_rate": "str",
    "gl_account": "str",
    "vat_code": "str",
    "gross_cents": "int64",
    "vat_cents": "int64",
}
REJECTION_COLUMNS: Mapping[str, str] = {
    "source_key": "str",
    "kind": "str",
    "debtor_number": "str",
    "reason": "str",
    "reason_values": "str",
    "total_cents": "int64",
    "entry_date": "datetime64[s]",
    "source_changed_at": "str",
}
DEBTOR_BOOKING_COLUMNS: Mapping[str, str] = {
    "source_key": "str",
    "kind": "str",
    "debtor_number": "str",
    "reference": "str",
    "payload": "str",
    "fingerprint": "str",
}
NOTICE_COLUMNS: Mapping[str, str] = {"source_key": "str", "reason": "str", "reason_values": "str"}


def frame(columns: Mapping[str, str], data: Mapping[str, Any]) -> pd.DataFrame:
    """A frame with exactly these columns and types, from arrays or lists of equal length."""
    return pd.DataFrame(
        {name: pd.array(data[name], dtype=kind) for name, kind in columns.items()}, copy=False
    )


@dataclass(frozen=True)
class InvoicePlans:
    bookings: pd.DataFrame
    """`BOOKING_COLUMNS`, sorted by source key."""
    booking_lines: pd.DataFrame
    """`BOOKING_LINE_COLUMNS`, sorted by source key and line number."""
    rejections: pd.DataFrame
    """`REJECTION_COLUMNS`, sorted by source key."""


@dataclass(frozen=True)
class DebtorPlans:
    bookings: pd.DataFrame
    """`DEBTOR_BOOKING_COLUMNS`, sorted by debtor number."""
    rejections: pd.DataFrame
    """`REJECTION_COLUMNS`, sorted by debtor number."""
    notices: pd.DataFrame
    """`NOTICE_COLUMNS`: values of booked debtors that were shortened or left out, with the reason that says so."""


Plans = TypeVar("Plans", InvoicePlans, DebtorPlans)


def joined(parts: Iterable[Plans]) -> Plans:
    """The plans of several chunks as one; at least one part."""
    chunks = list(parts)
    kind = type(chunks[0])
    return kind(
        **{
            field.name: pd.concat([getattr(chunk, field.name) for chunk in chunks], ignore_index=True)
            for field in fields(kind)
        }
    )
