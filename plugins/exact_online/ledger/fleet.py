"""All practices: how each stands, and the three figures of them together. Amounts are cents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from exact_online.ledger.session import Session

PAGE_SIZE = 50


class Need(StrEnum):
    """Why a practice needs a person; the first that is so."""

    LINK_BROKEN = "link_broken"
    STOPPED = "stopped"
    UNEXPLAINED = "unexplained"
    NIGHT_FAILED = "night_failed"
    NIGHT_LATE = "night_late"
    OPEN_ITEMS = "open_items"
    NOT_ACTIVE = "not_active"
    NOTHING = "nothing"


RED = frozenset({Need.LINK_BROKEN, Need.STOPPED, Need.UNEXPLAINED, Need.NIGHT_FAILED, Need.NIGHT_LATE})
"""What a person must look at today."""


@dataclass(frozen=True)
class Figures:
    """Three questions about the euros of one practice or of all, as the last nights left them.

    *Complete*: of what James charged, how much the ledger has. *Cleared*: of what is booked, how
    much was read back from Exact. *Explained*: of what differs, how much has a named cause.
    """

    james_cents: int
    complete_cents: int
    booked_cents: int
    cleared_cents: int
    explained_cents: int
    unexplained_cents: int
    unexplained: int
    """How many differences have no cause: each is an alarm, also one of 0 euros."""


@dataclass(frozen=True)
class FleetFigures(Figures):
    """The figures of all practices."""

    practices: int
    red: int
    """How many need a person today."""


@dataclass(frozen=True, kw_only=True)
class PracticeStatus:
    """How a practice stands; the columns of view practice_status."""

    code: str
    name: str
    active: bool
    division: int | None
    division_name: str | None
    backfill: str
    stopped_at: dt.datetime | None
    """Since when nothing is sent, because Exact booked another total."""
    link_state: str | None
    """Of the token chain: *live* or *reconnect_needed*; None without a link."""
    link_renewed_at: dt.datetime | None
    last_night: dt.date | None
    """The book day of the latest night."""
    last_outcome: str | None
    """A `RunOutcome`; None while it runs, or without a night."""
    last_finished_at: dt.datetime | None
    last_night_cents: int | None
    """Gross, what it booked; None when it has no numbers."""
    figures_of: dt.date | None
    """The book day of the last night that has numbers; None when there is none, as for the four
    amounts below."""
    james_cents: int | None
    complete_cents: int | None
    booked_cents: int | None
    cleared_cents: int | None
    explained_cents: int
    unexplained_cents: int
    unexplained: int
    open_day: int
    """Open items younger than a day: rejected, held, doubtful, and differences not accepted."""
    open_week: int
    open_month: int
    open_older: int
    """Older than 30 days."""
    open_since: dt.datetime | None
    waiting: int
    """Planned or being sent: the next night goes on with it."""
    history_left: int
    """Older invoices and claims that are not done."""
    history_left_cents: int = 0
    """Gross; in a row of the list, as the two below."""
    history_to_send: int = 0
    """Of those that are not done: the next nights send them, nobody else has to do anything."""
    day_limit: int | None = None
    """Calls a day that Exact allows the division; None before it said so."""
    place: int = 0
    """In the order of the list, from 1."""
    is_late: bool
    """A night should have begun by 07:00 and did not."""
    found: int
    """How many practices the search finds in all."""
    fleet: Mapping[str, int] | None
    """The fields of `FleetFigures`, in a row of the list."""

    @property
    def open_items(self) -> int:
        """How many records need a person."""
        return self.open_day + self.open_week + self.open_month + self.open_older

    @property
    def need(self) -> Need:
        """Why it needs a person; in the order of fleet_page.sql."""
        found = {
            Need.LINK_BROKEN: self.link_state == "reconnect_needed",
            Need.STOPPED: self.stopped_at is not None,
            Need.UNEXPLAINED: self.unexplained > 0,
            Need.NIGHT_FAILED: self.last_outcome == "failed",
            Need.NIGHT_LATE: self.is_late,
            Need.OPEN_ITEMS: self.open_since is not None,
            Need.NOT_ACTIVE: not self.active,
        }
        return next((need for need, is_so in found.items() if is_so), Need.NOTHING)

    @property
    def is_red(self) -> bool:
        """True when a person must look at it today."""
        return self.need in RED

    @property
    def of_all(self) -> FleetFigures | None:
        """The figures of all practices; None for a practice that was read alone."""
        return FleetFigures(**self.fleet) if self.fleet else None

    @property
    def figures(self) -> Figures | None:
        """Its three figures; None before the first night with numbers."""
        if self.james_cents is None:
            return None
        return Figures(
            self.james_cents,
            self.complete_cents or 0,
            self.booked_cents or 0,
            self.cleared_cents or 0,
            self.explained_cents,
            self.unexplained_cents,
            self.unexplained,
        )


def containing(text: str) -> str:
    """Return the pattern of ``ilike`` for texts that contain this one; no sign is a wildcard."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class Fleet:
    """Reads how practices stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(self, text: str, page: int = 1) -> list[PracticeStatus]:
        """Return page `page`, from 1, of the practices whose name or code contains a text.

        Those that need a person come first; `PAGE_SIZE` rows at most.
        """
        return self._session.records(
            PracticeStatus,
            "fleet_page",
            pattern=containing(text),
            page_size=PAGE_SIZE,
            skipped=(page - 1) * PAGE_SIZE,
        )

    def status(self, practice: str) -> PracticeStatus | None:
        """Return how one practice stands; None when there is none with this code."""
        return self._session.record(PracticeStatus, "practice_status", practice=practice)
