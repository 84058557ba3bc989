"""Countries as people write them become the two letters of ISO 3166, which Exact has too.

The list and the names are those of the Unicode CLDR, as Babel has them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

LANGUAGES = ("en", "fr", "de", "nl")
"""A name that two languages share is read as the last of them has it."""
NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
"""Codes of two letters that the CLDR has and ISO 3166 has not: islands, unions, tests."""
OTHER_NAMES = {
    "holland": "NL", "engeland": "GB", "schotland": "GB", "wales": "GB", "groot brittannie": "GB",
    "verenigde staten van amerika": "US", "vs": "US",
}  # fmt: skip


def country_code(text: str) -> str:
    """Return the country's two letters for a code (*be*, *BEL*) or a name (*België*, *belgie*,
    *Belgium*).

    Empty for a text that names no country.
    """
    return _codes().get(_plain(text), "")


@cache
def _codes() -> Mapping[str, str]:
    """The code of each plain name and each code of two or three letters."""
    territories = map(str, Locale(LANGUAGES[0]).territories)
    codes = {code for code in territories if len(code) == 2} - NO_COUNTRIES
    names = {
        _plain(str(name)): str(code)
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in codes
    }
    aliases = {
        str(alias).casefold(): str(present[0])
        for alias, present in get_global("territory_aliases").items()
        if str(alias).isalpha() and (len(str(alias)) == 3 or alias == "UK") and present[0] in codes
    }
    return {**names, **OTHER_NAMES, **aliases, **{code.casefold(): code for code in codes}}


def _plain(text: str) -> str:
    """Small letters without accents, one blank for what is no letter."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalpha() else " " for sign in kept).split())
