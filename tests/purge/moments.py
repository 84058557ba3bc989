"""A purge so many days from now, by a clock that is not the ledger's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from exact_online.purge import Purged, purge
from tests.api.virtual_clock import VirtualClock
from tests.link.small import SmallLink

SECOND = dt.timedelta(seconds=1)


def purge_after(link: SmallLink, days: float, **more: Any) -> Purged:
    """Purge as the ledger will be so many days from now."""
    return purge_at(link, now_of(link) + dt.timedelta(days=days), **more)


def purge_at(link: SmallLink, moment: dt.datetime, **more: Any) -> Purged:
    return purge(link.ledger, VirtualClock(moment), **more)


def now_of(link: SmallLink) -> dt.datetime:
    row = link.ledger.conn.execute("select clock_timestamp() as now").fetchone()
    assert row is not None
    now: dt.datetime = row["now"]
    return now


def count(link: SmallLink, question: str) -> int:
    row = link.ledger.conn.execute(f"select count(*) as n from {question}").fetchone()  # noqa: S608
    assert row is not None
    return int(row["n"])
