"""The calls a division may make, shared by all processes that serve it (B6):
one small statement for each call, or for several that are taken ahead.

The windows are computed here, from what was last read, and stored under the condition that nobody
changed them meanwhile; who loses that race reads again. What an answer said is stored together
with the next call, unless it was a 429. Calls that are taken ahead are of one minute and end with
it.

Own time is corrected by what the resets tell of Exact's clock (`limits.clock_error`);
all times in the store are Exact's.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from exact_online.api import limits
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.limits import Limits, Window, Windows
from exact_online.api.stores import KnownWindows, WindowState, WindowStore
from exact_online.clock import Clock
from exact_online.dutch import dutch_moment, dutch_number
from exact_online.failures import DayIsFull, ErrorLimit, Unreachable, WaitForWindow
from exact_online.stops import Stop

log = logging.getLogger(__name__)

MAX_WAIT = dt.timedelta(seconds=5)
"""Up to this long a wait is slept; a longer one gives the worker's place back."""
MARGIN = dt.timedelta(milliseconds=250)
"""Added to a window's end: a call that comes a moment early would be an error of ours."""
MAX_ERRORS = 8
"""Exact blocks an endpoint after more than ten in an hour."""
NIGHTLY_RESERVE = 1_000
"""Calls of the day that a backfill leaves to the nightly run."""
RESERVED_PART = 5
"""It leaves no more than this part of the day (a fifth): where Exact allows few calls, history
would never begin."""
_MAX_RACES = 1_000
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_NO_ENDPOINT = ""
"""Stands for no endpoint, so without errors: a day is opened for all of them."""


def reserve_of(day_limit: int) -> int:
    """Return how many calls of a day a backfill leaves to the nightly run."""
    return min(NIGHTLY_RESERVE, day_limit // RESERVED_PART)


class CallBudget:
    """A division's windows, as one process uses them.

    `reserve` calls of the day are left to others: a backfill leaves the nightly run's.
    """

    def __init__(
        self,
        store: WindowStore,
        division: int,
        clock: Clock,
        *,
        reserve: int = 0,
        minute_limit: int = limits.MINUTE_LIMIT,
        day_limit: int = limits.DAY_LIMIT,
    ) -> None:
        """Make no call yet; the limits are what is assumed until Exact says what they are."""
        self._store = store
        self._division = division
        self._clock = clock
        self._reserve = reserve
        self._left_to_later = 0
        self._assumed = (minute_limit, day_limit)
        self._known: KnownWindows | None = None
        self._unsaved: Limits | None = None
        self._ahead = 0
        """Calls that were taken ahead and not made."""
        self._ahead_until = _NEVER
        """When their minute ends, on Exact's clock."""
        self._clock_error = dt.timedelta(0)

    def take(self, endpoint: str) -> None:
        """Take one call of the minute and of the day before it is made, or one taken ahead.

        Sleeps up to `MAX_WAIT`. Raises WaitForWindow when the minute is full for longer; DayIsFull
        when the day is full, less than the reserve is left, or Exact blocks us; ErrorLimit when
        `endpoint` had `MAX_ERRORS` errors within an hour; Unreachable when the store can't be
        written.
        """
        if self._left_ahead():
            self._ahead -= 1
        else:
            self._take(endpoint, 1)

    def take_ahead(self, endpoint: str, calls: int) -> int:
        """Take up to `calls` calls of this minute at once; return how many are in hand now.

        Fewer where the minute or the day has fewer left; those that are in hand still where there
        are some. Sleeps and raises as `take`.
        """
        if not self._left_ahead():
            self._ahead = self._take(endpoint, calls)
        return self._ahead

    def give_back(self) -> None:
        """Take back what was taken ahead and not made. Raises Unreachable."""
        for _ in range(_MAX_RACES if self._ahead else 0):
            known = self._known or self._stored(_NO_ENDPOINT)
            if known is None or self._change(_NO_ENDPOINT, known, self._now_open(_windows(known.state))):
                break
        self._ahead = 0

    def _left_ahead(self) -> int:
        """Calls in hand: those of a minute that is over can't be made any more."""
        return self._ahead if self._now() < self._ahead_until else 0

    def _take(self, endpoint: str, calls: int) -> int:
        """Take up to `calls`, and return how many that were."""
        slept = False
        for _ in range(_MAX_RACES):
            known = self._known or self._read(endpoint)
            windows = self._now_open(_windows(known.state))
            if not self._may_call(windows) and self._known is not None:
                self._known = None  # others may have learnt more
            elif not self._may_call(windows):
                self._wait(windows, may_sleep=not slept)
                slept, self._known = True, None
            elif self._change(endpoint, known, windows.take(taken := min(calls, self._left(windows)))):
                self._ahead, self._ahead_until = 0, windows.minute.until
                return taken
        raise Unreachable(
            f"The call budget of division {self._division} is changed by others all the time; "
            "try again later."
        )

    def note_answer(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Learn from an answer to a call sent at `sent_at`.

        A counted error and a 429 are stored at once, for all processes. Raises Unreachable.
        """
        said = limits.limits_from(answer.headers, self._now())
        if said.minute:
            self._clock_error = limits.clock_error(said.minute, sent_at, self._clock.now(), self._clock_error)
        if answer.counts_as_error and answer.status is not None:
            self._store.note_error(self._division, endpoint, self._clock.now(), answer.status)
        if answer.status == 429:
            log.warning("Division %s, %s: 429 (%s).", self._division, endpoint, answer.kind)
            self._note_429(endpoint, answer, said)
        elif answer.status is not None:
            self._unsaved = said

    @contextmanager
    def leaving(self, calls: int) -> Iterator[None]:
        """Leave `calls` of the day, or the reserve if that is more, to what comes later."""
        before, self._left_to_later = self._left_to_later, calls
        try:
            yield
        finally:
            self._left_to_later = before

    def ask_again(self) -> None:
        """Open a day that is full, or a block without an explanation: a person asks for it.

        Exact may have lifted the limit. If it has not, the next call is answered 429, which is not
        executed and closes the day again. The bounds on the minute and on errors stay. Raises
        Unreachable.
        """
        for _ in range(_MAX_RACES):
            known = self._stored(_NO_ENDPOINT)
            if known is None:
                return
            windows = _windows(known.state).at(self._now())
            blocked = windows.blocked_until is not None and self._now() < windows.blocked_until
            if windows.day.left() > 0 and not blocked:
                return
            opened = replace(windows, day=replace(windows.day, used=0), blocked_until=None)
            self._known = self._unsaved = None
            if self._replace(_NO_ENDPOINT, known, _state(opened), max_errors=MAX_ERRORS):
                log.info("Division %s: a person asks Exact again before its day is over.", self._division)
                return

    # Deciding.

    def _now(self) -> dt.datetime:
        """The moment on Exact's clock, as far as we know it."""
        return self._clock.now() + self._clock_error

    def _now_open(self, windows: Windows) -> Windows:
        """The windows by now, with what was heard last and without what was taken ahead in vain."""
        now = self._now()
        open_now = windows.at(now)
        if self._unsaved is not None:
            open_now = open_now.adopt(self._unsaved, now)
        return open_now.without(self._ahead, self._ahead_until)

    def _may_call(self, windows: Windows) -> bool:
        blocked = windows.blocked_until is not None and self._now() < windows.blocked_until
        return not blocked and self._left(windows) > 0

    def _left(self, windows: Windows) -> int:
        """Calls that are ours to use now."""
        return min(windows.minute.left(), windows.day.left(self._kept(windows.day)))

    def _kept(self, day: Window) -> int:
        """Calls of the day that are not ours to use now."""
        return max(self._own_reserve(day), self._left_to_later)

    def _own_reserve(self, day: Window) -> int:
        return min(self._reserve, reserve_of(day.limit))

    def _wait(self, windows: Windows, *, may_sleep: bool) -> None:
        """Sleep until the minute's end, or raise what the caller must do instead."""
        now = self._now()
        if windows.blocked_until is not None and now < windows.blocked_until:
            until = dutch_moment(windows.blocked_until)
            raise DayIsFull(Stop.DAY_BLOCKED, division=self._division, until=until)
        if windows.day.left(self._kept(windows.day)) <= 0:
            raise self._full_day(windows.day)
        wait = windows.minute.until - now + MARGIN
        if wait > MAX_WAIT or not may_sleep:
            limit = dutch_number(windows.minute.limit)
            opens = self._clock.now() + wait
            raise WaitForWindow(Stop.MINUTE_FULL, opens, division=self._division, limit=limit)
        self._clock.sleep(wait.total_seconds())

    def _full_day(self, day: Window) -> DayIsFull:
        """Which limit is reached and until when."""
        values = {"division": self._division, "until": dutch_moment(day.until)}
        limit, kept = dutch_number(day.limit), dutch_number(self._kept(day))
        if not self._kept(day) or day.left() <= 0:
            return DayIsFull(Stop.DAY_FULL, limit=limit, **values)
        if self._own_reserve(day) >= self._left_to_later:
            return DayIsFull(Stop.DAY_FULL_FOR_HISTORY, limit=limit, reserve=kept, **values)
        return DayIsFull(Stop.DAY_FULL_FOR_LATER, limit=limit, reserve=kept, **values)

    # The store.

    def _read(self, endpoint: str) -> KnownWindows:
        known = self._stored(endpoint)
        if known is None:
            self._store.open(self._division, _state(Windows.fresh(self._now(), *self._assumed)))
            known = self._stored(endpoint)
        assert known is not None
        if known.errors >= MAX_ERRORS:
            until = self._clock.now() + limits.BLOCK
            values = {"division": self._division, "endpoint": endpoint, "errors": known.errors}
            raise ErrorLimit(Stop.ERROR_LIMIT, until, **values)
        return known

    def _stored(self, endpoint: str) -> KnownWindows | None:
        return self._store.read(self._division, endpoint, self._errors_since())

    def _errors_since(self) -> dt.datetime:
        return self._clock.now() - limits.BLOCK

    def _change(self, endpoint: str, known: KnownWindows, windows: Windows) -> bool:
        """True when it was `known` that was changed; else what is known is forgotten."""
        state = _state(windows)
        done = self._replace(endpoint, known, state, max_errors=MAX_ERRORS)
        self._known = replace(known, version=known.version + 1, state=state) if done else None
        self._unsaved = None if done else self._unsaved
        return done

    def _replace(self, endpoint: str, known: KnownWindows, state: WindowState, *, max_errors: int) -> bool:
        return self._store.change(
            self._division,
            endpoint,
            known.version,
            state,
            max_errors=max_errors,
            errors_since=self._errors_since(),
        )

    def _note_429(self, endpoint: str, answer: Answer, said: Limits) -> None:
        """Close for all processes what Exact says is full.

        What was taken ahead can't be made in this minute any more; and of a day that is full it is
        not given back, or that would open the day again.
        """
        self._ahead_until = _NEVER
        if answer.kind is AnswerKind.DAY_FULL:
            self._ahead = 0
        for _ in range(_MAX_RACES):
            known = self._stored(endpoint)
            if known is None:
                self._store.open(self._division, _state(Windows.fresh(self._now(), *self._assumed)))
                continue
            state = _state(self._after_429(_windows(known.state), answer, said))
            if self._replace(endpoint, known, state, max_errors=known.errors + 1):
                break
        self._known = self._unsaved = None

    def _after_429(self, windows: Windows, answer: Answer, said: Limits) -> Windows:
        now = self._now()
        if answer.kind is AnswerKind.DAY_FULL:
            return windows.at(now).day_full(said.day.reset if said.day else None, now)
        if answer.kind is AnswerKind.MINUTE_FULL:
            return windows.at(now).minute_full(_opens_at(answer, said, now), now)
        return windows.at(now).blind_429(now)


def _opens_at(answer: Answer, said: Limits, now: dt.datetime) -> dt.datetime | None:
    """When the minute opens again, as far as a 429 says so."""
    hinted = limits.retry_after(answer.headers)
    return said.minute.reset if said.minute else now + hinted if hinted else None


class Unmetered:
    """For calls without a division (``current/Me``): Exact does not count them."""

    def take(self, endpoint: str) -> None:
        """Allow every call."""

    def take_ahead(self, endpoint: str, calls: int) -> int:
        """Allow all of them."""
        return calls

    def give_back(self) -> None:
        """Do nothing: there is no limit."""

    def note_answer(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Learn nothing."""

    @contextmanager
    def leaving(self, calls: int) -> Iterator[None]:
        """Leave nothing: there is no limit."""
        yield

    def ask_again(self) -> None:
        """Do nothing: there is no limit."""


def _state(windows: Windows) -> WindowState:
    minute, day = windows.minute, windows.day
    return WindowState(
        minute_until=minute.until,
        minute_limit=minute.limit,
        minute_used=minute.used,
        day_until=day.until,
        day_limit=day.limit,
        day_used=day.used,
        blocked_until=windows.blocked_until,
        blind_429s=windows.blind_429s,
        minute_429s=windows.minute_429s,
    )


def _windows(state: WindowState) -> Windows:
    minute = Window(state.minute_until, state.minute_limit, state.minute_used)
    day = Window(state.day_until, state.day_limit, state.day_used)
    return Windows(minute, day, state.blocked_until, state.blind_429s, state.minute_429s)
