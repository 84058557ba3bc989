"""How many nights a number of calls takes, before it is known what others use of the day (B6)."""

from __future__ import annotations

from exact_online.api.budget import reserve_of
from exact_online.api.limits import DAY_LIMIT


def nights_for(
    tonights_calls: int, history_calls: int, *, day_limit: int = DAY_LIMIT, nightly_calls: int = 0
) -> int:
    """Return how many nights the calls of a division take.

    Tonight's go first; history then takes what is left, and leaves each night its reserve.
    `day_limit`: what Exact allows the division a day. `nightly_calls`: what a night after this one
    needs before history begins.
    """
    reserve = reserve_of(day_limit)
    first = max(1, -(-tonights_calls // day_limit))
    left = day_limit * first - tonights_calls - reserve
    rest = history_calls - max(0, left)
    return first + max(0, -(-rest // max(1, day_limit - reserve - nightly_calls)))
