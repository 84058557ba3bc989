"""FR-A11, FR-A12, FR-A14, FR-D1, FR-D4 with real processes: a short version.

`make faults` kills 200 times over 500 invoices.
"""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.loop_c import loop_c

KILLS, INVOICES = 10, 60


def test_ten_deaths_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    result = loop_c(tmp_path, random.Random(20261122), kills=KILLS, invoices=INVOICES)
    assert result.violations == []
    assert sum(result.done.values()) >= KILLS
