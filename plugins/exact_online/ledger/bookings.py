"""The moves of a booking: the part of "exactly once" that the ledger holds (docs/reliability.md).

Each move is one guarded UPDATE that commits by itself and writes the booking's history. A move of
bookings that this worker claimed raises LockLost when it finds one in another state: somebody else
moved it, so this worker no longer has the practice.
Any other move of many takes those that are in the right state and leaves the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg.types.json import Jsonb

from exact_online.failures import LockLost
from exact_online.ledger.planning import Batch
from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.reason_codes import READ_FIRST
from exact_online.vocabulary import BookingKind

CLAIM_SECONDS = 300
"""Longer than the longest call, and shorter than a group of slow ones: for who reads the ledger.
Nothing is decided by it; whether a claim is left behind, the lock of the practice tells."""
NIGHTS_FOR_ORIGINAL = 7
"""How many nights a credit waits for the invoice that it credits, before it is rejected (FR-G5)."""
MAX_LOST_ANSWERS = 3
"""In one run, for one booking: after that it waits for the next night,
so that no run is endless (INV-11)."""


@dataclass(frozen=True)
class Booking:
    """A booking as the loader needs it."""

    booking_id: int
    practice: str
    kind: BookingKind
    source_key: str
    payload: str
    debtor_number: str
    journal: str | None
    financial_year: int | None
    entry_number: int | None
    entry_date: dt.date | None
    reference: str
    total_cents: int
    attempt: int
    relation_id: str | None
    contact_id: str | None
    bank_account_id: str | None
    version: int
    fingerprint: str


@dataclass(frozen=True)
class DoubtfulBooking:
    """A booking of which Exact must be read first,
    and how long Exact must still be left to settle before a look.
    """

    booking: Booking
    answer_was_lost: bool
    """False: Exact certainly has nothing of ours; it is compared with what others typed."""
    absent_once: bool
    was_uploaded: bool
    """It went with many others in one call, so they are looked up together."""
    wait_seconds: float
    """By the database's clock alone:
    a worker's wrong clock makes no absence out of slowness (FR-E6)."""


@dataclass(frozen=True)
class Move:
    """A move that a booking may make, as table `booking_move` has it."""

    from_state: str
    to_state: str
    why: str


class Bookings:
    """Moves bookings from state to state, and reads those that are to be moved."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- reading ----------------------------------------------------------------------------------

    def allowed_moves(self) -> list[Move]:
        """Return every move that a booking may make; the database raises at all others."""
        return self._session.records(Move, "list_moves")

    def to_send(self, run: Run, batch: Batch) -> list[Booking]:
        """Return the planned bookings of a batch in the order in which they are sent.

        One whose answers were lost `MAX_LOST_ANSWERS` times in this run is left out.
        """
        parameters = {"practice": run.practice, "run_id": run.run_id, "most_lost_answers": MAX_LOST_ANSWERS}
        return [_booking(row) for row in self._session.rows("bookings_to_send", **parameters, **batch.range)]

    def count_ready_entries(self, practice: str) -> int:
        """Return how many entries since the link date have a debtor that is in Exact."""
        row = self._session.row("count_ready_entries", practice=practice)
        assert row is not None
        return int(row["entries"])

    def are_rejected_alike(self, run: Run, batch: Batch, most_alike: int) -> bool:
        """Return whether the last `most_alike` bookings of its kind that the run sent were all
        rejected by Exact for one cause.
        """
        row = self._session.row(
            "are_rejected_alike", run_id=run.run_id, kind=batch.kind, most_alike=most_alike
        )
        return bool(row and row["are_alike"])

    def were_rejected_lately(self, run: Run, batch: Batch) -> bool:
        """Return whether Exact rejected a booking of this kind in this run within the last hour."""
        row = self._session.row("were_rejected_lately", run_id=run.run_id, kind=batch.kind)
        return bool(row and row["were_rejected"])

    def doubtful(self, practice: str, settle_seconds: float) -> list[DoubtfulBooking]:
        """Return the doubtful bookings of a practice,
        the one that can be looked up first in front.
        """
        rows = self._session.rows("doubtful_bookings", practice=practice, settle_seconds=settle_seconds)
        return [
            DoubtfulBooking(
                answer_was_lost=row.pop("answer_was_lost"),
                absent_once=row.pop("absent_once"),
                was_uploaded=row.pop("was_uploaded"),
                wait_seconds=row.pop("wait_seconds"),
                booking=_booking(row),
            )
            for row in rows
        ]

    # --- moves of those that go out together ------------------------------------------------------

    def claim(self, run: Run, bookings: Sequence[Booking], worker: str) -> list[Booking]:
        """Move planned -> sending, all in one statement before the first call.

        Returns those that were claimed, in the order that they came in, each with its attempt.

        Guard: the booking is planned, and still has the version and content that it was read with.
        Of two workers that claim at once exactly one gets a booking; the other must not send it.
        The claims are committed on return, so a worker that dies later leaves bookings that are
        known to be perhaps in Exact.
        """
        rows = self._session.write(
            "claim_bookings",
            booking_ids=[booking.booking_id for booking in bookings],
            versions=[booking.version for booking in bookings],
            fingerprints=[booking.fingerprint for booking in bookings],
            run_id=run.run_id,
            worker=worker,
            claim_seconds=CLAIM_SECONDS,
        )
        attempts = {row["booking_id"]: row["attempt"] for row in rows}
        return [
            replace(booking, attempt=attempts[booking.booking_id])
            for booking in bookings
            if booking.booking_id in attempts
        ]

    def unclaim(self, run: Run, bookings: Sequence[Booking], reached_exact: bool) -> None:
        """Move sending -> planned: Exact certainly did not execute the calls.

        Guard: the booking is sending. Unless something of it reached Exact the claim was no
        attempt, so that the booking may still take over other content. Raises LockLost.
        """
        ids = [booking.booking_id for booking in bookings]
        moved = self._session.write(
            "unclaim_bookings", booking_ids=ids, run_id=run.run_id, reached_exact=reached_exact
        )
        _check_moved(moved, ids, "unclaim_bookings")

    def confirm(self, run: Run, made: Mapping[int, str]) -> None:
        """Move sending or doubtful -> booked: Exact has the entries or relations; `made` is
        booking id to the id in Exact.

        Guard: the booking is sending or doubtful. A booked one moves no more. Raises LockLost when
        one of them is in another state; the others are booked.
        """
        ids = list(made)
        moved = self._session.write(
            "confirm_bookings", booking_ids=ids, exact_ids=list(made.values()), run_id=run.run_id
        )
        _check_moved(moved, ids, "confirm_bookings")

    # --- moves of one booking ---------------------------------------------------------------------

    def confirm_and_stop(self, run: Run, booking: Booking, exact_id: str, values: Mapping[str, Any]) -> None:
        """Move sending -> booked, and stop the practice: both or neither.

        `values` are what the sentence of the stop names. Guard and raises as `confirm`.
        """
        with self._session.transaction("another total"):
            self.confirm(run, {booking.booking_id: exact_id})
            self._session.write("stop_practice", practice=booking.practice, values=Jsonb(dict(values)))

    def reject(
        self,
        run: Run,
        booking: Booking,
        reason: str,
        values: Mapping[str, Any],
        exact_message: str | None = None,
    ) -> None:
        """Move planned, sending or doubtful -> rejected, with the reason,
        its values and Exact's words.

        Guard: the booking is in one of these states. It is sent again only after a release.
        Raises LockLost.
        """
        self._move(
            "reject_booking",
            run,
            booking,
            reason=reason,
            reason_values=Jsonb(values),
            exact_message=exact_message,
        )

    def doubt(self, run: Run, booking: Booking, why: str) -> None:
        """Move sending -> doubtful: the answer was lost or unreadable; `why` is safe to log.

        Guard: the booking is sending. The settle delay begins now; nothing is sent for it before
        Exact was read. Raises LockLost.
        """
        self._move("doubt_booking", run, booking, exact_message=why)

    def note_absence(self, booking: Booking) -> None:
        """Keep doubtful: Exact was read once and does not have it.

        The second settle delay begins now.

        Guard: the booking is doubtful and was not noted absent before; else nothing changes.
        """
        self._session.write("note_absence", booking_id=booking.booking_id)

    def release_absent(self, run: Run, booking: Booking) -> None:
        """Move doubtful -> planned: Exact was read twice, a settle delay apart,
        and does not have it.

        Guard: the booking is doubtful and was noted absent before. It may be sent once more.
        Raises LockLost.
        """
        self._move("release_absent", run, booking)

    def release_continued(self, run: Run, booking: Booking) -> None:
        """Move doubtful -> planned: all parts of the debtor are in Exact and their ids are written
        down.

        Guard: the booking is doubtful and a debtor. What is sent next changes these parts, and
        makes none again. Raises LockLost.
        """
        self._move("release_continued", run, booking)

    def _move(self, name: str, run: Run, booking: Booking, /, **parameters: Any) -> None:
        """Run one guarded move; LockLost when its guard found no row."""
        moved = self._session.write(name, booking_id=booking.booking_id, run_id=run.run_id, **parameters)
        _check_moved(moved, [booking.booking_id], name)

    # --- moves of many ----------------------------------------------------------------------------

    def doubt_orphans(self, run: Run) -> None:
        """Move sending -> doubtful: everything of the practice that a dead worker left.

        Guard: the booking is sending. Only for the holder of the practice's lock: nobody else can
        be sending then. Afterwards nothing of the practice is sending.
        """
        self._session.write("doubt_orphans", practice=run.practice, run_id=run.run_id)

    def doubt_taken_numbers(self, run: Run, batch: Batch | None = None) -> int:
        """Move planned -> doubtful: what our journals in Exact have by number, or by reference and
        total. Returns how many; of `batch`, or of the whole practice.

        Guard: the booking is planned, the mirror of our journals has its journal, year and number,
        its debtor has a relation, and it was not doubtful in this run since it was last rejected.
        So an entry that an older ledger made, or a person, is compared, never sent beside.
        """
        part = batch.range if batch else dict.fromkeys(("turn", "kind", "first_id", "last_id"))
        return len(
            self._session.write("doubt_taken_numbers", practice=run.practice, run_id=run.run_id, **part)
        )

    def lost_without_debtor(self, run: Run, batch: Batch) -> Mapping[int, Mapping[str, Any]]:
        """Return which invoices of a batch are doubtful while their debtor is not in Exact and not
        made again: booking id to the ``number`` and the ``debtor`` of each.
        """
        rows = self._session.rows("lost_without_debtor", practice=run.practice, **batch.range)
        return {
            row["booking_id"]: {
                "number": row["entry_number"] or row["reference"],
                "debtor": row["debtor_number"],
            }
            for row in rows
        }

    def entries_of_others(self, booking: Booking, entry_ids: Sequence[str]) -> frozenset[str]:
        """Return which entries in Exact another record is booked under."""
        asked = {"practice": booking.practice, "source_key": booking.source_key}
        rows = self._session.rows("entries_of_others", **asked, entry_ids=list(entry_ids))
        return frozenset(row["entry_id"] for row in rows)

    def hold_what_must_wait(
        self, run: Run, batch: Batch, closed: Iterable[tuple[str, int, int]] = ()
    ) -> None:
        """Move planned -> held, held -> planned, or held -> rejected, for the entries of a batch.

        Guard: the booking is planned or held, and its obstacle changed. Held: its debtor has no
        relation, a blocked one, or seems to be another person now; its period is one of `closed`
        (journal, year, period); or the original of a credit is known and not booked. Planned again:
        the obstacle is gone. Rejected: a credit waited `NIGHTS_FOR_ORIGINAL` nights.
        """
        parameters = {"practice": run.practice, "run_id": run.run_id, "most_nights": NIGHTS_FOR_ORIGINAL}
        periods = Jsonb([dict(zip(("journal", "year", "period"), each, strict=True)) for each in closed])
        self._session.write("hold_what_must_wait", **parameters, **batch.range, closed_periods=periods)

    def hold_alike(self, run: Run, batch: Batch, cause: str) -> None:
        """Move planned -> held: what is left of a batch when Exact rejects all for one `cause`.

        Guard: the booking is planned. One that was sent before is moved planned -> rejected.
        """
        self._session.write(
            "hold_alike", practice=run.practice, run_id=run.run_id, cause=cause, **batch.range
        )

    def release_alike(self, run: Run, batch: Batch, again: bool) -> None:
        """Move held -> planned: what was not sent because Exact rejected others.

        Guard: the booking is held for that, by another run; or by this one, and a person begins
        the batch `again`.
        """
        parameters = {"practice": run.practice, "run_id": run.run_id, "again": again}
        self._session.write("release_alike", **parameters, **batch.range)

    def release_rejected(self, run: Run, batch: Batch) -> None:
        """Move rejected -> planned, or rejected -> doubtful,
        for a batch that a person starts again (M21).

        Guard: the booking is the latest of its record, rejected, and has a payload. It keeps its
        content and gets the next version. What must be read first (`READ_FIRST`) becomes doubtful:
        it is looked up before anything is sent.
        """
        self._session.write(
            "release_rejected",
            practice=run.practice,
            run_id=run.run_id,
            read_first=sorted(READ_FIRST),
            **batch.range,
        )


def _check_moved(moved: Iterable[Mapping[str, Any]], booking_ids: Sequence[int], name: str) -> None:
    """Raise LockLost when a guarded move found one of the bookings in another state."""
    left = set(booking_ids) - {row["booking_id"] for row in moved}
    if left:
        raise LockLost(f"Booking {min(left)} was moved by another worker while this one held it ({name}).")


def _booking(row: dict[str, Any]) -> Booking:
    wanted = {name: row[name] for name in Booking.__dataclass_fields__}
    return Booking(**{**wanted, "kind": BookingKind(row["kind"])})
