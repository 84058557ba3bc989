"""What all divisions of a world share: clock, switches, users, and the rows that changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.people import User
from simulator.switches import Switches
from simulator.values import NO_GUID


@dataclass
class SharedState:
    """What each division is given, so that it needs to know nothing of the world around it."""

    clock: Clock = field(default_factory=Clock)
    switches: Switches = field(default_factory=Switches)
    users: dict[str, User] = field(default_factory=dict)
    changed_rows: dict[tuple[int, str, str], None] = field(default_factory=dict)
    """(division code, table, key) of rows changed since the last save, for the optional file; in
    order."""

    def full_name(self, user_id: str | None) -> str | None:
        """Return the full name of a user, or None when there is no such user."""
        user = self.users.get(user_id or NO_GUID)
        return user.full_name if user else None
