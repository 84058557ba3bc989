"""Uploads of many entries at once: their claims, their end, and whether they may be made.

The moves are those of bookings.py, of all entries of an upload together (docs/reliability.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from exact_online.ledger.bookings import CLAIM_SECONDS, Booking
from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session

BULK = "bulk"
"""The switch of the fleet that stops all uploads."""


class UploadOutcome(StrEnum):
    """How an upload ended; also what the ledger stores."""

    ANSWERED = "answered"
    """By messages that we understand."""
    LOST = "lost"
    """Nobody knows what of it was executed."""
    DENIED = "denied"
    """Exact does not serve it, or not to us: nothing was executed."""
    NOT_SENT = "not_sent"
    """Nothing was executed, and it may be tried again."""


@dataclass(frozen=True)
class Upload:
    """The entries of one call, as they were claimed."""

    upload_id: int
    bookings: Sequence[Booking]


@dataclass(frozen=True)
class UploadStanding:
    """Whether uploads may be made in a run."""

    is_on: bool
    """Nobody switched uploads off for the fleet."""
    checked: str | None
    """One of `UploadOutcome`: of the check in this run; None when it was not made yet."""
    lost: int
    """Uploads of this run without an answer, those of a worker that died among them."""
    was_denied: bool
    """Exact did not serve one of this run."""
    was_read_back: bool
    """One of this run was read in Exact with equal content."""


@dataclass(frozen=True)
class FleetSwitch:
    """A switch for all practices, as it was set last."""

    is_on: bool
    changed_by: str
    reason: str
    changed_at: dt.datetime


class Uploads:
    """Claims the entries of an upload, ends it, and knows whether another may be made."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def standing(self, run: Run) -> UploadStanding:
        """Return whether uploads may be made in a run."""
        found = self._session.record(UploadStanding, "upload_standing", run_id=run.run_id)
        assert found is not None
        return found

    def note_check(self, run: Run, outcome: UploadOutcome) -> None:
        """Write down what the check of the upload came to in this run."""
        self._session.write("note_upload_check", practice=run.practice, run_id=run.run_id, outcome=outcome)

    def claim(self, run: Run, bookings: Sequence[Booking], worker: str) -> Upload | None:
        """Move planned -> sending, all in one transaction before the call; each with its attempt.

        Guard: as `Bookings.claim`, of each booking by itself; what others claimed, or planned anew,
        is left out. None when nothing was claimed.
        """
        rows = self._session.write(
            "claim_upload",
            practice=run.practice,
            run_id=run.run_id,
            booking_ids=[booking.booking_id for booking in bookings],
            versions=[booking.version for booking in bookings],
            fingerprints=[booking.fingerprint for booking in bookings],
            worker=worker,
            claim_seconds=CLAIM_SECONDS,
        )
        attempts = {row["booking_id"]: row["attempt"] for row in rows}
        claimed = [
            replace(booking, attempt=attempts[booking.booking_id])
            for booking in bookings
            if booking.booking_id in attempts
        ]
        return Upload(rows[0]["upload_id"], claimed) if rows else None

    def unclaim(self, run: Run, upload: Upload, outcome: UploadOutcome, reached_exact: bool) -> None:
        """Move sending -> planned: Exact certainly executed nothing of it.

        Guard: the booking is sending, in this upload.
        """
        with self._session.transaction("unclaim upload"):
            self._session.write(
                "unclaim_upload", **_of(run, upload), run_id=run.run_id, reached_exact=reached_exact
            )
            self._session.write("end_upload", upload_id=upload.upload_id, outcome=outcome)

    def doubt(self, run: Run, upload: Upload, outcome: UploadOutcome, why: str) -> None:
        """Move sending -> doubtful: all of the upload that nothing else is known of.

        Guard: the booking is sending, in this upload. `why` is safe to log.
        """
        with self._session.transaction("end of an upload"):
            self._session.write("doubt_upload", **_of(run, upload), run_id=run.run_id, exact_message=why)
            self._session.write("end_upload", upload_id=upload.upload_id, outcome=outcome)

    def relation_codes(self, practice: str, relation_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the codes in Exact of relations, by id.

        Those that were never read in Exact, and those whose code another one bears, are left out.
        """
        rows = self._session.rows("relation_codes", practice=practice, relation_ids=list(relation_ids))
        return {row["relation_id"]: row["code"] for row in rows}

    def switch(self) -> FleetSwitch | None:
        """Return how the switch of the fleet was set last; None when nobody did: then it is on."""
        return self._session.record(FleetSwitch, "fleet_switch_read", name=BULK)

    def set_switch(self, is_on: bool, changed_by: str, reason: str) -> None:
        """Let uploads be made, or not, for all practices; from the next upload on."""
        self._session.write("fleet_switch_set", name=BULK, is_on=is_on, changed_by=changed_by, reason=reason)


def _of(run: Run, upload: Upload) -> dict[str, object]:
    """The parameters that name an upload's bookings."""
    return {"practice": run.practice, "upload_id": upload.upload_id}
