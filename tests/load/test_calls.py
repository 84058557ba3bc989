"""What a night costs in calls, counted in the simulator's own log, and how well the windows are
used.
"""

from __future__ import annotations

import pytest

from exact_online.failures import DayIsFull
from tests.link.small import SmallLink

BOOKINGS = 300
FURTHER_CALLS = 13


def write(link: SmallLink, invoices: int, first: int = 2600001) -> None:
    for place in range(invoices):
        lines = ((1000, 0, "tariff"), (2000, 21, "article"))
        link.james.invoice(first + place, "1001", *lines, condition="PIN" if place % 5 == 0 else "14D")


@pytest.fixture
def link(link: SmallLink) -> SmallLink:
    """The debtor is in Exact already."""
    link.james.debtor("1001")
    link.night()
    return link


def test_a_night_costs_one_call_per_booking_and_thirteen_more(link: SmallLink) -> None:
    """Debtors apart; also the next night, however much there is by then."""
    write(link, BOOKINGS)
    before = len(link.world.log)
    assert link.night().numbers.difference_cents == 0
    assert len(link.world.log) - before <= BOOKINGS + FURTHER_CALLS
    before = len(link.world.log)
    link.night()
    assert len(link.world.log) - before <= FURTHER_CALLS


def test_a_backlog_uses_the_minutes_and_gets_no_429(link: SmallLink) -> None:
    """FR-B5, INV-11: 600 bookings with the limit on.

    At least 95 % of the calls that the minutes allow.
    """
    write(link, 600)
    link.world.limits.calls_per_minute, link.minute_limit = 60, 60
    link.pass_by(60 - link.clock.now().second)
    before, began = len(link.world.log), link.clock.now()
    link.night()
    calls = list(link.world.log)[before:]
    minutes = (link.clock.now() - began).total_seconds() // 60
    assert len(calls) >= 0.95 * 60 * minutes
    assert not [call for call in calls if call.status == 429]


def test_a_backfill_leaves_the_nightly_reserve(link: SmallLink) -> None:
    """FR-B7, FR-J4: history stops where the night's own calls begin, and goes on the next day.

    Of a day of few calls it leaves a fifth.
    """
    for place in range(100):
        link.james.invoice(2600001 + place, "1001", day=link.practice.first_sync_date)
    link.world.limits.calls_per_day, link.day_limit = 100, 100
    with pytest.raises(DayIsFull, match="blijven er 20 voor de nacht"):
        link.night("history", backfill="import")
    used = link.world.limits.used(link.world.app.client_id, link.division.code)[1]
    assert used <= 80
    link.pass_by(24 * 3600)
    link.settled_from = link.practice.first_sync_date
    link.night("history", backfill="import")
    assert sum(len(link.entries(2600001 + place)) for place in range(100)) == 100


def test_a_server_without_sync_is_read_as_a_whole(link: SmallLink) -> None:
    """The mirror is a matter of speed, not of truth."""
    link.world.faults.add("status", endpoint="sync/Financial/TransactionLines", status=404, times=None)
    link.ledger.conn.execute("delete from call_error")
    write(link, 3)
    assert link.night().numbers.difference_cents == 0
