"""A night reads the debtors that are otherwise in James, and plans what planning all of them plans.

Random changes on all sides; before each plan all debtors are read and planned too, rolled back, and
compared.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.crash_points import watch_crash_points
from exact_online.extract.debtors import DebtorReading, stage_changed_debtors
from exact_online.failures import LinkFailure
from exact_online.ledger import Batch, Ledger, Run
from exact_online.night import steps
from exact_online.night.context import Night
from exact_online.transform.debtors import debtor_rules
from simulator import records
from tests.faults.crashes import SimulatedCrash
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.purge.moments import purge_after

__all__ = ["link", "small_place"]

ACCOUNTS = "crm/Accounts"
NIGHTS = 14
KINDS = ("Patiënt", "Instelling", "Verzekeraar", "Gemeente")
CONDITIONS = ("14D", "30D", "INCASSO", "PIN", None)
NAMES = ("Jansen", "De Vries", "", "Vermeulen", "Zonder\x07land", "Van Dijk-Bakker")
BY = Word("noorderlicht", "Els", "so decided")
PLANNED = {
    "bookings": "select source_key, version, state, fingerprint, payload, reason, reason_values, turn,"
    " settings_version from current_booking where kind = 'debtor' order by 1",
    "matches": "select debtor_number, exact_id, kind, decision from relation_match order by 1, 2",
    "differences": "select source_key, cause, ended_how from difference where kind = 'debtor' order by 1, 2, 3",
    "adjustments": "select source_key, reason, reason_values::text as x from adjustment order by 1, 2, 3",
    "kept": "select debtor_number from james_debtor order by 1",
}


class Watched:
    """Plans all debtors before each plan, and remembers how many the nights read."""

    def __init__(self, link: SmallLink) -> None:
        self.link = link
        self.read: list[int] = []
        self.buckets: list[int] = []
        self.plan = steps.plan_debtors

    def stage(
        self, james: psycopg.Connection[Any], ledger: Ledger, run: Run, rules: str, **how: Any
    ) -> DebtorReading:
        reading = stage_changed_debtors(james, ledger, run, rules, **how)
        self.read.append(reading.debtors)
        self.buckets.append(reading.buckets)
        return reading

    def __call__(self, night: Night) -> list[Batch]:
        run, ledger = night.run, night.ledger
        rules = debtor_rules(night.settings, night.lists).digest
        with ledger.session.rolled_back(None):
            stage_changed_debtors(self.link.james_reader, ledger, run, rules, in_full=True)
            expected = self.planned(night, self.plan(night))
        batches = self.plan(night)
        assert self.planned(night, batches) == expected
        check_what_uses_the_whole_set(self.link)
        return batches

    def planned(self, night: Night, batches: list[Batch]) -> dict[str, Any]:
        conn, review = night.ledger.conn, night.ledger.review
        rows = {name: conn.execute(question).fetchall() for name, question in PLANNED.items()}
        rejected = [(item.source_key, item.reason) for item in review.planning_rejections(night.run)]
        return {**rows, "rejected": rejected, "debtors": sum(batch.bookings for batch in batches)}


def check_what_uses_the_whole_set(link: SmallLink) -> None:
    """What tells by all debtors of James whether it has somebody, after a night that read a few."""
    rows = link.james.conn.execute("select debiteurnummer, naam, straat, email from james.debiteur").fetchall()
    ledger, code = link.ledger, link.practice.code
    numbers = {str(row[0]).strip() for row in rows}
    kept = {row["n"] for row in ledger.conn.execute("select debtor_number as n from james_debtor")}
    assert kept == numbers
    booked = {row["n"] for row in ledger.conn.execute("select distinct debtor_number as n from booking")}
    for number in booked | numbers:
        assert ledger.erasing.is_in_james(code, number) == (number in numbers)
    masked = {row["personal"] for row in ledger.session.rows("names_of_debtors", practice=code)}
    assert {text for row in rows for text in row[1:] if text and len(text) > 1} <= masked
    gone = ledger.conn.execute(
        "select source_key as k from difference where cause = 'debtor_gone_in_source' and ended_at is null"
    )
    assert {row["k"].partition(":")[2] for row in gone}.isdisjoint(numbers)


@pytest.fixture
def watched(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Watched:
    found = Watched(link)
    monkeypatch.setattr(steps, "stage_changed_debtors", found.stage)
    monkeypatch.setattr(steps, "plan_debtors", found)
    return found


class Chaos:
    """What people do in James, in Exact and with the link, by chance."""

    def __init__(self, link: SmallLink, chance: random.Random) -> None:
        self.link, self.chance = link, chance
        self.numbers: list[str] = []
        self.day = BOOK_DAY
        for _ in range(25):
            self.new()

    def _one(self) -> str:
        return self.chance.choice(self.numbers)

    def _set(self, column: str, value: Any) -> None:
        question = f"update james.debiteur set {column} = %s where debiteurnummer = %s"  # noqa: S608
        self.link.james.conn.execute(question, [value, self._one()])

    def new(self) -> None:
        """One in eight has zeros in front, and may be alike to another one."""
        number = str(1001 + len(self.link.james.kinds))
        if self.numbers and self.chance.randrange(8) == 0:
            number = "00" + self.chance.choice(self.numbers).lstrip("0")
        if number in self.link.james.kinds:
            return
        self.link.james.debtor(number, self.chance.choice(KINDS[:3]), name=self.chance.choice(NAMES) or "X")
        self.numbers.append(number)

    def invoice(self) -> None:
        self.link.james.invoice(2600001 + len(self.link.james.written), self._one())

    def rename(self) -> None:
        self.link.james.rename(self._one(), self.chance.choice(NAMES))

    def move(self) -> None:
        self._set("straat", f"Straat {self.chance.randrange(9)}")

    def mail(self) -> None:
        self._set("email", self.chance.choice(("a@elders.nl", "geen adres", None)))

    def condition(self) -> None:
        self._set("betalingsconditie", self.chance.choice(CONDITIONS))

    def kind(self) -> None:
        self._set("soort", self.chance.choice(KINDS))

    def there_and_back(self) -> None:
        """Changed and changed back, with a night of its days' debtors between."""
        number = self._one()
        question = "select naam from james.debiteur where debiteurnummer = %s"
        ((name,),) = self.link.james.conn.execute(question, [number]).fetchall()
        self.link.james.rename(number, "Tussendoor")
        self.night()
        self.link.james.rename(number, name)

    def another_person(self) -> None:
        self.link.james.become_another_person(self._one())

    def remove(self) -> None:
        number = self._one()
        with suppress(psycopg.errors.ForeignKeyViolation):
            self.link.james.conn.execute("delete from james.debiteur where debiteurnummer = %s", [number])
            self.numbers.remove(number)
            self.link.james.kinds.pop(number, None)

    def relation_deleted(self) -> None:
        with self.link.world.lock, suppress(LookupError, AssertionError, ValueError):
            relation = self.link.division.relation(self._one())
            records.remove(self.link.division, "Accounts", relation, None)

    def relation_of_others(self) -> None:
        """It may look like a debtor."""
        row = {"Code": self._one().rjust(18), "Name": self.chance.choice(NAMES) or "Y", "Status": "C"}
        with self.link.world.lock, suppress(Exception):
            self.link.division.add("Accounts", {**row, "Postcode": "9711 AA"})

    def settings(self) -> None:
        self.link.setting(debtor_zeros_count=self.chance.choice((True, False)))

    def lost_answer(self) -> None:
        nth = self.chance.randrange(1, 6)
        self.link.world.faults.add("drop_after_commit", endpoint=ACCOUNTS, method="POST", nth=nth)

    def bad_gateway(self) -> None:
        times = self.chance.randrange(1, 9)
        self.link.world.faults.add("status", endpoint=ACCOUNTS, method="POST", status=500, times=times)

    def act(self) -> None:
        keys = sorted(key for key in self.link.states() if key.startswith("debiteur"))
        act = self.chance.choice((acts.close, acts.book_again, acts.ours, acts.same_person, acts.erase))
        if keys:
            with suppress(LinkFailure):
                act(self.link.ledger, BY, self.chance.choice(keys))

    def take_back(self) -> None:
        rows = self.link.ledger.conn.execute("select act_id as n from act where taken_back_at is null")
        if found := [row["n"] for row in rows]:
            with suppress(LinkFailure):
                acts.take_back(self.link.ledger, BY, self.chance.choice(found))

    def purge(self) -> None:
        """What was sent is emptied; what was staged of late stays."""
        purge_after(self.link, 8)

    def dry_run(self) -> None:
        with suppress(LinkFailure):
            self.link.dry_run(book_day=self.day)

    def night(self) -> None:
        """It dies somewhere, or does not; now and then it is a later day."""
        self.day += dt.timedelta(days=self.chance.choice((0, 0, 1)))
        with suppress(LinkFailure):
            acts.go_on(self.link.ledger, BY)
        try:
            watch_crash_points(self._death())
            with suppress(LinkFailure):
                self.link.night(book_day=self.day)
        except SimulatedCrash:
            self.link.die()
        finally:
            watch_crash_points(None)
        self.link.world.faults.clear()
        self.link.pass_by(3700)

    def _death(self) -> Callable[[str], None]:
        last, reached = self.chance.choice((40, 120, 250, 500, 10**9, 10**9)), 0

        def count(_: str) -> None:
            nonlocal reached
            reached += 1
            if reached == last:
                raise SimulatedCrash

        return count


@pytest.mark.parametrize("seed", range(4))
def test_planning_who_changed_plans_what_planning_all_plans(
    seed: int, link: SmallLink, watched: Watched
) -> None:
    """M2, M14, M15: new, changed, gone, back again, rejected, closed, erased, or on the way."""
    chaos = Chaos(link, random.Random(seed))
    things: list[Callable[[], None]] = [
        chaos.new, chaos.new, chaos.invoice, chaos.rename, chaos.rename, chaos.move, chaos.mail,
        chaos.condition, chaos.kind, chaos.there_and_back, chaos.another_person, chaos.remove,
        chaos.relation_deleted, chaos.relation_of_others, chaos.settings, chaos.lost_answer,
        chaos.bad_gateway, chaos.act, chaos.act, chaos.take_back, chaos.purge, chaos.dry_run,
    ]  # fmt: skip
    for _ in range(NIGHTS):
        chaos.night()
        for thing in chaos.chance.sample(things, 4):
            thing()
    assert sum(read < 15 for read in watched.read) >= NIGHTS / 3
    assert sum(watched.read) > 60
