"""A night that compares what is marked finds what a comparison of everything finds.

Ledgers are made up at random and changed at random between nights, in all that a comparison reads:
records and their versions, lines, what James has otherwise, entries and lines in Exact, relations,
who shares a division. After each change what the night says is laid beside one comparison of
everything at once, and beside plain SQL.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from exact_online.ledger import JudgedBooking, Ledger, Run, connect
from exact_online.report import judging
from exact_online.report.content import Chart
from exact_online.report.desk import CellCounter
from exact_online.report.judgement import Judgement, judge
from exact_online.report.judging import Judging, Whole, rules, why_whole
from exact_online.statements import statement
from tests.ledger_cases import register
from tests.report.changes import ENTRIES, FIRST, OTHERS, OURS, SUSPENSE, World

DAYS = (FIRST, FIRST + dt.timedelta(days=3))
"""The fourth day that occurs is of other days than those that are compared."""
CHART = Chart({SUSPENSE: "1101"}, {"1500"}, {"8010": ("patients", "zero"), "8032": ("articles", "high")})
SEEDS = range(6)
NIGHTS = 25


@pytest.fixture
def ledger(ledger_dsn: str) -> Iterator[Ledger]:
    with closing(connect(ledger_dsn)) as conn:
        ledger = Ledger(conn)
        register(ledger, OURS)
        register(ledger, OTHERS)
        for name in ("booking_is_new", "booking_moves", "booking_is_kept"):
            conn.execute(f"alter table booking disable trigger {name}".encode())
        conn.execute("drop index booking_entry_number")  # stronger: two records may have one number
        yield ledger


def james_now(bookings: list[JudgedBooking]) -> dict[str, CellCounter]:
    """What James has of what it has otherwise, by the lines that the extract saw."""
    return {
        row.source_key: Counter(
            {(line["revenue_group"], line["vat_rate"]): line["gross_cents"] for line in row.found["lines"]}
        )
        for row in bookings
        if row.found is not None
    }


def night_of(ledger: Ledger, run: Run) -> Judging:
    practice = ledger.practices.get(OURS)
    return Judging(ledger, practice, run, DAYS, CHART, james_now)  # type: ignore[arg-type]


def all_at_once(ledger: Ledger, run: Run) -> Judgement:
    """One comparison of everything."""
    keys = [
        row["source_key"]
        for row in ledger.conn.execute(
            "select distinct source_key from booking where practice = %s and kind <> 'debtor'", [OURS]
        )
    ]
    read = ledger.differences
    bookings = read.bookings(OURS, DAYS, keys, ledger.runs.ids_of_night(run))
    lines = read.lines(OURS, DAYS, keys)
    return judge(bookings, read.settled_lines(OURS, DAYS, keys), lines, CHART, james_now(bookings))


def told(judgement: Judgement) -> dict[str, Any]:
    return {
        "differences": sorted(judgement.differences, key=lambda row: (row.subject, row.source_key or "")),
        "followed": sorted(judgement.followed, key=lambda row: row.booking_id),
        "closed": sorted(judgement.closed),
        "exact has more": {cell: cents for cell, cents in judgement.exact_has_more.items() if cents},
        "james has more": {cell: cents for cell, cents in judgement.james_has_more.items() if cents},
    }


BY_SQL = {
    "states": """
        select state, count(*) as bookings, sum(total_cents)::bigint as cents
        from every_current_booking
        where
            practice = %(practice)s and kind <> 'debtor'
            and (entry_date is null or (entry_date >= %(from)s and entry_date < %(before)s))
        group by state order by state""",
    "cells": """
        select b.state, l.revenue_group, l.vat_rate, sum(l.gross_cents)::bigint as cents
        from booking as b inner join booking_line as l using (booking_id)
        where
            b.practice = %(practice)s and b.state in ('booked', 'exported')
            and b.entry_date >= %(from)s and b.entry_date < %(before)s
        group by 1, 2, 3 order by 1, 2, 3""",
    "suspense": """
        select
            entry_date as day, payload::jsonb #>> '{GeneralJournalEntryLines,0,GLAccount}' as account,
            count(*) as entries, sum(total_cents)::bigint as cents
        from booking
        where
            practice = %(practice)s and kind = 'general_journal_entry' and state = 'booked'
            and entry_date >= %(from)s and entry_date < %(before)s
        group by 1, 2 order by 1, 2""",
    "others": """
        select count(distinct x.entry_id) as entries
        from exact_line as x
        where
            x.practice = %(practice)s and x.entry_date >= %(from)s and x.entry_date < %(before)s
            and not exists (
                select 1
                from booking as b
                where
                    b.practice = x.practice
                    and (
                        b.exact_id = x.entry_id
                        or exists (
                            select 1
                            from exact_line as y
                            where
                                y.practice = x.practice and y.entry_id = x.entry_id
                                and (
                                    y.reference = b.reference
                                    or (y.journal, y.financial_year, y.entry_number)
                                    = (b.journal, b.financial_year, b.entry_number)
                                )
                        )
                    )
            )
            and not exists (
                select 1
                from booking as b inner join practice_of_division as d on b.practice = d.serves
                where d.practice = x.practice and b.practice <> x.practice and b.exact_id = x.entry_id
            )""",
}
"""What the ledger keeps per day or per entry, read from the rows themselves."""


def by_sql(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    asked = {"practice": OURS, "from": DAYS[0], "before": DAYS[1]}
    return {
        name: [tuple(row.values()) for row in ledger.conn.execute(question.encode(), asked)]
        for name, question in BY_SQL.items()
    }


def by_ledger(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    totals = ledger.totals
    return {
        "states": [tuple(vars(row).values()) for row in totals.by_state(OURS, DAYS)],
        "cells": [tuple(vars(row).values()) for row in totals.settled_cells(OURS, DAYS)],
        "suspense": [tuple(vars(row).values()) for row in totals.suspense(OURS, DAYS)],
        "others": [(ledger.differences.count_other_entries(OURS, DAYS),)],
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_marked_comes_to_what_everything_does(
    ledger: Ledger, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a few records at a time: a chunk must not change the answer."""
    world = World(ledger, seed)
    monkeypatch.setattr(judging, "CHUNK", world.by.choice((1, 3, 1000)))
    happened: list[str] = []
    for _ in range(NIGHTS):
        happened += [world.change() for _ in range(world.by.randint(1, 4))]
        expected = told(all_at_once(ledger, world.run))
        night = night_of(ledger, world.run)
        if night.why_whole() is not None:
            night.whole()
            night.note_whole()
        found = night.marked()
        assert told(found) == expected, happened
        assert told(night.marked()) == expected, "once more, after the marks were taken"
        if world.by.random() < 0.5:
            ledger.to_judge.add_up(OURS, most_days=world.by.choice((1, 31)))
        assert by_ledger(ledger) == by_sql(ledger), happened
        assert night.whole() == [], happened
        assert ledger.to_judge.wrong_days(OURS) == [], happened


def marks(ledger: Ledger) -> set[str]:
    return {row["subject"] for row in ledger.conn.execute("select subject from to_judge")}


def test_what_is_equal_is_not_compared_again_until_it_changes(ledger: Ledger) -> None:
    world = World(ledger, 0)
    world.equal(range(1, 9))
    night = night_of(ledger, world.run)
    assert len(marks(ledger)) == 16
    assert told(night.marked())["differences"] == []
    ledger.to_judge.add_up(OURS, 31)
    assert marks(ledger) == set()
    ledger.conn.execute("update exact_line set cents = 900 where entry_id = %s and cents > 0", [ENTRIES[3]])
    assert f"exact:{ENTRIES[3]}" in marks(ledger)
    assert [row.subject for row in night.marked().differences] == ["factuur:3"]
    assert marks(ledger) == {"factuur:3"}
    ledger.conn.execute("update exact_line set cents = 1000 where entry_id = %s and cents > 0", [ENTRIES[3]])
    assert night.marked().differences == []
    assert marks(ledger) == set()


def test_an_entry_that_its_record_lets_go_of_is_one_of_others(ledger: Ledger) -> None:
    """It bears nothing of the record, so only what the record was before leads to it."""
    world = World(ledger, 0)
    world.equal(range(1, 3))
    night = night_of(ledger, world.run)
    ledger.conn.execute(
        "update exact_line set entry_number = 77, reference = '77' where entry_id = %s", [ENTRIES[1]]
    )
    night.marked()
    assert ledger.differences.count_other_entries(OURS, DAYS) == 0
    ledger.conn.execute("update booking set exact_id = %s where source_key = 'factuur:1'", [ENTRIES[9]])
    night.marked()
    assert ledger.differences.count_other_entries(OURS, DAYS) == 1


def test_an_entry_of_other_days_is_looked_at_once_and_found_by_who_compares_them(ledger: Ledger) -> None:
    """Older invoices that were handed over and imported since: no night compares them."""
    world = World(ledger, 0)
    world.equal(range(1, 3))
    every_day = night_of(ledger, world.run)
    every_day.marked()
    tonight = replace(every_day, days=(FIRST + dt.timedelta(days=1), DAYS[1]))
    ledger.conn.execute("update exact_line set cents = 900 where entry_id = %s and cents > 0", [ENTRIES[1]])
    ledger.conn.execute("delete from to_judge where subject = 'factuur:1'")
    assert marks(ledger) == {f"exact:{ENTRIES[1]}"}
    assert tonight.marked().differences == []
    assert marks(ledger) == {"factuur:1"}
    assert [*ledger.to_judge.marked(OURS, tonight.days, 10)] == []
    assert [row.subject for row in every_day.marked().differences] == ["factuur:1"]


def test_a_change_while_it_is_compared_keeps_its_mark(ledger: Ledger, ledger_dsn: str) -> None:
    """The mark that is taken is the one that was read: who comes meanwhile makes another one."""
    world = World(ledger, 0)
    world.equal(range(1, 3))
    night = night_of(ledger, world.run)

    def meanwhile(_bookings: Any) -> dict[str, CellCounter]:
        with closing(connect(ledger_dsn)) as other:
            other.execute("update booking set total_cents = 1 where source_key = 'factuur:1'")
        return {}

    assert replace(night, james_now=meanwhile).marked().differences == []
    assert marks(ledger) == {"factuur:1"}
    assert [row.subject for row in night.marked().differences] == ["factuur:1"]


def test_everything_finds_and_tells_what_nothing_marked(ledger: Ledger) -> None:
    """A change that no trigger saw, as if one of them had a fault."""
    world = World(ledger, 0)
    world.equal(range(1, 4))
    night = night_of(ledger, world.run)
    night.marked()
    ledger.to_judge.add_up(OURS, 31)
    ledger.conn.execute("set session_replication_role = replica")
    ledger.conn.execute("update exact_line set cents = 900 where entry_id = %s and cents > 0", [ENTRIES[2]])
    ledger.conn.execute("update booking_line set vat_cents = 1")
    ledger.conn.execute("set session_replication_role = origin")
    assert night.marked().differences == []
    assert night.whole() == ["factuur:1", "factuur:2", "factuur:3"]
    assert ledger.to_judge.wrong_days(OURS) == [FIRST]
    assert len(night.marked().differences) == 3
    assert night.whole() == []
    ledger.to_judge.add_up(OURS, 31)
    assert ledger.to_judge.wrong_days(OURS) == []


def test_all_is_compared_once_a_week_and_under_other_rules() -> None:
    """On a day of the week of the practice's own; a night that did not come is made up for."""
    days = [FIRST + dt.timedelta(days=number) for number in range(1, 8)]
    last = judging.JudgedWhole(FIRST, "rules")
    due = [day for day in days[:-1] if why_whole(last, OURS, day, "rules")]
    assert len(due) <= 1
    assert why_whole(last, OURS, days[-1], "rules") is Whole.WEEKLY
    assert why_whole(last, OURS, FIRST, "rules") is None
    assert why_whole(last, OURS, FIRST, "other rules") is Whole.OTHER_RULES
    assert why_whole(None, OURS, FIRST, "rules") is Whole.FIRST
    codes = [f"practice_{number}" for number in range(200)]
    spread = Counter(
        next(day for day in days if why_whole(judging.JudgedWhole(FIRST, ""), code, day, ""))
        for code in codes
    )
    assert set(spread) >= set(days[:-1])
    assert max(spread.values()) < 60


def test_a_run_of_an_older_day_leaves_comparing_everything_to_the_newer_one(ledger: Ledger) -> None:
    """Its days end before those of the newer one: what is of the days between was not compared."""
    world = World(ledger, 0)
    night = night_of(ledger, world.run)
    older = ledger.runs.open(OURS, "older", world.run.book_day - dt.timedelta(days=3), False, 1)
    night_of(ledger, older).note_whole()
    assert night.why_whole() is Whole.FIRST
    night.note_whole()
    replace(night_of(ledger, older), chart=replace(CHART, vat_accounts={"1501"})).note_whole()
    assert night.why_whole() is None


def test_other_accounts_are_other_rules() -> None:
    assert rules(CHART) == rules(replace(CHART, conditions={}))
    assert rules(CHART) != rules(replace(CHART, vat_accounts={"1500", "1501"}))
    assert rules(CHART) != rules(replace(CHART, codes_by_id={SUSPENSE: "1102"}))


READ = ("judged_bookings", "settled_lines", "settled_cells", "suspense_by_day", "add_up_days")


def test_what_a_comparison_reads_of_a_booking_marks_it(ledger: Ledger) -> None:
    """Each column of a booking that the comparison reads is one whose change marks the record."""
    row = ledger.conn.execute("select pg_get_functiondef('counts_as_changed'::regproc) as text").fetchone()
    assert row is not None
    columns = {
        each["column_name"]
        for each in ledger.conn.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'exact_sync' and table_name = 'booking'"
        )
    }
    read = {
        column
        for name in READ
        for column in re.findall(r"\bb\.(\w+)", statement("ledger", name))
        if column in columns
    }
    ours = re.search(r"with ours as \(\s*select(.*?)from booking", statement("ledger", "judged_lines"), re.S)
    assert ours is not None
    read |= set(re.findall(r"\w+", ours[1]))
    compared = set(re.findall(r"old\.(\w+)", row["text"]))
    of_no_account = {"booking_id", "moved_in_run"}  # never changes; says only that it was booked tonight
    assert read - compared == of_no_account
