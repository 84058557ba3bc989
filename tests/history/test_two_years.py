"""C8, M20: two years into the books in any way, and interrupted at random, are the same books."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from exact_online.failures import LinkFailure
from exact_online.ledger import OpenFilter
from tests.faults.crashes import SimulatedCrash, dying_at
from tests.history import two_years
from tests.history.two_years import (
    BEFORE,
    CHANGE,
    FIRST,
    INVOICES,
    Balance,
    by_backfill,
    by_import,
    change_mapping,
    doubles,
    open_closed_year,
    trial_balance,
    unhurried,
)
from tests.link.small import Place, SmallLink

pytestmark = pytest.mark.timeout(3600)
DEATHS = 20
TONIGHT = 2_600_000


@pytest.fixture(scope="module")
def one_import(small_place: Place) -> Balance:
    """The books of one import per mapping, with the closed year opened in between."""
    link = SmallLink(small_place)
    two_years.fill(link)
    with unhurried(link):
        by_import(link, FIRST, CHANGE)
        change_mapping(link)
        by_import(link, CHANGE, BEFORE)
        _check_held(link)
        open_closed_year(link)
        link.night()
        link.night()
    _check_whole(link)
    books = trial_balance(link)
    link.die()
    return books


def _check_held(link: SmallLink) -> None:
    """FR-H1: what lies in the closed year is held and listed, and all else is booked."""
    row = link.ledger.conn.execute(
        "select count(*) filter (where state = 'held' and reason = 'period_closed') as held,"
        " count(*) filter (where state = 'booked') as booked, count(*) as n from current_booking"
        " where kind <> 'debtor' and entry_date < %s",
        [BEFORE],
    ).fetchone()
    assert row is not None
    assert row["held"] + row["booked"] == row["n"] == INVOICES
    assert row["held"] > INVOICES // 3
    causes = link.ledger.open_items.causes(OpenFilter(practice=link.practice.code))
    assert sum(cause.records for cause in causes if cause.reason == "period_closed") == row["held"]


def _check_whole(link: SmallLink) -> None:
    assert two_years.booked(link) == (INVOICES, two_years.james_cents(link))
    assert doubles(link) == []
    assert sum(trial_balance(link).values()) == 0


def test_a_backfill_in_random_order_ten_at_once_is_one_import(link: SmallLink, one_import: Balance) -> None:
    """FR-J2, FR-J3: forwards, backwards and repeated; ten workers over one practice."""
    chance = random.Random(2018)
    days = two_years.fill(link)
    first, second = ([day for day in days if (day < CHANGE) == is_first] for is_first in (True, False))
    with unhurried(link):
        returns = by_backfill(link, first, chance, "")
        change_mapping(link)
        returns += by_backfill(link, second, chance, "")
        _check_held(link)
        open_closed_year(link)
        link.clock.sleep(3600)
        link.ledger.conn.execute("update exact_list set fetched_at = fetched_at - interval '1 hour'")
        by_backfill(link, days, chance, "again")
    assert returns, "some of them met"
    _check_whole(link)
    assert trial_balance(link) == one_import


def test_an_import_that_dies_twenty_times_is_one_import(link: SmallLink, one_import: Balance) -> None:
    """INV-1: at random places, with nights in between that are first and on time."""
    chance = random.Random(2019)
    two_years.fill(link)
    link.james.debtor("2001")
    ranges, deaths = [(FIRST, CHANGE), (CHANGE, BEFORE)], 0
    with unhurried(link):
        for part, days in enumerate(ranges):
            for death in range(DEATHS // 2):
                with dying_at(chance.randrange(5, 5 + INVOICES // 3)) as died, suppress(LinkFailure):
                    try:
                        by_import(link, *days)
                    except SimulatedCrash:
                        link.die()
                deaths += len(died)
                if death == DEATHS // 4:
                    _night_first(link, TONIGHT + part)
            link.until_at_rest()
            by_import(link, *days)
            if part == 0:
                change_mapping(link)
        _check_held(link)
        open_closed_year(link)
        link.night()
        link.night()
    assert deaths == DEATHS
    _check_whole(link)
    older = {key: cents for key, cents in trial_balance(link).items() if key[1] < 2026}
    assert older == one_import


def _night_first(link: SmallLink, number: int) -> None:
    """Tonight's invoice is booked before anything of history that is left over."""
    link.james.invoice(number, "2001")
    before = set(_booked_in_order(link))
    link.night()
    new = [key for key in _booked_in_order(link) if key not in before]
    assert new[0] == f"factuur:{number}"


def _booked_in_order(link: SmallLink) -> list[str]:
    rows = link.ledger.conn.execute(
        "select source_key from booking where kind <> 'debtor' and state = 'booked' order by booked_at"
    )
    return [row["source_key"] for row in rows]
