"""Who may do what: users, the registered app, and what a user consented to (facts 2.2 and 6.4)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass
class User:
    """A user of Exact."""

    user_name: str
    full_name: str
    divisions: set[int] = field(default_factory=set)
    language: str = "NL"
    """NL or EN: the language of the sentences this user gets."""
    view_only: bool = False
    """May read everything and write nothing (M7)."""
    denied_with: str | None = None
    """BlockedUser, InactiveUser: a Reason of the 403 family."""
    current_division: int | None = None
    """The division last worked in; may lie outside the consent (fact 4.1)."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def email(self) -> str:
        """Return the user's address."""
        return f"{self.user_name}@example.com"


@dataclass
class App:
    """A registered app."""

    client_id: str
    client_secret: str
    redirect_uri: str
    name: str = "Koppeling"
    unreadable_scopes: set[str] = field(default_factory=set)
    """Scopes (as the contract names them) that this app may not read."""
    unwritable_scopes: set[str] = field(default_factory=set)
