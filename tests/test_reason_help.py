"""Every code has a page of its own, whose values have names in both languages."""

from __future__ import annotations

import tomllib

import pytest

from exact_online.lacks import Lack
from exact_online.reason_codes import Reason
from exact_online.reason_help import OF_THE_WATCH, VALUE_WORDS_FILE, Afterwards, Kind, all_help, help_of
from exact_online.reasons import Language, placeholders
from exact_online.stops import Stop

CODES = [*Reason, *Stop, *Lack]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_code_is_there_once_in_whole_sentences(language: Language) -> None:
    found = all_help(language)
    assert sorted(each.code for each in found) == sorted(map(str, CODES))
    for each in found:
        words = "".join(text for text, _ in each.sentence)
        assert words.endswith((".", "!", "?")) or each.sentence[-1][1], each.code
        assert "{" not in words
        assert each.who
        assert each.where


def test_each_value_has_a_dutch_word_and_none_is_left_over() -> None:
    words = tomllib.loads(VALUE_WORDS_FILE.read_text(encoding="utf-8"))
    named = {name for code in CODES for name in placeholders(str(code))}
    assert set(words) == {name for name in named if not name.endswith("_en")}


def test_what_follows_is_what_the_engine_does() -> None:
    """M21: the same sets decide there and here."""
    after = {each.code: (each.kind, each.afterwards) for each in all_help("nl")}
    assert after[Reason.GL_ACCOUNT_BLOCKED] == (Kind.RECORD, Afterwards.NEXT_NIGHT)
    assert after[Reason.REJECTED_OTHER] == (Kind.RECORD, Afterwards.AT_INTERVALS)
    assert after[Reason.NOT_YET_DUE] == (Kind.RECORD, Afterwards.NOTHING)
    assert after[Stop.DAY_FULL] == (Kind.STOP, Afterwards.CLEAR)
    assert after[Stop.MINUTE_FULL] == (Kind.STOP, Afterwards.NOTHING)
    assert {code for code, (kind, _) in after.items() if kind == Kind.WATCH} == OF_THE_WATCH


def test_an_unknown_code_has_no_page() -> None:
    assert help_of("no_such_code", "nl") is None
