"""What is to be compared: what changed since it was found equal, and what differs (migration 0055).

Whatever changes a record, its lines, what James has otherwise, or an entry in Exact marks it in the
same transaction, by triggers. A mark is taken when its record was compared and is equal. A
*subject* is a source key, or ``exact:<entry id>``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from exact_online.ledger.runs import Run
from exact_online.ledger.session import Session
from exact_online.ledger.totals import Days
from exact_online.statements import statement

ENTRY = "exact:"
"""Begins the subject of an entry; its id in Exact follows."""
RULES_IN_SQL = ("judged_bookings", "judged_lines", "settled_lines", "judged_together")
FIRST_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Together:
    """Records and entries that are compared in one go: none of others bears on them."""

    source_keys: tuple[str, ...]
    entry_ids: tuple[str, ...]
    marks: Mapping[str, int]
    """Subject -> its mark as it was read, before the rows were."""


@dataclass(frozen=True)
class JudgedWhole:
    """When all of some days was compared last."""

    book_day: dt.date
    judged_under: str


class ToJudge:
    """Reads and takes marks, and keeps what is added up per day."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- what is to be compared -------------------------------------------------------------------

    def marked(self, practice: str, days: Days, most: int) -> Iterator[list[str]]:
        """Give the subjects that are to be compared, at most `most` at once."""
        scope = {"practice": practice, "from_date": days[0], "before_date": days[1], "most": most}
        return _chunks(lambda after: self._session.rows("marked_to_judge", **scope, after=after), "")

    def every(self, practice: str, most: int) -> Iterator[list[str]]:
        """Give all records, and all entries that no record is booked under, whether marked or not,
        at most `most` at once.
        """
        scope = {"practice": practice, "most": most}
        yield from _chunks(lambda after: self._session.rows("every_record", **scope, after=after), "")
        yield from _chunks(
            lambda after: self._session.rows("every_foreign_entry", **scope, after=after), ENTRY + FIRST_ID
        )

    def together(self, practice: str, subjects: Sequence[str]) -> Together:
        """Return these subjects with all that must be compared in one go with them."""
        rows = self._session.rows(
            "judged_together",
            practice=practice,
            source_keys=[subject for subject in subjects if not subject.startswith(ENTRY)],
            entry_ids=[_id(subject) for subject in subjects if subject.startswith(ENTRY)],
        )
        return Together(
            tuple(row["source_key"] for row in rows if row["source_key"]),
            tuple(row["entry_id"] for row in rows if row["entry_id"]),
            {
                row["source_key"] or ENTRY + row["entry_id"]: row["marked_by"]
                for row in rows
                if row["marked_by"] is not None
            },
        )

    def sort_other_entries(
        self, practice: str, days: Days, named: Collection[str], entry_ids: Collection[str]
    ) -> list[str]:
        """Keep which of `entry_ids` are of others; `named` are those that are named after a record.

        Those that go with records of other days alone have these marked in their place. Returns the
        other ones that go with a record: they stay marked themselves.
        """
        rows = self._session.write(
            "sort_other_entries",
            practice=practice,
            from_date=days[0],
            before_date=days[1],
            named=sorted(named),
            entry_ids=sorted(entry_ids),
        )
        return [row["entry_id"] for row in rows]

    def settle(
        self, practice: str, days: Days, settled: Mapping[str, int], unsettled: Collection[str]
    ) -> None:
        """Take the marks of what is equal, as they were read; give what differs one."""
        self._session.write(
            "settle_judged",
            practice=practice,
            from_date=days[0],
            before_date=days[1],
            settled=Jsonb([{"subject": subject, "marked_by": by} for subject, by in settled.items()]),
            unsettled=sorted(unsettled),
        )

    # --- all of it --------------------------------------------------------------------------------

    def whole(self, practice: str, days: Days) -> JudgedWhole | None:
        """Return when all of these days was compared last; None when it is to be done."""
        return self._session.record(JudgedWhole, "judged_whole_when", practice=practice, from_date=days[0])

    def note_whole(self, run: Run, days: Days, judged_under: str) -> None:
        """All of these days was compared by a run."""
        self._session.write(
            "note_judged_whole", run_id=run.run_id, from_date=days[0], judged_under=judged_under
        )

    def ask_whole(self, practice: str) -> None:
        """Have all of a practice compared by its next night."""
        self._session.write("judge_whole", practice=practice)

    # --- sums -------------------------------------------------------------------------------------

    def add_up(self, practice: str, most_days: int) -> None:
        """Add up again the days that changed, at most `most_days` in one transaction."""
        more = True
        while more:
            with self._session.transaction("add up days"):
                held = self._session.write("hold_days_to_add_up", practice=practice, most=most_days)
                days = [row["day"] for row in held]
                if days:
                    self._session.write("add_up_days", practice=practice, days=days)
            more = len(days) == most_days

    def wrong_days(self, practice: str) -> list[dt.date]:
        """Return the days whose sums are wrong though nothing marked them, and mark them."""
        days = [row["day"] for row in self._session.rows("wrong_days", practice=practice)]
        if days:
            self._session.write("mark_wrong_days", practice=practice, days=days)
        return days


def rules_in_sql() -> str:
    """Return the text of the statements that say what is compared with what."""
    return "".join(statement("ledger", name) for name in RULES_IN_SQL)


def _chunks(ask: Callable[[str], list[DictRow]], after: str) -> Iterator[list[str]]:
    while subjects := [row["subject"] for row in ask(after)]:
        yield subjects
        after = subjects[-1]


def _id(subject: str) -> str:
    return subject.removeprefix(ENTRY)
