"""Loop B: random programs over the whole link.

People write and correct in James and in Exact and act on what is open, Exact misbehaves, workers
die, stall and meet.

After every step the invariants that always hold are checked. In the end the faults stop, and
everything must come to rest.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from exact_online.failures import LinkFailure
from tests.faults.crashes import SimulatedCrash, dying_at, stalling_at
from tests.faults.invariants import violations, violations_at_rest, violations_of_another_night
from tests.faults.neighbour import move_in_beside
from tests.faults.program import KINDS, places, tried, which
from tests.faults.program_acts import acts_of
from tests.faults.program_exact import CHANGES
from tests.faults.program_uploads import UploadRules, imports
from tests.link.small import Place, SmallLink

MINUTE_LIMIT = 25
"""Less than Exact's sixty, so that a night of a few bookings meets it."""

__all__ = ["Link", "tried"]


def _expect_none(found: list[str]) -> None:
    if found:
        raise AssertionError("; ".join(found))


class Link(UploadRules):
    """Lives on `place`, which whoever runs the machine sets before."""

    place: Place

    @initialize(
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=2),
        thorough=st.sampled_from([False, False, True]),
        is_tight=st.booleans(),
        is_running=st.booleans(),
        history=st.none() | imports,
    )
    def begin(
        self,
        kinds: list[str],
        thorough: bool,
        is_tight: bool,
        is_running: bool,
        history: dict[str, Any] | None,
    ) -> None:
        tried["programs"] += 1
        self._start(SmallLink(self.place))
        move_in_beside(self.link)
        self.thorough = self.link.reconciles = thorough
        if is_tight:
            self.link.world.limits.calls_per_minute = self.link.minute_limit = MINUTE_LIMIT
        self.link.settled_from = self.link.practice.link_date
        self.imported = self.handed_over = False
        for kind in kinds:
            self.new_debtor(kind, direct_debit=False)
        self.new_invoice(0, [(1000, 21, "tariff")], "14D")
        if is_running:
            self.new_invoice(1, [(2500, 0, "tariff")], "14D")
            self.night()
        if history is not None:
            self.import_in_uploads(history)

    # --- nights -----------------------------------------------------------------------------------

    @rule()
    def night(self) -> None:
        self._walk_a_night()

    def _walk_a_night(self, backfill: str = "as_set") -> None:
        tried["nights"] += 1
        with suppress(LinkFailure):
            self.link.night(backfill=backfill)
        self._look()

    @rule(
        hand=st.none() | which,
        how=st.sampled_from(["remove", "enter", "enter_otherwise", *CHANGES]),
        words=st.lists(acts_of, max_size=2),
    )
    def thorough_night(self, hand: int | None, how: str, words: list[tuple[int, int]]) -> None:
        """Compares whatever the program chose, so that there is something to act on."""
        if hand is not None:
            self._by_hand(hand, how)
        self.link.reconciles = True
        self.night()
        self.link.reconciles = self.thorough
        for word in words:
            self._act(word)

    @rule(place=places, word=acts_of, hand=which)
    def a_person_acts_during_the_next_night(self, place: int, word: tuple[int, int], hand: int) -> None:
        """On what the night before told of an entry that was removed."""
        self.thorough_night(hand, "remove", [])
        self.a_person_acts_during_a_night(place, word)

    def _by_hand(self, entry: int, how: str) -> None:
        if how == "remove":
            self.remove_by_hand(entry)
        elif how == "enter":
            self.enter_by_hand(entry, again=False)
        elif how == "enter_otherwise":
            self.enter_by_hand(entry, again=True)
            self.change_by_hand(entry, "amount")
        else:
            self.change_by_hand(entry, how)

    @rule()
    def backfill(self) -> None:
        self.imported = True
        self._walk_a_night("import")

    @rule(run=which)
    def night_of_an_older_run(self, run: int) -> None:
        """Somebody clears a run of days ago, with all its tasks."""
        tried["nights"] += 1
        with suppress(LinkFailure):
            self.link.night(f"night {1 + run}")
        self._look()

    @rule(place=places)
    def night_that_dies(self, place: int) -> None:
        with dying_at(place) as died_at, suppress(SimulatedCrash, LinkFailure):
            self.link.night()
        if died_at:
            tried["crashes"] += 1
            self.link.die()
        self._look()

    @rule(place=places)
    def night_that_stalls_while_another_worker_takes_over(self, place: int) -> None:
        """FR-D1: the worker's session is gone, another one starts, then the first one wakes up."""
        with stalling_at(place, self._take_over), suppress(LinkFailure, psycopg.OperationalError):
            self.link.night()
        self.link.die()
        self._look()

    def _take_over(self) -> None:
        tried["stalls"] += 1
        pid = self.link.ledger.conn.info.backend_pid
        self.place.terminate(pid)
        self._another_workers_night()

    @rule(place=places, run=st.none() | which)
    def two_workers_at_once(self, place: int, run: int | None) -> None:
        """FR-D2: a second worker comes while the first one is at work, perhaps for an older run."""
        self._during_a_night(place, lambda: self._another_workers_night(run))

    @rule(place=places, invoice=which, debtor=which, run=st.booleans())
    def two_plans_at_once(self, place: int, invoice: int, debtor: int, run: bool) -> None:
        """FR-D16: an invoice moves and is planned anew while its batch may be on its way."""

        def meanwhile() -> None:
            tried["plans"] += 1
            self.move(invoice, debtor)
            with self.link.another_worker(), suppress(LinkFailure):
                self.link.plan()

        self._during_a_night(place, meanwhile)

    @rule(place=places, act=acts_of)
    def a_person_acts_during_a_night(self, place: int, act: tuple[int, int]) -> None:
        self._during_a_night(place, lambda: self._act(act))

    @rule(place=places, entry=which, again=st.booleans())
    def a_bookkeeper_works_during_a_night(self, place: int, entry: int, again: bool) -> None:
        act = (lambda: self.enter_by_hand(entry, again=True)) if again else lambda: self.remove_by_hand(entry)
        self._during_a_night(place, act)

    def _during_a_night(self, place: int, act: object) -> None:
        assert callable(act)
        with stalling_at(place, act, in_transaction=False), suppress(LinkFailure):
            self.link.night()
        self._look()

    def _another_workers_night(self, run: int | None = None) -> None:
        tried["nights"] += 1
        with self.link.another_worker(), suppress(LinkFailure):
            self.link.night(None if run is None else f"night {1 + run}")

    def _look(self) -> None:
        _expect_none(violations(self.link))

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "link"):
            return
        link = self.link
        backfill = "import" if self.imported else "excel" if self.handed_over else "as_set"
        try:
            if self.closed:
                link.division.reopen_period(2026, 11)
            if self.imported or self.handed_over:
                link.settled_from = link.practice.first_sync_date
            link.reconciles = True
            link.pass_by(600)  # what was slow has landed, so that the last night sees it
            link.until_at_rest(backfill=backfill)
            self._count_uploads()
            _expect_none(violations_at_rest(link))
            if self.thorough and violations_of_another_night(
                link, backfill
            ):  # what was renamed while its answer was lost goes (FR-G2)
                _expect_none(violations_of_another_night(link, backfill))
        finally:
            link.die()

    def _count_uploads(self) -> None:
        for row in self._rows("select outcome, entries, booked, rejected from upload"):
            tried[f"upload {row['outcome']}"] += bool(row["entries"])
            tried["uploaded and booked"] += row["booked"]
            tried["uploaded and rejected"] += row["rejected"]
