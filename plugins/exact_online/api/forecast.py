"""How many nights a number of calls takes, before it is known what others use of the day (B6)."""

from __future__ import annotations

from exact_online.api.budget import NIGHTLY_RESERVE
from exact_online.api.limits import DAY_LIMIT


def nights_for(tonights_calls: int, history_calls: int) -> int:
    """Return how many nights the calls of a division take, at the day's usual limit.

    Tonight's go first; history then takes what is left, and leaves each night its reserve.
    """
    first = max(1, -(-tonights_calls // DAY_LIMIT))
    left = DAY_LIMIT * first - tonights_calls - NIGHTLY_RESERVE
    rest = history_calls - max(0, left)
    return first + max(0, -(-rest // (DAY_LIMIT - NIGHTLY_RESERVE)))
