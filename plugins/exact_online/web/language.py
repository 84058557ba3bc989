"""Dutch or English: which of the two a person reads, and how numbers and dates are written in it.

Texts in code and templates are English; `locale/nl/LC_MESSAGES/messages.po` has the Dutch ones
(`make messages` brings it up to date with the texts).
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations
from fastapi import Request

from exact_online.book_day import AMSTERDAM

LANGUAGES = ("nl", "en")
"""The first is what a person gets who asks for neither."""
COOKIE = "exact_online_language"
"""Set by page.js to the choice that Airflow's own menu keeps in the browser."""
LOCALE_FOLDER = Path(__file__).parent / "locale"
_LOCALES = {"nl": Locale("nl", "NL"), "en": Locale("en", "GB")}


def chosen_language(request: Request) -> str:
    """Return `nl` or `en`: what was chosen in Airflow, else what the browser prefers."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    preferred = (
        tag.split(";")[0].strip()[:2].lower() for tag in request.headers.get("accept-language", "").split(",")
    )
    return next((tag for tag in preferred if tag in LANGUAGES), LANGUAGES[0])


def translatable(text: str) -> str:
    """Mark a text that is translated where it is shown; it is returned as it is."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """Return the texts of a language, read from its .po file; English needs none."""
    file = LOCALE_FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class Words:
    """How one language writes texts, amounts, numbers and dates."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = _LOCALES[language]
        texts = translations(language)
        self.gettext = texts.gettext
        self.ngettext = texts.ngettext

    def euro(self, cents: int) -> str:
        """Return an amount in cents as euros."""
        return format_currency(Decimal(cents) / 100, "EUR", locale=self._locale)

    def number(self, value: int) -> str:
        """Return a whole number with separators."""
        return format_decimal(value, locale=self._locale)

    def day(self, value: dt.date | None) -> str:
        """Return a day in figures, as 23-11-2026; nothing for None."""
        return format_date(value, "dd-MM-yyyy", locale=self._locale) if value else ""

    def moment(self, value: dt.datetime | None) -> str:
        """Return an aware moment in Amsterdam's time, to the minute; nothing for None."""
        return (
            format_datetime(value, "dd-MM-yyyy HH:mm", tzinfo=AMSTERDAM, locale=self._locale) if value else ""
        )
