"""Loop B: what people do in two steps, and two at once, each with what must hold right after it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.failures import LinkFailure, LockLost, NotReady
from simulator.rejections import Rejection
from tests.faults.crashes import stalling_at
from tests.faults.program import tried, which
from tests.faults.program_acts import DIFFERING, ActRules, acts_of
from tests.faults.program_exact import REJECTED, SALES, ExactRules
from tests.link.by_hand import Typed
from tests.report import hands

CLOSABLE = (
    "select source_key, state, reason, reason_values, attempt, payload from current_booking"
    " where practice = %(practice)s and kind <> 'debtor' and state in ('rejected', 'held')"
    " order by source_key"
)
UNBOOKED = (
    "select source_key, payload, debtor_number, reference from current_booking where practice = %(practice)s"
    " and kind = 'sales_entry' and payload is not null and state in ('planned', 'held', 'rejected')"
    " order by source_key"
)
SOMEBODY = {"Name": "Kantoorhandel Pen BV", "Status": "C"}
UNKNOWN_WORDS = REJECTED[-1]
OPEN = f"select * {DIFFERING} and accepted_by is null order by difference_id"
HANDED_OVER = (
    "select source_key, state, export_id from booking where practice = %(practice)s and export_id is not null"
    " order by booking_id"
)

Rows = list[dict[str, Any]]


class PeopleRules(ExactRules, ActRules):
    """Each is whole by itself: what is taken back is as it was before."""

    thorough: bool
    """Each night compares."""
    handed_over: bool
    """A workbook was made of older invoices."""

    @rule(record=which, nights=st.integers(0, 1))
    def close_and_reopen(self, record: int, nights: int) -> None:
        """What is closed is not booked, and reopened it is as it was."""
        if not self._rows(CLOSABLE):
            self._plan(UNKNOWN_WORDS, SALES, "POST", 1, 1)
            self.new_invoice(record, [(1200, 0, "tariff")], "14D")
            self._walk_a_night()
        if not (rows := self._rows(CLOSABLE)):
            return
        before = rows[record % len(rows)]
        key = before["source_key"]
        act = self._done(lambda word: acts.close(self.link.ledger, word, key))
        if act is None:
            return
        for _ in range(nights):
            self._walk_a_night()
            assert self.link.states()[key] == "closed", f"{key} was closed and is {self.link.states()[key]}"
        if self._done(lambda word: acts.take_back(self.link.ledger, word, act) or act) is not None:
            tried["reopened"] += 1
            (after,) = [row for row in self._rows(CLOSABLE) if row["source_key"] == key] or [None]
            assert after == before, f"{key} was {before} and is {after} after it was reopened"

    @rule(record=which, debtor=which, is_elsewhere=st.booleans())
    def type_it_on_another_debtor(self, record: int, debtor: int, is_elsewhere: bool) -> None:
        """FR-F5, FR-H9: what the link would send but for the debtor; `is_elsewhere`: and number."""
        self.link.world.faults.land(everything=True)
        if not self._rows(UNBOOKED):
            self.new_invoice(record, [(1300, 9, "tariff")], "14D")
            with suppress(LinkFailure):
                self.link.plan()
        unbooked = [row for row in self._rows(UNBOOKED) if not self.link.entries(row["reference"])]
        if not unbooked:
            return
        row = unbooked[record % len(unbooked)]
        own = row["debtor_number"].rjust(18)
        customers = [each for each in self.link.division["Accounts"] if each.get("Status") == "C"]
        others = [each["ID"] for each in customers if each["Code"] != own]
        if not others:
            others = [self.link.division.add("Accounts", {"Code": "500".rjust(18), **SOMEBODY})["ID"]]
        values = json.loads(row["payload"])
        day = dt.datetime.fromisoformat(values["EntryDate"]).replace(tzinfo=dt.UTC)
        values |= {"EntryDate": int(day.timestamp() * 1000), "Customer": others[debtor % len(others)]}
        self.made["typed"] += 1
        elsewhere = {"EntryNumber": 9000 + self.made["typed"]} if is_elsewhere else {}
        with suppress(Rejection):  # its period is closed, or an account is blocked
            entry = hands.enter(self.link, {**values, **elsewhere})
            key = row["source_key"]
            self.hands.entered.add(entry["EntryID"])
            self.hands.typed[entry["EntryID"]] = Typed(key, len(self.link.james.written[key]))
            tried["typed"] += 1

    @rule(difference=which)
    def accept_and_take_back(self, difference: int) -> None:
        """What was accepted makes no night red, and taken back it is as open as before."""
        if not self._rows(OPEN):
            self.change_by_hand(difference, "amount")
            self.link.reconciles = True
            self._walk_a_night()
            self.link.reconciles = self.thorough
        if not (rows := self._rows(OPEN)):
            return
        before = rows[difference % len(rows)]
        subject = before["subject"]
        act = self._done(lambda word: acts.accept(self.link.ledger, word, subject))
        if act is None:
            return
        now = self._difference(before)
        assert (now["accepted_by"], now["act_id"]) == ("Anna", act), f"{subject} was accepted and is {now}"
        if self._done(lambda word: acts.take_back(self.link.ledger, word, act) or act) is not None:
            tried["accepted and taken back"] += 1
            assert self._difference(before) == before, f"{subject} is another one after that was taken back"

    @rule()
    def hand_over(self) -> None:
        """M20: older invoices go into a workbook."""
        self.handed_over = True
        self._walk_a_night("excel")

    @rule(file=which, is_kept=st.booleans())
    def take_back_a_hand_over(self, file: int, is_kept: bool) -> None:
        """M20: its invoices wait for a later one; kept, it is valid as it was."""
        if not self.link.ledger.exports.files(self.link.practice.code):
            self.old_invoice(file, [(1400, 0, "tariff")])
            self.hand_over()
        if not (files := self.link.ledger.exports.files(self.link.practice.code)):
            return
        name, before = files[file % len(files)].file_name, self._rows(HANDED_OVER)
        act = self._done(lambda word: acts.take_back_file(self.link.ledger, word, name))
        if act is None:
            assert self._rows(HANDED_OVER) == before, f"{name} was not taken back, and changed"
            return
        tried["taken back"] += 1
        if is_kept and self._done(lambda word: acts.take_back(self.link.ledger, word, act) or act):
            assert self._rows(HANDED_OVER) == before, f"{name} is another one after it was kept"

    @rule(place=st.integers(0, 12), first=acts_of, second=st.none() | acts_of)
    def two_people_act_at_once(
        self, place: int, first: tuple[int, int], second: tuple[int, int] | None
    ) -> None:
        """The second comes while the first is in the midst; None: with the same act."""
        tried["at once"] += 1
        with stalling_at(place, lambda: self._act(second or first)):
            self._act(first)

    # --- how --------------------------------------------------------------------------------------

    def _walk_a_night(self, backfill: str = "as_set") -> None:
        raise NotImplementedError

    def _done(self, act: Callable[[Word], int]) -> int | None:
        """The act's number; None when it does not apply."""
        word = Word(self.link.practice.code, "Anna", "afgesproken")
        with suppress(NotReady, LockLost):
            tried["acts"] += 1
            return act(word)
        return None

    def _difference(self, of: dict[str, Any]) -> dict[str, Any]:
        rows = self._rows("select * from difference where practice = %(practice)s")
        return next(row for row in rows if row["difference_id"] == of["difference_id"])

    def _rows(self, question: str) -> Rows:
        return self.link.ledger.conn.execute(
            question.encode(), {"practice": self.link.practice.code}
        ).fetchall()
