"""All that the checks judge, read in at most `MAX_CALLS` calls to Exact, and from James."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from exact_online.api import odata, set_up
from exact_online.api.client import ExactClient
from exact_online.api.identity import Right, rights
from exact_online.api.lists import fetch_lists, keep_lists, load_lists
from exact_online.api.relations import fetch_relations
from exact_online.extract.practice import (
    james_cards,
    james_identity,
    james_invoice_numbers,
    james_practice,
    james_professions,
)
from exact_online.failures import AccessDenied, NotReady
from exact_online.ledger import Ledger, Practice
from exact_online.requirements.alike import note_matches
from exact_online.requirements.requirement import Item, name_subject
from exact_online.settings import ExactLists, PracticeSettings
from exact_online.stops import Stop
from exact_online.transform.debtors import TITLES

MAX_CALLS = 15
"""That Exact counts, for a division of up to `MAX_NEW_RELATIONS`; one that has more takes several
checks, each going on where the last one ended."""
MAX_NEW_RELATIONS = 3_000


@dataclass(frozen=True)
class Registered:
    """What a practice or a division is called and registered as; None where it does not say."""

    name: str
    chamber_of_commerce: str | None = None
    vat_number: str | None = None
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """A practice in James, its settings, and its division in Exact, at one moment."""

    day: dt.date
    """The day of the check, Europe/Amsterdam."""
    link_date: dt.date
    """From this day on invoices are booked."""
    settings: PracticeSettings
    rights: Mapping[Right, bool | None]
    missing_scopes: frozenset[str]
    lists: ExactLists = field(default_factory=lambda: ExactLists({}, {}, {}, {}, ()))
    in_exact: Registered = field(default_factory=lambda: Registered(""))
    chosen_name: str = ""
    """What it was called when it was chosen, or when a person said that it is the same division."""
    confirmed_names: frozenset[str] = frozenset()
    """Of which a person said so."""
    in_james: Registered = field(default_factory=lambda: Registered(""))
    professions: tuple[str, ...] = ()
    """Codes of those that James has."""
    titles: frozenset[str] = frozenset()
    """Those of which a contact in the division is proof."""
    debtor_numbers: frozenset[int] = frozenset()
    """Of James' debtors, those that are digits only."""
    first_debtor_number: int = 1
    """Where the numbers of new debtors start in James (M16)."""
    foreign_numbers: frozenset[int] = frozenset()
    """Of relations in the division that are no debtors of ours."""
    alike: frozenset[int] = frozenset()
    """Numbers of debtors that a relation looks like and waits for a person's word about (M16)."""
    entry_numbers: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Journal -> entry numbers there that James has given too."""
    has_night: bool = False
    """True once a night was run: then each entry number is looked at before it is sent."""

    @property
    def division_code(self) -> str:
        """The number of the division in addresses, as a text."""
        return str(self.settings.division)


def read_facts(
    ledger: Ledger, client: ExactClient, james: psycopg.Connection[Any], practice: Practice, day: dt.date
) -> Facts:
    """Read all facts anew; the lists and the relations are kept as a night keeps them.

    A user who may not book, or an app without a scope, ends it early: the facts have rights and
    scopes alone then. Raises NotReady without settings or link, LockLost while a night writes, and
    what calls to Exact and James raise.
    """
    settings = ledger.practices.settings(practice)
    may = rights(client)
    begun = Facts(day, practice.link_date, settings, may, frozenset())
    try:
        return begun if False in may.values() else _all(ledger, client, james, practice, begun)
    except (AccessDenied, NotReady):
        if not (scopes := missing_scopes(ledger)):
            raise
        return replace(begun, missing_scopes=scopes)


def confirmed_names(ledger: Ledger, practice: Practice) -> frozenset[str]:
    """Return the names with which a person said that the division is the same."""
    before = name_subject(practice.division or 0, "")
    said = ledger.requirements.confirmations(practice.code)
    return frozenset(
        each.subject.removeprefix(before)
        for each in said
        if each.requirement == Item.DIVISION_NAME and each.subject.startswith(before)
    )


def missing_scopes(ledger: Ledger) -> frozenset[str]:
    """Return the scopes that Exact denied our app, as the ledger has them."""
    return frozenset(each.scope for each in ledger.tokens.open_scopes())


def _all(
    ledger: Ledger, client: ExactClient, james: psycopg.Connection[Any], practice: Practice, known: Facts
) -> Facts:
    day, code = known.day, practice.james_practice_code
    first_day = min(practice.first_sync_date, day)
    document = fetch_lists(client, first_day)
    found = set_up.registered(client)
    if found is None:
        raise NotReady(Stop.DIVISION_NOT_GRANTED, division=practice.division, name=practice.division_name)
    in_james, cards = james_identity(james, code), james_cards(james, code)
    with ledger.holding(practice.code):
        keep_lists(ledger.mirrors, practice.code, document, first_day)
        cursors = ledger.mirrors.relation_cursors(practice.code)
        ledger.mirrors.save_relations(practice.code, fetch_relations(client, cursors, most=MAX_NEW_RELATIONS))
        note_matches(ledger, practice.code, known.settings, lambda: cards)
    state = ledger.activation.state(practice.code)
    has_night = state is not None and state.had_night
    given = james_invoice_numbers(james, code, practice.first_sync_date)
    years = (practice.first_sync_date.year, day.year)
    taken = {} if has_night or given is None else set_up.entry_numbers(
        client, known.settings.journals, years, given
    )  # fmt: skip
    start = james_practice(james, code)
    return replace(
        known,
        missing_scopes=missing_scopes(ledger),
        lists=load_lists(ledger.mirrors, practice.code),
        in_exact=Registered(found.name, found.chamber_of_commerce, found.vat_number, _ibans(document)),
        chosen_name=practice.division_name or "",
        confirmed_names=confirmed_names(ledger, practice),
        in_james=Registered(
            in_james.name, in_james.chamber_of_commerce, in_james.vat_number, (in_james.iban or "",)
        ),
        professions=tuple(each.code for each in james_professions(james, code)),
        titles=set_up.proven_titles(client, sorted(set(TITLES.values()))),
        debtor_numbers=_numbers(card["debtor_number"] for card in cards),
        first_debtor_number=start.first_debtor_number if start else 1,
        foreign_numbers=_numbers(ledger.relations.foreign_codes(practice.code)),
        alike=_numbers(ledger.matches.debtors(practice.code)),
        entry_numbers=taken,
        has_night=has_night,
    )


def _ibans(document: Mapping[str, list[odata.Row]]) -> tuple[str, ...]:
    """Of the bank journals: where the money of the division comes in."""
    return tuple(row["BankAccountIBAN"] for row in document["journals"] if row.get("BankAccountIBAN"))


def _numbers(codes: Iterable[str]) -> frozenset[int]:
    """Those that are digits only: others clash with no number that James gives."""
    return frozenset(int(code) for code in codes if re.fullmatch(r"\s*[0-9]+\s*", code or ""))
