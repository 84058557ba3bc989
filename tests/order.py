"""Which tests each worker of xdist begins with."""

from __future__ import annotations

import itertools
import os

import pytest

LONG_SECONDS = 600
"""A test that may take so long begins before the others, so that none waits for it at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each worker of xdist begin with its share of the long tests, the longest first.

    Each gets a part of the list, of equal length, and takes from the end of another's when its own
    is done. A long test that mostly waits has the others beside it.
    """
    items[:] = shared(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def shared(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in an order of which each of so many workers gets a part."""
    long = sorted((item for item in items if _seconds(item) >= LONG_SECONDS), key=_seconds, reverse=True)
    others = iter([item for item in items if _seconds(item) < LONG_SECONDS])
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        ordered += long[worker::workers]
        ordered += itertools.islice(others, max(0, len(items) * (worker + 1) // workers - len(ordered)))
    return [*ordered, *others]


def _seconds(item: pytest.Item) -> float:
    """What the test may take, where it says so itself."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0
