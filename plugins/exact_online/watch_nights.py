"""Nights that do not come, numbers of invoices that are unusual, and a ledger that is a copy.

All are read from the ledger's own rows, so they do not depend on what the scheduler thinks of
itself. A scheduler that is dead runs no watch either: `python -m exact_online watch-nights` is for
a cron job or a monitor beside Airflow (docs/runbook.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from exact_online.book_day import AMSTERDAM
from exact_online.dutch import dutch_day, dutch_moment
from exact_online.ledger import Ledger
from exact_online.ledger.watch_reports import InvoiceCount, UnfinishedNight, WatchReport
from exact_online.reason_codes import Reason
from exact_online.report.watch_items import WatchItem
from exact_online.schedule import DEADLINE

TOLD_AT_DAYS = (1, 7, 30)
"""What stays so is told again at these ages; in between a task is red and nobody is mailed."""

NIGHT_REASONS = (Reason.NIGHT_MISSING, Reason.NIGHT_UNFINISHED)

WEEKS = 8
"""Of so many weeks back the same day of the week is compared: practices have their rhythm."""
FEWEST_WEEKS = 4
"""With fewer there is nothing to compare with."""
FLOOR = 10
"""So many more or fewer are never unusual, so a small practice gives no alarm."""
SPREADS = 6
"""How often the median deviation is still usual: about four standard deviations."""


def day_to_check(now: dt.datetime) -> dt.date:
    """Return the last book day whose night must have ended at `now`."""
    local = now.astimezone(AMSTERDAM)
    return local.date() if local.time() >= DEADLINE else local.date() - dt.timedelta(days=1)


def night_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return `unfinished_items`, and keep since when: so support is mailed when they are new."""
    day = day_to_check(now)
    found = {night.practice: _reason_of(night) for night in ledger.watch_reports.unfinished_nights(day)}
    due = _due(ledger, found, NIGHT_REASONS, day)
    return [
        replace(item, is_due=any(found[practice] is item.reason for practice in due))
        for item in unfinished_items(ledger, now)
    ]


def unfinished_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item for the nights that did not begin, and one for those that did not end.

    Urgent: nothing is booked until somebody acts. One item names all practices, since a scheduler
    that is dead stops all of them. Nothing is written.
    """
    day = day_to_check(now)
    nights = ledger.watch_reports.unfinished_nights(day)
    items = []
    for reason in NIGHT_REASONS:
        if found := [night for night in nights if _reason_of(night) is reason]:
            values = {"date": dutch_day(day), "practices": "; ".join(map(_night_text, found))}
            codes = tuple(night.practice for night in found)
            items.append(WatchItem(reason, values, is_urgent=True, is_due=True, codes=codes))
    return items


def copy_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item when this ledger is a copy, which books nothing (FR-L8). Urgent."""
    practices = [each for each in ledger.practices.with_dag() if each.active]
    if not ledger.home.is_copy():
        practices = []
    found = {each.code: Reason.LEDGER_COPIED for each in practices}
    due = _due(ledger, found, (Reason.LEDGER_COPIED,), day_to_check(now))
    names = ", ".join(f"{each.name} ({each.code})" for each in practices)
    if not practices:
        return []
    return [WatchItem(Reason.LEDGER_COPIED, {"practices": names}, is_urgent=True, is_due=bool(due))]


def _reason_of(night: UnfinishedNight) -> Reason:
    return Reason.NIGHT_MISSING if night.started_at is None else Reason.NIGHT_UNFINISHED


def count_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item per practice with an unusual number of invoices of yesterday."""
    day = day_to_check(now)
    counts = ledger.watch_reports.invoice_counts(day - dt.timedelta(days=1), WEEKS)
    found = {}
    for practice, rows in groupby(counts, lambda count: count.practice):
        *before, last = rows
        usual = usual_number([count.invoices for count in before])
        if usual is not None and is_unusual(last.invoices, [count.invoices for count in before]):
            found[practice] = (last, usual)
    due = _due(ledger, dict.fromkeys(found, Reason.INVOICES_UNUSUAL), (Reason.INVOICES_UNUSUAL,), day)
    return [
        WatchItem(
            Reason.INVOICES_UNUSUAL, _count_values(last, usual), False, practice in due, codes=(practice,)
        )
        for practice, (last, usual) in found.items()
    ]


def usual_number(before: Sequence[int]) -> float | None:
    """Return the median of the weeks before; None when they are too few."""
    return median(before) if len(before) >= FEWEST_WEEKS else None


def is_unusual(invoices: int, before: Sequence[int]) -> bool:
    """Return whether a number is far from those of the same day in the weeks before. Pure.

    Far is beyond each of: ten invoices, half of the median, and six times the median deviation
    from it. Median and median deviation are not moved by a holiday or two among the weeks.
    """
    usual = usual_number(before)
    if usual is None:
        return False
    spread = median(abs(number - usual) for number in before)
    return abs(invoices - usual) > max(FLOOR, usual / 2, SPREADS * spread)


def is_due(report: WatchReport, day: dt.date) -> bool:
    """Return whether support is mailed today: when it is new, and at the ages `TOLD_AT_DAYS`."""
    if report.reported_on is None:
        return True
    ages = [report.since + dt.timedelta(days=days) for days in TOLD_AT_DAYS]
    return any(report.reported_on < age <= day for age in ages)


def _due(ledger: Ledger, found: dict[str, Reason], reasons: Sequence[Reason], day: dt.date) -> set[str]:
    """Keep what was found; return the practices about which support is mailed today."""
    ledger.watch_reports.follow({*found.items()}, reasons, day)
    return {
        report.practice
        for report in ledger.watch_reports.list()
        if found.get(report.practice) == report.reason and is_due(report, day)
    }


def _night_text(night: UnfinishedNight) -> str:
    began = f"begonnen {dutch_moment(night.started_at)}, " if night.started_at else ""
    last = dutch_day(night.last_day) if night.last_day else "geen"
    return f"{night.name} ({night.practice}, {began}laatste nacht die afliep: {last})"


def _count_values(last: InvoiceCount, usual: float) -> dict[str, str]:
    return {
        "practices": f"{last.name} ({last.practice})",
        "date": dutch_day(last.day),
        "number": str(last.invoices),
        "wanted": f"{usual:g}".replace(".", ","),
    }
