"""Whether history goes in uploads of many entries: for a practice, and the switch for all."""

from __future__ import annotations

from exact_online.acts.settings import change_settings
from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def want_uploads(ledger: Ledger, practice: str, wanted: bool, by: str) -> int | None:
    """Save a version of a practice's settings with `bulk` as wanted; from its next run on.

    Return its number; None when it is so already. Raises NotReady when the practice has no
    settings yet.
    """
    return change_settings(ledger, practice, by, bulk=wanted)


def switch_uploads(ledger: Ledger, is_on: bool, by: str, reason: str) -> None:
    """Let uploads be made, or not, for all practices; from the next upload on.

    Off, each practice goes on entry by entry; what was uploaded and not read back is still read.
    Raises NotReady without a name and a reason.
    """
    if not by.strip() or not reason.strip():
        raise NotReady("The switch of uploads needs who sets it and why: give --by and --reason.")
    ledger.uploads.set_switch(is_on, by.strip(), reason.strip())
