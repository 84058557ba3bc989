"""The list of a practice as it was read last, with what people confirmed laid over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from exact_online.api.client import ExactClient
from exact_online.ledger import EventKind, Ledger, Practice
from exact_online.ledger.requirements import Confirmation
from exact_online.requirements.checks import OF_LISTS, requirements_of
from exact_online.requirements.confirmed import titles_to_confirm, vat_return_to_confirm
from exact_online.requirements.facts import Facts, missing_scopes, read_facts
from exact_online.requirements.numbers import relations_alike
from exact_online.requirements.requirement import Item, Requirement
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.stops import Stop
from exact_online.transform.debtors import TITLES


@dataclass(frozen=True)
class Checked:
    """A list, and who read it when."""

    requirements: list[Requirement]
    checked_by: str | None
    """None: nobody yet, a night read what it could."""
    checked_at: dt.datetime | None
    refreshed_at: dt.datetime | None
    """When a night last read what the lists of the division say; None: not since."""

    @property
    def is_complete(self) -> bool:
        """False while a requirement was never read."""
        return {each.item for each in self.requirements} == {*Item}


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
    return Checked(_with_confirmations(found, said), kept.checked_by, kept.checked_at, kept.refreshed_at)


def to_confirm(ledger: Ledger, practice: Practice) -> list[Requirement]:
    """Return what a person can confirm of a division of which nothing was read yet (M9, M14)."""
    if practice.division is None:
        return []
    division = str(practice.division)
    found = [
        vat_return_to_confirm(division, practice.link_date, practice.link_date),
        titles_to_confirm(division, sorted({*TITLES.values()})),
    ]
    return _with_confirmations(found, ledger.requirements.confirmations(practice.code))


def refresh(
    ledger: Ledger, practice: Practice, settings: PracticeSettings, lists: ExactLists, day: dt.date
) -> None:
    """Bring the kept list up to date with lists that were just read, without a call to Exact.

    What they do not tell stays as it was read last: of other settings only what does not depend on
    them. A night does this before it stops, so that the page says what stopped it.
    """
    with ledger.transaction("refresh requirements"):
        kept = ledger.requirements.to_refresh(practice.code)
        before = {Item(each["item"]): each for each in kept.requirements} if kept else {}
        facts = Facts(
            day,
            practice.link_date,
            settings,
            rights={},
            missing_scopes=missing_scopes(ledger),
            lists=lists,
            professions=_professions(before.get(Item.REVENUE_ACCOUNTS)),
            has_night=True,
        )
        read = {each.item: each.as_document() for each in (check(facts) for check in OF_LISTS)}
        alike = relations_alike(ledger.matches.debtors(practice.code))
        now = {**before, **read, alike.item: alike.as_document()}
        ledger.requirements.refresh(
            practice.code, [now[item] for item in Item if item in now], settings.version
        )


def _professions(kept: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Those that James has and the settings had no accounts for when James was read."""
    found = kept["findings"] if kept else []
    return tuple(values["profession"] for reason, values in found if reason == Stop.REVENUE_ACCOUNTS_MISSING)


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


def confirm(ledger: Ledger, practice: Practice, item: Item, by: str) -> bool:
    """Keep that a person confirms an item as it stands; False when it is none to confirm."""
    checked = known(ledger, practice.code)
    listed = checked.requirements if checked else to_confirm(ledger, practice)
    found = [each for each in listed if each.item is item]
    if not (found and found[0].subject and found[0].is_open):
        return False
    kind = EventKind.IDENTITY_CONFIRMED if item is Item.IDENTITY else EventKind.REQUIREMENT_CONFIRMED
    with ledger.transaction("confirm requirement"):
        ledger.requirements.confirm(practice.code, item, found[0].subject, by)
        ledger.events.note(practice.code, by, kind, requirement=item)
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
