"""What waits for a person for long: told at 1, 7 and 30 days, to ever more who can act."""

from __future__ import annotations

import datetime as dt

from exact_online import reasons
from exact_online.book_day import AMSTERDAM, book_day
from exact_online.dutch import dutch_day
from exact_online.ledger import Ledger
from exact_online.ledger.watch_reports import OldItems
from exact_online.reason_codes import Reason
from exact_online.report.sentences import item_sentence
from exact_online.report.watch_items import WatchItem

TOLD, ESCALATED, URGENT = 1, 7, 30
"""Days that the oldest is open: who can cure it is told, then support, then the task fails."""


def open_items(ledger: Ledger, now: dt.datetime) -> list[WatchItem]:
    """Return an item per active practice with a record that is open for a day or more.

    Told once at each of the three ages of the oldest. Up to a week it goes to who cures the oldest
    record; from then on to support. From 30 days on it is urgent.
    """
    day = book_day(now)
    midnight = dt.datetime.combine(day, dt.time(), AMSTERDAM)
    old = ledger.watch_reports.old_items(midnight)
    reason = Reason.OPEN_FOR_LONG
    ledger.watch_reports.follow({(each.practice, reason) for each in old}, [reason], day)
    told = {
        report.practice: report.reported_on
        for report in ledger.watch_reports.list()
        if report.reason == reason
    }
    return [item_of(each, told.get(each.practice), day) for each in old]


def item_of(old: OldItems, told_on: dt.date | None, day: dt.date) -> WatchItem:
    """Return the item of one practice. Pure."""
    age = (day - old.since).days
    reached = max(days for days in (TOLD, ESCALATED, URGENT) if age >= days)
    reason = old.item.reason or Reason.ANSWER_LOST
    return WatchItem(
        Reason.OPEN_FOR_LONG,
        {
            "practices": f"{old.name} ({old.practice})",
            "records": str(old.records),
            "since": dutch_day(old.since),
            "days": str(age),
        },
        is_urgent=reached == URGENT,
        is_due=told_on is None or told_on < old.since + dt.timedelta(days=reached),
        codes=(old.practice,),
        curer="support" if reached >= ESCALATED else reasons.curer(reason),
        cure=reasons.cure(reason),
        example=item_sentence(old.item),
    )
