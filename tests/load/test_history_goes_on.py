"""M20, FR-J4: an import of history that left something open goes on by itself, after the nights."""

from __future__ import annotations

import calendar
import datetime as dt
from contextlib import suppress

import pytest

from exact_online.failures import DayIsFull
from tests.link.small import SmallLink
from tests.load.test_batch import reject
from tests.load.test_turns import DAY_SECONDS, limited_to, of_kind, posts

OLD = 2500001
"""The number of the first older invoice."""


def history(link: SmallLink, count: int) -> None:
    link.james.debtor("1001")
    for place in range(count):
        link.james.invoice(OLD + place, "1001", day=link.practice.first_sync_date)


def test_history_that_is_left_over_never_goes_before_tonights_and_leaves_the_reserve(link: SmallLink) -> None:
    """FR-J4, B6: the day was full in the midst of a one-off import."""
    history(link, 150)
    limited_to(link, 100)
    with pytest.raises(DayIsFull, match="blijven er 20 voor de nacht"):
        link.night(backfill="import")
    left = of_kind(link, "factuur:25", "planned")
    assert 50 < left < 150
    link.pass_by(DAY_SECONDS)
    link.james.invoice(2600001, "1001")
    since = len(link.world.log)
    with pytest.raises(DayIsFull, match="blijven er 20 voor de nacht"):
        link.night()
    assert link.states()["factuur:2600001"] == "booked"
    assert 1 < len(posts(link, since)) < 80
    assert link.entries(2600001)[0]["EntryID"] == first_posted(link, since)
    for _ in range(4):
        link.pass_by(DAY_SECONDS)
        with suppress(DayIsFull):
            link.night()
            break
        assert link.world.limits.used(link.world.app.client_id, link.division.code)[1] <= 80
    assert set(link.states().values()) == {"booked"}


def first_posted(link: SmallLink, since: int) -> str:
    """The entry that was booked first since then."""
    booked = link.ledger.conn.execute(
        "select exact_id::text as id from booking where kind <> 'debtor' and state = 'booked'"
        " order by booked_at desc"
    ).fetchall()
    return str(booked[len(posts(link, since)) - 1]["id"])


def test_history_that_exact_rejected_is_booked_once_it_is_cured(link: SmallLink) -> None:
    """As the mail says: what is cured goes along the next night."""
    history(link, 3)
    reject(link, f'"EntryNumber":{OLD}')
    items = link.night(backfill="import").items
    assert [item.source_key for item in items] == [f"factuur:{OLD}"]
    link.world.faults.clear()
    outcome = link.night()
    assert outcome.items == []
    assert outcome.numbers.from_date == link.practice.first_sync_date
    assert outcome.numbers.difference_cents == 0
    assert len(link.entries(OLD)) == 1
    assert link.night().numbers.from_date == link.practice.link_date, "the import is finished"


def test_history_that_our_rules_rejected_is_booked_once_james_is_corrected(link: SmallLink) -> None:
    history(link, 2)
    link.james.correct(OLD, (1000, 13, "tariff"))
    link.night(backfill="import")
    assert link.reasons() == {f"factuur:{OLD}": "vat_rate_unknown"}
    link.james.correct(OLD, (1000, 0, "tariff"))
    assert link.night().items == []
    assert len(link.entries(OLD)) == 1


def test_a_night_without_history_leaves_an_unfinished_import_alone(link: SmallLink) -> None:
    history(link, 1)
    reject(link, f'"EntryNumber":{OLD}')
    link.night(backfill="import")
    link.world.faults.clear()
    link.night(backfill="nothing")
    assert link.states()[f"factuur:{OLD}"] == "rejected"


def test_what_a_hand_over_left_out_is_not_imported(link: SmallLink) -> None:
    history(link, 2)
    link.james.correct(OLD, (1000, 13, "tariff"))
    link.night()
    link.night(backfill="excel")
    link.james.correct(OLD, (1000, 0, "tariff"))
    link.night()
    assert link.states()[f"factuur:{OLD}"] == "rejected"
    assert link.entries(OLD) == []


def test_financial_years_are_read_for_the_days_of_history(link: SmallLink) -> None:
    """M19, C8: history of before the practice's first day, in an older year."""
    add_months(link, 2024, dt.date(2024, 1, 1))
    link.james.debtor("1001")
    link.james.invoice(OLD, "1001", day=dt.date(2024, 3, 15))
    assert link.night(backfill="import", history_from="2024-01-01").items == []
    (entry,) = link.entries(OLD)
    assert (entry["ReportingYear"], entry["ReportingPeriod"]) == (2024, 3)


@pytest.mark.parametrize("named_after", ["first", "last"])
def test_a_broken_financial_year_is_read_and_booked_in(link: SmallLink, named_after: str) -> None:
    """M18, M19: from July to June, under the number of the year in which it begins or ends."""
    for year in (2025, 2026, 2027):
        link.division.remove_year(year)
    later = named_after == "last"
    add_months(link, 2025 + later, dt.date(2025, 7, 1))
    add_months(link, 2026 + later, dt.date(2026, 7, 1))
    link.james.debtor("1001")
    link.james.invoice(2600001, "1001", day=dt.date(2026, 11, 20))
    link.james.invoice(OLD, "1001", day=dt.date(2026, 2, 10))
    outcome = link.night(backfill="import", history_from="2026-01-01")
    assert (outcome.items, outcome.numbers.difference_cents) == ([], 0)
    (tonight,), (older,) = link.entries(2600001), link.entries(OLD)
    assert (tonight["ReportingYear"], tonight["ReportingPeriod"]) == (2026 + later, 5)
    assert (older["ReportingYear"], older["ReportingPeriod"]) == (2025 + later, 8)


def add_months(link: SmallLink, year: int, first: dt.date) -> None:
    """Twelve monthly periods of a financial year, from the first day of a month on."""
    start = first
    for period in range(1, 13):
        end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        link.division.add_period(year, period, start, end)
        start = end + dt.timedelta(days=1)
