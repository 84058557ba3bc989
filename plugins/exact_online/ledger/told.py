"""What is open, and what of it people were mailed: new things, and old ones at some ages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session
from exact_online.reasons import ends_by_itself

AGES = (1, 7, 30)
"""Days at which what is still open is told again."""


@dataclass(frozen=True)
class DueCause:
    """One cause of one practice that is to be told."""

    practice: str
    cause_id: str
    new_records: int
    days: int | None
    """The age that its oldest reached and that was not told; None when it is new only."""


@dataclass(frozen=True)
class FleetTotals:
    """The fleet by what is open."""

    active: int
    """Practices that are active."""
    practices: int
    """Of how many something is open."""
    since: dt.datetime | None
    """Since when the oldest is open, and at which practice."""
    oldest_practice: str | None


@dataclass(frozen=True)
class FailureOfMany:
    """By what the latest nights of some practices failed."""

    code: str
    practices: int
    practice_name: str
    """Of one of them."""
    since: dt.datetime
    code_values: dict[str, Any] | None
    """Those of the sentence, for that one."""


class Told:
    """Follows what is open, and remembers what was told. Called within a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def follow(self, practice: str | None = None, failures: Collection[str] = ()) -> None:
        """Bring what is open up to date: of one practice, or of all.

        `failures` are the codes of what the latest night of that one practice failed by; they stay
        until its next night.
        """
        rows = [{"subject": practice, "reason": code} for code in sorted(set(failures))]
        self._session.write("told_follow", practice=practice, failures=Jsonb(rows))

    def due(
        self,
        day: dt.date,
        told_elsewhere: Collection[str],
        practice: str | None = None,
        *,
        is_digest: bool = False,
    ) -> list[DueCause]:
        """Return what is to be told on a day, but for reasons that are `told_elsewhere`."""
        return self._session.records(
            DueCause,
            "told_due",
            day=day,
            practice=practice,
            is_digest=is_digest,
            ages=list(AGES),
            by_itself=sorted(ends_by_itself()),
            told_elsewhere=sorted(told_elsewhere),
        )

    def totals(self) -> FleetTotals:
        """Return the fleet by what is open, as followed last."""
        found = self._session.record(FleetTotals, "told_totals")
        assert found is not None
        return found

    def named(self, practice: str, most: int) -> dict[str, list[str]]:
        """Return per cause of a practice the keys of `most` of its records at most."""
        rows = self._session.rows("told_named", practice=practice, most=most)
        return {row["cause_id"]: row["subjects"] for row in rows}

    def failures(self) -> list[FailureOfMany]:
        """Return by what the latest nights of practices failed, as followed last."""
        return self._session.records(FailureOfMany, "told_failures")

    def note_mailed(self, practice: str, day: dt.date) -> None:
        """Write down that a mail told all that is open of a practice."""
        self._session.write("told_note_mailed", practice=practice, day=day)

    def note_digest(self, day: dt.date) -> None:
        """Write down that the digest told all that is open."""
        self._session.write("told_note_digest", day=day)

    def well_again(self, practice: str | None = None) -> Sequence[str]:
        """Return, once, the practices that were mailed about and of which nothing is open now."""
        return [row["practice"] for row in self._session.write("told_well_again", practice=practice)]
