"""Text as it may leave: composed (NFC), on one line, nothing invisible, cut between characters."""

from __future__ import annotations

import unicodedata

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of Unicode that no name holds.

Controls, zero-width and direction marks, lone surrogates.
"""
ATTACHED = frozenset({"Mn", "Me", "Mc", "Sk"})
"""What belongs to the character before it: combining marks and skin tones."""
BLANKS = frozenset({"Zs", "Zl", "Zp"})
VARIANT_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
REGIONAL = range(0x1F1E6, 0x1F200)
"""Two of these make one flag."""


def clean(text: object) -> str:
    """Return the text on one line; empty for a missing value."""
    if not isinstance(text, str):
        return ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = (_visible(sign) for sign in unicodedata.normalize("NFC", text))
    return " ".join("".join(visible).split())


def _visible(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in BLANKS or sign in "\t\n\r\v\f":
        return " "
    return "" if category in INVISIBLE or sign in VARIANT_SELECTORS else sign


def shortened(text: str, limit: int) -> str:
    """Return at most `limit` UTF-16 units, as Exact counts, ending on a whole character."""
    if _units(text) <= limit:
        return text
    kept = ""
    for grapheme in _graphemes(text):
        if _units(kept) + _units(grapheme) > limit:
            break
        kept += grapheme
    return kept.rstrip()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _graphemes(text: str) -> list[str]:
    """Characters with what is attached to them, and flags, as one piece each."""
    pieces: list[str] = []
    for sign in text:
        if pieces and (unicodedata.category(sign) in ATTACHED or _completes_flag(pieces[-1], sign)):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _completes_flag(piece: str, sign: str) -> bool:
    return len(piece) == 1 and ord(piece) in REGIONAL and ord(sign) in REGIONAL
