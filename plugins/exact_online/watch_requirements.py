"""The requirements of every active practice, as the list has them that its page shows too.

Each night brings that list up to date before it may stop on it. What stops a night makes the night
itself fail. It is told here too, as is what is odd and stops nothing, such as a payment condition
with other days (M13): when new, and after 1, 7 and 30 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from exact_online.book_day import book_day
from exact_online.lacks import Lack
from exact_online.ledger import Ledger, PracticeWithDag
from exact_online.ledger.watch_reports import WatchReport
from exact_online.readiness import Problem
from exact_online.report.watch_items import WatchItem
from exact_online.requirements import Requirement, due, known
from exact_online.watch_nights import is_due

REQUIREMENT = "requirement:"
"""Before the code of a reason in what the ledger follows: another check may use the same reason."""
TOLD_ELSEWHERE = frozenset({Lack.NUMBERS_IN_USE, Lack.NEXT_YEAR_MISSING})
"""What was found and is no fault; and the next financial year, which `watch.year_items` tells."""

Found = tuple[Requirement, Problem]


def requirements_due(ledger: Ledger, practice: str, day: dt.date) -> list[Found]:
    """Return what of a practice's division is not as required on a day, with what was found.

    Empty when its list was never read. Nothing is asked of Exact.
    """
    checked = known(ledger, practice)
    return [
        (requirement, problem)
        for requirement in due(checked.requirements if checked else [], day)
        for problem in requirement.findings
        if problem.reason not in TOLD_ELSEWHERE
    ]


def requirement_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item per requirement that is due. Never urgent: the night is what fails."""
    day = book_day(now)
    practices = [each for each in ledger.practices.with_dag() if each.active]
    due_of = {practice.code: requirements_due(ledger, practice.code, day) for practice in practices}
    found = {(code, REQUIREMENT + each.reason) for code, several in due_of.items() for _, each in several}
    before = {report.reason for report in ledger.watch_reports.list()}
    followed = {reason for reason in before if reason.startswith(REQUIREMENT)} | {key for _, key in found}
    ledger.watch_reports.follow(found, sorted(followed), day)
    told = {(report.practice, report.reason): report for report in ledger.watch_reports.list()}
    return [item for practice in practices for item in _items(practice, due_of[practice.code], told, day)]


def _items(
    practice: PracticeWithDag, found: list[Found], told: dict[tuple[str, str], WatchReport], day: dt.date
) -> Iterator[WatchItem]:
    for requirement, problem in found:
        yield WatchItem(
            problem.reason,
            {
                **{name: str(value) for name, value in problem.values.items()},
                "practices": f"{practice.name} ({practice.code})",
            },
            is_urgent=False,
            is_due=is_due(told[practice.code, REQUIREMENT + problem.reason], day),
            codes=(practice.code,),
            curer=requirement.curer,
            how=requirement.cure(),
        )
