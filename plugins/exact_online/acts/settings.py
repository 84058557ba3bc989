"""Save settings that have no faults: a new version, with who made it and from which workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.settings_history import SettingsSource


def save_settings(
    ledger: Ledger,
    practice: str,
    document: Mapping[str, Any],
    by: str,
    source: SettingsSource | None = None,
    restored_from: int | None = None,
    link: str | None = None,
) -> int | None:
    """Save a version and note it in the audit log; `link` is the id of the signed link it came by.

    Return its number; None when the latest version has the same content already.
    """
    with ledger.transaction("save settings"):
        version = ledger.practices.save_settings(
            practice, document, by, source=source, restored_from=restored_from
        )
        if version is not None:
            details: dict[str, Any] = {"version": version}
            if restored_from is not None:
                details["restored_from"] = restored_from
            if source is not None:
                details["workbook_sha256"] = source.sha256
            if link is not None:
                details["link"] = link
            ledger.events.note(practice, by, EventKind.SETTINGS_SAVED, **details)
        ledger.settings_history.forget_drafts(practice)
    return version


def save_draft(ledger: Ledger, practice: str, draft_id: str, by: str, link: str | None = None) -> bool:
    """Save a draft as a version, when nobody saved another one since it was made.

    Return whether it was saved, or is what was saved already.
    """
    draft = ledger.settings_history.draft(practice, draft_id)
    if draft is None or not draft.is_current:
        return False
    save_settings(ledger, practice, draft.settings, by, draft.source, link=link)
    return True


def restore_settings(ledger: Ledger, practice: str, version: int, by: str) -> int | None:
    """Make an earlier version the latest: a new version with its content.

    Return its number; None when there is no such version, or it is what the latest has.
    """
    earlier = ledger.settings_history.version(practice, version)
    if earlier is None:
        return None
    return save_settings(ledger, practice, earlier.settings, by, restored_from=version)
