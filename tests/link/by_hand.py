"""What people did by hand in Exact, so that a judge knows what is not the link's."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Typed:
    """What somebody typed for an invoice that the link had not booked."""

    source_key: str
    versions: int
    """How many James had of it by then."""


@dataclass
class ByHand:
    """Ids of entries in Exact."""

    entered: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    typed: dict[str, Typed] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    """Code of a relation of previous software -> number of its debtor, as a person said."""

    def is_ours(self, entry_id: str) -> bool:
        """Return whether the link made this entry, and nobody changed it since."""
        return entry_id not in self.entered | self.changed
