"""The calls a division may make, shared by all processes that serve it (B6): one small statement for each call.

The windows are computed here, from what was last read, and written under the condition that nobody changed them meanwhile; who loses
that race reads again. What an answer said is noted together with the next call, unless it was a 429.

Own time is corrected by what the resets tell of Exact's clock (`limits.clock_error`); all times in the ledger are Exact's.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from exact_online.api import limits
from exact_online.api.answers import Answer, AnswerKind
from exact_online.api.limits import Limits, Window, Windows
from exact_online.clock import Clock
from exact_online.failures import DayIsFull, Unreachable, WaitForWindow
from exact_online.statements import statement

log = logging.getLogger(__name__)

PATIENCE = dt.timedelta(seconds=5)
"""Up to this long a wait is slept; a longer one gives the worker's place back."""
MARGIN = dt.timedelta(milliseconds=250)
"""Added to a window's end: a call that comes a moment early would be an error of ours."""
MOST_ERRORS = 8
"""Exact blocks an endpoint after more than ten in an hour."""
NIGHTLY_RESERVE = 1_000
"""Calls of the day that a backfill leaves to the nightly run."""
_MOST_RACES = 1_000


@dataclass(frozen=True)
class _Known:
    """The ledger's row as last seen."""

    version: int
    windows: Windows
    errors: int


class CallBudget:
    """One process's door to a division's windows. `reserve` calls of the day are left to others: a backfill leaves the nightly run's."""

    def __init__(
        self,
        ledger: psycopg.Connection[Any],
        division: int,
        clock: Clock,
        *,
        reserve: int = 0,
        minute_limit: int = limits.MINUTE_LIMIT,
        day_limit: int = limits.DAY_LIMIT,
    ) -> None:
        """`ledger` is in autocommit; the limits are what is assumed until Exact says what they are."""
        self._ledger = ledger
        self._division = division
        self._clock = clock
        self._reserve = reserve
        self._assumed = (minute_limit, day_limit)
        self._known: _Known | None = None
        self._unnoted: Limits | None = None
        self._clock_error = dt.timedelta(0)

    def take(self, endpoint: str) -> None:
        """Takes one call of the minute and of the day before it is made.

        Sleeps up to `PATIENCE`; raises WaitForWindow when the minute is full for longer, and DayIsFull when the day is full, less than the
        reserve is left, Exact blocks us, or `endpoint` had `MOST_ERRORS` errors within an hour.
        """
        slept = False
        for _ in range(_MOST_RACES):
            known = self._known or self._read(endpoint)
            windows = self._now_known(known.windows)
            if not self._has_room(windows) and self._known is not None:
                self._known = None  # others may have learnt more
            elif not self._has_room(windows):
                self._wait(windows, may_sleep=not slept)
                slept, self._known = True, None
            elif self._change(endpoint, known, windows.take()):
                return
        raise Unreachable(
            f"The call budget of division {self._division} is changed by others all the time; try again later."
        )

    def heard(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Learns from an answer to a call sent at `sent_at`; a counted error and a 429 are noted at once, for all processes."""
        said = limits.limits_from(answer.headers, self._now())
        if said.minute:
            self._clock_error = limits.clock_error(said.minute, sent_at, self._clock.now(), self._clock_error)
        if answer.counts_as_error:
            self._note_error(endpoint, answer)
        if answer.status == 429:
            log.warning("Division %s, %s: 429 (%s).", self._division, endpoint, answer.kind)
            self._note_refusal(endpoint, answer, said)
        elif answer.status is not None:
            self._unnoted = said

    # Deciding.

    def _now(self) -> dt.datetime:
        """The moment on Exact's clock, as far as we know it."""
        return self._clock.now() + self._clock_error

    def _now_known(self, windows: Windows) -> Windows:
        now = self._now()
        open_now = windows.at(now)
        return open_now if self._unnoted is None else open_now.adopt(self._unnoted, now)

    def _has_room(self, windows: Windows) -> bool:
        blocked = windows.blocked_until is not None and self._now() < windows.blocked_until
        return not blocked and windows.day.left(self._reserve) > 0 and windows.minute.left() > 0

    def _wait(self, windows: Windows, *, may_sleep: bool) -> None:
        """Sleeps until the minute's end, or raises what the caller must do instead."""
        now, place = self._now(), f"Division {self._division}"
        if windows.blocked_until is not None and now < windows.blocked_until:
            until = f"{windows.blocked_until:%H:%M} UTC"
            raise DayIsFull(
                f"{place}: Exact takes no calls and does not say why; we ask nothing until {until}. The next run goes on."
            )
        if windows.day.left(self._reserve) <= 0:
            kept = f" ({self._reserve} are kept for the nightly run)" if self._reserve else ""
            raise DayIsFull(
                f"{place}: the day's {windows.day.limit} calls are used{kept}; the next run goes on."
            )
        wait = windows.minute.until - now + MARGIN
        if wait > PATIENCE or not may_sleep:
            raise WaitForWindow(
                f"{place}: the minute's {windows.minute.limit} calls are used.", self._clock.now() + wait
            )
        self._clock.sleep(wait.total_seconds())

    # The ledger.

    def _read(self, endpoint: str) -> _Known:
        row = self._row(endpoint)
        if row is None:
            self._execute("budget_open", **_columns(Windows.fresh(self._now(), *self._assumed)))
            row = self._row(endpoint)
        assert row is not None
        if row["errors"] >= MOST_ERRORS:
            raise DayIsFull(
                f"Division {self._division}, {endpoint}: {row['errors']} errors within an hour; we stop before Exact blocks us. "
                "Look at the refusals; the next run goes on."
            )
        return _Known(row["version"], _windows(row), row["errors"])

    def _row(self, endpoint: str) -> dict[str, Any] | None:
        with _ledger_at_hand(), self._ledger.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement("ledger", "budget_read"), self._parameters(endpoint)).fetchone()

    def _change(self, endpoint: str, known: _Known, windows: Windows) -> bool:
        """True when it was `known` that was changed; else what is known is forgotten."""
        done = self._execute(
            "budget_change",
            **_columns(windows),
            **self._parameters(endpoint),
            version=known.version,
            most_errors=MOST_ERRORS,
        )
        self._known = _Known(known.version + 1, windows, known.errors) if done else None
        self._unnoted = None if done else self._unnoted
        return done

    def _note_refusal(self, endpoint: str, answer: Answer, said: Limits) -> None:
        """Closes for all processes what Exact says is full."""
        for _ in range(_MOST_RACES):
            row = self._row(endpoint)
            if row is None:
                self._execute("budget_open", **_columns(Windows.fresh(self._now(), *self._assumed)))
            elif self._execute(
                "budget_change",
                **_columns(self._after_refusal(_windows(row), answer, said)),
                **self._parameters(endpoint),
                version=row["version"],
                most_errors=row["errors"] + 1,
            ):
                break
        self._known = self._unnoted = None

    def _after_refusal(self, windows: Windows, answer: Answer, said: Limits) -> Windows:
        now = self._now()
        if answer.kind is AnswerKind.DAY_FULL:
            return windows.at(now).day_full(said.day.reset if said.day else None, now)
        if answer.kind is AnswerKind.MINUTE_FULL:
            return windows.at(now).minute_full(_opens(answer, said, now), now)
        return windows.at(now).refused_blind(now)

    def _note_error(self, endpoint: str, answer: Answer) -> None:
        self._execute(
            "budget_note_error",
            division=self._division,
            endpoint=endpoint,
            at=self._clock.now(),
            status=answer.status,
        )

    def _parameters(self, endpoint: str) -> dict[str, Any]:
        return {
            "division": self._division,
            "endpoint": endpoint,
            "errors_since": self._clock.now() - limits.BLOCK,
        }

    def _execute(self, name: str, **parameters: Any) -> bool:
        with _ledger_at_hand():
            return (
                self._ledger.execute(
                    statement("ledger", name), {"division": self._division, **parameters}
                ).rowcount
                == 1
            )


@contextmanager
def _ledger_at_hand() -> Iterator[None]:
    """Without the ledger no call is made."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise Unreachable(
            f"The ledger can't be asked for the call budget ({type(error).__name__}); no call is made."
        ) from None


def _opens(answer: Answer, said: Limits, now: dt.datetime) -> dt.datetime | None:
    """When the minute opens again, as far as a 429 says so."""
    hinted = limits.retry_after(answer.headers)
    return said.minute.reset if said.minute else now + hinted if hinted else None


class Unmetered:
    """For calls without a division (``current/Me``): Exact does not count them."""

    def take(self, endpoint: str) -> None:
        """Always."""

    def heard(self, endpoint: str, answer: Answer, sent_at: dt.datetime) -> None:
        """Nothing to learn."""


def _columns(windows: Windows) -> dict[str, Any]:
    minute, day = windows.minute, windows.day
    return {
        "minute_until": minute.until,
        "minute_limit": minute.limit,
        "minute_used": minute.used,
        "day_until": day.until,
        "day_limit": day.limit,
        "day_used": day.used,
        "blocked_until": windows.blocked_until,
        "blind_429s": windows.blind_refusals,
    }


def _windows(row: dict[str, Any]) -> Windows:
    minute = Window(row["minute_until"], row["minute_limit"], row["minute_used"])
    day = Window(row["day_until"], row["day_limit"], row["day_used"])
    return Windows(minute, day, row["blocked_until"], row["blind_429s"])
