"""Switching the nights of a practice on, when nothing blocks, and off."""

from __future__ import annotations

from collections.abc import Sequence

from exact_online.activation.steps import Step, can_switch_on
from exact_online.ledger import EventKind, Ledger


def switch_on(ledger: Ledger, practice: str, way: Sequence[Step], who: str) -> bool:
    """Switch the nights on; return False when a step before it is not done."""
    return can_switch_on(way) and _switch(ledger, practice, who, active=True)


def switch_off(ledger: Ledger, practice: str, who: str) -> bool:
    """Switch the nights off; the link stays. Return False when they were off."""
    return _switch(ledger, practice, who, active=False)


def _switch(ledger: Ledger, practice: str, who: str, *, active: bool) -> bool:
    kind = EventKind.ACTIVATED if active else EventKind.DEACTIVATED
    with ledger.transaction("switch practice"):
        is_changed = ledger.activation.switch(practice, active=active)
        if is_changed:
            ledger.events.note(practice, who, kind)
    return is_changed
