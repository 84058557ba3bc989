"""A person says that the ledger books in this database from now on."""

from __future__ import annotations

from exact_online.failures import NotReady
from exact_online.ledger import Ledger


def move_in(ledger: Ledger, by: str, reason: str) -> None:
    """Write down that the ledger was moved here, or restored: for all practices at once."""
    if not (by.strip() and reason.strip()):
        raise NotReady("Moving in needs a name and a reason: give --by and --reason.")
    ledger.home.move_in(by, reason)
