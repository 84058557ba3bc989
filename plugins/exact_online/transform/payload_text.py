"""Canonical JSON text: keys in a fixed order, no spaces, UTF-8 not escaped, amounts with exactly two decimals (docs/contracts.md)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import pairwise
from json.encoder import encode_basestring

import numpy as np
import numpy.typing as npt

from exact_online.transform.money_arrays import Int64s, Texts

RELATION = '"@relation"'
"""Where the loader puts Exact's id of the relation."""


def quoted(text: str) -> str:
    """A JSON string."""
    return encode_basestring(text)


def canonical(value: object) -> str:
    """A whole value as canonical JSON; the keys of a dict stay in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def moment(day: np.datetime64) -> str:
    """A day as Exact reads it without shifting it: ISO, without a zone."""
    return f'"{day.astype("datetime64[D]")}T00:00:00"'


def fingerprints(payloads: Iterable[str]) -> list[str]:
    """SHA-256 (hex) of each payload's UTF-8 bytes."""
    return [hashlib.sha256(payload.encode()).hexdigest() for payload in payloads]


def as_texts(values: list[str]) -> Texts:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


def taken(texts: list[str], places: Int64s) -> list[str]:
    """The text at each place."""
    return [texts[place] for place in places.tolist()]


def per_distinct(keys: Int64s) -> tuple[Int64s, Int64s]:
    """Distinct keys, and for each value the place of its key: texts are written once per distinct key and then taken."""
    distinct, place = np.unique(keys, return_inverse=True)
    return distinct, place.astype(np.int64)


def joined_per_booking(lines: list[str], booking: Int64s, count: int) -> list[str]:
    """The lines of each of `count` bookings joined by commas. `booking` is sorted and every booking has a line."""
    starts: npt.NDArray[np.int64] = np.searchsorted(booking, np.arange(count + 1))
    return [",".join(lines[first:end]) for first, end in pairwise(starts.tolist())]
