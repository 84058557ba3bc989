"""Works off a batch: what is doubtful first, then what is planned, until nothing of it is in between.

A batch never stops at a refusal. Technical failures leave it with everything written down, so that it can be taken up by anybody.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress

from exact_online.failures import DayIsFull, Unreachable, WaitForWindow
from exact_online.ledger import Batch, Matter
from exact_online.load.doubt import resolve
from exact_online.load.sending import send
from exact_online.load.session import PATIENCE_SECONDS, LoadSession
from exact_online.vocabulary import BookingKind, BookingState

MOST_ROUNDS = 4
"""How often a batch goes back to what became doubtful. More than the two look-ups and the second sending that one lost answer takes."""

IN_BETWEEN = (BookingState.PLANNED, BookingState.SENDING, BookingState.DOUBTFUL)

log = logging.getLogger(__name__)


def work_off(load: LoadSession, batch: Batch) -> list[Matter]:
    """Send what the batch has; answers what of it is refused or held.

    Raises WaitForWindow when Exact must be left alone for more than a few seconds, Unreachable when it gives no readable answer about some
    booking time and again, and what stops the practice (failures.py).
    """
    with load.ledger.holding(load.run.practice):
        if load.ledger.begin_batch(load.run, batch) == "rejected":
            load.ledger.release_refused(load.run, batch)
        load.ledger.doubt_orphans(load.run)
        _until_at_rest(load, batch)
        matters = load.ledger.batch_matters(load.run.practice, batch)
        _refuse_unsettled(matters)
        load.ledger.end_batch(load.run, batch, "rejected" if matters else "complete")
    return matters


def rehearse(load: LoadSession, batch: Batch) -> list[Matter]:
    """Work off a batch of a dry run (B3): what is planned is taken for booked; answers what of it is refused, held or doubtful.

    `load.exact` sends nothing. Nobody waits: a booking whose answer was lost stays doubtful, and of numbers that are taken in Exact as many
    are compared as there are calls for now.
    """
    load.ledger.doubt_orphans(load.run)
    for _ in range(MOST_ROUNDS):
        _compare_taken_numbers(load, batch)
        if not _send_planned(load, batch):
            break
    return load.ledger.batch_matters(load.run.practice, batch)


def _compare_taken_numbers(load: LoadSession, batch: Batch) -> None:
    with suppress(WaitForWindow, DayIsFull):
        for doubt in load.ledger.doubtful(load.run.practice, load.settle_seconds):
            if doubt.booking.attempt == 0 and batch.first_id <= doubt.booking.booking_id <= batch.last_id:
                resolve(load, doubt)


def resolve_doubts(load: LoadSession) -> None:
    """Ask Exact about everything of the practice whose answer was lost, whoever lost it. Every run begins with this."""
    with load.ledger.holding(load.run.practice):
        load.ledger.doubt_orphans(load.run)
        for _ in range(MOST_ROUNDS):
            if not _resolve_what_is_due(load):
                return


def _until_at_rest(load: LoadSession, batch: Batch) -> None:
    for _ in range(MOST_ROUNDS):
        doubts_left = _resolve_what_is_due(load)
        sent = _send_planned(load, batch)
        if not doubts_left and not sent:
            return


def _resolve_what_is_due(load: LoadSession) -> int:
    """Look up the doubtful bookings of the practice, waiting for the settle delay where that is short. Answers how many were looked up."""
    slept, looked_up = 0.0, 0
    for doubt in load.ledger.doubtful(load.run.practice, load.settle_seconds):
        slept += _settle(load, doubt.wait_seconds - slept)
        looked_up += resolve(load, doubt)
    return looked_up


def _settle(load: LoadSession, seconds: float) -> float:
    """Sleeps if it is not for long, and answers for how long; else gives the worker back until then."""
    if seconds > PATIENCE_SECONDS:
        until = load.clock.now() + dt.timedelta(seconds=seconds)
        raise WaitForWindow(
            "A booking's answer was lost; Exact is asked about it when it has had time to settle.",
            until=until,
        )
    if seconds <= 0:
        return 0.0
    load.clock.sleep(seconds)
    return seconds


def _send_planned(load: LoadSession, batch: Batch) -> int:
    if batch.kind != BookingKind.DEBTOR:
        load.ledger.hold_what_must_wait(load.run, batch)
    bookings = load.ledger.to_send(load.run, batch)
    for done, booking in enumerate(bookings):
        send(load, booking)
        if done % 50 == 49:
            log.info("%s of %s done", done + 1, len(bookings))
    return len(bookings)


def _refuse_unsettled(matters: list[Matter]) -> None:
    """Nobody but Exact can settle these: the task fails in a way that is tried again, and its refusals are not released by that."""
    unsettled = [matter.source_key for matter in matters if matter.state in IN_BETWEEN]
    if unsettled:
        raise Unreachable(
            f"Exact gives no readable answer about {len(unsettled)} booking(s), {', '.join(unsettled[:3])} first; the rest is worked off. "
            "The next run asks Exact about them before anything else."
        )
