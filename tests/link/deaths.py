"""A night that dies somewhere, or does not, by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from exact_online.crash_points import watch_crash_points
from exact_online.failures import LinkFailure
from tests.faults.crashes import SimulatedCrash
from tests.link.small import SmallLink

LAST_POINTS = (40, 120, 250, 500, 10**9, 10**9)
"""How many crash points a night gets through before it dies; a third of them live."""


@contextmanager
def may_die(link: SmallLink, chance: random.Random) -> Iterator[None]:
    """Run one night of the link, which may die or fail; what was planted is gone after it."""
    try:
        watch_crash_points(_death(chance))
        with suppress(LinkFailure):
            yield
    except SimulatedCrash:
        link.die()
    finally:
        watch_crash_points(None)
    link.world.faults.clear()
    link.pass_by(3700)


def _death(chance: random.Random) -> Callable[[str], None]:
    last, reached = chance.choice(LAST_POINTS), 0

    def count(_: str) -> None:
        nonlocal reached
        reached += 1
        if reached == last:
            raise SimulatedCrash

    return count
