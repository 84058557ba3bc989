"""The chart of a division as the proposal reads it. Amounts are cents; a revenue is positive."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from exact_online.settings import ExactLists

MIN_LETTERS_WITH_ERROR = 5
"""Of a stem in which one letter may be wrong; a shorter one would fit everything."""


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


@lru_cache(maxsize=50_000)
def begins(words: frozenset[str], stems: tuple[str, ...]) -> bool:
    """Return whether one of the words begins with one of the stems, a typing error left aside."""
    return any(_begins(word, stem) for word in words for stem in stems)


def _begins(word: str, stem: str) -> bool:
    if word.startswith(stem):
        return True
    if len(stem) < MIN_LETTERS_WITH_ERROR:
        return False
    return any(_one_letter_off(word[: len(stem) + more], stem) for more in (-1, 0, 1))


def _one_letter_off(word: str, stem: str) -> bool:
    """Return whether one letter is missing, too much or another one."""
    start = _alike(word, stem)
    end = _alike(word[start:][::-1], stem[start:][::-1])
    return max(len(word), len(stem)) - start - end <= 1


def _alike(one: str, other: str) -> int:
    """Return how many letters from the first on are the same."""
    different = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(different, min(len(one), len(other)))
