"""A requirement of a practice as a value: its state, what was found, who does what about it, where.

The words of each item are in requirements.toml, the sentences of what was found in the catalogues
of reasons, stops and lacks.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from exact_online.readiness import Problem
from exact_online.reasons import CURERS, Language, entry_of, explain

FILE = Path(__file__).with_name("requirements.toml")


class Item(StrEnum):
    """What is required; requirements.toml has the same codes, in the order of the page."""

    USER_RIGHTS = "user_rights"
    APP_SCOPES = "app_scopes"
    DIVISION_NAME = "division_name"
    IDENTITY = "identity"
    SALES_JOURNAL = "sales_journal"
    GENERAL_JOURNAL = "general_journal"
    ENTRY_NUMBERS = "entry_numbers"
    VAT_RETURN = "vat_return"
    VAT_CODES = "vat_codes"
    RECEIVABLES = "receivables"
    SUSPENSE_ACCOUNTS = "suspense_accounts"
    REVENUE_ACCOUNTS = "revenue_accounts"
    PAYMENT_CONDITIONS = "payment_conditions"
    PAYMENT_DAYS = "payment_days"
    TITLES = "titles"
    NUMBER_RANGE = "number_range"
    KNOWN_RELATIONS = "known_relations"
    PERIODS = "periods"
    NEXT_YEAR = "next_year"


class State(StrEnum):
    """How a requirement stands."""

    MET = "met"
    CONFIRMED = "confirmed"
    """By a person, where Exact gives no way to read it."""
    NOT_APPLICABLE = "not_applicable"
    DUE_NOW = "due_now"
    DUE_BEFORE = "due_before"
    """Before the day `Requirement.due`."""
    BLOCKS = "blocks"
    """Nothing can be booked: the nights are not switched on."""


OPEN = frozenset({State.DUE_NOW, State.DUE_BEFORE, State.BLOCKS})


@dataclass(frozen=True)
class Words:
    """One table of requirements.toml."""

    group: str
    title_nl: str
    title_en: str
    who: str
    where_nl: str
    where_en: str
    cure_nl: str
    cure_en: str


@cache
def words() -> Mapping[Item, Words]:
    """Return the words of all items. Raise ValueError when the file and `Item` differ."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    if list(tables) != list(Item):
        raise ValueError(f"{FILE.name} and Item differ in: {', '.join(sorted(set(tables) ^ set(Item)))}")
    return {Item(code): Words(**table) for code, table in tables.items()}


@dataclass(frozen=True)
class Requirement:
    """One item of the list of a practice."""

    item: Item
    state: State
    findings: tuple[Problem, ...] = ()
    """What is wrong, the first being the first to cure; or, when it is met, what was found."""
    due: dt.date | None = None
    """The last day, of `State.DUE_BEFORE`."""
    subject: str | None = None
    """What a person would confirm: a confirmation holds for exactly this. None: none helps."""
    confirmed_by: str | None = None
    confirmed_at: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """True while somebody must do something."""
        return self.state in OPEN

    @property
    def group(self) -> str:
        """Under which heading it stands."""
        return words()[self.item].group

    def title(self, language: Language = "nl") -> str:
        """Return what is required, in a few words."""
        own = words()[self.item]
        return own.title_nl if language == "nl" else own.title_en

    def sentences(self, language: Language = "nl") -> list[str]:
        """Return what was found, a sentence each: the same that a night stops with."""
        return [explain(each.reason, each.values, language) for each in self.findings]

    def cure(self, language: Language = "nl") -> str:
        """Return what to do, in the words of Exact's own screens."""
        own = words()[self.item]
        return own.cure_nl if language == "nl" else own.cure_en

    @property
    def curer(self) -> str:
        """``practice``, ``accountant`` or ``support``: of what was found first, if that says so."""
        entry = entry_of(self.findings[0].reason) if self.findings else None
        return entry.cure if entry else words()[self.item].who

    def who(self, language: Language = "nl") -> str:
        """Return who does it, in words."""
        return CURERS[language][self.curer]

    def where(self, language: Language = "nl") -> str:
        """Return where it is done: of what was found first, where that says so."""
        entry = entry_of(self.findings[0].reason) if self.findings else None
        own = words()[self.item]
        return entry.where(language) if entry else own.where_nl if language == "nl" else own.where_en

    def as_document(self) -> dict[str, Any]:
        """Return it as the ledger stores it; a confirmation is stored by itself."""
        return {
            "item": self.item,
            "state": self.state,
            "findings": [[each.reason, dict(each.values)] for each in self.findings],
            "due": self.due.isoformat() if self.due else None,
            "subject": self.subject,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Requirement:
        """Return what `as_document` gave, also when this version no longer knows a finding."""
        due = document["due"]
        return cls(
            Item(document["item"]),
            State(document["state"]),
            tuple(Problem(reason, values) for reason, values in document["findings"]),
            dt.date.fromisoformat(due) if due else None,
            document["subject"],
        )

    def confirmed(self, by: str, at: dt.datetime) -> Requirement:
        """Return it as a person confirmed it."""
        return replace(self, state=State.CONFIRMED, confirmed_by=by, confirmed_at=at)


def name_subject(division: int, name: str) -> str:
    """Return what a person confirms who says that a division with this name is the same."""
    return f"{division} {name}"
