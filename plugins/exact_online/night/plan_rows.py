"""The frames of the transform as the ledger takes them."""

from __future__ import annotations

import hashlib
import json

import pandas as pd

from exact_online.ledger import Adjustment


def rejected_rows(rejections: pd.DataFrame) -> pd.DataFrame:
    """Return rejections as rows of a plan: the fingerprint is that of the reason.

    The same rejection of the same record is so one row, however many nights find it again.
    """
    texts = rejections["reason"] + " " + rejections["reason_values"].fillna("")
    return rejections.assign(fingerprint=[hashlib.sha256(text.encode()).hexdigest() for text in texts])


def adjustments_of(adjustments: pd.DataFrame, before_key: str = "") -> list[Adjustment]:
    """Return what was shortened or left out, or is odd, under the keys in the ledger."""
    columns = (adjustments[name] for name in ("source_key", "reason", "reason_values"))
    return [
        Adjustment(before_key + key, reason, json.loads(values))
        for key, reason, values in zip(*columns, strict=True)
    ]
