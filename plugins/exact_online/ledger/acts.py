"""What people decide about what is open: each act is kept with who, when and why.

An act and what it changes are one transaction of the holder of the practice's lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.ledger.session import Session


@dataclass(frozen=True)
class ActedBooking:
    """The latest version of a record, as an act finds it."""

    booking_id: int
    kind: str
    state: str
    entry_id: str | None
    reason: str | None
    has_content: bool
    """It passed our checks once; a rejection of our own has no lines to compare."""
    debtor_number: str
    fingerprint: str
    cause: str | None
    """Of its open difference."""
    turn: int
    """One of `Turn`."""
    run_id: str
    """The practice's last run, in which an act moves it."""


@dataclass(frozen=True)
class Act:
    """An act as it was kept."""

    act_id: int
    act: str
    subject: str
    acted_by: str
    reason: str
    acted_at: dt.datetime
    before: Mapping[str, Any]
    taken_back_by: str | None


@dataclass(frozen=True)
class ActOfMany:
    """An act that was made together with others."""

    act_id: int
    practice: str
    practice_name: str
    act: str
    subject: str
    acted_by: str
    reason: str
    acted_at: dt.datetime
    taken_back_by: str | None


class Acts:
    """Writes acts and what they change; each change is guarded and says whether it was made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._together: str | None = None

    @contextmanager
    def made_together(self, together: str) -> Iterator[None]:
        """Let what is kept inside bear this id (a UUID), by which it is found again."""
        self._together = together
        try:
            yield
        finally:
            self._together = None

    def of_many(self, together: str) -> list[ActOfMany]:
        """Return the acts that were made together, in their order; none for an unknown id."""
        return self._session.records(ActOfMany, "acts_together", together=together)

    def booking(self, practice: str, source_key: str) -> ActedBooking | None:
        """Return the latest version of a record; None when the ledger does not know it."""
        return self._session.record(ActedBooking, "booking_for_act", practice=practice, source_key=source_key)

    def is_changed(self, practice: str, source_key: str, run_id: str) -> bool:
        """Return whether something that Exact's last answer depended on is otherwise now."""
        row = self._session.row(
            "circumstances_changed", practice=practice, source_key=source_key, run_id=run_id
        )
        return bool(row and row["is_so"])

    def keep(
        self, practice: str, act: str, subject: str, by: str, reason: str, before: Mapping[str, Any]
    ) -> int:
        """Write an act down and return its number; what it moves is moved in the name of `by`."""
        self._session.row("set_actor", actor=by)
        row = self._session.write_row(
            "act_keep",
            practice=practice,
            act=act,
            subject=subject,
            by=by,
            reason=reason,
            before=Jsonb(dict(before)),
            together=self._together,
        )
        assert row is not None
        return int(row["act_id"])

    def get(self, practice: str, act_id: int) -> Act | None:
        """Return an act of a practice; None when there is none of that number."""
        return self._session.record(Act, "act_read", practice=practice, act_id=act_id)

    def take_back(self, act_id: int, by: str, reason: str) -> bool:
        """Write down that an act was taken back; False when it was before."""
        self._session.row("set_actor", actor=by)
        return self._session.change("act_take_back", act_id=act_id, by=by, reason=reason)

    def accept(self, practice: str, subject: str, by: str, act_id: int) -> bool:
        """Accept an open difference as it is."""
        asked = {"practice": practice, "subject": subject, "by": by, "act_id": act_id}
        return self._session.change("accept_difference", **asked)

    def accept_entry_beside(self, practice: str, source_key: str, by: str, act_id: int) -> None:
        """Accept what stands in Exact by hand for an invoice that is closed."""
        asked = {"practice": practice, "source_key": source_key, "by": by, "act_id": act_id}
        self._session.write("accept_entry_beside", **asked)

    def unaccept(self, practice: str, act_id: int) -> bool:
        """Open a difference again that was accepted."""
        return self._session.change("unaccept_difference", practice=practice, act_id=act_id)

    def close(self, booking: ActedBooking, *, by_person: bool) -> bool:
        """Move rejected, held or booked -> closed. Guard: a booked one is gone in Exact.

        `by_person` False: it is booked again when James has it still.
        """
        asked = {"booking_id": booking.booking_id, "run_id": booking.run_id, "by_person": by_person}
        return self._session.change("close_booking", **asked)

    def reopen(self, booking: ActedBooking, state: str) -> bool:
        """Move closed -> the state it had."""
        asked = {"booking_id": booking.booking_id, "run_id": booking.run_id, "state": state}
        return self._session.change("reopen_booking", **asked)

    def entries_by_hand(self, practice: str, source_key: str) -> list[str]:
        """Return ids of entries of others with a record's number, or told as entered by hand."""
        rows = self._session.rows("entries_by_hand", practice=practice, source_key=source_key)
        return [row["entry_id"] for row in rows]

    def adopt(self, booking: ActedBooking, entry_id: str) -> bool:
        """Move rejected, held or booked -> booked under this entry.

        Guard: its own entry is gone in Exact.
        """
        asked = {"booking_id": booking.booking_id, "run_id": booking.run_id, "entry_id": entry_id}
        return self._session.change("adopt_entry", **asked)

    def confirm_same_person(self, practice: str, source_key: str) -> bool:
        """Note that a debtor that seemed to be somebody else is the same person."""
        return self._session.change("confirm_same_person", practice=practice, source_key=source_key)
