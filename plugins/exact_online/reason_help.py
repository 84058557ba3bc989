"""What one page says of a reason, a stop or a lack, without a record."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter

from exact_online import reasons
from exact_online.reason_codes import CURE_IS_NOT_SEEN, WARNINGS, Reason
from exact_online.reasons import CatalogueEntry, Language
from exact_online.stops import WAITS

VALUE_WORDS_FILE = Path(__file__).with_name("value_words.toml")

Parts = tuple[tuple[str, bool], ...]
"""A sentence in parts; True where a part names a value that a record has of its own."""


class Kind(StrEnum):
    """What a code is about."""

    RECORD = "record"
    """An invoice or a debtor: reasons.toml."""
    WATCH = "watch"
    """A practice or the whole fleet, told by the daily watch: reasons.toml."""
    STOP = "stop"
    """A task that waits for a person: stops.toml."""
    REQUIREMENT = "requirement"
    """A division that lacks something: lacks.toml."""


class Afterwards(StrEnum):
    """What follows when the cause is put right."""

    NOTHING = "nothing"
    """Nobody has to do anything."""
    CLEAR = "clear"
    """The red task, or the one that is named, is cleared; the next night does the same."""
    NEXT_NIGHT = "next_night"
    """It goes along by itself the next night."""
    AT_INTERVALS = "at_intervals"
    """The link can't see that it is cured: it tries after 1, 2, 4 and 7 days, then every week."""
    CHECK_AGAIN = "check_again"
    """The list of requirements is made again, by a person or by the next night."""


OF_THE_WATCH = frozenset(
    {
        Reason.TOKEN_UNUSED, Reason.TOKEN_EXPIRED, Reason.RECONNECT_NEEDED, Reason.FINANCIAL_YEAR_MISSING,
        Reason.APP_SCOPE_MISSING, Reason.NIGHT_MISSING, Reason.NIGHT_UNFINISHED, Reason.INVOICES_UNUSUAL,
        Reason.LEDGER_COPIED, Reason.OPEN_FOR_LONG,
    }
)  # fmt: skip


@dataclass(frozen=True)
class ReasonHelp:
    """One code in words."""

    code: str
    kind: Kind
    sentence: Parts
    sentence_of_exact: Parts
    """When Exact rejects the record for it; empty for most."""
    who: str
    where: str
    afterwards: Afterwards
    task: str
    """The task to clear where it is another than the red one; empty otherwise."""
    patterns: tuple[str, ...]
    """Regular expressions by which messages of Exact are recognised."""


def all_help(language: Language) -> list[ReasonHelp]:
    """Return every code in the order of the files: records, the watch, stops, requirements."""
    codes = [*map(str, reasons.catalogue()), *map(str, reasons.stops()), *map(str, reasons.lacks())]
    found = [help_of(code, language) for code in codes]
    return sorted((each for each in found if each), key=lambda each: list(Kind).index(each.kind))


def help_of(code: str, language: Language) -> ReasonHelp | None:
    """Return what a page says of a code; None for one that this version does not know."""
    entry = reasons.entry_of(code)
    if entry is None:
        return None
    kind = _kind(code)
    return ReasonHelp(
        code=code,
        kind=kind,
        sentence=_parts(entry.sentence(language), language),
        sentence_of_exact=_parts(entry.sentence_of_exact(language), language),
        who=reasons.CURERS[language][entry.cure],
        where=entry.where(language),
        afterwards=_afterwards(code, kind, entry),
        task=entry.task,
        patterns=entry.patterns,
    )


def _kind(code: str) -> Kind:
    if code in set(reasons.stops()):
        return Kind.STOP
    if code in set(reasons.lacks()):
        return Kind.REQUIREMENT
    return Kind.WATCH if code in OF_THE_WATCH else Kind.RECORD


def _afterwards(code: str, kind: Kind, entry: CatalogueEntry) -> Afterwards:
    if kind == Kind.STOP:
        return Afterwards.NOTHING if code in WAITS else Afterwards.CLEAR
    if kind == Kind.REQUIREMENT:
        return Afterwards.CHECK_AGAIN
    if code in WARNINGS or code in reasons.ends_by_itself() or kind == Kind.WATCH:
        return Afterwards.NOTHING if entry.where_en.startswith(reasons.BY_ITSELF) else Afterwards.NEXT_NIGHT
    return Afterwards.AT_INTERVALS if code in CURE_IS_NOT_SEEN else Afterwards.NEXT_NIGHT


def _parts(sentence: str, language: Language) -> Parts:
    """Divide a sentence where its values stand, and name them."""
    parts: list[tuple[str, bool]] = []
    for text, name, _, _ in Formatter().parse(sentence):
        if text:
            parts.append((text, False))
        if name:
            parts.append((value_word(name, language), True))
    return tuple(parts)


def value_word(name: str, language: Language) -> str:
    """Return what a value of a sentence is called; KeyError for a Dutch one that has no word."""
    if language == "nl":
        return _dutch_words()[name]
    return name.removesuffix("_en").replace("_", " ")


@cache
def _dutch_words() -> Mapping[str, str]:
    return tomllib.loads(VALUE_WORDS_FILE.read_text(encoding="utf-8"))
