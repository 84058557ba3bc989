"""Reads staged rows back as the frames of docs/contracts.md. PostgreSQL does the exact conversions; no amount is ever a float."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import psycopg

from exact_online.statements import statement

Connection = psycopg.Connection[Any]

INVOICES_PER_CHUNK = 25_000
"""About 100,000 lines, 40 MB of frames."""
MISSING = "\x1a"
"""How a missing value is written between PostgreSQL and pandas: a control character that no text of a practice consists of."""
NOT_A_TIME = int(np.iinfo(np.int64).min)
WHOLE_NUMBERS = frozenset({"invoice_date", "total_cents", "line_number", "vat_basis_points", "amount_cents"})


def debtors_frame(ledger: Connection, run_id: str) -> pd.DataFrame:
    """One row per debtor of the run, all columns ``str`` (missing is NaN), by debtor number."""
    return _frame(ledger, "stage_read_debtors", run_id=run_id)


def invoices_frame(ledger: Connection, run_id: str, after_key: str = "", limit: int = INVOICES_PER_CHUNK) -> pd.DataFrame:
    """The first ``limit`` invoices whose key comes after ``after_key``, by key; more when the last key stands there twice.

    ``total_cents`` Int64, ``invoice_date`` datetime64[s], the others ``str``.
    """
    frame = _frame(ledger, "stage_read_invoices", run_id=run_id, after_key=after_key, invoices=limit)
    if "shares_number_with" not in frame:
        # Until stage_read_invoices.sql delivers the column: no number is used twice.
        frame["shares_number_with"] = pd.array([None] * len(frame), dtype="str")
    days = frame["invoice_date"].to_numpy(dtype=np.int64, na_value=NOT_A_TIME)
    frame["invoice_date"] = days.astype("datetime64[D]").astype("datetime64[s]")
    return frame


def lines_frame(ledger: Connection, run_id: str, after_key: str, through_key: str) -> pd.DataFrame:
    """The lines of the invoices with ``after_key < key <= through_key``, by key and line number.

    ``line_number``, ``vat_basis_points`` and ``amount_cents`` Int64, the others ``str``.
    """
    return _frame(ledger, "stage_read_lines", run_id=run_id, after_key=after_key, through_key=through_key)


def invoice_chunks(
    ledger: Connection, run_id: str, invoices_per_chunk: int = INVOICES_PER_CHUNK
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """All staged invoices of the run with their lines, some at a time: (invoices, lines)."""
    after = ""
    while len(invoices := invoices_frame(ledger, run_id, after, invoices_per_chunk)):
        through = str(invoices["invoice_key"].iloc[-1])
        yield invoices, lines_frame(ledger, run_id, after, through)
        after = through


def _frame(ledger: Connection, name: str, **parameters: Any) -> pd.DataFrame:
    text = _as_csv(ledger, statement("ledger", name), parameters)
    columns = text.readline().decode().rstrip("\n").split(",")
    kinds = {column: "Int64" if column in WHOLE_NUMBERS else "str" for column in columns}
    return pd.read_csv(text, names=columns, header=None, dtype=kinds, keep_default_na=False, na_values=[MISSING])


def _as_csv(ledger: Connection, question: str, parameters: Mapping[str, Any]) -> io.BytesIO:
    text = io.BytesIO()
    command = f"copy ({question}) to stdout (format csv, header, null '{MISSING}')".encode()
    with ledger.cursor() as cursor, cursor.copy(command, parameters) as rows:
        for row in rows:
            text.write(row)
    text.seek(0)
    return text
