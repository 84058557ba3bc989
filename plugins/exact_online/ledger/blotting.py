"""Blots persons out of Exact's words before they leave the ledger (B7, FR-K4). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

BLOT = "[...]"
"""Stands for what is left out of Exact's words because it may name a person."""

_WORD = re.compile(r"\w+")
_LOOKS_PERSONAL = re.compile(r"\S+@\S+\.\w+|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
"""An e-mail address or an IBAN, of whoever it is."""
_SHORT = 2
_LONG = 4


def blotted(message: str, personal: Iterable[str], names: Iterable[str] = ()) -> str:
    """Return `message` without the values of `personal` and `names`, or what looks like one.

    A value counts where it stands as words of its own, in upper or lower case; one of two letters
    counts as it is written only, because it may be an ordinary word too. Of a name each longer word
    counts by itself where the message has it with a capital.
    """
    names = set(names)
    found = _values_in(message, {*personal, *names}) | _words_of_names_in(message, names)
    for value in sorted(found, key=len, reverse=True):  # a whole name before its parts
        flags = re.NOFLAG if len(value) <= _SHORT else re.IGNORECASE
        message = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", BLOT, message, flags=flags)
    return _LOOKS_PERSONAL.sub(BLOT, message)


def _words_of_names_in(message: str, names: Iterable[str]) -> set[str]:
    said = {
        word.casefold(): word for word in _WORD.findall(message) if len(word) >= _LONG and word[0].isupper()
    }
    known = {word.casefold() for name in names for word in _WORD.findall(name)}
    return {word for folded, word in said.items() if folded in known}


def _values_in(message: str, personal: Iterable[str]) -> set[str]:
    """Those whose first word stands in the message: a practice knows a hundred thousand values."""
    words = {word.casefold() for word in _WORD.findall(message)}
    found = set()
    for value in personal:
        first = _WORD.search(value)
        if first and first[0].casefold() in words:
            found.add(value.strip())
    return found
