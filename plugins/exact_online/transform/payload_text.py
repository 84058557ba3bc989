"""Canonical JSON text (docs/contracts.md).

Keys in a fixed order, no spaces, UTF-8 not escaped, amounts with exactly two decimals.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from itertools import repeat
from string import Formatter
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


def entry_fingerprints(entries: pd.DataFrame) -> list[str]:
    """Return the SHA-256 (hex) of debtor_number, a line feed and payload of each entry.

    The payload has `RELATION` in the debtor's place, so alone it would be the same for another one.
    Version 0012 of the ledger computed the fingerprints of older bookings in the same way.
    """
    debtors, payloads = entries["debtor_number"].astype(str), entries["payload"].astype(str)
    return fingerprints(f"{debtor}\n{payload}" for debtor, payload in zip(debtors, payloads, strict=True))


def fill(template: str, rows: pd.DataFrame, own: list[str], **texts: str | pd.Series) -> pd.Series:
    """Return the template (as of `str.format`) filled in for each of the rows (object).

    `own` names the columns of the rows that the template needs, `texts` are the others.
    Several times faster than `+` between columns, which copies the growing text at every step.
    """
    texts |= {name: rows[name] for name in own}
    parts: list[str | pd.Series] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts += [literal, texts[name] if name else ""]
    columns = [part.tolist() if isinstance(part, pd.Series) else repeat(part, len(rows)) for part in parts]
    return pd.Series(["".join(row) for row in zip(*columns, strict=True)], index=rows.index, dtype=object)


def map_distinct(values: pd.Series, text_of: Callable[[Any], str]) -> pd.Series:
    """Return the text of each value (object); each distinct value is written once."""
    distinct = values.unique()
    texts = pd.Series([text_of(value) for value in distinct.tolist()], index=distinct, dtype=object)
    return values.map(texts).astype(object)


def amount_texts(cents: pd.Series) -> pd.Series:
    """Return each amount in euros with two decimals (object)."""
    return map_distinct(cents, amount_text)
