"""What Airflow calls when a night has not ended by its deadline (`schedule.time_to_deadline`).

It runs in the triggerer, without a slot. The DAG file imports this module at every parse, so what
it does is imported when a night is late.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from asgiref.sync import sync_to_async

log = logging.getLogger(__name__)

_told: set[dt.date] = set()
"""Book days that this process told, or found told: three thousand calls need not ask the ledger."""


async def night_is_late(practice: str, **_context: Any) -> None:
    """Tell support of all nights that are late, unless that was done."""
    from exact_online.clock import SystemClock
    from exact_online.tasks.late_nights import tell_late_nights
    from exact_online.watch_nights import day_to_check

    now = SystemClock().now()
    log.warning("De nacht van praktijk %s is om 07:00 niet klaar.", practice)
    if day_to_check(now) not in _told:
        await sync_to_async(tell_late_nights)(now)
        _told.add(day_to_check(now))
