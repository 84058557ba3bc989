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
from exact_online.extract.debtors import DebtorReading, stage_changed_debtors
from exact_online.failures import LinkFailure
from exact_online.ledger import Batch, Ledger, Run
from exact_online.night import history, own_days, steps
from exact_online.night.context import Night
from exact_online.transform.debtors import debtor_rules
from simulator import records
from simulator.rejections import Rejection
from tests.link.deaths import may_die
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.purge.moments import purge_after
from tests.purge.test_terms import BEFORE_LINK, WORDS

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
    "differences": "select source_key, cause, ended_how from difference where kind = 'debtor'"
    " order by 1, 2, 3",
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
        rejected = [(item.source_key, item.reason) for item in review.planning_rejections(night.run.practice)]
        return {**rows, "rejected": rejected, "debtors": sum(batch.bookings for batch in batches)}


def check_what_uses_the_whole_set(link: SmallLink) -> None:
    """What tells by all debtors of James whether it has somebody, after a night that read a few."""
    rows = link.james.conn.execute(
        "select debiteurnummer, naam, straat, email from james.debiteur"
    ).fetchall()
    ledger, code = link.ledger, link.practice.code
    numbers = {str(row[0]).strip() for row in rows}
    kept = {row["n"] for row in ledger.conn.execute("select debtor_number as n from james_debtor")}
    assert kept == numbers
    booked = {row["n"] for row in ledger.conn.execute("select distinct debtor_number as n from booking")}
    for number in booked | numbers:
        assert ledger.erasing.is_in_james(code, number) == (number.strip() in numbers)
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
        """One in six has zeros in front or blanks around it, and may be alike to another one."""
        number = str(1001 + len(self.link.james.kinds))
        if self.numbers and self.chance.randrange(6) == 0:
            other = self.chance.choice(self.numbers).strip()
            number = self.chance.choice((f"00{other.lstrip('0')}", f"{other} ", f" {other}"))
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
        with self.link.world.lock, suppress(LookupError, AssertionError, ValueError, Rejection):
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
        with may_die(self.link, self.chance):
            self.link.night(book_day=self.day)


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
    assert sum(read < 15 for read in watched.read) >= NIGHTS / 4
    assert sum(watched.read) > 60


def words(link: SmallLink, endpoint: str, text: str, method: str) -> None:
    """Exact rejects what has this text."""
    link.world.faults.add(
        "status", endpoint=endpoint, method=method, containing=text, times=None, status=500, body=WORDS
    )


@pytest.fixture
def booked(link: SmallLink, watched: Watched) -> SmallLink:
    """A practice of 40 debtors, all booked; the last night read none of them."""
    for number in range(1001, 1041):
        link.james.debtor(str(number), name=f"Naam{number}")
    for _ in range(2):
        assert link.night().items == []
    assert watched.read == [40, 0]
    return link


def one_group(link: SmallLink, watched: Watched, groups: int = 1) -> None:
    """A night that reads one group, or what changed beside it."""
    link.james.rename("1001", "Anders")
    link.night()
    assert watched.buckets[-1] == groups
    assert watched.read[-1] < 5


def test_nobody_is_erased_who_is_in_james_and_not_read(booked: SmallLink, watched: Watched) -> None:
    """B7: rejected ones stay, and one that James has no more goes, after a night of one group."""
    link, code = booked, booked.practice.code
    for number in ("1002", "1003"):
        link.james.rename(number, "Geweigerd")
    words(link, ACCOUNTS, "Geweigerd", method="PUT")
    link.night()
    assert set(link.reasons()) == {"debiteur:1002", "debiteur:1003"}
    link.james.conn.execute("delete from james.debiteur where debiteurnummer = '1003'")
    one_group(link, watched, groups=2)
    assert link.ledger.erasing.is_in_james(code, "1002")
    assert not link.ledger.erasing.is_in_james(code, "1003")
    purge_after(link, 60)
    kept = link.ledger.conn.execute(
        "select source_key as k from current_booking where state = 'rejected' and payload is not null"
    )
    assert "debiteur:1003" not in {row["k"] for row in kept}
    assert link.states()["debiteur:1002"] == "rejected"
    question = "select payload is not null as x from current_booking where source_key = 'debiteur:1002'"
    assert link.ledger.conn.execute(question).fetchall() == [{"x": True}]


def test_who_is_gone_is_noted_and_who_was_not_read_is_not(booked: SmallLink, watched: Watched) -> None:
    """FR-F4: also when he is booked only after James deleted him."""
    booked.james.conn.execute("delete from james.debiteur where debiteurnummer = '1003'")
    booked.night()
    question = "select source_key as k from difference where ended_at is null"
    assert booked.ledger.conn.execute(question).fetchall() == [{"k": "debiteur:1003"}]
    one_group(booked, watched)
    assert booked.ledger.conn.execute(question).fetchall() == [{"k": "debiteur:1003"}]
    booked.james.debtor("1003")
    booked.night()
    assert booked.ledger.conn.execute(question).fetchall() == []


def test_names_are_masked_of_who_was_not_read_and_not_kept(booked: SmallLink, watched: Watched) -> None:
    """FR-K4: payloads are emptied after two weeks; the night that reads all is younger."""
    purge_after(booked, 13.9)
    one_group(booked, watched)
    said = "Relatie NAAM1017 te Groningen is geblokkeerd, en Anders ook"
    (masked,) = booked.ledger.review.without_names(booked.practice.code, [said])
    assert "1017" not in masked
    assert "Anders" not in masked
    booked.ledger.conn.execute("update exact_relation set name = '', postcode = null")
    booked.ledger.conn.execute("set session_replication_role = replica")
    booked.ledger.conn.execute("update booking set payload = null, sent_fingerprints = '{}'")
    booked.ledger.conn.execute("set session_replication_role = origin")
    (masked,) = booked.ledger.review.without_names(booked.practice.code, [said])
    assert "1017" not in masked


def test_who_was_erased_is_read_again_in_the_next_night(booked: SmallLink, watched: Watched) -> None:
    """B7: what docs/privacy.md says; James has the card still, and it is masked as it was."""
    erasure = acts.erase(booked.ledger, BY, "debiteur:1005")
    assert erasure.was_in_james
    booked.night()
    assert watched.buckets[-1] == 1
    staged = booked.ledger.conn.execute("select name from staged_debtor where debtor_number = '1005'")
    assert [row["name"] for row in staged] == ["Naam1005 1005"]
    booked.night()
    assert watched.read[-1] == 0


def test_a_debtor_that_days_of_history_planned_is_compared_again(booked: SmallLink, watched: Watched) -> None:
    """James has him as before by the next night: the figures of his group say nothing."""
    booked.james.invoice(2600001, "1005", day=BEFORE_LINK)
    booked.james.rename("1005", "Tussendoor")
    days = (BEFORE_LINK, BEFORE_LINK + dt.timedelta(days=1))
    of_days = history.choose_days(booked.opened("days"), "import", days)
    own_days.import_days(
        history.for_history(of_days, booked.night_of), booked.james_reader, history.history_days(of_days)
    )
    assert booked.division.relation("1005")["Name"].startswith("Tussendoor")
    booked.james.rename("1005", "Naam1005 1005")
    booked.night()
    assert watched.buckets[-1] == 1
    assert booked.division.relation("1005")["Name"].startswith("Naam1005")
    booked.night()
    assert watched.read[-1] == 0


@pytest.mark.parametrize("how", ["other settings", "begun again", "a week later", "rebuilt"])
def test_all_are_read(how: str, booked: SmallLink, watched: Watched) -> None:
    """Once a week and on demand as the months are, and when they would be planned otherwise."""
    if how == "other settings":
        booked.setting(debtor_zeros_count=True)
        booked.night()
    elif how == "begun again":
        booked.night("one")
        booked.night("one")
    elif how == "a week later":
        booked.night(book_day=BOOK_DAY + dt.timedelta(days=7))
    else:
        tonight = booked.opened()
        steps.extract(tonight, booked.james_reader, booked.scope, rebuild_ledger=True)
    assert watched.read[-1] == 40


def test_an_invoice_takes_its_debtor_along_the_night_he_is_new(booked: SmallLink, watched: Watched) -> None:
    booked.james.debtor("1099")
    booked.james.invoice(2600001, "1099")
    assert booked.night().items == []
    assert booked.states()["factuur:2600001"] == "booked"
    assert watched.buckets[-1] == 1


def test_who_differs_in_blanks_stops_no_night(booked: SmallLink, watched: Watched) -> None:
    """M2: a slip on one card of James; who had the number waits with it, and all others go on."""
    booked.james.debtor("1001 ", name="Ander")
    booked.james.rename("1030", "Anders")
    booked.night()
    assert booked.reasons() == {"debiteur:1001": "debtor_numbers_alike"}
    assert booked.division.relation("1030")["Name"].startswith("Anders")
    booked.james.conn.execute("delete from james.debiteur where debiteurnummer = '1001 '")
    booked.night()
    assert booked.states()["debiteur:1001"] == "booked"


def test_days_of_history_reject_the_numbers_that_the_nights_reject(booked: SmallLink) -> None:
    """M15: of two debtors that are one number to Exact none is sent, whoever reads them."""
    booked.james.debtor("1099")
    booked.james.debtor("001099")
    booked.james.invoice(2600001, "1099", day=BEFORE_LINK)
    booked.night()
    days = (BEFORE_LINK, BEFORE_LINK + dt.timedelta(days=1))
    of_days = history.choose_days(booked.opened("days"), "import", days)
    own_days.import_days(
        history.for_history(of_days, booked.night_of), booked.james_reader, history.history_days(of_days)
    )
    alike = {"debiteur:1099": "debtor_numbers_alike", "debiteur:001099": "debtor_numbers_alike"}
    assert alike.items() <= booked.reasons().items()
    assert booked.states()["factuur:2600001"] != "booked"
