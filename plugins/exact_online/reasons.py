"""The catalogue of reasons (reasons.toml, stops.toml), in Dutch and English.

A reason says why a record was rejected, is held or needs attention, or what the watch warns of.
The ledger stores its code and the values of the record; `explain` makes a sentence of them.
A `Stop` (stops.py) says why a task stopped, a `Lack` (lacks.py) what was found of a requirement;
they have the same sentences and cures.
``python -m exact_online.reasons`` prints docs/reasons.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

from exact_online.dutch import dutch_text
from exact_online.lacks import Lack
from exact_online.reason_codes import Reason
from exact_online.stops import Stop
from exact_online.vocabulary import BookingKind

Language = Literal["nl", "en"]

REASONS_FILE = Path(__file__).with_name("reasons.toml")
STOPS_FILE = Path(__file__).with_name("stops.toml")
LACKS_FILE = Path(__file__).with_name("lacks.toml")
UNKNOWN: Mapping[Language, str] = {"nl": "onbekend", "en": "unknown"}
CURERS: Mapping[Language, Mapping[str, str]] = {
    "nl": {"practice": "praktijk", "accountant": "accountant", "support": "James Support"},
    "en": {"practice": "practice", "accountant": "accountant", "support": "James Support"},
}


PLANNED_FROM = ("James", "workbook", "include/", "the link", "Exact: master data, VAT codes")
"""Begin of the places in `CatalogueEntry.where_en` whose content goes into a plan."""

BY_ITSELF = "by itself"
"""Begin of the same places where nobody has to do anything."""


@dataclass(frozen=True)
class CatalogueEntry:
    """One reason of reasons.toml."""

    cure: str
    """Who can cure it: practice, accountant or support."""
    where_nl: str
    where_en: str
    dutch: str
    english: str
    dutch_of_exact: str = ""
    """The sentence when Exact rejected the record.

    Its values are those that the loader has: number, debtor, journal and year of the booking.
    """
    english_of_exact: str = ""
    patterns: tuple[str, ...] = ()
    """Regular expressions that recognise the reason in a message of Exact."""
    task: str = ""
    """The task to clear, where it is another than the red one."""
    shared: str = ""
    """What of all practices it is: ``exact``, ``app`` or ``james``; empty when of one practice."""

    def sentence(self, language: Language) -> str:
        return self.dutch if language == "nl" else self.english

    def sentence_of_exact(self, language: Language) -> str:
        return self.dutch_of_exact if language == "nl" else self.english_of_exact

    def where(self, language: Language) -> str:
        return self.where_nl if language == "nl" else self.where_en


class _Values(dict[str, object]):
    """Values for `str.format_map`, which shows *unknown* for a value that is missing."""

    def __init__(self, values: Mapping[str, object], unknown: str) -> None:
        super().__init__({name: value for name, value in values.items() if value not in (None, "")})
        self.unknown = unknown

    def __missing__(self, name: str) -> str:
        return self.unknown


@cache
def catalogue() -> Mapping[Reason, CatalogueEntry]:
    """Return all reasons in the order of reasons.toml.

    Raise ValueError when reasons.toml and `Reason` have different codes.
    """
    return {Reason(code): entry for code, entry in _entries(REASONS_FILE, Reason)}


@cache
def stops() -> Mapping[Stop, CatalogueEntry]:
    """Return all stops in the order of stops.toml. Raise ValueError as `catalogue`."""
    return {Stop(code): entry for code, entry in _entries(STOPS_FILE, Stop)}


@cache
def lacks() -> Mapping[Lack, CatalogueEntry]:
    """Return all lacks in the order of lacks.toml. Raise ValueError as `catalogue`."""
    return {Lack(code): entry for code, entry in _entries(LACKS_FILE, Lack)}


def _entries(file: Path, codes: type[StrEnum]) -> Iterable[tuple[str, CatalogueEntry]]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    if differing := sorted(set(tables) ^ set(codes)):
        raise ValueError(f"{file.name} and {codes.__name__} differ in: {', '.join(differing)}")
    for code, table in tables.items():
        yield code, CatalogueEntry(**{**table, "patterns": tuple(table.get("patterns", ()))})


@cache
def entry_of(code: str) -> CatalogueEntry | None:
    """Return the entry of a reason or a stop; None for a code that this version does not know."""
    if code in set(Stop):
        return stops()[Stop(code)]
    if code in set(Lack):
        return lacks()[Lack(code)]
    return catalogue()[Reason(code)] if code in set(Reason) else None


@cache
def placeholders(code: str) -> tuple[str, ...]:
    """Return the names of the values in the sentences of a reason or a stop, sorted."""
    entry = entry_of(code)
    return tuple(sorted(_names(entry.dutch) | _names(entry.english))) if entry else ()


def _names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def explain(reason: str, values: Mapping[str, object], language: Language = "nl") -> str:
    """Return the sentence of a reason or a stop, with the values of the record.

    It never raises: a value that is missing becomes *onbekend* or *unknown*, and a code that this
    version does not know is shown as it is, with its values.
    """
    entry, known = entry_of(reason), _Values(values, UNKNOWN[language])
    if entry is None:
        return f"{reason}: {', '.join(f'{name} {value}' for name, value in values.items())}"
    sentence = entry.sentence(language)
    if not _names(sentence) <= known.keys():
        sentence = entry.sentence_of_exact(language) or sentence
    filled = sentence.format_map(_as_dutch(known) if language == "nl" else known)
    return filled[:1].upper() + filled[1:]


def _as_dutch(known: _Values) -> _Values:
    """The values as Dutch readers write them: 23-11-2026 and 1.234,56."""
    return _Values({name: dutch_text(str(value)) for name, value in known.items()}, known.unknown)


def record_values(kind: str, number: str) -> dict[str, str]:
    """Return the name of a record in both languages: *factuur 2026001*, *debtor 1001*.

    `kind` is one of `BookingKind`, or ``cell`` for what differs and belongs to no record.
    """
    names = {BookingKind.DEBTOR: ("debiteur", "debtor"), "cell": ("omzet", "revenue")}
    dutch, english = names.get(kind, ("factuur", "invoice"))
    return {"record_nl": f"{dutch} {number}", "record_en": f"{english} {number}"}


def cure(reason: str, language: Language = "nl") -> str:
    """Return who can cure it and where, in a few words."""
    entry = entry_of(reason) or catalogue()[Reason.REJECTED_OTHER]
    return f"{CURERS[language][entry.cure]}: {entry.where(language)}"


def curer(reason: str) -> str:
    """Return who can cure it: practice, accountant or support."""
    return (entry_of(reason) or catalogue()[Reason.REJECTED_OTHER]).cure


@cache
def cured_by(who: str) -> frozenset[str]:
    """Return the codes of the reasons and stops that `who` can cure (`CatalogueEntry.cure`)."""
    entries = [*catalogue().items(), *stops().items()]
    return frozenset(str(code) for code, entry in entries if entry.cure == who)


@cache
def ends_by_itself() -> frozenset[str]:
    """Return the codes of the reasons for which nobody has to do anything."""
    return frozenset(str(code) for code, entry in catalogue().items() if entry.where_en.startswith(BY_ITSELF))


def shared_by_all(code: str) -> str:
    """Return what of all practices it is (`CatalogueEntry.shared`); empty when of one."""
    entry = entry_of(code)
    return entry.shared if entry else ""


def problem_text(code: str, values: Mapping[str, object]) -> str:
    """Return a reason or a stop with its cure, in Dutch; a text that is no code as it is."""
    return code if entry_of(code) is None else f"{explain(code, values)} ({cure(code)})"


def is_cured_before_planning(reason: str) -> bool:
    """Return whether its cure changes what is sent, so that the plan must be made anew.

    True for what is cured in James, in the settings, in the link itself, and in VAT codes, whose
    kind decides between net and gross.
    """
    entry = entry_of(reason)
    return entry is not None and entry.where_en.startswith(PLANNED_FROM)


if __name__ == "__main__":
    from exact_online.reasons_page import reasons_page

    print(reasons_page(), end="")
