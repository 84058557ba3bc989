"""A link that was dead for nights is made again: one night books what was missed (B5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
import requests

from exact_online.activation.consent import ExactSide, arrive
from exact_online.activation.division import Choice, link_again
from exact_online.failures import LinkFailure, ReconnectNeeded
from exact_online.ledger.activation import ConsentRequest
from tests.api.virtual_clock import VirtualClock
from tests.stage import BOOK_DAY, Stage

DAY = dt.timedelta(days=1)
PRACTICES = ("noorderlicht", "de_brug", "loopwinkel")


DEAD = [("withdrawn", 1), ("withdrawn", 13), ("withdrawn", 40), ("unused", 31), ("unused", 40)]


@pytest.mark.parametrize(("how", "nights"), DEAD)
def test_what_was_missed_is_booked_in_one_night_once(
    make_stage: Callable[..., AbstractContextManager[Stage]], james_owner_dsn: str, nights: int, how: str
) -> None:
    """0 double, 0 lost: all practices of one Exact user, whose token is dead for so many nights."""
    last, missed_cents = _day_after_invoices(james_owner_dsn), 0
    first = last - nights * DAY
    clock = VirtualClock(dt.datetime.combine(first, dt.time(1), dt.UTC))
    with make_stage(clock=clock) as stage:
        before = {code: stage.run(code, book_day=first).numbers for code in PRACTICES}
        if how == "withdrawn":
            stage.world.authority.withdraw(stage.world.user.id)
        _pass(stage, clock, nights, first, calls=how == "withdrawn")
        _reconnect(stage, clock)
        for code in PRACTICES:
            night = stage.run(code, book_day=last)
            assert night.items == []
            assert night.numbers is not None
            assert night.numbers.difference_cents == 0
            assert night.numbers.james_cents == night.numbers.exact_cents + night.numbers.exported_cents
            known = before[code]
            assert known is not None
            missed_cents += night.numbers.james_cents - known.james_cents
            assert _in_exact(stage, code) == _in_ledger(stage, code)
        assert missed_cents > 0


def _day_after_invoices(james_dsn: str) -> dt.date:
    """The latest night of the demo that has invoices of the day before."""
    question = "select max((gefactureerd_op at time zone 'Europe/Amsterdam')::date) from james.factuur"
    with psycopg.connect(james_dsn) as james:
        (latest,) = james.execute(
            f"{question} where status = 'gefactureerd' and gefactureerd_op < %s", [BOOK_DAY]
        ).fetchone() or (BOOK_DAY,)
    day: dt.date = latest + DAY
    return day


def _in_exact(stage: Stage, code: str) -> list[int]:
    """The numbers of all sales entries in the practice's division."""
    return sorted(row["EntryNumber"] for row in stage.world.division(code)["SalesEntries"])


def _in_ledger(stage: Stage, code: str) -> list[int]:
    """The numbers of the sales entries that the ledger knows as booked."""
    with stage.ledger() as ledger:
        rows = ledger.conn.execute(
            "select entry_number from exact_sync.booking where practice = %s and state = 'booked'"
            " and kind = 'sales_entry' order by 1",
            [code],
        ).fetchall()
    return [row["entry_number"] for row in rows]


def _pass(stage: Stage, clock: VirtualClock, nights: int, first: dt.date, *, calls: bool) -> None:
    """Nights that end before they book anything, or, without calls, nights that never begin."""
    for number in range(1, nights + 1):
        clock.pass_by(DAY.total_seconds())
        stage.world.clock.advance(days=1)
        if calls or number == nights:
            written = sum(call.method != "GET" for call in stage.world.log)
            for code in PRACTICES:
                with pytest.raises(LinkFailure) as stopped:
                    stage.run(code, book_day=first + number * DAY)
                assert isinstance(stopped.value, ReconnectNeeded), stopped.value
            after = [call for call in stage.world.log if call.method != "GET"]
            assert len(after) - written <= 2, "at most the questions for a token"


def _reconnect(stage: Stage, clock: VirtualClock) -> None:
    """One consent, as the pages take it, for the first practice; the others share its user."""
    exact = ExactSide(stage.app, stage.keys, requests.Session(), stage.world.app.redirect_uri)
    with stage.ledger() as ledger:
        practice = ledger.practices.get(PRACTICES[0])
        request = ConsentRequest("link", practice.code, "1", None, "op", framed=False)
        arrive(ledger, exact, request, stage.world.consent(), clock)
        make_client = lambda linked, ledger: stage.client(ledger, linked)  # noqa: E731
        assert link_again(ledger, make_client, practice, "op") is Choice.LINKED
        after = ledger.practices.get(practice.code)
        assert after == practice, "division, chain, days and settings stay"
