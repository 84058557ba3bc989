"""Reads staged rows back as the frames of docs/contracts.md.

PostgreSQL does the exact conversions; no amount is ever a float.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from exact_online.ledger.session import MISSING
from exact_online.ledger.staging import Staging

INVOICES_PER_CHUNK = 25_000
"""About 100,000 lines, 40 MB of frames."""
NOT_A_TIME = int(np.iinfo(np.int64).min)
WHOLE_NUMBERS = frozenset({"invoice_date", "total_cents", "line_number", "vat_basis_points", "amount_cents"})


def debtors_frame(staging: Staging, run_id: str) -> pd.DataFrame:
    """Return one row per debtor of the run, all columns ``str`` (missing is NaN),
    by debtor number.
    """
    return _frame(staging.debtors_csv(run_id))


def invoices_frame(
    staging: Staging, run_id: str, after_key: str = "", limit: int = INVOICES_PER_CHUNK
) -> pd.DataFrame:
    """Return the first ``limit`` invoices whose key comes after ``after_key``, by key; more when
    the last key stands there twice.

    ``total_cents`` Int64, ``invoice_date`` datetime64[s], the others ``str``.
    ``shares_number_with`` has the keys of all invoices of the run that share the number; it is
    missing where the invoice has its number alone.
    """
    frame = _frame(staging.invoices_csv(run_id, after_key, limit))
    days = frame["invoice_date"].to_numpy(dtype=np.int64, na_value=NOT_A_TIME)
    frame["invoice_date"] = days.astype("datetime64[D]").astype("datetime64[s]")
    return frame


def lines_frame(staging: Staging, run_id: str, after_key: str, through_key: str) -> pd.DataFrame:
    """Return the lines of the invoices with ``after_key < key <= through_key``,
    by key and line number.

    ``line_number``, ``vat_basis_points`` and ``amount_cents`` Int64, the others ``str``.
    """
    return _frame(staging.lines_csv(run_id, after_key, through_key))


def credited_frame(staging: Staging, practice: str, run_id: str, invoices: pd.DataFrame) -> pd.DataFrame:
    """Return where each booking is booked that one of these staged invoices credits, all ``str``: a
    row per ``invoice_key`` (of the credit), ``profession``, ``revenue_group`` and ``vat_rate``,
    with its ``gl_account`` and ``vat_code``.
    """
    keys = invoices["invoice_key"]
    return _frame(staging.credited_csv(practice, run_id, str(keys.iloc[0]), str(keys.iloc[-1])))


def invoice_chunks(
    staging: Staging, run_id: str, invoices_per_chunk: int = INVOICES_PER_CHUNK
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Give all staged invoices of the run with their lines, some at a time: (invoices, lines)."""
    after = ""
    while len(invoices := invoices_frame(staging, run_id, after, invoices_per_chunk)):
        through = str(invoices["invoice_key"].iloc[-1])
        yield invoices, lines_frame(staging, run_id, after, through)
        after = through


def _frame(text: io.BytesIO) -> pd.DataFrame:
    """CSV with a header as a frame; `MISSING` is NaN, and nothing else is."""
    columns = text.readline().decode().rstrip("\n").split(",")
    kinds = {column: "Int64" if column in WHOLE_NUMBERS else "str" for column in columns}
    return pd.read_csv(
        text, names=columns, header=None, dtype=kinds, keep_default_na=False, na_values=[MISSING]
    )
