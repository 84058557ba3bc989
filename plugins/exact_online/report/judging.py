"""Which records a night compares: those that are marked; and once a week all. A chunk at a time.

What is compared in one go bears on nothing else (`Together`), so the parts come to what one
comparison of everything does, in the memory of a chunk and of what is open.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exact_online.book_day import own_day
from exact_online.ledger import Days, JudgedBooking, Ledger, Practice, Run
from exact_online.ledger.to_judge import ENTRY, JudgedWhole, Together, rules_in_sql
from exact_online.report.content import Chart
from exact_online.report.desk import CellCounter
from exact_online.report.judgement import Judgement, judge

CHUNK = 2_000
"""So many records or entries are compared at once: bounds the memory of a night."""

DAYS_AT_ONCE = 31
"""So many days are added up in one transaction."""

WEEK = dt.timedelta(days=7)

RULES = ("judgement.py", "causes.py", "content.py", "desk.py", "even.py", "judging.py")


class Whole(StrEnum):
    """Why all is compared, whether marked or not."""

    FIRST = "first"
    """For the first time over these days, or because somebody asked for it."""
    OTHER_RULES = "other_rules"
    """Another version of the link, or other accounts in Exact."""
    WEEKLY = "weekly"


JamesNow = Callable[[Sequence[JudgedBooking]], dict[str, CellCounter]]
"""Booking -> what James has per cell of each that it has otherwise."""


@dataclass(frozen=True)
class Judging:
    """The comparison of a practice's records with their entries over `days`."""

    ledger: Ledger
    practice: Practice
    run: Run
    days: Days
    chart: Chart
    james_now: JamesNow

    def marked(self) -> Judgement:
        """Compare what changed since it was found equal, and what differs."""
        total, done = Judgement(), set[str]()
        for subjects in self.ledger.to_judge.marked(self.practice.code, self.days, CHUNK):
            if left := [subject for subject in subjects if subject not in done]:
                together = self.ledger.to_judge.together(self.practice.code, left)
                found = self._judged(together, done)
                total.add(found)
                done |= found.unsettled | (together.marks.keys() - self._settle(together, found))
        return total

    def whole(self) -> list[str]:
        """Compare everything. What differs is marked, so that `marked` finds it.

        Returns the subjects that are not equal and that nothing had marked: what `marked` alone
        would have missed.
        """
        missed: list[str] = []
        for subjects in self.ledger.to_judge.every(self.practice.code, CHUNK):
            together = self.ledger.to_judge.together(self.practice.code, subjects)
            found = self._judged(together, ())
            missed += [each for each in found.unsettled - together.marks.keys() if self._is_missed(each)]
            self._settle(together, found)
        return sorted(set(missed))

    def why_whole(self) -> Whole | None:
        """Return why this night compares everything; None when it needs not."""
        last = self.ledger.to_judge.whole(self.practice.code, self.days)
        return why_whole(last, self.practice.code, self.run.book_day, rules(self.chart))

    def note_whole(self) -> None:
        """Everything was compared."""
        self.ledger.to_judge.note_whole(self.run, self.days, rules(self.chart))

    def _judged(self, together: Together, done: Collection[str]) -> Judgement:
        differences, code, days = self.ledger.differences, self.practice.code, self.days
        keys = [key for key in together.source_keys if key not in done]
        bookings = differences.bookings(code, days, keys, self.ledger.runs.ids_of_night(self.run))
        settled = differences.settled_lines(code, days, keys)
        return judge(
            bookings, settled, differences.lines(code, days, keys), self.chart, self.james_now(bookings)
        )

    def _settle(self, together: Together, found: Judgement) -> set[str]:
        """Take the marks of what is equal; return its subjects."""
        code, to_judge = self.practice.code, self.ledger.to_judge
        unnamed = set(together.entry_ids) - found.named
        waiting = to_judge.sort_other_entries(code, self.days, found.named, unnamed)
        left = found.unsettled | {ENTRY + entry_id for entry_id in waiting}
        settled = {subject: by for subject, by in together.marks.items() if subject not in left}
        to_judge.settle(code, self.days, settled, found.unsettled)
        return set(settled)

    def _is_missed(self, subject: str) -> bool:
        """Whether nothing that goes with it is marked either."""
        return not self.ledger.to_judge.together(self.practice.code, [subject]).marks


def why_whole(last: JudgedWhole | None, code: str, book_day: dt.date, judged_under: str) -> Whole | None:
    """Return why everything is compared by the night of a day; None when it needs not.

    The days of the week are spread over the practices.
    """
    if last is None:
        return Whole.FIRST
    if last.judged_under != judged_under:
        return Whole.OTHER_RULES
    is_own_day = book_day > last.book_day and book_day.weekday() == own_day(code)
    return Whole.WEEKLY if is_own_day or book_day - last.book_day >= WEEK else None


def rules(chart: Chart) -> str:
    """Return a digest of what decides whether an unchanged record is equal: the text of the rules,
    and the accounts that they know.
    """
    found = hashlib.sha256()
    for name in RULES:
        found.update(Path(__file__).with_name(name).read_bytes())
    found.update(rules_in_sql().encode())
    found.update(repr((sorted(chart.codes_by_id.items()), sorted(chart.vat_accounts))).encode())
    return found.hexdigest()
