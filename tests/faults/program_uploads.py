"""Loop B: history in uploads of many entries, wanted or not, served or not, and what becomes of the
answers.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from exact_online import acts
from exact_online.api.client import UPLOAD
from exact_online.failures import LinkFailure
from tests.faults.crashes import SimulatedCrash, dying_at, stalling_at
from tests.faults.program import tried, which
from tests.faults.program_exact import LOST, REJECTED, Fault
from tests.faults.program_people import PeopleRules

PARTIAL: tuple[Fault, ...] = (
    *(("upload_breaks_off", {"count": count}) for count in (0, 3, 8)),
    *(("upload_leaves_out", {"count": count}) for count in (1, 6)),
    ("upload_in_other_order", {}),
    ("block_relation", {"code": "1001"}),
    ("status", {"status": 404}),
)
"""What may become of an upload beside what may become of any call."""
READING = "bulk/Financial/TransactionLines"
FAULTS = st.sampled_from(LOST) | st.sampled_from(REJECTED) | st.sampled_from(PARTIAL)
imports = st.fixed_dictionaries(
    {
        "faults": st.lists(st.tuples(FAULTS, st.sampled_from([1, 2, 2, 2, 3])), max_size=2),
        "debtor": which,
        "count": st.integers(6, 12),
        "reading": st.none() | st.none() | st.integers(1, 3),
    }
)
"""History of so many invoices, and what its uploads meet: the first is the check. `reading` is the
first look at lines that fails.
"""
upload_places = st.integers(0, 400)


class UploadRules(PeopleRules):
    """Rules that switch uploads on and off, and imports that have something to upload."""

    imported: bool
    """Older invoices were imported."""

    @rule(wanted=st.sampled_from([True, True, False]))
    def want_uploads(self, wanted: bool) -> None:
        """From the practice's next run on."""
        acts.want_uploads(self.link.ledger, self.link.practice.code, wanted, "Anna")

    @rule(is_on=st.booleans())
    def switch_of_the_fleet(self, is_on: bool) -> None:
        acts.switch_uploads(self.link.ledger, is_on, "Anna", "afgesproken")

    @rule(debtor=which, count=st.integers(6, 14), pin=st.booleans())
    def older_invoices(self, debtor: int, count: int, pin: bool) -> None:
        """As many as are worth an upload, in one journal or in two."""
        for place in range(count):
            condition = "PIN" if pin and place % 2 else "14D"
            self.older_invoice(debtor + place % 2, 1000 + 10 * place, condition)

    @rule(fault=FAULTS, nth=st.integers(1, 4), times=st.integers(1, 2))
    def upload_fault(self, fault: Fault, nth: int, times: int) -> None:
        self._plan(fault, UPLOAD, "POST", nth, times)

    @rule(of=imports)
    def import_in_uploads(self, of: dict[str, Any]) -> None:
        """What is uploaded meets these faults, and so may the reading that follows."""
        self._ready(of["debtor"], of["count"])
        for fault, nth in of["faults"]:
            self._plan(fault, UPLOAD, "POST", nth, 1)
        if of["reading"] is not None:
            self._plan(("status", {"status": 503}), READING, "GET", of["reading"], 4)
        self._import()

    @rule(place=upload_places, debtor=which)
    def import_that_dies(self, place: int, debtor: int) -> None:
        self._ready(debtor, 8)
        with dying_at(place) as died_at, suppress(SimulatedCrash):
            self._import(look=False)
        if died_at:
            tried["crashes"] += 1
            self.link.die()
        self._look()

    @rule(place=upload_places, debtor=which, how=st.sampled_from(["switch", "want", "work", "move", "hand"]))
    def something_happens_during_an_import(self, place: int, debtor: int, how: str) -> None:
        """The switch or the setting changes, another worker comes, James or Exact is changed."""
        self._ready(debtor, 8)

        def meanwhile() -> None:
            tried["during imports"] += 1
            if how == "hand":
                self.remove_by_hand(debtor)
                return
            if how == "move":
                self.move(debtor, debtor + 1)
                return
            with self.link.another_worker(), suppress(LinkFailure):
                if how == "switch":
                    acts.switch_uploads(self.link.ledger, False, "Anna", "afgesproken")
                elif how == "want":
                    acts.want_uploads(self.link.ledger, self.link.practice.code, False, "Anna")
                else:
                    self.link.night(backfill="import")

        with stalling_at(place, meanwhile, in_transaction=False):
            self._import(look=False)
        self._look()

    def _ready(self, debtor: int, count: int) -> None:
        """Uploads are wanted and on, and there is history that is worth one."""
        self.want_uploads(True)
        self.switch_of_the_fleet(True)
        self.older_invoices(debtor, count, pin=bool(debtor % 2))

    def _import(self, look: bool = True) -> None:
        tried["nights"] += 1
        self.imported = True
        with suppress(LinkFailure):
            self.link.night(backfill="import")
        if look:
            self._look()

    def _look(self) -> None:
        raise NotImplementedError
