"""Is a debtor's card that changed still the same person's? Pure.

Compared is what stays with a person for life, as far as James gives it: the letters of the last
name, how somebody is called, and the sex. A date of birth and a BSN do not leave James (M3).
One of the three may change: by marriage, by a correction, at the registry. Two at once are another
person, to whom James gave the number (FR-F5); a person may say otherwise (act *same-person*).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from exact_online.ledger.relations import PURGED

PARTICLES = frozenset({"van", "von", "de", "den", "der", "het", "ten", "ter", "te", "la", "el", "al"})
"""Words of a last name that many people share, and that stand in front of it or in the middle."""
TYPING_ERROR = 0.85
"""Names whose letters agree so far are one name: *Jansen* and *Janssen*, not *Hansen*."""
SEXES = frozenset({"M", "V"})

Card = Mapping[str, Any]
"""A contact as it is sent to Exact."""


def is_other_person(before: Card, now: Card) -> bool:
    """Return whether two of last name, given name and sex are other ones.

    What one of the two cards lacks is not other. Of a card that was purged is known only which
    fields are other ones now, not how far: they count as other.
    """
    changed = (
        _is_other_last_name(before.get("LastName"), now.get("LastName")),
        _is_other_given_name(before, now),
        now.get("Gender") in SEXES and before.get("Gender") in SEXES - {now["Gender"]} | {PURGED},
    )
    return sum(changed) > 1


def _is_other_last_name(before: Any, now: Any) -> bool:
    """A maiden name beside or in the place of the partner's shares a word with what was there."""
    if before is PURGED:
        return bool(now)
    words, new_words = _words(before), _words(now)
    if not words or not new_words or set(words) & set(new_words):
        return False
    return not _is_alike("".join(words), "".join(new_words))


def _is_other_given_name(before: Card, now: Card) -> bool:
    """An extra or a missing initial, or a call name in the place of a name, is the same person."""
    given = {name: before[name] for name in ("FirstName", "Initials") if before.get(name)}
    if PURGED in given.values():
        return all(text is PURGED for text in given.values())
    first, then = _first_name(before), _first_name(now)
    initials, new_initials = _initials(before), _initials(now)
    if first and then:
        alike = _is_alike(first, then) or first.startswith(then) or then.startswith(first)
        return not (alike or (len(initials) > 1 and initials == new_initials))
    if not initials or not new_initials:
        return False
    return not (initials.startswith(new_initials) or new_initials.startswith(initials))


def _first_name(card: Card) -> str:
    """Return the letters of the first name; empty when initials stand in for it."""
    name = card.get("FirstName")
    return "" if name == card.get("Initials") else "".join(_words(name))


def _initials(card: Card) -> str:
    """Return the initials, or else the first letter of the first name."""
    return "".join(_words(card.get("Initials"))) or _first_name(card)[:1]


def _words(name: str | None) -> list[str]:
    """Return the words of a name in small letters without accents; particles left out."""
    plain = unicodedata.normalize("NFKD", name or "").casefold().replace("ij", "y")
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"[^\W\d_]+", letters)
    return [word for word in words if word not in PARTICLES] or words


def _is_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= TYPING_ERROR
