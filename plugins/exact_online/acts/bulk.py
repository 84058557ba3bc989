"""Whether history goes in uploads of many entries: for a practice, and the switch for all."""

from __future__ import annotations

from exact_online.acts.settings import save_settings
from exact_online.failures import NotReady
from exact_online.ledger import Ledger
from exact_online.stops import Stop


def want_uploads(ledger: Ledger, practice: str, wanted: bool, by: str) -> int | None:
    """Save a version of a practice's settings with `bulk` as wanted; from its next run on.

    Return its number; None when it is so already. Raises NotReady when the practice has no
    settings yet.
    """
    versions = ledger.settings_history.versions(practice)
    latest = ledger.settings_history.version(practice, versions[0].version) if versions else None
    if latest is None:
        raise NotReady(Stop.SETTINGS_MISSING, practice=practice)
    return save_settings(ledger, practice, {**latest.settings, "bulk": wanted}, by)


def switch_uploads(ledger: Ledger, is_on: bool, by: str, reason: str) -> None:
    """Let uploads be made, or not, for all practices; from the next upload on.

    Off, each practice goes on entry by entry; what was uploaded and not read back is still read.
    Raises NotReady without a name and a reason.
    """
    if not by.strip() or not reason.strip():
        raise NotReady("The switch of uploads needs who sets it and why: give --by and --reason.")
    ledger.uploads.set_switch(is_on, by.strip(), reason.strip())
