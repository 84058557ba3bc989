"""C8, FR-D2: what a run of days of history does when it is begun again, or when a night is at work
between two of its steps: its invoices are booked with their debtors, without anybody's act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import pytest

from exact_online import ledger as ledgers
from exact_online.crash_points import watch_crash_points
from exact_online.failures import LockLost
from exact_online.ledger import AttentionItem, Ledger
from exact_online.night import history, own_days, steps
from exact_online.night.context import Night
from tests.faults.crashes import SimulatedCrash
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_batch import reject

__all__ = ["link", "small_place"]

OLD = 2500000
DAY = dt.date(2026, 9, 10)
DAYS = (DAY, DAY + dt.timedelta(days=1))
KEYS = ("debiteur:1001", f"factuur:{OLD}")


@pytest.fixture(autouse=True)
def an_old_invoice(link: SmallLink) -> None:
    link.james.debtor("1001")
    link.james.invoice(OLD, "1001", day=DAY)


def run_of_days(link: SmallLink, chosen: str = "import", name: str = "backfill__2026-09-10") -> Night:
    """The night of the history run of those days, ready to import or to hand over."""
    run = steps.open_run(link.ledger, link.practice.code, name, DAYS[1])
    night = history.choose_days(link.night_of(run), chosen, DAYS)
    link.with_patience(lambda: own_days.make_ready(night))
    return history.for_history(night, lambda run: link.night_of(run, backfill=True))


def imported(link: SmallLink) -> list[AttentionItem]:
    return own_days.import_days(run_of_days(link), link.james_reader, DAYS)


def states(link: SmallLink) -> tuple[str | None, ...]:
    return tuple(link.states().get(key) for key in KEYS)


def plan_a_night(link: SmallLink, *plans: Callable[[Night], Any]) -> None:
    """A worker of its own takes a night so far; one that finds the practice taken leaves it."""
    with closing(ledgers.connect(link.place.ledger_dsn)) as session:
        ledger = Ledger(session)
        run = steps.open_run(ledger, link.practice.code, "the night between", BOOK_DAY)
        night = link.night_of(run, ledger)
        days = (link.practice.link_date, BOOK_DAY)
        with suppress(LockLost):
            steps.extract(night, link.james_reader, days)
            for plan in plans:
                plan(night)


@pytest.mark.parametrize("place", ["begin_batch", "claim_bookings"])
def test_an_import_that_is_begun_again_sends_the_debtors_of_what_it_planned(
    link: SmallLink, place: str
) -> None:
    """Its invoices are in the ledger by then, planned, so James is not asked for them again."""

    def die(name: str) -> None:
        if place in name and "before" in name:
            watch_crash_points(None)
            raise SimulatedCrash(name)

    older = run_of_days(link)
    watch_crash_points(die)
    try:
        with pytest.raises(SimulatedCrash):
            own_days.import_days(older, link.james_reader, DAYS)
    finally:
        watch_crash_points(None)
    assert states(link) == ("planned", "planned")
    link.die()
    assert imported(link) == []
    assert states(link) == ("booked", "booked")


def test_a_hand_over_sends_the_debtors_of_what_an_import_planned_and_never_sent(link: SmallLink) -> None:
    """M20: that goes into the workbook, and the import of one needs its debtor in Exact."""
    older = run_of_days(link)
    own_days.history.stage(older, link.james_reader, DAYS)
    steps.plan_invoices(older, handed_over=False)
    assert states(link) == (None, "planned")
    older = run_of_days(link, "excel", "backfill__excel")
    assert own_days.hand_over_days(older, link.james_reader, DAYS, BOOK_DAY).rejected == []
    assert states(link) == ("booked", "exported")


def test_a_night_that_gives_turns_between_takes_no_debtor_from_a_run_of_days(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a night it is one that no invoice of its own waits for."""
    older = run_of_days(link)
    planning = type(older.ledger.planning)
    real = planning.batches_of

    def with_a_night_after(self: Any, *asked: Any) -> Any:
        found = real(self, *asked)
        plan_a_night(link, steps.plan_debtors)
        return found

    monkeypatch.setattr(planning, "batches_of", with_a_night_after)
    assert own_days.import_days(older, link.james_reader, DAYS) == []
    assert states(link) == ("booked", "booked")


def test_a_night_that_reads_james_between_leaves_a_run_of_days_its_debtors(link: SmallLink) -> None:
    """What a later run has read is left to that one, and a night sends such debtors last."""
    older = run_of_days(link)

    def read(name: str) -> None:
        if "note_read" in name and "after" in name:
            watch_crash_points(None)
            plan_a_night(link)

    watch_crash_points(read)
    try:
        assert own_days.import_days(older, link.james_reader, DAYS) == []
    finally:
        watch_crash_points(None)
    assert states(link) == ("booked", "booked")


def test_what_is_held_for_its_debtor_goes_with_the_next_night(link: SmallLink) -> None:
    """Whoever books the debtor: the import of those days is not finished before."""
    reject(link, "1001", "crm/Accounts")
    assert {item.reason for item in imported(link)} >= {"debtor_not_booked"}
    link.world.faults.clear()
    link.night("without history", backfill="nothing", book_day=BOOK_DAY + dt.timedelta(days=8))
    assert states(link) == ("booked", "held")
    assert link.night(book_day=BOOK_DAY + dt.timedelta(days=9)).items == []
    assert states(link) == ("booked", "booked")
