"""Canonical JSON text: keys in a fixed order, no spaces, UTF-8 not escaped, amounts with exactly two
decimals (docs/contracts.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from exact_online.money import amount_text

RELATION = "@relation"
"""Where the loader puts Exact's id of the relation."""


def canonical(value: object) -> str:
    """Return a value as canonical JSON; the keys of a dict stay in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def fingerprints(payloads: Iterable[str]) -> list[str]:
    """Return the SHA-256 (hex) of each payload's UTF-8 bytes."""
    return [hashlib.sha256(payload.encode()).hexdigest() for payload in payloads]


def map_distinct(values: pd.Series, text_of: Callable[[Any], str]) -> pd.Series:
    """Return the text of each value (object); each distinct value is written once."""
    return values.map({value: text_of(value) for value in values.unique().tolist()}).astype(object)


def amount_texts(cents: pd.Series) -> pd.Series:
    """Return each amount in euros with two decimals (object)."""
    return map_distinct(cents, amount_text)
