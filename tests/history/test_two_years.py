"""C8, M20, C5, B6: two years into the books in any way, interrupted at random, with nights in
between that are first, are the books that James comes to. `make history` does it with 12,000.
"""

from __future__ import annotations

import pytest

from tests.history.books import balance_of_james, trial_balance
from tests.history.two_years import CLOSED_YEAR
from tests.history.walk import Walk
from tests.history.ways import WAYS
from tests.link.small import Place

INVOICES, DAYS = 300, 12
DAY_CALLS = 200
"""160 of them for history: it takes several nights."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("way", "deaths"), [("import", 20), ("excel", 20), ("bulk", 6), ("backfill", 6)])
def test_two_years_in_each_way_are_what_james_comes_to(small_place: Place, way: str, deaths: int) -> None:
    """INV-1, FR-J2, FR-J3, FR-H1: to the cent, per ledger account and period."""
    walk = Walk(small_place, INVOICES, DAYS, deaths, 2018, None if way == "backfill" else DAY_CALLS)
    try:
        WAYS[way](walk)
        books = trial_balance(walk.link)
        assert books == balance_of_james(walk.link)
        assert {year for _, year, _ in books} == {CLOSED_YEAR - 1, CLOSED_YEAR, CLOSED_YEAR + 1}
        if way == "import":
            assert any(night.history_full_at for night in walk.nights), "a full day was met"
    finally:
        walk.link.die()
