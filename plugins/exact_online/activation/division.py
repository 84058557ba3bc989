"""The choice of a practice's division, among those that the consent covers (M6), and the rights
that its Exact user has there (M7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from exact_online.api.client import ExactClient
from exact_online.api.identity import rights
from exact_online.failures import NotReady
from exact_online.ledger import EventKind, Ledger, Practice

MakeClient = Callable[[Practice, Ledger], ExactClient]


@dataclass(frozen=True)
class OfferedDivision:
    """A division of the consent, as the list shows it."""

    code: int
    name: str
    screen_number: str | None
    licence: str | None
    taken_by: str | None
    """The practice that it serves already; None when it is free."""


class Choice(StrEnum):
    """What came of a choice."""

    LINKED = "linked"
    NO_CONSENT = "no_consent"
    NOT_COVERED = "not_covered"
    """The consent does not cover it, or covers it no more."""
    TAKEN = "taken"
    OTHER_BOOKS = "other_books"
    """The practice's bookings are in another division."""
    VIEW_ONLY = "view_only"
    """The Exact user may not do all that booking needs (M7)."""


def offered(ledger: Ledger, practice: str) -> list[OfferedDivision]:
    """Return the divisions that the latest consent covers, by name; empty without a consent."""
    given = ledger.activation.given(practice)
    if given is None:
        return []
    taken = ledger.activation.taken(practice, [each["code"] for each in given.divisions])
    found = [OfferedDivision(**each, taken_by=taken.get(each["code"])) for each in given.divisions]
    return sorted(found, key=lambda each: (each.name.casefold(), each.code))


def choose(ledger: Ledger, make_client: MakeClient, practice: Practice, division: int, who: str) -> Choice:
    """Link a practice with a division of its consent, and return what came of it.

    The rights of the user are asked of Exact first. Who links again keeps his division.
    """
    given = ledger.activation.given(practice.code)
    if given is None:
        return Choice.NO_CONSENT
    if practice.division not in (None, division):
        return Choice.OTHER_BOOKS
    chosen = next((each for each in offered(ledger, practice.code) if each.code == division), None)
    if chosen is None:
        return Choice.NOT_COVERED
    if chosen.taken_by is not None:
        return Choice.TAKEN
    client = make_client(replace(practice, chain_id=given.chain_id, division=division), ledger)
    if False in rights(client).values():
        return Choice.VIEW_ONLY
    return _linked(ledger, practice, given.chain_id, chosen, who)


def link_again(ledger: Ledger, make_client: MakeClient, practice: Practice, who: str) -> Choice | None:
    """Link a practice that has a division with its new consent; None when it has none yet."""
    if practice.division is None:
        return None
    return choose(ledger, make_client, practice, practice.division, who)


def _linked(ledger: Ledger, practice: Practice, chain_id: str, chosen: OfferedDivision, who: str) -> Choice:
    try:
        with ledger.transaction("choose division"):
            name = practice.division_name or chosen.name
            ledger.practices.link(practice.code, chain_id, chosen.code, name)
            ledger.events.note(practice.code, who, EventKind.DIVISION_CHOSEN, division=chosen.code)
    except NotReady:  # another practice was first, this very moment
        return Choice.TAKEN
    return Choice.LINKED
