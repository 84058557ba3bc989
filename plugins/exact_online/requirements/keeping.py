"""The list of a practice as it was read last, with what people confirmed laid over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.api.client import ExactClient
from exact_online.ledger import EventKind, Ledger, Practice
from exact_online.ledger.requirements import Confirmation
from exact_online.requirements.checks import requirements_of
from exact_online.requirements.facts import read_facts
from exact_online.requirements.numbers import relations_alike
from exact_online.requirements.requirement import Item, Requirement


@dataclass(frozen=True)
class Checked:
    """A list, and who read it when."""

    requirements: list[Requirement]
    checked_by: str
    checked_at: dt.datetime


def known(ledger: Ledger, practice: str) -> Checked | None:
    """Return the list as read last, without a call; None when never, or when it was of other
    settings or another division.

    What people say of relations (M16) and confirm counts at once.
    """
    kept = ledger.requirements.read(practice)
    if kept is None:
        return None
    alike = relations_alike(ledger.matches.debtors(practice))
    found = [
        alike if each["item"] == alike.item else Requirement.from_document(each) for each in kept.requirements
    ]
    said = ledger.requirements.confirmations(practice)
    return Checked(_with_confirmations(found, said), kept.checked_by, kept.checked_at)


def check_now(
    ledger: Ledger,
    client: ExactClient,
    james: psycopg.Connection[Any],
    practice: Practice,
    day: dt.date,
    by: str,
) -> list[Requirement]:
    """Read all facts anew, keep the list, and return it. Raises as `read_facts`."""
    facts = read_facts(ledger, client, james, practice, day)
    found = requirements_of(facts)
    ledger.requirements.save(
        practice.code, [each.as_document() for each in found], facts.settings.version, by
    )
    return _with_confirmations(found, ledger.requirements.confirmations(practice.code))


def confirm(ledger: Ledger, practice: str, item: Item, by: str) -> bool:
    """Keep that a person confirms an item as it stands; False when it is none to confirm."""
    checked = known(ledger, practice)
    found = [each for each in checked.requirements if each.item is item] if checked else []
    if not (found and found[0].subject and found[0].is_open):
        return False
    kind = EventKind.IDENTITY_CONFIRMED if item is Item.IDENTITY else EventKind.REQUIREMENT_CONFIRMED
    with ledger.transaction("confirm requirement"):
        ledger.requirements.confirm(practice, item, found[0].subject, by)
        ledger.events.note(practice, by, kind, requirement=item)
    return True


def _with_confirmations(found: Sequence[Requirement], said: Sequence[Confirmation]) -> list[Requirement]:
    """A confirmation holds for exactly what was confirmed."""
    latest = {(each.requirement, each.subject): each for each in said}
    return [
        requirement.confirmed(its.confirmed_by, its.confirmed_at)
        if requirement.subject and (its := latest.get((requirement.item, requirement.subject)))
        else requirement
        for requirement in found
    ]
