"""A month of one practice: what happens on which day, the nights, and what people do about it.

A day is: what happened since the last night; the night; its morning, on which people act and clear
what the log names.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from exact_online.acts.word import Word
from exact_online.extract.reach import opened_james
from exact_online.failures import LinkFailure
from tests.cures.walk import ORDER, RUN_AFTER, Walk
from tests.faults.invariants import violations, violations_at_rest
from tests.link.small import SmallLink

FIRST_NIGHT = dt.date(2026, 12, 7)
NIGHTS = 30
"""The last one is that of 05-01-2027."""
log = logging.getLogger("exact_online.month")

Act = Callable[["Month"], None]


@dataclass(frozen=True)
class End:
    """How an event ended."""

    day: int
    """The night on whose morning it was done."""
    words: str
    act: Act
    clears: bool = False
    """Support clears the red task as its log says; else the next night finds it."""


@dataclass(frozen=True)
class Event:
    """One thing that happens to the practice, its books or its link."""

    day: int
    """The night before which it happens; 1 is the first."""
    words: str
    happens: Act
    red: str = ""
    """The task that is red in that night, and in no later one; none when nobody has to do a thing.

    Two, with a blank between, where the books differ as well."""
    end: End | None = None
    """None: it ended in the night itself."""
    unfinished: bool = False
    """The night leaves invoices to the next one."""

    @property
    def reds(self) -> list[str]:
        return self.red.split()


@dataclass
class DayLog:
    """What support saw of a day."""

    day: int
    book_day: dt.date
    events: list[str] = field(default_factory=list)
    red: list[tuple[str, list[str]]] = field(default_factory=list)
    """Task and its lines."""
    last_line: str = ""
    acts: list[str] = field(default_factory=list)
    cleared: list[tuple[str, str]] = field(default_factory=list)
    """Task that was cleared, and the last line of the night after that."""


class MonthLink(SmallLink):
    """A small link that lives in December 2026."""

    book_day = FIRST_NIGHT
    james_is_down = False

    @property
    def scope(self) -> tuple[dt.date, dt.date]:
        return self.settled_from, self.book_day

    @property
    def james_reader(self) -> psycopg.Connection[Any]:
        if self.james_is_down:
            opened_james(_no_connection)
        return super().james_reader


def _no_connection() -> psycopg.Connection[Any]:
    raise psycopg.OperationalError("connection refused")


class MonthWalk(Walk):
    """Nights that bear their own day; a technical failure is red after its retries."""

    told: dict[str, list[str]]
    """Task -> the lines of its last try that are no mere information."""

    def night(self, day: int) -> None:
        """Walk all tasks of a night."""
        self.ended.clear()
        self.lines.clear()
        self.told = {}
        run_after = dt.datetime.combine(
            FIRST_NIGHT + dt.timedelta(days=day - 1), RUN_AFTER.timetz(), RUN_AFTER.tzinfo
        )
        self.dag_run = SimpleNamespace(
            run_id=f"scheduled__{day}", run_after=run_after, triggering_user_name="anna"
        )
        self.all()

    def step(self, task: str) -> None:
        super().step(task)
        own = [record for record in self.caplog.records if record.levelno >= logging.WARNING]
        self.told[task] = [record.getMessage() for record in own if record.name.startswith("exact_online")]

    def _state(self, task: str) -> str:
        try:
            return super()._state(task)
        except LinkFailure as failure:
            log.error("%s", failure)
            return "failed"


class Month:
    """Walks the events of a month, and judges after each night."""

    def __init__(self, link: MonthLink, caplog: pytest.LogCaptureFixture) -> None:
        self.link = link
        self.walk = MonthWalk(link, caplog)
        self.day = 0
        self.days: list[DayLog] = []
        self.kept: dict[str, Any] = {}
        """What an event leaves for its end."""

    @property
    def book_day(self) -> dt.date:
        return FIRST_NIGHT + dt.timedelta(days=self.day - 1)

    @property
    def yesterday(self) -> dt.date:
        """The day of new invoices."""
        return self.book_day - dt.timedelta(days=1)

    def word(self, reason: str) -> Word:
        return Word(self.link.practice.code, "Anna Accountant", reason)

    def people(self, act: Act) -> None:
        """What people do in Exact is not the link's."""
        with self.link.world.auditor.people_act(self.link.division):
            act(self)

    def live(self, events: list[Event]) -> None:
        """Walk the whole month."""
        for day in range(1, NIGHTS + 1):
            self.day = day
            self._one_day(
                [event for event in events if event.day == day],
                [event for event in events if event.end and event.end.day == day],
            )

    def _one_day(self, events: list[Event], ending: list[Event]) -> None:
        self.link.book_day = self.book_day
        self._until_night()
        today = DayLog(self.day, self.book_day)
        self.days.append(today)
        for event in events:
            self.people(event.happens)
            today.events.append(event.words)
        self.walk.night(self.day)
        today.red = [(task, self.walk.told[task]) for task in ORDER if task in self.walk.red]
        today.last_line = self._last_line()
        assert self.walk.red == {task for event in events for task in event.reds}, self._told()
        self._judge(any(event.unfinished for event in events))
        self._morning(today, ending)

    def _until_night(self) -> None:
        """Time passes until one o'clock."""
        begins = dt.datetime.combine(self.book_day, RUN_AFTER.timetz(), RUN_AFTER.tzinfo)
        self.link.pass_by((begins - self.link.clock.now()).total_seconds())

    def _morning(self, today: DayLog, ending: list[Event]) -> None:
        for event in ending:
            assert event.end is not None
            self.people(event.end.act)
            today.acts.append(event.end.words)
        wanted = [task for event in ending if event.end and event.end.clears for task in event.reds]
        for task in sorted(set(wanted), key=ORDER.index):
            if task not in self.walk.red:
                continue  # cleared with the one before it
            cleared = self._to_clear(task)
            self.walk.clear(cleared)
            today.cleared.append((cleared, self._last_line()))
            assert task not in self.walk.red, self._told()
        if wanted:
            assert self.walk.red == set(), self._told()
            self._judge(unfinished=False)

    def _to_clear(self, task: str) -> str:
        """The task that the log names; a technical failure names none: the red one itself."""
        has_name = "wis (Clear)" in (self.walk.lines[task] or [""])[-1]
        return self.walk.to_clear(task) if has_name else task

    def _last_line(self) -> str:
        lines = self.walk.lines.get("report") or [""]
        return lines[-1]

    def _judge(self, unfinished: bool) -> None:
        found = violations(self.link) if unfinished else violations_at_rest(self.link)
        assert found == [], f"night {self.day}: {found}"

    def _told(self) -> str:
        lines = [f"{task}: {line}" for task in ORDER for line in self.walk.lines.get(task, [])]
        return "\n".join([f"night {self.day}, red {self.walk.red}", *lines])
