"""The requirements of every active practice again, by the lists that its last night read.

What stops a night makes the night itself fail. It is told here too, as is what is odd and stops
nothing, such as a payment condition with other days (M13): when new, and after 1, 7 and 30 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from exact_online.api.lists import load_lists
from exact_online.book_day import book_day
from exact_online.failures import NotReady
from exact_online.lacks import Lack
from exact_online.ledger import Ledger, Practice
from exact_online.readiness import readiness_problems, readiness_remarks
from exact_online.reasons import Reason
from exact_online.report.watch_items import WatchItem
from exact_online.stops import Stop
from exact_online.watch_nights import is_due

REQUIREMENT = "requirement:"
"""Before the code of a reason in what the ledger follows: another check may use the same reason."""


@dataclass(frozen=True)
class Due:
    """A requirement that is not met, or is odd."""

    reason: Reason | Stop | Lack
    values: Mapping[str, object]


def requirements_due(ledger: Ledger, practice: Practice, day: dt.date) -> list[Due]:
    """Return what of a practice's division is not as required on a day, by the stored lists.

    Empty when its lists or settings were never read. Nothing is asked of Exact.
    """
    try:
        settings, lists = ledger.practices.settings(practice), load_lists(ledger.mirrors, practice.code)
    except NotReady:
        return []
    if not (lists.journals and lists.payment_conditions):
        return []
    problems = [Due(each.reason, each.values) for each in readiness_problems(settings, lists, day)]
    return problems + [Due(each.reason, each.values) for each in readiness_remarks(settings, lists)]


def requirement_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item per requirement that is due. Never urgent: the night is what fails."""
    day = book_day(now)
    practices = [ledger.practices.get(each.code) for each in ledger.practices.with_dag() if each.active]
    due = {practice.code: requirements_due(ledger, practice, day) for practice in practices}
    found = {(code, REQUIREMENT + each.reason) for code, several in due.items() for each in several}
    before = {report.reason for report in ledger.watch_reports.list()}
    followed = {reason for reason in before if reason.startswith(REQUIREMENT)} | {key for _, key in found}
    ledger.watch_reports.follow(found, sorted(followed), day)
    told = {(report.practice, report.reason): is_due(report, day) for report in ledger.watch_reports.list()}
    return [
        WatchItem(
            each.reason,
            {
                **{name: str(value) for name, value in each.values.items()},
                "practices": f"{practice.name} ({practice.code})",
            },
            is_urgent=False,
            is_due=told[practice.code, REQUIREMENT + each.reason],
            codes=(practice.code,),
        )
        for practice in practices
        for each in due[practice.code]
    ]
