"""The chart of a division as the proposal reads it. Amounts are cents; a revenue is positive."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from exact_online.settings import ExactLists


@dataclass(frozen=True)
class Chart:
    """The division's lists, with names, classes and what was booked last year."""

    lists: ExactLists
    names: Mapping[str, str]
    """Code of a ledger account -> its description."""
    journal_names: Mapping[str, str] = field(default_factory=dict)
    condition_names: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    """Code of a ledger account -> its RGS class, where the division has one."""
    booked: Mapping[str, int] = field(default_factory=dict)
    """Code of a ledger account -> revenue of last year."""
    year: int = 0
    """Of `booked`."""

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Code of a ledger account -> the words of its description."""
        return {code: words_of(name) for code, name in self.names.items()}


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name in small letters without accents; *21%* is a word of its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    spaced = "".join(sign if sign.isalnum() or sign == "%" else " " for sign in plain.replace(" %", "%"))
    return frozenset(spaced.split())


def begins(words: frozenset[str], stems: Sequence[str]) -> bool:
    """Return whether one of the words begins with one of the stems."""
    return any(word.startswith(stem) for word in words for stem in stems)
