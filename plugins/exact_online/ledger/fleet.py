"""All practices at once, for the page that lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from exact_online.ledger.session import Session

PAGE_SIZE = 50


@dataclass(frozen=True)
class FleetRow:
    """A practice as the list shows it."""

    code: str
    name: str
    active: bool
    division: int | None
    division_name: str | None
    link_state: str | None
    """Of the token chain: *live* or *reconnect_needed*; None without a link."""
    link_renewed_at: dt.datetime | None
    last_night: dt.date | None
    """The book day of the latest night."""
    last_outcome: str | None
    """A `RunOutcome`; None while it runs, or without a night."""
    last_finished_at: dt.datetime | None
    found: int
    """How many practices the search finds in all."""


def containing(text: str) -> str:
    """Return the pattern of ``ilike`` for texts that contain this one; no sign is a wildcard."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class Fleet:
    """Reads the list of practices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(self, text: str, page: int = 1) -> list[FleetRow]:
        """Return page `page`, from 1, of the practices whose name or code contains a text.

        Those that need a person come first; `PAGE_SIZE` rows at most.
        """
        return self._session.records(
            FleetRow,
            "search_practices",
            pattern=containing(text),
            page_size=PAGE_SIZE,
            skipped=(page - 1) * PAGE_SIZE,
        )
