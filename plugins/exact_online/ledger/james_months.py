"""What James said of each month when its keys were read last, and when all of them were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from exact_online.ledger.runs import JamesTotal, Run
from exact_online.ledger.session import Session

Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""

NO_DAY = "-infinity"
"""The month of what has no day, as the ledger keeps it."""


@dataclass(frozen=True)
class LastReading:
    """The last time that all of a practice was read from James."""

    basis: str | None
    """Digest of what the months were compared by; None when it never was read in full."""
    full_day: dt.date | None
    """The book day of the run that read it."""
    was_read: bool
    """Whether this run has read James before: a person begins it again."""


class JamesMonths:
    """Compares months with what was kept of them, over the temporary tables of stage_prepare."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def last_reading(self, run: Run) -> LastReading:
        """Return when the practice of a run was read in full."""
        found = self._session.record(LastReading, "stage_reading", run_id=run.run_id)
        assert found is not None, f"run {run.run_id} is not in the ledger"
        return found

    def to_read(self, practice: str, days: Days, *, in_full: bool) -> list[Days]:
        """Compare the months of `month_now` with those that are kept; return the days of each month
        that is read, the oldest first.

        An empty range of days stands for what has no day. `in_full`: all months.
        """
        asked = {"from_date": days[0], "before_date": days[1], "in_full": in_full}
        rows = self._session.write("stage_months", practice=practice, **asked)
        return sorted({(row["first_day"], row["before"]) for row in rows})

    def ask(self, practice: str) -> None:
        """Put the keys that James is asked for, whatever months are read, into `asked_key`."""
        self._session.write("stage_ask", practice=practice)

    def next_asked(self, after_key: str, keys: int) -> list[str]:
        """Return the next of them, at most `keys`, in order."""
        rows = self._session.rows("stage_next_asked", after_key=after_key, keys=keys)
        return [row["source_key"] for row in rows]

    def otherwise(self, practice: str, totals: Mapping[str, Sequence[JamesTotal]]) -> list[str]:
        """Return the months, as ISO days, that James calls unchanged and that come to something
        else than was kept of them.
        """
        asked = {"practice": practice, "totals": _document(totals)}
        return [row["month"] for row in self._session.rows("stage_totals_otherwise", **asked)]

    def keep(self, run: Run, days: Days, totals: Mapping[str, Sequence[JamesTotal]]) -> None:
        """Keep what James said of the months that were read, with what they come to.

        `days` are those that James was asked for; `totals` has lists by month: ISO day, or
        `NO_DAY`.
        """
        asked = {"practice": run.practice, "run_id": run.run_id, "before_date": days[1]}
        self._session.write("stage_keep_months", **asked, totals=_document(totals))

    def note_full(self, run: Run, basis: str) -> None:
        """Note that the run read all of its practice, and by what the months are compared."""
        self._session.write("stage_note_full", run_id=run.run_id, basis=basis)

    def settle(self, run: Run) -> None:
        """Settle the months that the run read, once it has planned what it fetched."""
        self._session.write("stage_settle_months", practice=run.practice, run_id=run.run_id)

    def totals(self, practice: str) -> list[JamesTotal]:
        """Return what all months come to, as James said when it was asked last."""
        rows = self._session.rows("stage_kept_totals", practice=practice)
        return [JamesTotal.from_json(total) for row in rows for total in row["totals"]]


def _document(totals: Mapping[str, Sequence[JamesTotal]]) -> Jsonb:
    return Jsonb({month: [total.to_json() for total in found] for month, found in totals.items()})
