"""Write frames to James' tables with COPY."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray
from psycopg import sql

ROWS_PER_BLOCK = 100_000


def copy_frame(connection: psycopg.Connection[Any], table: str, frame: pd.DataFrame) -> None:
    """Append the rows of ``frame``, whose columns are columns of the table, to a table of James."""
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
        sql.Identifier("james", table), columns
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(frame), ROWS_PER_BLOCK):
            copy.write(_as_csv(frame.iloc[start : start + ROWS_PER_BLOCK]))


def _as_csv(rows: pd.DataFrame) -> str:
    text = io.StringIO()
    rows.to_csv(text, header=False, index=False)
    return text.getvalue()


def euros(cents: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return cents as texts in euros: ``-1234`` -> ``"-12.34"``.

    Prices repeat, so each different amount is converted once.
    """
    different, places = np.unique(cents, return_inverse=True)
    signs = ("-" if amount < 0 else "" for amount in different)
    texts = [
        f"{sign}{abs(int(amount)) // 100}.{abs(int(amount)) % 100:02d}"
        for sign, amount in zip(signs, different, strict=True)
    ]
    return np.array(texts, dtype=object)[places]


def moments(seconds: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Return local times as texts that PostgreSQL reads; None for NaT."""
    texts = np.datetime_as_string(seconds, unit="s").astype(object)
    texts[np.isnat(seconds)] = None
    return texts
