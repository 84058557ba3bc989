"""C8: history of any days, up to and including any day; impossible choices; and what goes on."""

from __future__ import annotations

import calendar
import datetime as dt
import random

import pytest

from exact_online.failures import NotReady
from exact_online.night import history, own_days, steps
from tests.link.fixtures import link, small_place
from tests.link.small import BOOK_DAY, SmallLink
from tests.load.test_batch import reject
from tests.report.hands import remove

__all__ = ["link", "small_place"]

OLD = 2500000
"""The invoice of 1 September; each day of that month has the next number."""
TONIGHT = 2600001
LINK_DATE = dt.date(2026, 10, 1)


def invoices_of_september(link: SmallLink, *days: int) -> None:
    link.james.debtor("1001")
    link.james.invoice(TONIGHT, "1001")
    for day in days:
        link.james.invoice(OLD + day, "1001", day=dt.date(2026, 9, day))


def done(link: SmallLink) -> dict[int, str]:
    """Day of September -> the state of its invoice."""
    states = {
        int(key.partition(":")[2]) - OLD: state for key, state in link.states().items() if "tuur" in key
    }
    return {day: state for day, state in sorted(states.items()) if day < 100}


def ids_in_exact(link: SmallLink) -> list[int]:
    return [day for day in range(1, 31) for _ in link.entries(OLD + day)]


# --- a last day ---


@pytest.mark.parametrize(("chosen", "state"), [("import", "booked"), ("excel", "exported")])
def test_history_ends_on_its_last_day_and_its_money_is_compared(
    link: SmallLink, chosen: str, state: str
) -> None:
    """C8: both days included, and what nobody asked for is no difference."""
    invoices_of_september(link, 9, 10, 15, 20, 21)
    link.night()
    outcome = link.night(backfill=chosen, history_from="2026-09-10", history_until="2026-09-20")
    assert done(link) == dict.fromkeys((10, 15, 20), state)
    assert (outcome.items, outcome.numbers.difference_cents, outcome.numbers.from_date) == ([], 0, LINK_DATE)


def test_the_days_that_end_before_the_link_date_are_compared_too(link: SmallLink) -> None:
    """B4: an entry of those days that Exact lost is found in the same night."""
    invoices_of_september(link, 10, 15)
    link.night(backfill="import", history_from="2026-09-10", history_until="2026-09-20")
    remove(link, OLD + 10)
    outcome = link.night(backfill="import", history_from="2026-09-10", history_until="2026-09-20")
    assert [(item.source_key, item.reason) for item in outcome.items] == [
        (f"factuur:{OLD + 10}", "gone_in_exact")
    ]


def test_ranges_in_any_order_and_twice_book_each_invoice_once(link: SmallLink) -> None:
    """FR-J2, FR-J3: they overlap; some are handed over, and none goes both ways."""
    invoices_of_september(link, *range(1, 31))
    ranges = [("import", 20, 30), ("excel", 5, 12), ("import", 1, 8), ("import", 8, 22), ("excel", 1, 30)]
    order = [*ranges[:4], *random.Random(7).sample(ranges, 5), *random.Random(8).sample(ranges, 5)]
    for chosen, first, last in order:
        link.night(backfill=chosen, history_from=f"2026-09-{first:02}", history_until=f"2026-09-{last:02}")
    handed_over = {day for day, state in done(link).items() if state == "exported"}
    assert handed_over == set(range(5, 13))
    assert set(done(link).values()) == {"booked", "exported"}
    assert ids_in_exact(link) == [day for day in range(1, 31) if day not in handed_over]


# --- what goes on ---


def test_the_rest_of_a_range_goes_on_and_nothing_beside_it(link: SmallLink) -> None:
    invoices_of_september(link, 9, 10, 15, 25)
    reject(link, f'"EntryNumber":{OLD + 10}')
    link.night(backfill="import", history_from="2026-09-10", history_until="2026-09-20")
    assert done(link) == {10: "rejected", 15: "booked"}
    link.world.faults.clear()
    assert link.night().items == []
    assert done(link) == {10: "booked", 15: "booked"}
    link.james.invoice(OLD + 16, "1001", day=dt.date(2026, 9, 16))
    link.night()
    assert 16 not in done(link), "that import is finished"


def test_a_range_that_was_never_read_goes_on_the_next_night(
    link: SmallLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker died before it had planned anything of it."""
    invoices_of_september(link, 9, 10, 15)

    def die(*_: object, **__: object) -> None:
        raise OSError("the worker died")

    with monkeypatch.context() as broken:
        broken.setattr(history, "stage_invoices", die)
        with pytest.raises(OSError, match="died"):
            link.night(backfill="import", history_from="2026-09-10", history_until="2026-09-20")
    assert done(link) == {}
    link.night()
    assert done(link) == {10: "booked", 15: "booked"}


def test_ranges_that_do_not_touch_take_turns(link: SmallLink) -> None:
    """No night books days between them; one that stays rejected keeps the other from nothing."""
    invoices_of_september(link, 2, 10, 20)
    reject(link, f'"EntryNumber":{OLD + 2}')
    reject(link, f'"EntryNumber":{OLD + 20}')
    link.night(backfill="import", history_from="2026-09-01", history_until="2026-09-03")
    link.night(backfill="import", history_from="2026-09-18", history_until="2026-09-22")
    assert done(link) == {2: "rejected", 20: "rejected"}
    link.night()
    link.world.faults.clear()
    reject(link, f'"EntryNumber":{OLD + 2}')
    link.night()
    link.night()
    assert done(link) == {2: "rejected", 20: "booked"}
    link.world.faults.clear()
    link.night()
    assert done(link) == {2: "booked", 20: "booked"}


# --- choices that can't be ---


@pytest.mark.parametrize(
    ("chosen", "first", "last", "sentence"),
    [
        ("import", "2026-09-10", "2026-09-09", "kan niet op 09-09-2026 eindigen: zij begint op 10-09-2026"),
        ("import", None, "2026-08-31", "kan niet op 31-08-2026 eindigen: zij begint op 01-09-2026"),
        (
            "excel",
            None,
            "2026-10-01",
            "kan niet op 01-10-2026 eindigen: noorderlicht is gekoppeld sinds 01-10-2026",
        ),
        ("import", "2026-10-01", None, "kan niet op 01-10-2026 beginnen"),
        ("excel", "2026-09-10", "vrijdag", "'vrijdag' is geen dag"),
        ("import", "10-9-2026", None, "'10-9-2026' is geen dag"),
        ("nothing", "2026-09-10", None, "deze run doet niets met die van noorderlicht"),
        ("nothing", None, "2026-09-10", "deze run doet niets met die van noorderlicht"),
        ("as_set", "2026-09-10", "2026-09-11", "deze run doet niets met die van noorderlicht"),
    ],
)
def test_an_impossible_choice_is_one_sentence_before_anything_else(
    link: SmallLink, chosen: str, first: str | None, last: str | None, sentence: str
) -> None:
    """FR-J6: Exact is not even asked."""
    invoices_of_september(link, 10)
    with pytest.raises(NotReady, match=sentence):
        link.night(backfill=chosen, history_from=first, history_until=last)
    assert (len(link.world.log), link.states()) == (0, {})
    assert link.night(book_day=BOOK_DAY).items == []
    assert done(link) == {}


# --- a night between the steps of a backfill's run ---


def test_a_night_between_leaves_the_periods_of_older_days(link: SmallLink) -> None:
    """C8: the run has read the division for old days; the night reads it for its own ones."""
    day = dt.date(2018, 5, 3)
    for year in (2017, 2018):
        for month in range(1, 13):
            end = dt.date(year, month, calendar.monthrange(year, month)[1])
            link.division.add_period(year, month, dt.date(year, month, 1), end)
    link.james.debtor("1001")
    link.james.invoice(OLD + 3, "1001", day=day)
    days = (day, day + dt.timedelta(days=1))
    run = steps.open_run(link.ledger, link.practice.code, "backfill__2018-05-03", days[1])
    night = history.choose_days(link.night_of(run), "import", days)
    own_days.make_ready(night)
    link.night(backfill="nothing")
    older = history.for_history(night, lambda run: link.night_of(run, backfill=True))
    assert own_days.import_days(older, link.james_reader, days) == []
    assert done(link) == {3: "booked"}


# --- what nights of an import cost ---


def test_journals_of_older_years_are_read_as_a_whole_once(link: SmallLink) -> None:
    """B6: an import of years takes many nights; each of them reads what changed."""
    link.james.debtor("1001")
    for month in range(1, 7):
        link.james.invoice(OLD + month, "1001", day=dt.date(2025, month, 3))
    whole = "bulk/Financial/TransactionLines"

    def reads_of_night(**choices: str) -> int:
        before = len(link.world.log)
        link.night(**choices)
        return sum(call.endpoint == whole for call in list(link.world.log)[before:])

    days = {"history_from": "2025-01-01", "history_until": "2025-06-30"}
    assert reads_of_night(backfill="import", **days) > 0
    link.james.invoice(OLD + 7, "1001", day=dt.date(2025, 6, 9))
    assert reads_of_night(backfill="import", **days) == 0
    assert done(link)[7] == "booked"
    link.division.add_period(2024, 12, dt.date(2024, 12, 1), dt.date(2024, 12, 31))
    assert reads_of_night(backfill="import", history_from="2024-12-01", history_until="2025-06-30") > 0
