"""Every text of the pages has a Dutch one, and no Dutch text is left over."""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from exact_online.web.language import LOCALE_FOLDER
from exact_online.web.messages import KEYWORDS, METHODS, OPTIONS
from exact_online.web.view import FOLDER

VALUE = re.compile(r"%\(\w+\)[sd]")


def _dutch() -> Catalog:
    with (LOCALE_FOLDER / "nl/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="nl")


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    """One text, or its singular and plural."""
    return [value] if isinstance(value, str) else list(value)


def test_each_text_has_a_dutch_one_with_the_same_values() -> None:
    dutch = {_texts(message.id)[0]: message for message in _dutch() if message.id}
    used = set()
    for _, _, message, _, _ in extract_from_dir(str(FOLDER), METHODS, OPTIONS, KEYWORDS):
        english = _texts(message)
        used.add(english[0])
        assert english[0] in dutch, f"Run make messages: {english[0]!r} is not in messages.po."
        for text in _texts(dutch[english[0]].string):
            assert text, f"messages.po has no Dutch for {english[0]!r}."
            assert set(VALUE.findall(text)) <= set(VALUE.findall(" ".join(english))), text
    assert set(dutch) == used, "Run make messages: texts that no page has are left over."


def test_no_text_is_unsure() -> None:
    assert [message.id for message in _dutch() if message.fuzzy and message.id] == []
