"""The lists of requirements as they were read last, and what people confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session


@dataclass(frozen=True)
class KeptRequirements:
    """A list of the division that the practice has now."""

    requirements: list[dict[str, Any]]
    settings_version: int
    checked_by: str | None
    """Who had all of it read; None: nobody yet, a night read what it could."""
    checked_at: dt.datetime | None
    refreshed_at: dt.datetime | None
    """When a night last brought it up to date; None: not since it was checked."""


@dataclass(frozen=True)
class Confirmation:
    """A person's word about one requirement."""

    requirement: str
    subject: str
    """What exactly it is about: of another subject it says nothing."""
    confirmed_by: str
    confirmed_at: dt.datetime


class Requirements:
    """Reads and writes both."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, practice: str) -> KeptRequirements | None:
        """Return the list as read last; None when never, or of other settings or division."""
        return self._session.record(KeptRequirements, "read_requirements", practice=practice)

    def save(
        self, practice: str, requirements: Sequence[dict[str, Any]], settings_version: int, by: str
    ) -> None:
        """Keep a list in the place of the one before."""
        self._session.write(
            "save_requirements",
            practice=practice,
            requirements=Jsonb(list(requirements)),
            settings_version=settings_version,
            checked_by=by,
        )

    def to_refresh(self, practice: str) -> KeptRequirements | None:
        """Return the list as read last, of whatever settings, and lock it; None when never, or of
        another division.
        """
        found = self._session.write_row("read_requirements_to_refresh", practice=practice)
        return KeptRequirements(**found) if found else None

    def refresh(self, practice: str, requirements: Sequence[dict[str, Any]], settings_version: int) -> None:
        """Keep a list that a night brought up to date; who had all of it read last stays."""
        self._session.write(
            "refresh_requirements",
            practice=practice,
            requirements=Jsonb(list(requirements)),
            settings_version=settings_version,
        )

    def keep(self, practice: str, requirements: Sequence[dict[str, Any]], settings_version: int) -> None:
        """Keep a list of which one item was judged anew; when its lists were read stays."""
        self._session.write(
            "keep_requirements",
            practice=practice,
            requirements=Jsonb(list(requirements)),
            settings_version=settings_version,
        )

    def confirm(self, practice: str, requirement: str, subject: str, by: str) -> None:
        """Keep a person's word."""
        self._session.write(
            "confirm_requirement", practice=practice, requirement=requirement, subject=subject, by=by
        )

    def confirmations(self, practice: str) -> list[Confirmation]:
        """Return what people confirmed, the oldest first."""
        return self._session.records(Confirmation, "list_confirmations", practice=practice)
