"""Figures of a night for machines, through Airflow's own metrics (docs/metrics.md).

Airflow sends them to StatsD or OpenTelemetry, as its section `[metrics]` says; without one of these
nothing is sent. No metric fails a task: a night is judged by its tasks alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from airflow.sdk.observability import stats
from opentelemetry import metrics as opentelemetry

from exact_online.api import traffic
from exact_online.ledger import AttentionItem, NightNumbers, RunOutcome
from exact_online.night.context import Night
from exact_online.night.steps import outcome
from exact_online.vocabulary import BookingKind, BookingState

log = logging.getLogger(__name__)

FLUSH_MILLISECONDS = 2_000
"""A collector that is away costs a task this much at most."""

OPEN_STATES = (
    BookingState.REJECTED,
    BookingState.HELD,
    BookingState.DOUBTFUL,
    BookingState.PLANNED,
    BookingState.SENDING,
)


class Kind(StrEnum):
    """What a value does to the one before it: a gauge replaces it, a counter is added to it."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True)
class Metric:
    """One metric; its meaning is in docs/metrics.md."""

    name: str
    kind: Kind
    unit: str
    tags: tuple[str, ...]


BOOKINGS = Metric("exact_online.night.bookings", Kind.GAUGE, "bookings", ("practice", "kind"))
DIFFERENCE = Metric("exact_online.night.difference", Kind.GAUGE, "cents", ("practice",))
COMPLETED_AT = Metric(
    "exact_online.night.completed_at", Kind.GAUGE, "seconds since 1970 (UTC)", ("practice",)
)
OPEN = Metric("exact_online.open", Kind.GAUGE, "records", ("practice", "state"))
REJECTIONS = Metric("exact_online.rejections", Kind.COUNTER, "records", ("reason",))
BUDGET_LEFT = Metric("exact_online.budget.left", Kind.GAUGE, "calls", ("practice",))
CALLS = Metric("exact_online.calls", Kind.COUNTER, "calls", ("practice",))
BYTES = Metric("exact_online.bytes", Kind.COUNTER, "bytes", ("practice", "direction"))

METRICS = (BOOKINGS, DIFFERENCE, COMPLETED_AT, OPEN, REJECTIONS, BUDGET_LEFT, CALLS, BYTES)


@dataclass(frozen=True)
class Value:
    """One value of a metric, with a value per tag in their order."""

    metric: Metric
    value: int
    tags: tuple[str, ...]


@contextmanager
def measuring_traffic(practice: str) -> Iterator[None]:
    """Send how much the block asked of Exact, however it ends."""
    before = traffic.so_far()
    try:
        yield
    finally:
        asked = traffic.so_far() - before
        if asked.calls:
            send(
                [
                    Value(CALLS, asked.calls, (practice,)),
                    Value(BYTES, asked.sent, (practice, "sent")),
                    Value(BYTES, asked.received, (practice, "received")),
                ]
            )


def send_night(night: Night, numbers: NightNumbers | None, items: Sequence[AttentionItem]) -> None:
    """Send the figures of a run that was reported; `numbers` is None when nothing was compared."""
    try:
        now, code = night.clock.now(), night.practice.code
        known = night.ledger.review.known(night.run, items)
        new = [item for item in items if item.booking_id not in known]
        values = [*night_values(code, numbers, items, now), *rejection_values(new)]
        if (left := _calls_left(night, now)) is not None:
            values.append(Value(BUDGET_LEFT, left, (code,)))
    except Exception:
        log.warning("The figures of this night were not sent.", exc_info=True)
        return
    send(values)


def night_values(
    practice: str, numbers: NightNumbers | None, items: Sequence[AttentionItem], now: dt.datetime
) -> list[Value]:
    """Return what a run did and left open. Pure.

    A night is complete when it was compared, found no new difference, and left nothing planned or
    doubtful: what is rejected waits for a person, and the night did what it could.
    """
    states = Counter(item.state for item in items)
    values = [Value(OPEN, states[state], (practice, state)) for state in OPEN_STATES]
    if numbers is None:
        return values
    debtors = numbers.debtors_created + numbers.debtors_changed
    booked = {
        BookingKind.DEBTOR: debtors,
        BookingKind.SALES_ENTRY: numbers.sales_entries,
        BookingKind.GENERAL_JOURNAL_ENTRY: numbers.general_journal_entries,
    }
    values += [Value(BOOKINGS, number, (practice, kind)) for kind, number in booked.items()]
    values.append(Value(DIFFERENCE, numbers.difference_cents, (practice,)))
    if outcome(numbers, [*items]) in (RunOutcome.COMPLETE, RunOutcome.REJECTED):
        values.append(Value(COMPLETED_AT, int(now.timestamp()), (practice,)))
    return values


def rejection_values(new: Sequence[AttentionItem]) -> list[Value]:
    """Return how many records were rejected for a reason that no earlier night told. Pure."""
    reasons = Counter(str(item.reason) for item in new if item.state == BookingState.REJECTED)
    return [Value(REJECTIONS, number, (reason,)) for reason, number in sorted(reasons.items())]


def send(values: Sequence[Value]) -> None:
    """Hand values to Airflow; what goes wrong is logged."""
    try:
        for each in values:
            tags = dict(zip(each.metric.tags, each.tags, strict=True))
            if each.metric.kind is Kind.GAUGE:
                stats.gauge(each.metric.name, each.value, tags=tags)
            else:
                stats.incr(each.metric.name, each.value, tags=tags)
        _flush()
    except Exception:
        log.warning("Metrics were not sent.", exc_info=True)


def _flush() -> None:
    """Let OpenTelemetry send now: a task's process ends without running what `atexit` has."""
    if flush := getattr(opentelemetry.get_meter_provider(), "force_flush", None):
        flush(timeout_millis=FLUSH_MILLISECONDS)


def _calls_left(night: Night, now: dt.datetime) -> int | None:
    """Return the calls that the division has left today; None without a call so far."""
    division = night.practice.division
    known = night.ledger.call_windows.read(division, "", now) if division is not None else None
    if known is None:
        return None
    state = known.state
    return state.day_limit - (state.day_used if now < state.day_until else 0)
