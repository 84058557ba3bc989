"""The dry run (B3): it says what the night then does, and it writes nothing."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LockLost, NotReady, WaitForWindow
from exact_online.ledger import NIGHTS_FOR_ORIGINAL, AttentionItem, NightNumbers, PracticeWithDag
from exact_online.report.dry_run import MAX_KEYS, dry_run_lines, open_by_reason
from tests.ledger_contents import contents
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_doubt import book_by_hand
from tests.stage import Outcome, Stage

__all__ = ["link", "small_place"]

ENTRIES = "salesentry/SalesEntries"


def without_times(outcome: Outcome) -> NightNumbers:
    """What the night's numbers should be: a dry run's without what it would leave open."""
    assert outcome.numbers is not None
    return replace(outcome.numbers, open=None, history=None)


BY_HAND_CENTS = 7700
"""Of the entry that `book_by_hand` made under the number of an invoice: Exact alone has it."""


def of_james_and_ledger(numbers: NightNumbers) -> NightNumbers:
    """What a dry run compares: entries of others in Exact are not among it."""
    cells = tuple(replace(cell, exact_cents=0) for cell in numbers.cells)
    return replace(numbers, cells=cells, exact_cents=0, difference_cents=0, differences_known=0)


def named(items: list[AttentionItem]) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    return sorted((item.source_key, item.state, item.reason, dict(item.reason_values)) for item in items)


@pytest.mark.parametrize(
    ("practice", "backfill"),
    [("noorderlicht", "import"), ("de_brug", "nothing"), ("loopwinkel", "excel"), ("loopwinkel", "import")],
)
def test_a_dry_run_says_what_the_night_then_does_and_writes_nothing(
    stage: Stage, practice: str, backfill: str
) -> None:
    """B3, FR-J7."""
    with stage.ledger() as ledger:
        before, writes = contents(ledger.conn), len(stage.world.auditor.writes)
        dry = stage.dry_run(practice, backfill=backfill)
        assert contents(ledger.conn) == before
        assert len(stage.world.auditor.writes) == writes
        (kept,) = ledger.conn.execute("select dry_run, outcome, numbers, james_totals from run").fetchall()
    real = stage.run(practice, backfill=backfill)
    assert dry.numbers.sales_entries > 0
    assert without_times(dry) == real.numbers
    assert (dry.items, dry.numbers.open) == ([], ())
    assert kept == {
        "dry_run": True,
        "outcome": "complete",
        "numbers": dry.numbers.to_json(),
        "james_totals": None,
    }


def test_the_sums_of_a_night_are_those_of_james(stage: Stage) -> None:
    """B3: per journal the cells add up to the total, and all journals to what James has."""
    numbers = stage.dry_run("noorderlicht", backfill="import").numbers
    rows = numbers.per_journal
    cells, totals = ([row for row in rows if (row.revenue_group is None) is total] for total in (False, True))
    for total in totals:
        own = [cell for cell in cells if cell.journal == total.journal]
        assert {
            name: sum(getattr(cell, name) for cell in own)
            for name in ("net_cents", "vat_cents", "gross_cents")
        } == {name: getattr(total, name) for name in ("net_cents", "vat_cents", "gross_cents")}
    assert sum(total.gross_cents for total in totals) == numbers.james_cents
    assert sum(total.entries for total in totals) == numbers.sales_entries + numbers.general_journal_entries


@pytest.fixture
def troubled(link: SmallLink) -> SmallLink:
    """A practice after its first night, and one of each thing that its second night meets."""
    james = link.james
    for number in ("1001", "1002", "1003"):
        james.debtor(number)
    james.invoice(2600001, "1001", (12100, 21, "tariff"))
    james.invoice(2600002, "1002", (5000, 0, "tariff"), (10900, 9, "article"), condition="PIN")
    james.invoice(2600003, "1001", (1000, 0, "tariff"))
    body = json.dumps({"error": {"message": {"value": "Dit gaat niet"}}})
    link.world.faults.add(
        "status", endpoint=ENTRIES, method="POST", containing='"EntryNumber":2600003', status=500, body=body
    )
    assert [item.source_key for item in link.night().items] == ["factuur:2600003"]

    james.rename("1002", "De Vries")
    james.correct(2600001, (24200, 21, "tariff"))
    james.remove(2600002)
    james.debtor("1004")
    link.division.add("Accounts", {"Code": "1004".rjust(18), "Name": "Kantoorhandel Pen BV", "Status": "C"})
    james.invoice(2600004, "1004")
    james.invoice(2600005, "1003", (1000, 13, "tariff"))
    james.invoice(2600006, "1003", (-1000, 0, "tariff"), credits=2600005)
    james.invoice(2600007, "1003", (7000, 0, "tariff"), (12100, 21, "article"), condition="CONTANT")
    james.invoice(2600008, "1003", (-7000, 0, "tariff"), credits=2600007)
    james.invoice(2600009, "1003")
    book_by_hand(link, 2600009)
    return link


def test_a_dry_run_finds_every_rejection_and_everything_else_a_night_meets(troubled: SmallLink) -> None:
    """B3, FR-J7: rejected by our rules, by the relations there are, by a taken number; held.

    And what is tried again, and what changed since.
    """
    before, writes = contents(troubled.ledger.conn), troubled.writes()
    dry = troubled.dry_run()
    assert (contents(troubled.ledger.conn), troubled.writes()) == (before, writes)
    real = troubled.night()
    assert of_james_and_ledger(without_times(dry)) == of_james_and_ledger(real.numbers)
    assert real.numbers.exact_cents - without_times(dry).exact_cents == BY_HAND_CENTS
    assert named(dry.items) == named(real.items)
    assert {(item.source_key, item.reason) for item in dry.items} == {
        ("debiteur:1004", "number_clash"),
        ("factuur:2600004", "debtor_not_booked"),
        ("factuur:2600005", "vat_rate_unknown"),
        ("factuur:2600006", "waiting_for_original"),
        ("factuur:2600009", "entry_number_in_use"),
        ("factuur:2600001", "changed_after_booking"),
        ("factuur:2600002", "gone_in_source"),
    }
    assert (dry.numbers.debtors_changed, dry.numbers.sales_entries, dry.numbers.general_journal_entries) == (
        1,
        2,
        1,
    )
    assert {(group.state, group.reason): group.records for group in dry.numbers.open} == {
        ("rejected", "number_clash"): 1,
        ("held", "debtor_not_booked"): 1,
        ("rejected", "vat_rate_unknown"): 1,
        ("held", "waiting_for_original"): 1,
        ("rejected", "entry_number_in_use"): 1,
    }


def test_what_a_dry_run_saw_is_told_by_the_night_all_the_same(troubled: SmallLink) -> None:
    """B9: told once is told by a night; two dry runs say the same."""
    assert named(troubled.dry_run().items) == named(troubled.dry_run().items)
    told = {item.source_key for item in troubled.night().items}
    assert {"factuur:2600001", "factuur:2600002"} <= told


def test_dry_runs_are_no_nights_that_a_credit_waits(troubled: SmallLink) -> None:
    """FR-G5."""
    troubled.night()
    for days in range(1, NIGHTS_FOR_ORIGINAL + 2):
        dry = troubled.dry_run(book_day=BOOK_DAY + dt.timedelta(days))
    reasons = {item.source_key: item.reason for item in dry.items}
    assert reasons["factuur:2600006"] == "waiting_for_original"
    troubled.night(book_day=BOOK_DAY + dt.timedelta(days))
    assert troubled.reasons()["factuur:2600006"] == "waiting_for_original"


def test_a_dry_run_finds_the_night_in_which_a_credit_has_waited_long_enough(troubled: SmallLink) -> None:
    """FR-G5: within, a dry run is a night like any other."""
    for days in range(NIGHTS_FOR_ORIGINAL):
        troubled.night(book_day=BOOK_DAY + dt.timedelta(days))
    last = BOOK_DAY + dt.timedelta(NIGHTS_FOR_ORIGINAL)
    found = {item.source_key: item.reason for item in troubled.dry_run(book_day=last).items}
    troubled.night(book_day=last)
    found = found["factuur:2600006"]
    assert found == troubled.reasons()["factuur:2600006"] == "original_not_booked"


def test_a_lost_answer_stays_doubtful_and_nobody_waits(link: SmallLink) -> None:
    """A dry run resolves no doubt."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.world.faults.add("drop_after_commit", endpoint=ENTRIES, method="POST")
    with pytest.raises(WaitForWindow):
        link.impatient_night("night")
    link.james.invoice(2600002, "1001")
    before, now = contents(link.ledger.conn), link.clock.now()
    dry = link.dry_run()
    assert contents(link.ledger.conn) == before
    assert (link.clock.now() - now).total_seconds() < 1
    assert [(item.source_key, item.state) for item in dry.items] == [("factuur:2600001", "doubtful")]
    assert (dry.numbers.doubtful, dry.numbers.sales_entries) == (1, 1)
    assert link.until_at_rest().items == []


def test_what_a_dead_worker_left_is_doubtful_too(link: SmallLink) -> None:
    """FR-A3: nobody else can be sending while the dry run holds the practice."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    watch_crash_points(lambda name: die() if name == f"before POST {ENTRIES}" else None)
    try:
        with pytest.raises(Died):
            link.night()
    finally:
        watch_crash_points(None)
    link.die()
    assert link.states()["factuur:2600001"] == "sending"
    assert [(group.state, group.source_keys) for group in link.dry_run().numbers.open] == [
        ("doubtful", ("factuur:2600001",))
    ]
    assert link.states()["factuur:2600001"] == "sending"


def test_a_dry_run_compares_taken_numbers_only_while_there_are_calls(troubled: SmallLink) -> None:
    """B6: what it can't ask about now stays doubtful; it does not begin again and again."""
    asked = len(troubled.world.log)
    troubled.dry_run()
    calls = [call.endpoint for call in list(troubled.world.log)[asked:]]
    assert ENTRIES in calls
    troubled.ledger.conn.execute(
        "update call_window set minute_limit = minute_used + %s", [calls.index(ENTRIES)]
    )
    asked = len(troubled.world.log)
    dry = troubled.dry_run()
    assert [call.endpoint for call in list(troubled.world.log)[asked:]] == calls[: calls.index(ENTRIES)]
    assert ("factuur:2600009", "doubtful") in [(item.source_key, item.state) for item in dry.items]


def test_a_dry_run_stops_where_the_night_would(link: SmallLink) -> None:
    """M15, FR-J8: what a person must cure first."""
    link.division.name = "Een andere administratie"
    before = contents(link.ledger.conn)
    with pytest.raises(NotReady, match="heet in Exact 'Een andere administratie'"):
        link.dry_run()
    assert contents(link.ledger.conn) == before


def test_a_practice_that_is_not_active_yet_has_dry_runs_and_no_nights(link: SmallLink) -> None:
    """B3: before its first night."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001")
    link.ledger.conn.execute("update practice set active = false")
    assert link.ledger.practices.with_dag() == [
        PracticeWithDag(link.practice.code, link.practice.name, active=False)
    ]
    with pytest.raises(NotReady, match=r"nog niet actief.*proefrun"):
        link.night()
    assert link.dry_run().numbers.sales_entries == 1
    link.ledger.conn.execute("update practice set active = true")
    assert link.night().numbers.sales_entries == 1


def test_a_dry_run_makes_way_for_whoever_writes(troubled: SmallLink) -> None:
    """FR-D2."""
    other = troubled.new_ledger()
    with other.holding(troubled.practice.code), pytest.raises(LockLost):
        troubled.dry_run()
    other.conn.close()
    troubled.dry_run()
    dry = of_james_and_ledger(without_times(troubled.dry_run()))
    assert dry == of_james_and_ledger(troubled.night().numbers)


class Died(BaseException):
    """The worker is gone."""


@pytest.mark.parametrize(
    "place", ["before count_as_night", "after plan", "after claim_bookings", "after confirm_bookings"]
)
def test_a_dry_run_that_dies_leaves_nothing(troubled: SmallLink, place: str) -> None:
    """FR-A1 to FR-A3, FR-J7."""
    before, writes = contents(troubled.ledger.conn), troubled.writes()
    watch_crash_points(lambda name: die() if name == place else None)
    try:
        with pytest.raises(Died):
            troubled.dry_run()
    finally:
        watch_crash_points(None)
    assert (contents(troubled.ledger.conn), troubled.writes()) == (before, writes)


def die() -> None:
    raise Died


def test_a_dry_run_needs_a_ledger_that_is_rolled_back(link: SmallLink) -> None:
    """Else a booking would count as booked that was never sent."""
    tonight = link.opened()
    assert tonight.load_session().exact is tonight.exact
    with link.ledger.rolled_back(tonight.run):
        assert tonight.load_session().exact is not tonight.exact
    assert tonight.load_session().exact is tonight.exact


def test_the_log_of_a_dry_run_is_a_small_table(link: SmallLink) -> None:
    """B3, B7: keys and sums."""
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", (12100, 21, "tariff"), (123456, 0, "tariff"))
    link.james.invoice(2600002, "1001", (-10900, 9, "article"), condition="PIN")
    link.james.invoice(2600003, "1001", (1000, 13, "tariff"))
    assert list(dry_run_lines(link.dry_run().numbers)) == [
        "Dry run: invoices from 2026-10-01 up to, not including, 2026-11-22. Nothing is written.",
        "Debtors: 1 would be created, 0 changed.",
        "Would be booked: 2 entries",
        "journal  revenue group  VAT rate  entries      net    VAT    gross",
        "70       patients       high            1   100.00  21.00   121.00",
        "70       patients       zero            1  1234.56   0.00  1234.56",
        "70       all                            1  1334.56  21.00  1355.56",
        "90       articles       low             1  -100.00  -9.00  -109.00",
        "90       all                            1  -100.00  -9.00  -109.00",
        "Would be handed over in a workbook: 0 entries",
        "Would be rejected: 1 [vat_rate_unknown]",
        "James has 1256.56 euro in these days: 1246.56 booked then, 0.00 handed over, "
        "10.00 left open, difference 0.00.",
    ]


def test_a_long_list_is_counted_and_cut() -> None:
    many = [
        AttentionItem(n, f"factuur:{n}", "sales_entry", "rejected", "1", n, str(n), "period_closed", {}, None)
        for n in range(MAX_KEYS + 1)
    ]
    (group,) = open_by_reason(many)
    assert (group.records, len(group.source_keys)) == (MAX_KEYS + 1, MAX_KEYS)
