"""Plans: what of a night becomes a booking or a rejection,
and the batches that the bookings are sent in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.reason_codes import CURE_IS_NOT_SEEN, READ_FIRST, Reason

if TYPE_CHECKING:
    import pandas as pd


DAYS_WHEN_NOT_SEEN = (1, 2, 4, 7)
"""Days after which a record is sent again though nothing that we read changed, for a reason whose
cure we can't read: after its first rejection, its second, and so on; the last one repeats."""
DAYS_WHEN_SEEN = 7
"""The same for other reasons: we may not see everything."""


class BatchOutcome(StrEnum):
    """How a batch ended; also what the ledger stores."""

    COMPLETE = "complete"
    REJECTED = "rejected"
    """Something of it is rejected or held."""


@dataclass(frozen=True)
class Batch:
    """Consecutive bookings of one kind and turn, sent one after the other."""

    turn: int
    """One of `Turn`."""
    kind: str
    first_id: int
    last_id: int
    bookings: int

    @property
    def range(self) -> dict[str, Any]:
        """The parameters of a statement about the batch."""
        names = ("turn", "kind", "first_id", "last_id")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class UnknownInvoice:
    """An invoice that Exact has under our number, with its day and total, and the ledger lacks."""

    invoice_number: str
    is_overdue: bool
    """A night that was reconciled went over its day, so a ledger that is whole would have it."""


class Planning:
    """Writes plans and reads what of them is to be sent."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save_plan(
        self, run: Run, records: Sequence[pd.DataFrame], lines: pd.DataFrame, handed_over: bool = False
    ) -> int:
        """Make the ledger agree with a plan, in one transaction.

        Returns how many records were left to another run, which has read James since.

        `records` are frames with columns of table `new_booking` (statement plan_prepare; bookings
        in one, rejections in another); a column that a frame lacks is empty for it. `lines` has
        the columns of `new_line`. `handed_over` makes new bookings, and those that were rejected
        before, exported instead of planned, unless plan_hand_over says that they can't be.
        """
        session = self._session
        parameters = {
            "practice": run.practice,
            "run_id": run.run_id,
            "settings_version": run.settings_version,
            "exported": handed_over,
            "read_first": sorted({Reason.DOUBLE_IN_EXACT} if handed_over else READ_FIRST),
            "unseen_reasons": sorted(CURE_IS_NOT_SEEN),
            "unseen_days": list(DAYS_WHEN_NOT_SEEN),
            "seen_days": DAYS_WHEN_SEEN,
        }
        with session.transaction("plan"):
            session.write("plan_prepare")
            for frame in records:
                self._copy_frame("new_booking", frame)
            self._copy_frame("new_line", lines)
            left = session.write("plan_leave_to_later", practice=run.practice, run_id=run.run_id)
            session.write("plan_reject_taken_numbers", **parameters)
            if handed_over:
                session.write("plan_hand_over", **parameters)
            session.write("plan_drift", **parameters)
            session.write("plan_replace_unsent", **parameters)
            session.write("plan_release", **parameters)
            session.write("plan_insert", **parameters)
            session.write("plan_credits", **parameters)
            session.write("plan_lines", **parameters)
            session.drop_temporary("new_booking", "new_line")
        return len(left)

    def _copy_frame(self, table: str, frame: pd.DataFrame) -> None:
        """COPY a frame's columns, by name; missing values become null."""
        text = frame.to_csv(index=False, header=False, date_format="%Y-%m-%d")
        self._session.copy_in(table, list(frame.columns), [text.encode()], form="csv")

    def give_turns(self, run: Run, history: bool = False) -> None:
        """Write down in which turn each unsettled booking of the practice is sent.

        `history`: of history only; what the night has planned keeps its turn.
        """
        self._session.write("plan_turns", practice=run.practice, run_id=run.run_id, history=history)

    def batches(self, practice: str, batch_size: int) -> list[Batch]:
        """Return what is not at rest, in batches of at most `batch_size` bookings,
        in the order of sending.
        """
        return self._session.records(Batch, "list_batches", practice=practice, batch_size=batch_size)

    def batches_of(self, run: Run, days: tuple[dt.date, dt.date], batch_size: int) -> list[Batch]:
        """Return what of some days (the last one not included) is not at rest, and of the debtors
        that a run staged for them, debtors first; as `batches`, with nothing else in them.
        """
        asked = {"practice": run.practice, "run_id": run.run_id, "batch_size": batch_size}
        return self._session.records(
            Batch, "list_batches_of_days", **asked, first_day=days[0], before=days[1]
        )

    def save_batches(self, run: Run, batches: Sequence[Batch]) -> None:
        """Write down what a run sends, in the place of what it planned before."""
        columns = {
            f"{name}s": [getattr(batch, name) for batch in batches]
            for name in ("turn", "kind", "first_id", "last_id")
        }
        bookings = [batch.bookings for batch in batches]
        self._session.write("save_batches", run_id=run.run_id, bookings=bookings, **columns)

    def planned_batches(self, run: Run, turns: Sequence[int], *, debtors: bool) -> list[Batch]:
        """Return what a run has planned of some turns, debtors or entries, as they are sent."""
        asked = {"run_id": run.run_id, "turns": [int(turn) for turn in turns], "debtors": debtors}
        return self._session.records(Batch, "list_planned_batches", **asked)

    def begin_batch(self, run: Run, batch: Batch) -> BatchOutcome | None:
        """Note that a batch is being sent; return how it ended before in this run, if it did."""
        row = self._session.write_row("begin_batch", run_id=run.run_id, **batch.range)
        return BatchOutcome(row["outcome"]) if row and row["outcome"] else None

    def end_batch(self, run: Run, batch: Batch, outcome: BatchOutcome) -> None:
        """Note how a batch ended."""
        self._session.write(
            "end_batch", run_id=run.run_id, kind=batch.kind, first_id=batch.first_id, outcome=outcome
        )

    def unknown_invoices(self, run: Run, journals: Sequence[str]) -> list[UnknownInvoice]:
        """Return staged invoices that this ledger never saw and that Exact has in `journals`."""
        return self._session.records(
            UnknownInvoice,
            "unknown_to_ledger",
            practice=run.practice,
            run_id=run.run_id,
            journals=list(journals),
        )
