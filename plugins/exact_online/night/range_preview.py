"""What a dry run says of its history: it walks the steps that book, so it is what they do (B3)."""

from __future__ import annotations

import datetime as dt

from exact_online.api.budget import reserve_of
from exact_online.api.forecast import nights_for
from exact_online.api.limits import DAY_LIMIT
from exact_online.ledger import Run
from exact_online.ledger.range_preview import RangePreview
from exact_online.night.context import Night
from exact_online.night.history import history_days

READING_CALLS = 30
"""What a night reads, at most: the division, what changed, and the comparison at its end."""
ONE_DAY = dt.timedelta(days=1)


def range_preview(night: Night, history: Run, tonights_calls: int, calls: int) -> RangePreview:
    """Return what the history of a dry run comes to; called before it is rolled back.

    `history` is its run, `calls` the writes that it would have made, and `tonights_calls` those of
    the night itself, which go first.
    """
    days, totals = history_days(night), night.ledger.totals
    tonights = tonights_calls + READING_CALLS
    limit = night.ledger.call_windows.day_limit(night.practice.division) or DAY_LIMIT
    usual = tonights if tonights <= reserve_of(limit) else READING_CALLS  # else it is a first night
    nights = nights_for(tonights, calls, day_limit=limit, nightly_calls=usual)
    return RangePreview(
        backfill=night.run.backfill,
        first_day=days[0],
        last_day=days[1] - ONE_DAY,
        totals=tuple(totals.per_period(history)),
        left=tuple(totals.left_behind(history, days)),
        calls=calls,
        nights=nights,
        day_limit=limit,
        finish_day=night.run.book_day + dt.timedelta(days=nights - 1),
    )
