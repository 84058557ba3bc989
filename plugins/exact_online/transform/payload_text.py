"""Canonical JSON text: keys in a fixed order, no spaces, UTF-8 not escaped, amounts with exactly two
decimals (docs/contracts.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

import pandas as pd

from exact_online.money import amount_text

RELATION = "@relation"
"""Where the loader puts Exact's id of the relation."""


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: object) -> str:
    """Return a value as canonical JSON; the keys of a dict stay in their order."""
    return _JSON.encode(value)


def fingerprints(payloads: Iterable[str]) -> list[str]:
    """Return the SHA-256 (hex) of each payload's UTF-8 bytes."""
    return [hashlib.sha256(payload.encode()).hexdigest() for payload in list(payloads)]


def map_distinct(values: pd.Series, text_of: Callable[[Any], str]) -> pd.Series:
    """Return the text of each value (object); each distinct value is written once."""
    distinct = values.unique()
    texts = pd.Series([text_of(value) for value in distinct.tolist()], index=distinct, dtype=object)
    return values.map(texts).astype(object)


def concatenate(index: pd.Index, *parts: str | pd.Series) -> pd.Series:
    """Return the parts one after the other, row by row (object).

    Several times faster than `+` between columns, which copies the growing text at every step.
    """
    columns = [part.tolist() if isinstance(part, pd.Series) else repeat(part) for part in parts]
    return pd.Series(["".join(row) for row in zip(*columns)], index=index, dtype=object)  # noqa: B905


def amount_texts(cents: pd.Series) -> pd.Series:
    """Return each amount in euros with two decimals (object)."""
    return map_distinct(cents, amount_text)
