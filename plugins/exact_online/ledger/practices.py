"""The registered practices, their links to Exact, and the versions of their settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.failures import NotReady
from exact_online.ledger.session import Session
from exact_online.ledger.settings_history import SettingsSource
from exact_online.settings import PracticeSettings
from exact_online.settings_document import read_settings
from exact_online.stops import Stop


@dataclass(frozen=True)
class Practice:
    """A practice and its link to Exact."""

    code: str
    name: str
    james_practice_code: str
    active: bool
    chain_id: str | None
    division: int | None
    division_name: str | None
    link_date: dt.date
    first_sync_date: dt.date
    backfill: str
    kept_from: dt.date | None = None
    """Earlier days are past their term, and the two above are not before it; None: none are."""


@dataclass(frozen=True)
class PracticeWithDag:
    """A practice that gets a DAG; one that is not active yet gets dry runs only."""

    code: str
    name: str
    active: bool


@dataclass(frozen=True)
class MailAddresses:
    """Whom to mail about what they can cure; empty where nobody typed one."""

    practice_mail: str = ""
    accountant_mail: str = ""


@dataclass(frozen=True)
class Stopped:
    """Why nothing of a practice is sent: Exact booked another total than was sent."""

    since: dt.datetime
    values: Mapping[str, Any]
    """What its sentence names: the entry's number, and both amounts."""


class Practices:
    """Reads and writes practices and settings."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, code: str) -> Practice | None:
        """Return a practice, or None when there is none with this code."""
        return self._session.record(Practice, "read_practice", practice=code)

    def get(self, code: str) -> Practice:
        """Return a practice. Raises NotReady when there is no such practice."""
        practice = self.find(code)
        if practice is None:
            raise NotReady(Stop.PRACTICE_NOT_REGISTERED, practice=code)
        return practice

    def with_dag(self) -> list[PracticeWithDag]:
        """Return each practice that gets a DAG, by code: active ones,
        and those linked with Exact.
        """
        return self._session.records(PracticeWithDag, "read_registered_practices")

    def codes(self) -> list[str]:
        """Return the codes of all practices, active or not."""
        return [row["code"] for row in self._session.rows("list_practice_codes")]

    def add(self, *, code: str, name: str, james_practice_code: str, day: dt.date) -> bool:
        """Add a practice that is not active yet, whose first day to synchronise is `day` (M20).

        Return False when its code or its code in James is taken.
        """
        row = self._session.write_row(
            "add_practice", code=code, name=name, james_practice_code=james_practice_code, day=day
        )
        return row is not None

    def register(
        self,
        *,
        code: str,
        name: str,
        james_practice_code: str,
        active: bool,
        link_date: dt.date,
        first_sync_date: dt.date,
        backfill: str,
    ) -> None:
        """Add a practice or change what its people decide; its link to Exact stays."""
        self._session.write(
            "register_practice",
            code=code,
            name=name,
            james_practice_code=james_practice_code,
            active=active,
            link_date=link_date,
            first_sync_date=first_sync_date,
            backfill=backfill,
        )

    def link(self, code: str, chain_id: str, division: int, division_name: str) -> None:
        """Point a practice at its division and at the token chain of the Exact user who gave
        consent.

        Raises NotReady when the division serves a practice that does not share it.
        """
        if others := self._session.rows("who_has_division", practice=code, division=division):
            names = ", ".join(row["code"] for row in others)
            raise NotReady(Stop.DIVISION_TAKEN, division=division, practices=names, practice=code)
        self._session.write(
            "link_practice",
            practice=code,
            chain_id=chain_id,
            division=division,
            division_name=division_name,
        )

    def rename_division(self, practice: str, division_name: str) -> None:
        """Keep what the division is called in Exact now: a person said that it is the same."""
        self._session.write("rename_division", practice=practice, division_name=division_name)

    def addresses(self, practice: str) -> MailAddresses:
        """Return the addresses that somebody typed for a practice; empty without any."""
        return self._session.record(MailAddresses, "typed_addresses", practice=practice) or MailAddresses()

    def save_addresses(self, practice: str, addresses: MailAddresses) -> bool:
        """Keep them; return whether they are others."""
        return self._session.change("save_addresses", practice=practice, **vars(addresses))

    def stopped(self, practice: str) -> Stopped | None:
        """Return why nothing of the practice may be sent; None while it goes."""
        row = self._session.row("read_stop", practice=practice)
        return Stopped(row["stopped_at"], row["stop_values"]) if row else None

    def go_on(self, practice: str) -> None:
        """Let a stopped practice go on."""
        self._session.write("go_on_practice", practice=practice)

    def share_division(self, code: str, other: str, by: str, reason: str) -> None:
        """Write down a person's word that two practices of one company share a division."""
        asked = {"practice": code, "other": other, "by": by, "reason": reason}
        self._session.write("share_division", **asked)

    def save_settings(
        self,
        practice: str,
        document: Mapping[str, Any],
        changed_by: str,
        *,
        source: SettingsSource | None = None,
        restored_from: int | None = None,
    ) -> int | None:
        """Add a version of the settings, when the document differs from the latest (B8).

        `source`: the workbook it came from; `restored_from`: the earlier version that it has the
        content of. Return its number, None when the latest version is the same.
        """
        row = self._session.write_row(
            "save_settings",
            practice=practice,
            settings=Jsonb(document),
            changed_by=changed_by,
            source_file=source.file if source else None,
            source_sha256=source.sha256 if source else None,
            restored_from=restored_from,
        )
        return int(row["version"]) if row else None

    def latest_version(self, practice: Practice) -> int:
        """Return the number of the latest version of the settings, whether or not they can be used.

        Raises NotReady when the practice has none.
        """
        row = self._session.row("read_settings", practice=practice.code, version=None)
        if row is None:
            raise NotReady(Stop.SETTINGS_MISSING, practice=practice.code)
        return int(row["version"])

    def settings(self, practice: Practice, version: int | None = None) -> PracticeSettings:
        """Return one version of the settings, the latest when none is asked for.

        Raises NotReady when the practice has no settings or no division yet,
        and for settings that can't be used.
        """
        row = self._session.row("read_settings", practice=practice.code, version=version)
        if row is None:
            raise NotReady(Stop.SETTINGS_MISSING, practice=practice.code)
        if practice.division is None or practice.chain_id is None:
            raise NotReady(Stop.PRACTICE_NOT_LINKED, practice=practice.code)
        return read_settings(practice.code, row["version"], practice.division, row["settings"])
