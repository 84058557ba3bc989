"""Walks the nights in which history is brought in: each has an invoice of its own that must go
first, a day of calls that must do, and deaths at random places.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from exact_online.api.budget import reserve_of
from exact_online.crash_points import watch_crash_points
from exact_online.failures import DayIsFull, LockLost, ReconnectNeeded
from tests.faults.crashes import SimulatedCrash, dying_at
from tests.history.two_years import BEFORE, FIRST, TONIGHTS_DEBTOR, fill
from tests.link.small import BOOK_DAY, Place, SmallLink
from tests.stage import Outcome

TONIGHT = 2_600_000
"""Before the number of each night's own invoice."""
MOST_NIGHTS = 40
TRIES = 3
"""Airflow tries a task again that found the practice in other hands (schedule.RETRIES)."""
NIGHT_BEGINS = dt.time(1, tzinfo=dt.UTC)


class HistoryLink(SmallLink):
    """A small link whose night goes on when the calls of its history are used up, as the DAG does.

    What was just booked is believed to be shown: no run waits for the simulator to settle.
    """

    full_at: int | None = None
    """How many calls of the day were used when history had to stop; None when it did not."""

    def with_patience(self, act: Callable[[], Any]) -> Any:
        for _ in range(TRIES):
            try:
                return super().with_patience(act)
            except DayIsFull:
                self.full_at = self.world.limits.used(self.app.client_id, self.division.code)[1]
                return []
            except LockLost:  # ten runs of days write too, and Airflow tries the task again
                time.sleep(0.1)
        return super().with_patience(act)


@dataclass
class Night:
    """What one night came to."""

    seconds: float
    calls: int
    sent: int
    """Entries of history that it sent, one by one or in uploads; or handed over."""
    deaths: int
    history_full_at: int | None
    """Calls that were used when history left the rest of the day to the night."""
    own_after_seconds: float
    """When its own invoice was sent, after it began."""


@dataclass
class Walk:
    """A link with two years in James, and what its nights came to."""

    place: Place
    invoices: int
    days: int
    deaths: int
    """How often it has to die."""
    seed: int
    day_calls: int | None = None
    """Calls that Exact allows a day; None for no limit."""
    tell: Callable[[str], None] = print
    nights: list[Night] = field(default_factory=list)
    deaths_died: int = 0
    consents: int = 0
    """How often a death left a chain of tokens that only a person can begin anew."""

    def __post_init__(self) -> None:
        self.link = HistoryLink(self.place)
        self.link.settle_seconds = 0.0
        self.chance = random.Random(self.seed)
        self.days_with_invoice = fill(self.link, self.invoices, self.days)
        if self.day_calls is not None:
            self.link.world.limits.calls_per_day = self.link.day_limit = self.day_calls

    @property
    def calls(self) -> int:
        """Every call that reached Exact."""
        return sum(self.link.world.auditor.calls_per_minute.values())

    def night(
        self, backfill: str = "as_set", *, deaths: int = 0, span: int = 0, **days: str | None
    ) -> Outcome:
        """Walk a night to its end, on the next day of Exact's calls.

        It dies `deaths` times at most, each time within so many of its crash points, and is begun
        again. Its own invoice must be the first that it sends.
        """
        link, number = self.link, TONIGHT + len(self.nights)
        book_day = BOOK_DAY + dt.timedelta(days=len(self.nights))
        link.james.invoice(number, TONIGHTS_DEBTOR)
        link.full_at, began, before = None, dt.datetime.now(dt.UTC), self.calls
        known = self._history_id()
        name, died = f"night of {book_day}", 0
        while True:
            places = self.chance.randrange(3, span) if died < deaths else 10**9
            try:
                with dying_at(places) if deaths else _nothing():
                    outcome = link.night(name, backfill, book_day, **days)
                break
            except SimulatedCrash:
                died += 1
                link.die()
            except ReconnectNeeded:  # it died between a new token and its row
                self.consents += 1
                link.authenticate()
        self.deaths_died += died
        found = self._found(known, number, before, began)
        found.seconds, found.deaths = round((dt.datetime.now(dt.UTC) - began).total_seconds(), 1), died
        self._check(found)
        self.nights.append(found)
        self.tell(f"night {len(self.nights)}: {found}")
        self._next_day()
        return outcome

    def _history_id(self) -> int:
        row = self.link.ledger.conn.execute(
            "select coalesce(max(history_id), 0) as n from booking_history"
        ).fetchone()
        assert row is not None
        return int(row["n"])

    def _found(self, known: int, number: int, calls_before: int, began: dt.datetime) -> Night:
        """What was sent since, which must begin with the night's own invoice."""
        rows = self.link.ledger.conn.execute(
            "select b.source_key, h.at, b.entry_date < %s as is_history from booking_history as h"
            " inner join booking as b using (booking_id) inner join run as r on r.run_id = h.run_id"
            " where h.history_id > %s and b.kind <> 'debtor' and r.airflow_run_id like 'night of %%'"
            " and h.to_state in ('sending', 'exported') order by h.history_id",
            [BEFORE, known],
        ).fetchall()
        assert rows[0]["source_key"] == f"factuur:{number}", rows[:3]
        own_after = round((rows[0]["at"] - began).total_seconds(), 1)
        sent = len({row["source_key"] for row in rows if row["is_history"]})
        return Night(0.0, self.calls - calls_before, sent, 0, self.link.full_at, own_after)

    def _check(self, night: Night) -> None:
        if self.day_calls is None:
            return
        assert night.calls <= self.day_calls
        if night.history_full_at is not None:
            assert night.history_full_at <= self.day_calls - reserve_of(self.day_calls)

    def _next_day(self) -> None:
        now = self.link.clock.now()
        begins = dt.datetime.combine(now.date() + dt.timedelta(days=1), NIGHT_BEGINS)
        self.link.pass_by((begins - now).total_seconds())

    def is_at_rest(self, first: dt.date, before: dt.date) -> bool:
        """Return whether all invoices of these days are planned, and none is to be sent."""
        wanted = len(self.link.james.in_scope((first, before)))
        row = self.link.ledger.conn.execute(
            "select count(*) filter (where state not in ('planned', 'sending', 'doubtful')) as n"
            " from every_current_booking where kind <> 'debtor' and entry_date >= %s and entry_date < %s",
            [first, before],
        ).fetchone()
        return row is not None and row["n"] == wanted

    def held_in_closed_year(self) -> int:
        """Return how many wait for their period to be opened."""
        row = self.link.ledger.conn.execute(
            "select count(*) as n from every_current_booking"
            " where state = 'held' and reason = 'period_closed'"
        ).fetchone()
        assert row is not None
        return int(row["n"])

    def unsettled(self) -> list[tuple[str, str, str | None]]:
        """Return key, state and reason of what is neither booked, handed over nor in a closed
        period, and the keys that the ledger lacks.
        """
        rows = self.link.ledger.conn.execute(
            "select source_key, state, reason from every_current_booking where kind <> 'debtor'"
        ).fetchall()
        known = {row["source_key"] for row in rows}
        lacking = [
            (key, "unknown", None) for key in self.link.james.in_scope((FIRST, BEFORE)) if key not in known
        ]
        left = [(row["source_key"], row["state"], row["reason"]) for row in rows]
        done = ("booked", "exported")
        return lacking + [row for row in left if row[1] not in done and row[2] != "period_closed"]

    @contextmanager
    def workers_dying(self, deaths: int, span: int) -> Iterator[None]:
        """Whichever worker comes to it dies, `deaths` times, within so many crash points each."""
        lock, left = Lock(), [self.chance.randrange(3, span) for _ in range(deaths)]

        def reach(name: str) -> None:
            with lock:
                if not left:
                    return
                left[0] -= 1
                if left[0] >= 0:
                    return
                left.pop(0)
                self.deaths_died += 1
            raise SimulatedCrash(name)

        watch_crash_points(reach)
        try:
            yield
        finally:
            watch_crash_points(None)


@contextmanager
def _nothing() -> Iterator[list[str]]:
    yield []
