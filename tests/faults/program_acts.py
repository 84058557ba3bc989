"""Loop B: a person acts on what is open, at any moment, twice, and beside a worker."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import LockLost, NotReady
from tests.faults.crashes import SimulatedCrash, dying_at
from tests.faults.program import Program, tried, which

DIFFERING = "from difference where practice = %(practice)s and ended_at is null"
RECORDS = "select source_key from current_booking where practice = %(practice)s"
UNSENT = f"{RECORDS} and kind <> 'debtor' and state in ('held', 'rejected')"
SUBJECTS = {
    "accept": f"select subject {DIFFERING} order by difference_id",
    "book_again": f"select subject {DIFFERING} and cause = 'gone_in_exact'",
    "close": f"{UNSENT} union all select subject {DIFFERING} and cause = 'gone_in_exact'",
    "adopt": f"{UNSENT} union all select source_key {DIFFERING} and source_key is not null",
    "same_person": f"{RECORDS} and reason = 'debtor_identity_changed'",
    "ours": f"{RECORDS} and reason = 'relation_to_confirm'",
    "take_back": "select act_id from act where practice = %(practice)s order by act_id",
}
"""Act -> what it could be about."""

acts_of = st.tuples(st.integers(0, 20), which)
"""Which of the acts that apply, and on which of what it could be about."""


class ActRules(Program):
    """Each act is made with a session of its own, as from the command line."""

    @rule(act=acts_of, twice=st.booleans())
    def a_person_acts(self, act: tuple[int, int], twice: bool) -> None:
        for _ in range(1 + twice):
            self._act(act)

    @rule(act=acts_of, place=st.integers(0, 5))
    def an_act_that_dies(self, act: tuple[int, int], place: int) -> None:
        with dying_at(place), suppress(SimulatedCrash):
            self._act(act)

    def _act(self, act: tuple[int, int]) -> None:
        """What does not apply, or meets a worker, says so and changes nothing."""
        with self.link.another_worker():
            ledger = self.link.ledger
            name, subject = self._choose(*act)
            with suppress(NotReady, LockLost):
                getattr(acts, name)(ledger, Word(self.link.practice.code, "Anna", "afgesproken"), subject)
                tried["acts"] += 1
                tried[f"act {name}"] += 1

    def _choose(self, place: int, which_one: int) -> tuple[str, Any]:
        found = {name: self._subjects(question) for name, question in SUBJECTS.items()}
        fitting = [name for name, subjects in found.items() if subjects] or ["close"]
        name = fitting[place % len(fitting)]
        subjects = found[name] or [f"factuur:{2600001 + which_one}"]
        return name, subjects[which_one % len(subjects)]

    def _subjects(self, question: str) -> list[Any]:
        rows = self.link.ledger.conn.execute(
            question.encode(), {"practice": self.link.practice.code}
        ).fetchall()
        return [next(iter(row.values())) for row in rows]
