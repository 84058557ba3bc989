"""Which relations in Exact look like a debtor of James: relations from previous software (M16).

Names are compared without accents, titles and prefixes, initials without dots and order, postcodes
without blanks. What looks alike is only listed: a person says whether it is the same. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from text_unidecode import unidecode

from exact_online.vocabulary import DebtorKind, MatchKind

PREFIXES = frozenset(
    re.split(
        " ",
        "aan af bij d da de del den der des di dos du el en het in l la le op over s t te ten ter uit v van "
        "vd von voor zu zum zur",
    )
)
TITLES = frozenset(re.split(" ", "dhr heer mevr mevrouw mej mw dr drs ing ir mr prof fam familie jr sr"))
LEGAL_FORMS = frozenset({"bv", "nv", "vof", "cv", "stichting", "vereniging", "cooperatie", "ua"})
NEAR = 0.8
"""Names with so large a part of their letters in common are near: Jansen and Janssen have 0.92."""
LONGEST_INITIALS = 4
"""AB and ABCD in capitals are initials where the rest of a name is not in capitals."""


@dataclass(frozen=True)
class Match:
    """A debtor and a relation that look alike."""

    debtor_number: str
    exact_id: str
    kind: MatchKind


@dataclass(frozen=True)
class NameParts:
    """A name without its accents, titles and order."""

    words: frozenset[str]
    """Small letters; no prefixes."""
    joined: str
    """All words in their order, prefixes too: Vandenberg is Van den Berg."""
    initials: str
    """Sorted capitals."""


def find_matches(
    debtors: Iterable[Mapping[str, Any]],
    relations: Iterable[Any],
    plain_code: Callable[[str], str],
) -> list[Match]:
    """Return the relations that look like each debtor, by debtor and relation.

    `debtors` have debtor_number, debtor_kind, name, initials, first_name, prefix, last_name and
    postcode, as clean texts; `relations` have exact_id, code, name and postcode, and are customers
    that are not ours. Under another number only those at the same postcode are compared.
    """
    by_code, by_postcode = defaultdict(list), defaultdict(list)
    for relation in relations:
        by_code[plain_code(relation.code)].append(relation)
        if postcode := plain_postcode(relation.postcode):
            by_postcode[postcode].append(relation)
    found: list[Match] = []
    for debtor in debtors:
        number = plain_code(debtor["debtor_number"])
        same_number = by_code.get(number, [])
        neighbours = by_postcode.get(plain_postcode(debtor["postcode"]), [])
        others = [relation for relation in neighbours if plain_code(relation.code) != number]
        found += _matches_of(debtor, same_number, others)
    return sorted(found, key=lambda match: (match.debtor_number, match.exact_id))


def plain_postcode(text: str | None) -> str:
    """Return a postcode without blanks, in capitals."""
    return "".join((text or "").split()).upper()


def name_parts(name: str, first_name: str = "") -> NameParts:
    """Return the parts of a name as it is written: *Vries, A.B. de* or *Mevr. A.B. de Vries*.

    A word that is a first name of the debtor counts as its initial.
    """
    text = unidecode(name).replace("'", " ")
    in_capitals = text.isupper()
    given = {word for word in re.findall("[a-z]+", unidecode(first_name).lower()) if len(word) > 1}
    words, initials = [], ""
    for token in re.findall(r"[A-Za-z0-9.]+", text):
        letters = token.replace(".", "")
        low = letters.lower()
        if low in TITLES or not letters:
            continue
        if low in given:
            initials += letters[0]
        elif _are_initials(token, letters, in_capitals) and low not in PREFIXES:
            initials += "".join(part[0] for part in token.split(".") if part) if "." in token else letters
        else:
            words.append(low)
    kept = [word for word in words if word not in PREFIXES]
    return NameParts(frozenset(kept), "".join(words), "".join(sorted(initials.upper())))


def _are_initials(token: str, letters: str, in_capitals: bool) -> bool:
    if not letters.isalpha():
        return False
    if "." in token.rstrip("."):
        return True
    short = len(letters) == 1 or (token.endswith(".") and len(letters) < LONGEST_INITIALS)
    return short or (not in_capitals and letters.isupper() and len(letters) <= LONGEST_INITIALS)


def _matches_of(debtor: Mapping[str, Any], same_number: list[Any], others: list[Any]) -> Iterator[Match]:
    postcode = plain_postcode(debtor["postcode"])
    for relation in same_number:
        same, near = _compare(debtor, relation.name)
        if same and plain_postcode(relation.postcode) == postcode:
            yield Match(debtor["debtor_number"], relation.exact_id, MatchKind.SAME_NUMBER_SAME_NAME)
        elif same or near:
            yield Match(debtor["debtor_number"], relation.exact_id, MatchKind.SAME_NUMBER_NEAR_NAME)
    for relation in others:
        same, near = _compare(debtor, relation.name)
        if same:
            yield Match(debtor["debtor_number"], relation.exact_id, MatchKind.OTHER_NUMBER_SAME_NAME)
        elif near:
            yield Match(debtor["debtor_number"], relation.exact_id, MatchKind.OTHER_NUMBER_NEAR_NAME)


def _compare(debtor: Mapping[str, Any], name: str) -> tuple[bool, bool]:
    """Whether a name is the debtor's, and whether it is near it."""
    if debtor["debtor_kind"] != DebtorKind.PATIENT or not debtor["last_name"]:
        return _compare_organisations(debtor["name"], name)
    theirs = name_parts(name, debtor["first_name"])
    ours = name_parts(f"{debtor['prefix'].lower()} {debtor['last_name']}")
    initials = name_parts(debtor["initials"] or debtor["first_name"][:1].upper()).initials
    same_last = ours.words == theirs.words or ours.joined == theirs.joined
    alike = _fit(initials, theirs.initials)
    same = same_last and bool(initials) and initials == theirs.initials
    return same, alike and (same_last or _are_near(ours, theirs))


def _compare_organisations(ours: str, theirs: str) -> tuple[bool, bool]:
    """Names of organisations, legal forms aside."""
    kept = [
        "".join(word for word in re.findall("[a-z0-9]+", _plain(name)) if word not in LEGAL_FORMS)
        for name in (ours, theirs)
    ]
    same = bool(kept[0]) and kept[0] == kept[1]
    digits = [re.sub("[^0-9]", "", name) for name in kept]
    is_near = bool(kept[0] and kept[1]) and SequenceMatcher(None, kept[0], kept[1]).ratio() >= NEAR
    return same, is_near and digits[0] == digits[1]


def _plain(name: str) -> str:
    return str(unidecode(name)).lower().replace(".", "")


def _are_near(ours: NameParts, theirs: NameParts) -> bool:
    """A double name that has the other in it, or a name that differs by a letter or so; digits in a
    name differ or don't.
    """
    numbered = [sorted(word for word in parts.words if not word.isalpha()) for parts in (ours, theirs)]
    if numbered[0] != numbered[1]:
        return False
    if ours.words and theirs.words and (ours.words <= theirs.words or theirs.words <= ours.words):
        return True
    left, right = ("".join(sorted(parts.words)) for parts in (ours, theirs))
    return SequenceMatcher(None, left, right).ratio() >= NEAR


def _fit(ours: str, theirs: str) -> bool:
    """Whether two people's initials may be those of one: equal, fewer of them, or none."""
    fewer, more = sorted((set(ours), set(theirs)), key=len)
    return fewer <= more
