"""Save settings that have no faults: a new version, with who made it and from which workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exact_online.failures import NotReady
from exact_online.ledger import EventKind, Ledger
from exact_online.ledger.settings_history import SettingsSource
from exact_online.stops import Stop
from exact_online.vocabulary import HandOverFormat


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


def latest_settings(ledger: Ledger, practice: str) -> Mapping[str, Any] | None:
    """Return the document of the latest version; None when the practice has no settings yet."""
    versions = ledger.settings_history.versions(practice)
    latest = ledger.settings_history.version(practice, versions[0].version) if versions else None
    return latest.settings if latest else None


def change_settings(ledger: Ledger, practice: str, by: str, **changes: Any) -> int | None:
    """Save a version with other values of some fields, which holds from the practice's next run on.

    Return its number; None when it is so already. Raises NotReady when the practice has no
    settings yet.
    """
    latest = latest_settings(ledger, practice)
    if latest is None:
        raise NotReady(Stop.SETTINGS_MISSING, practice=practice)
    return save_settings(ledger, practice, {**latest, **changes}, by)


def want_format(ledger: Ledger, practice: str, wanted: HandOverFormat, by: str) -> int | None:
    """Let the next hand-overs of a practice be workbooks or XML. As `change_settings`."""
    return change_settings(ledger, practice, by, hand_over_format=str(wanted))


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
