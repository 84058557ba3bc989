"""What James comes to before a day and since, as one (B4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest

from dev.demo.practices import practice
from exact_online.extract.revenue import revenue_totals, totals_before

START, END = dt.date(2025, 10, 1), dt.date(2026, 11, 16)


@pytest.mark.parametrize("first", [START, dt.date(2026, 10, 1), dt.date(2026, 10, 14), END])
@pytest.mark.parametrize("has_no_day", [False, True], ids=["all have a day", "one has no day"])
def test_two_parts_come_to_what_james_sums_at_once(
    first: dt.date,
    has_no_day: bool,
    james: psycopg.Connection[Any],
    james_owner: psycopg.Connection[Any],
) -> None:
    """A month with days in both is one month; what has no day is counted once."""
    code = practice("de_brug").james_practice_code
    if has_no_day:
        james_owner.execute(
            "update james.factuur set gefactureerd_op = null where factuur_id = (select min(factuur_id)"
            " from james.factuur where praktijk_id = 2 and gefactureerd_op > '2026-10-20')"
        )
    at_once = revenue_totals(james, code, (START, END))
    since = revenue_totals(james, code, (first, END))
    found = totals_before(james, code, (START, END), first, since)
    assert sorted(map(str, found)) == sorted(map(str, at_once))
    assert (None in {total.month for total in found}) is has_no_day


def test_days_that_end_before_the_day_have_what_has_no_day_from_it(james: psycopg.Connection[Any]) -> None:
    """Nights of history before the link date."""
    code, first = practice("de_brug").james_practice_code, dt.date(2026, 10, 1)
    days = (START, dt.date(2026, 9, 1))
    found = totals_before(james, code, days, first, revenue_totals(james, code, (first, first)))
    assert sorted(map(str, found)) == sorted(map(str, revenue_totals(james, code, days)))
