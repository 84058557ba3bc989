"""The asset of a practice: another team's DAG waits for it to read what a night booked.

A run sends an event of it when its last task succeeds, so not for a failed night and not for a dry
run. Its extra has counts alone, and no amounts and no personal data.
"""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import Asset, AssetAlias

from exact_online.ledger import NightNumbers, Run
from exact_online.schedule import booked_asset

log = logging.getLogger(__name__)


def announce_booked(run: Run, numbers: NightNumbers | None, outlet_events: Any) -> None:
    """Send the event of a night that is complete; nothing when it was not compared.

    Its extra has ``practice``, ``book_day`` (2026-11-22), ``booked``, ``rejected`` and ``open``:
    entries that this run booked; and records of the days it answers for that are rejected or held,
    and that are planned or doubtful.
    """
    if numbers is None:
        return
    name = booked_asset(run.practice)
    extra = {
        "practice": run.practice,
        "book_day": run.book_day.isoformat(),
        "booked": numbers.sales_entries + numbers.general_journal_entries,
        "rejected": numbers.rejected + numbers.held,
        "open": numbers.planned + numbers.doubtful,
    }
    outlet_events[AssetAlias(name)].add(Asset(name), extra=extra)
    log.info("Asset %s: %s", name, extra)
