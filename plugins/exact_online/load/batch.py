"""Works off a batch: what is doubtful first, then what is planned, until all of it is settled.

A batch never stops at a rejection. Technical failures leave it with everything written down, so
that any worker can go on with it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from exact_online.failures import DayIsFull, ExactUnreachable, NotReady, WaitForWindow
from exact_online.ledger import AttentionItem, Batch, BatchOutcome
from exact_online.load.doubt import resolve, resolve_together
from exact_online.load.entry_lists import FEW
from exact_online.load.queue import send_planned
from exact_online.load.session import MAX_WAIT_SECONDS, LoadSession
from exact_online.load.stop import check_goes
from exact_online.load.uploads import upload_planned
from exact_online.stops import Stop
from exact_online.vocabulary import BookingKind, BookingState

MAX_ROUNDS = 4
"""How often a batch goes back to what became doubtful: more than the two look-ups and the second
sending of one lost answer."""

UNSETTLED = (BookingState.PLANNED, BookingState.SENDING, BookingState.DOUBTFUL)


def work_off(load: LoadSession, batch: Batch) -> list[AttentionItem]:
    """Send what the batch has; return what of it is rejected or held.

    Raises WaitForWindow when Exact must be left alone for more than a few seconds, Unreachable
    when it gives no readable answer about some booking time and again, NotReady when an answer
    was lost about a debtor's invoice and he is not made again,
    and what stops the practice (failures.py).
    """
    ledger, practice = load.ledger, load.run.practice
    with ledger.holding(practice):
        check_goes(ledger, practice)
        again = ledger.planning.begin_batch(load.run, batch) is BatchOutcome.REJECTED
        if again:
            ledger.bookings.release_rejected(load.run, batch)
        ledger.bookings.release_alike(load.run, batch, again)
        ledger.bookings.doubt_orphans(load.run)
        _until_at_rest(load, batch)
        items = ledger.review.batch_items(practice, batch)
        lost = ledger.bookings.lost_without_debtor(load.run, batch)
        _check_all_settled([item for item in items if item.booking_id not in lost])
        ledger.planning.end_batch(load.run, batch, BatchOutcome.REJECTED if items else BatchOutcome.COMPLETE)
    if lost:
        raise NotReady.of([(Stop.DEBTOR_OF_LOST_ANSWER, values) for values in lost.values()])
    return items


def dry_run_batch(load: LoadSession, batch: Batch) -> list[AttentionItem]:
    """Work off a batch of a dry run (B3): what is planned counts as booked.

    Returns what is not booked then.

    `load.exact` sends nothing. Nobody waits: a booking whose answer was lost stays doubtful, and
    of numbers that are taken in Exact as many are compared as there are calls for now.
    """
    load.ledger.bookings.release_alike(load.run, batch, again=False)
    load.ledger.bookings.doubt_orphans(load.run)
    for _ in range(MAX_ROUNDS):
        compared = _compare_taken_numbers(load, batch)
        if not _send_planned(load, batch) and not compared:
            break
    return load.ledger.review.batch_items(load.run.practice, batch)


def _compare_taken_numbers(load: LoadSession, batch: Batch) -> int:
    compared = 0
    with suppress(WaitForWindow, DayIsFull):
        for doubt in load.ledger.bookings.doubtful(load.run.practice, load.settle_seconds):
            if not doubt.answer_was_lost and batch.first_id <= doubt.booking.booking_id <= batch.last_id:
                compared += resolve(load, doubt)
    return compared


def resolve_doubts(load: LoadSession) -> None:
    """Ask Exact about everything of the practice whose answer was lost, whoever lost it.

    Every run begins with this. Raises as `work_off`.
    """
    with load.ledger.holding(load.run.practice):
        load.ledger.bookings.doubt_orphans(load.run)
        for _ in range(MAX_ROUNDS):
            if not _resolve_what_is_due(load):
                return


def _until_at_rest(load: LoadSession, batch: Batch) -> None:
    for _ in range(MAX_ROUNDS):
        doubts_left = _resolve_what_is_due(load)
        sent = _send_planned(load, batch)
        if not doubts_left and not sent:
            return


def _resolve_what_is_due(load: LoadSession) -> int:
    """Look up the doubtful bookings of the practice, after the settle delay;
    return how many were looked up.
    """
    slept, looked_up = 0.0, 0
    doubts = load.ledger.bookings.doubtful(load.run.practice, load.settle_seconds)
    uploaded = [doubt for doubt in doubts if doubt.was_uploaded and doubt.answer_was_lost]
    together = uploaded if len(uploaded) > FEW else []
    for doubt in doubts:
        if doubt not in together:
            slept += _settle(load, doubt.wait_seconds - slept)
            looked_up += resolve(load, doubt)
    if together:
        _settle(load, max(doubt.wait_seconds for doubt in together) - slept)
        looked_up += resolve_together(load, together)
    return looked_up


def _settle(load: LoadSession, seconds: float) -> float:
    """Sleep if it is not for long, and return for how long; else raise WaitForWindow."""
    if seconds > MAX_WAIT_SECONDS:
        until = load.clock.now() + dt.timedelta(seconds=seconds)
        raise WaitForWindow(Stop.ANSWER_SETTLES, until)
    if seconds <= 0:
        return 0.0
    load.clock.sleep(seconds)
    return seconds


def _send_planned(load: LoadSession, batch: Batch) -> int:
    """Send what can be sent; return how many were, and how many must be compared first.

    What was held until now may have been typed by hand meanwhile.
    """
    to_compare = 0
    if batch.kind != BookingKind.DEBTOR:
        load.ledger.bookings.hold_what_must_wait(load.run, batch, load.lists.closed_periods)
        to_compare = load.ledger.bookings.doubt_taken_numbers(load.run, batch)
    return upload_planned(load, batch) + send_planned(load, batch) + to_compare


def _check_all_settled(items: list[AttentionItem]) -> None:
    """Raise Unreachable for what nobody but Exact can settle.

    The task fails in a way that is tried again, and that does not release what was rejected.
    """
    unsettled = [item.source_key for item in items if item.state in UNSETTLED]
    if unsettled:
        raise ExactUnreachable(
            f"Exact gives no readable answer about {len(unsettled)} booking(s), "
            f"{', '.join(unsettled[:3])} first; "
            "the rest is worked off. The next run asks Exact about them before anything else."
        )
