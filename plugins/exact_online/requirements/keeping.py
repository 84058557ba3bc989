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
from exact_online.requirements.access import name_requirement
from exact_online.requirements.checks import OF_LISTS, requirements_of
from exact_online.requirements.confirmed import titles_to_confirm, vat_return_to_confirm
from exact_online.requirements.facts import Facts, confirmed_names, missing_scopes, read_facts
from exact_online.requirements.from_lists import revenue_accounts
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


def judge_name(ledger: Ledger, practice: Practice, found: str, settings_version: int) -> Requirement:
    """Judge what the division is called in Exact now, and keep that in the list: a night stops with
    what the page shows. A dry run keeps nothing.
    """
    names = practice.division_name or "", confirmed_names(ledger, practice)
    judged = name_requirement(practice.division or 0, found, *names)
    if not ledger.is_dry_run:
        with ledger.transaction("judge the name of the division"):
            _keep_one(ledger, practice.code, judged, settings_version)
    return judged


def see_professions(
    ledger: Ledger, practice: Practice, settings: PracticeSettings, lists: ExactLists, codes: Sequence[str]
) -> None:
    """Add professions of invoices to those whose revenue accounts the kept list asks for: a night
    reads James after the lists (M8).
    """
    with ledger.transaction("see professions"):
        kept = ledger.requirements.to_refresh(practice.code)
        before = {Item(each["item"]): each for each in kept.requirements} if kept else {}
        all_codes = {*codes, *_professions(before.get(Item.REVENUE_ACCOUNTS))}
        judged = revenue_accounts(
            Facts(
                practice.link_date,
                practice.link_date,
                settings,
                rights={},
                missing_scopes=frozenset(),
                lists=lists,
                professions=tuple(sorted(all_codes)),
            )
        )
        _keep_one(ledger, practice.code, judged, settings.version)


def _keep_one(ledger: Ledger, practice: str, judged: Requirement, settings_version: int) -> None:
    """Keep one item of the list; of other settings only what does not depend on them stays."""
    kept = ledger.requirements.to_refresh(practice)
    before = {Item(each["item"]): each for each in kept.requirements} if kept else {}
    is_current = kept is not None and kept.settings_version == settings_version
    if is_current and before.get(judged.item) == judged.as_document():
        return
    if not is_current:
        before = {item: each for item, each in before.items() if item in WITHOUT_SETTINGS}
    now = {**before, judged.item: judged.as_document()}
    ledger.requirements.keep(practice, [now[item] for item in Item if item in now], settings_version)


WITHOUT_SETTINGS = frozenset(
    {
        Item.USER_RIGHTS, Item.APP_SCOPES, Item.DIVISION_NAME, Item.IDENTITY, Item.TITLES, Item.NUMBER_RANGE,
        Item.KNOWN_RELATIONS,
    }
)  # fmt: skip
"""What stays true under other settings."""


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
    is_identity = item in (Item.IDENTITY, Item.DIVISION_NAME)
    kind = EventKind.IDENTITY_CONFIRMED if is_identity else EventKind.REQUIREMENT_CONFIRMED
    names: dict[str, object] = {}
    with ledger.transaction("confirm requirement"):
        ledger.requirements.confirm(practice.code, item, found[0].subject, by)
        if item is Item.DIVISION_NAME:
            values = found[0].findings[0].values
            names = {"before": values["name"], "name": values["found"]}
            ledger.practices.rename_division(practice.code, str(values["found"]))
        ledger.events.note(practice.code, by, kind, requirement=item, **names)
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
