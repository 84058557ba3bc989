"""The versions of a practice's settings, and settings that wait for a look before saving."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session

MAX_VERSIONS = 100
MAX_FILE_NAME = 120


@dataclass(frozen=True)
class SettingsSource:
    """The workbook that settings came from."""

    file: str
    sha256: str

    @classmethod
    def of(cls, file: str, content: bytes) -> Self:
        """Return the source of a file: the last part of its name, and a digest of its bytes."""
        name = file.replace("\\", "/").rpartition("/")[2]
        printable = "".join(sign for sign in name if sign.isprintable())[:MAX_FILE_NAME]
        return cls(printable or "-", hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class SettingsVersion:
    """One version, with who made it and of what."""

    version: int
    settings: dict[str, Any]
    changed_by: str
    changed_at: dt.datetime
    source_file: str | None
    source_sha256: str | None
    restored_from: int | None


@dataclass(frozen=True)
class SettingsDraft:
    """Settings without faults, not saved yet."""

    draft_id: str
    settings: dict[str, Any]
    made_by: str
    source_file: str | None
    source_sha256: str | None
    is_current: bool
    """False when somebody saved a version since it was made."""

    @property
    def source(self) -> SettingsSource | None:
        """The workbook it came from; None when it was typed."""
        if self.source_file is None or self.source_sha256 is None:
            return None
        return SettingsSource(self.source_file, self.source_sha256)


class SettingsHistory:
    """Reads versions; writes and reads drafts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def versions(self, practice: str) -> list[SettingsVersion]:
        """Return the versions, newest first, `MAX_VERSIONS` at most."""
        return self._session.records(
            SettingsVersion, "settings_versions", practice=practice, max_rows=MAX_VERSIONS
        )

    def version(self, practice: str, version: int) -> SettingsVersion | None:
        """Return one version; None when there is none with this number."""
        return self._session.record(SettingsVersion, "settings_version", practice=practice, version=version)

    def keep_draft(
        self, practice: str, settings: Mapping[str, Any], made_by: str, source: SettingsSource | None
    ) -> str:
        """Keep settings that wait for a look; return their id. One per person and practice."""
        row = self._session.write_row(
            "settings_draft_keep",
            practice=practice,
            settings=Jsonb(settings),
            made_by=made_by,
            source_file=source.file if source else None,
            source_sha256=source.sha256 if source else None,
        )
        assert row is not None
        return str(row["draft_id"])

    def draft(self, practice: str, draft_id: str) -> SettingsDraft | None:
        """Return a draft of this practice; None when it is gone, or another practice's."""
        return self._session.record(
            SettingsDraft, "settings_draft_read", practice=practice, draft_id=draft_id
        )

    def forget_drafts(self, practice: str) -> None:
        """Delete all drafts of a practice."""
        self._session.write("settings_draft_delete", practice=practice)
