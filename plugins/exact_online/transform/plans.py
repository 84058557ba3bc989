"""What the transform hands to the ledger.

The frames of docs/contracts.md, with their columns and types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

Columns = Mapping[str, Any]
"""Name and dtype of each column."""


def _columns(texts: str, cents_and_numbers: str = "", days: str = "") -> Columns:
    types = {"str": texts, "int64": cents_and_numbers, "datetime64[s]": days}
    return {name: dtype for dtype, names in types.items() for name in names.split()}


BOOKING_COLUMNS = _columns(
    "source_key kind debtor_number journal reference payload fingerprint source_changed_at",
    "financial_year financial_period entry_number total_cents",
    "entry_date",
)
BOOKING_LINE_COLUMNS = _columns(
    "source_key profession revenue_group vat_rate gl_account vat_code", "line_number gross_cents vat_cents"
)
REJECTION_COLUMNS = _columns(
    "source_key kind debtor_number reason reason_values source_changed_at", "total_cents", "entry_date"
)
DEBTOR_BOOKING_COLUMNS = _columns("source_key kind debtor_number reference payload fingerprint")
ADJUSTMENT_COLUMNS = _columns("source_key reason reason_values")
STORED_AS = {"invoice_key": "source_key", "invoice_date": "entry_date", "changed_at": "source_changed_at"}
"""What the ledger calls a column of James' invoices."""


def frame(columns: Columns, data: Mapping[str, Any] | pd.DataFrame) -> pd.DataFrame:
    """Return a frame with exactly these columns and types, from columns of equal length."""
    return pd.DataFrame(
        {name: pd.array(data[name], dtype=kind) for name, kind in columns.items()}, copy=False
    )


@dataclass(frozen=True)
class InvoicePlans:
    """`BOOKING_COLUMNS`, `BOOKING_LINE_COLUMNS`, `REJECTION_COLUMNS`, `ADJUSTMENT_COLUMNS`, each by
    source key.

    Warnings: what is odd about a booking and is booked as the rules say.
    """

    bookings: pd.DataFrame
    booking_lines: pd.DataFrame
    rejections: pd.DataFrame
    warnings: pd.DataFrame


@dataclass(frozen=True)
class DebtorPlans:
    """`DEBTOR_BOOKING_COLUMNS`, `REJECTION_COLUMNS`, `ADJUSTMENT_COLUMNS`, by debtor number.

    Adjustments: values of booked debtors that were shortened or left out, with the reason that says
    so.
    """

    bookings: pd.DataFrame
    rejections: pd.DataFrame
    adjustments: pd.DataFrame
