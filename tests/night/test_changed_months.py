"""A night reads the months that are otherwise in James, and finds what reading all of it finds.

Random changes on all sides; before each extract the same extract is tried with all of James, rolled
back, and compared.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from exact_online import acts
from exact_online.acts.word import Word
from exact_online.book_day import own_day
from exact_online.extract import months
from exact_online.extract.months import Reading, stage_changed
from exact_online.failures import LinkFailure
from exact_online.ledger import Ledger, Run
from exact_online.ledger.james_months import LastReading
from exact_online.night import steps
from tests.link.deaths import may_die
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink

__all__ = ["link", "small_place"]

ENTRIES = "salesentry/SalesEntries"
FIRST_DAY = dt.date(2026, 1, 12)
OLDER_DAY = BOOK_DAY - dt.timedelta(days=40)
NIGHTS = 14
KINDS = ("Patiënt", "Instelling", "Verzekeraar")
BY = Word("noorderlicht", "Els", "so decided")
FOUND = {
    "staged": "select to_jsonb(s) - 'run_id' as x from staged_invoice as s where run_id = %s order by 1",
    "lines": "select to_jsonb(l) - 'run_id' as x from staged_invoice_line as l where run_id = %s order by 1",
    "changes": "select to_jsonb(c) - 'noted_at' as x from james_change as c where run_id <> %s order by 1",
    "new changes": "select to_jsonb(c) - 'noted_at' as x from james_change as c where run_id = %s order by 1",
}


class Watched:
    """Tries each extract with all of James first, and remembers how the nights read."""

    def __init__(self) -> None:
        self.in_full: list[bool] = []
        self.months: list[int] = []
        self.staged = 0

    def __call__(
        self,
        james: psycopg.Connection[Any],
        ledger: Ledger,
        run: Run,
        days: tuple[dt.date, dt.date],
        **how: Any,
    ) -> Reading:
        with ledger.session.rolled_back(None):
            everything = _found(stage_changed(james, ledger, run, days, in_full=True), ledger, run)
        reading = stage_changed(james, ledger, run, days, **how)
        found = _found(reading, ledger, run)
        assert found == everything
        self.in_full.append(reading.in_full)
        self.months.append(reading.months)
        self.staged += len(found["staged"])
        return reading


def _found(reading: Reading, ledger: Ledger, run: Run) -> dict[str, Any]:
    rows = {
        name: [row["x"] for row in ledger.conn.execute(question, [run.run_id])]
        for name, question in FOUND.items()
    }
    totals = {(str(each.month), *map(str, list(vars(each).values())[:3])): each for each in reading.totals}
    assert len(totals) == len(reading.totals)
    return {**rows, "totals": totals}


@pytest.fixture
def watched(link: SmallLink, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The extract of a link whose history goes back to January, compared each time."""
    link.ledger.conn.execute(
        "update practice set link_date = %s, first_sync_date = %s", [FIRST_DAY, FIRST_DAY]
    )
    found = Watched()
    monkeypatch.setattr(steps, "stage_changed", found)
    return found


class Chaos:
    """What people do in James, in Exact and with the link, by chance."""

    def __init__(self, link: SmallLink, chance: random.Random) -> None:
        self.link, self.chance = link, chance
        self.invoices: list[int] = []
        self.debtors = ["1001", "1002", "1003"]
        for number, kind in zip(self.debtors, KINDS, strict=True):
            link.james.debtor(number, kind)
        for _ in range(30):
            self.new()

    def _day(self) -> dt.date:
        return FIRST_DAY + dt.timedelta(days=self.chance.randrange((BOOK_DAY - FIRST_DAY).days))

    def _one(self) -> int:
        return self.chance.choice(self.invoices)

    def _sql(self, text: str, *values: Any) -> None:
        self.link.james.conn.execute(text.encode(), values)

    def new(self) -> None:
        """Of any day: most of them back-dated."""
        number = 2600001 + len(self.link.james.written)
        debtor = self.chance.choice(self.debtors)
        lines = (self.chance.randrange(100, 9000), self.chance.choice((0, 9, 21, 7)), "tariff")
        claim = f"D{number}" if debtor == "1003" else None
        self.link.james.invoice(number, debtor, lines, day=self._day(), claim=claim)
        if claim is None:
            self.invoices.append(number)

    def correct(self) -> None:
        self.link.james.correct(self._one(), (self.chance.randrange(100, 9000), 0, "tariff"))

    def redate(self) -> None:
        outside = (BOOK_DAY + dt.timedelta(3), FIRST_DAY - dt.timedelta(9))
        self.link.james.redate(self._one(), self.chance.choice((self._day(), self._day(), *outside)))

    def no_day(self) -> None:
        self._sql("update james.factuur set gefactureerd_op = null where factuur_id = %s", self._one())

    def draft(self) -> None:
        status = self.chance.choice(("te factureren", "betaald"))
        self._sql("update james.factuur set status = %s where factuur_id = %s", status, self._one())

    def remove(self) -> None:
        number = self._one()
        self.invoices.remove(number)
        self.link.james.remove(number)

    def renumber(self) -> None:
        self.link.james.renumber(self._one(), self.chance.randrange(2650000, 2690000))

    def other_kind(self) -> None:
        """The totals of all its months are otherwise, and no invoice says so."""
        kind, debtor = self.chance.choice(KINDS), self.chance.choice(self.debtors)
        self._sql("update james.debiteur set soort = %s where debiteurnummer = %s", kind, debtor)

    def unstamped(self) -> None:
        """A total that moves without a moment, and one whose moment goes back."""
        self._sql("set session_replication_role = replica")
        for change in ("totaalbedrag = totaalbedrag + 1", "gewijzigd_op = gewijzigd_op - interval '1 day'"):
            self._sql(f"update james.factuur set {change} where factuur_id = %s", self._one())  # noqa: S608
        self._sql("set session_replication_role = origin")

    def lost_answer(self) -> None:
        self.link.world.faults.add(
            "drop_after_commit", endpoint=ENTRIES, method="POST", nth=self.chance.randrange(1, 6)
        )

    def bad_gateway(self) -> None:
        self.link.world.faults.add(
            "status", endpoint=ENTRIES, method="POST", status=500, times=self.chance.randrange(1, 9)
        )

    def act(self) -> None:
        keys = sorted(key for key in self.link.states() if not key.startswith("debiteur"))
        act = self.chance.choice((acts.close, acts.book_again, acts.accept))
        if keys:
            with suppress(LinkFailure):
                act(self.link.ledger, BY, self.chance.choice(keys))

    def night(self) -> None:
        """Tonight's, or an older one that is begun late; it dies somewhere, or does not. A practice
        that stopped goes on.
        """
        with suppress(LinkFailure):
            acts.go_on(self.link.ledger, BY)
        with may_die(self.link, self.chance):
            self.link.night(book_day=self.chance.choice((BOOK_DAY, BOOK_DAY, BOOK_DAY, OLDER_DAY)))


@pytest.mark.parametrize("seed", range(4))
def test_reading_what_changed_finds_what_reading_all_finds(
    seed: int, link: SmallLink, watched: Watched
) -> None:
    """B9, M1, M3: new, changed, moved, back-dated, deleted, taken back, and what was on its way."""
    chaos = Chaos(link, random.Random(seed))
    things: list[Callable[[], None]] = [
        chaos.new, chaos.new, chaos.correct, chaos.correct, chaos.redate, chaos.redate, chaos.no_day,
        chaos.draft, chaos.remove, chaos.renumber, chaos.other_kind, chaos.unstamped, chaos.lost_answer,
        chaos.bad_gateway, chaos.act, chaos.act,
    ]  # fmt: skip
    for _ in range(NIGHTS):
        chaos.night()
        for thing in chaos.chance.sample(things, 4):
            thing()
    assert watched.in_full.count(False) >= NIGHTS / 3
    assert watched.staged > 60


def test_what_the_ledger_has_as_james_has_it_is_not_read_again(link: SmallLink, watched: Watched) -> None:
    """A night with nothing new reads no month; one new invoice reads its own."""
    link.james.debtor("1001")
    for month in range(1, 11):
        link.james.invoice(2600000 + month, "1001", day=dt.date(2026, month, 15))
    for _ in range(2):
        link.night()
    link.james.invoice(2600099, "1001", day=dt.date(2026, 3, 1))
    for _ in range(2):
        link.night()
    assert watched.months == [10, 0, 1, 0]
    assert watched.in_full == [True, False, False, False]


def test_a_night_that_died_before_it_planned_reads_its_months_again(
    link: SmallLink, watched: Watched
) -> None:
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    tonight = link.opened()
    steps.extract(tonight, link.james_reader, link.scope)
    link.night()
    assert watched.months == [1, 1]
    assert watched.in_full == [True, False]
    assert link.states()["factuur:2600001"] == "booked"


def test_a_night_that_is_begun_again_reads_all(link: SmallLink, watched: Watched) -> None:
    """Whoever clears the task wants to know: on demand, all is read."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.night()
    for _ in range(2):
        link.night("the same")
    assert watched.in_full == [True, False, True]


def test_another_first_day_reads_all(link: SmallLink, watched: Watched) -> None:
    link.night()
    link.ledger.conn.execute("update practice set link_date = '2026-02-01'")
    link.night()
    assert watched.in_full == [True, True]


def test_lines_that_change_without_a_moment_are_found_once_a_week(
    link: SmallLink, caplog: pytest.LogCaptureFixture
) -> None:
    """James promises a moment; that it keeps to it is checked by reading all."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (1000, 0, "tariff"), (500, 21, "article"))
    link.night()
    link.james.conn.execute("set session_replication_role = replica")
    link.james.conn.execute("update james.factuurregel set btw_percentage = 9 where btw_percentage = 21")
    link.james.conn.execute("set session_replication_role = origin")
    assert link.night().numbers.difference_cents == 0
    assert "zonder dat James zegt" not in caplog.text
    found = link.night(book_day=BOOK_DAY + dt.timedelta(days=months.WEEK))
    assert [cell.difference_cents for cell in found.numbers.cells] != [0] * len(found.numbers.cells)
    assert "De facturen van de maand vanaf 01-11-2026 komen in James op iets anders uit" in caplog.text


def test_a_fleet_reads_in_full_over_all_weekdays() -> None:
    """Each practice on its own weekday, on a first night, and when that day was missed."""
    found = Counter(own_day(f"practice_{number}") for number in range(700))
    assert set(found) == set(range(7))
    assert min(found.values()) > 60
    monday = next(code for code in (f"p{n}" for n in range(99)) if own_day(code) == 0)
    since = dt.date(2026, 11, 18)  # a Wednesday
    due = [
        (since + dt.timedelta(days=n)).isoformat()
        for n in range(12)
        if months.is_due(
            _run(monday, since + dt.timedelta(days=n)), LastReading("as now", since, False), "as now"
        )
    ]
    assert due == ["2026-11-23", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]
    tonight = _run(monday, since)
    assert not months.is_due(tonight, LastReading("as now", since, False), "as now")
    assert months.is_due(tonight, LastReading(None, None, False), "as now")
    assert months.is_due(tonight, LastReading("otherwise", since, False), "as now")
    assert months.is_due(tonight, LastReading("as now", since, True), "as now")


def _run(practice: str, book_day: dt.date) -> Run:
    return Run("run", practice, book_day, False, 1, "night")


@pytest.mark.parametrize(
    ("ranges", "one"),
    [
        ([], []),
        ([(1, 2), (2, 3), (4, 5)], [(1, 3), (4, 5)]),
        ([(1, 1), (1, 2), (2, 3)], [(1, 1), (1, 3)]),
    ],
    ids=["none", "two that touch", "what has no day"],
)
def test_months_that_touch_are_read_at_once(
    ranges: list[tuple[int, int]], one: list[tuple[int, int]]
) -> None:
    def days(of: list[tuple[int, int]]) -> list[tuple[dt.date, dt.date]]:
        return [(dt.date(2026, first, 1), dt.date(2026, before, 1)) for first, before in of]

    assert months.joined(days(ranges)) == days(one)
