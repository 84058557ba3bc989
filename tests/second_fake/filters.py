"""$filter, as far as a link may ask: comparisons joined by and, or and brackets."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Test = Callable[[Row], bool]
TOKEN = re.compile(r"guid'[^']*'|datetime'[^']*'|'(?:[^']|'')*'|[()]|[^\s()]+")
COMPARE = {"eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt}
COMPARE["le"] = operator.le


def test_of(text: str) -> Test:
    """What a $filter asks of a row. Raises ValueError for one that is not understood."""
    tokens = TOKEN.findall(text)
    test = _either(tokens)
    if tokens:
        raise ValueError(f"Error in query syntax: {tokens[0]}")
    return test


def _either(tokens: list[str]) -> Test:
    parts = [_both(tokens)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        parts.append(_both(tokens))
    return lambda row: any(part(row) for part in parts)


def _both(tokens: list[str]) -> Test:
    parts = [_one(tokens)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        parts.append(_one(tokens))
    return lambda row: all(part(row) for part in parts)


def _one(tokens: list[str]) -> Test:
    first = tokens.pop(0)
    if first == "(":
        inner = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("Error in query syntax: )")
        return inner
    compare, wanted = COMPARE[tokens.pop(0)], _literal(tokens.pop(0))
    return lambda row: row.get(first) is not None and compare(_comparable(row[first]), wanted)


def _literal(token: str) -> Any:
    if token.startswith("guid'"):
        return token[5:-1].lower()
    if token.startswith("datetime'"):
        return dt.date.fromisoformat(token[9:19])
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    return int(token.rstrip("L"))


def _comparable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) and re.fullmatch(r"[0-9a-f-]{36}", value, re.I) else value
