"""A night from James to Exact, without Airflow.

James in PostgreSQL, the ledger, Exact over HTTP.
"""

from __future__ import annotations

import pytest

from tests.stage import Stage

COUNTS = ("debtors_created", "debtors_changed", "sales_entries", "general_journal_entries")
PRACTICES = ("noorderlicht", "de_brug", "loopwinkel")


@pytest.mark.parametrize("practice", PRACTICES)
def test_a_first_night_books_everything_to_the_cent_and_a_second_one_nothing(
    stage: Stage, practice: str
) -> None:
    """C1-C5, M1-M4, M8, M17, M20; INV-2, INV-3, INV-9."""
    first = stage.run(practice)
    assert first.items == []
    assert first.numbers.sales_entries > 0
    assert first.numbers.difference_cents == 0
    assert first.numbers.james_cents == first.numbers.exact_cents + first.numbers.exported_cents != 0
    written = len(stage.world.log)
    second = stage.run(practice)
    assert {count: found for count in COUNTS if (found := getattr(second.numbers, count))} == {}
    assert second.numbers.exact_cents == first.numbers.exact_cents
    assert not [call for call in list(stage.world.log)[written:] if call.method != "GET"]
