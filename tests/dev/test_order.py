"""The longest tests begin first, a share of them in each worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.order import LONG_SECONDS, shared


@pytest.mark.parametrize(("workers", "firsts"), [(1, [0]), (3, [0, 3, 7]), (4, [0, 2, 5, 8])])
def test_each_worker_begins_with_long_tests_and_none_is_left_out(
    request: pytest.FixtureRequest, workers: int, firsts: list[int]
) -> None:
    """xdist deals out parts of equal length, the rest to the last ones."""
    module = pytest.Module.from_parent(request.session, path=Path(__file__))
    tests = [pytest.Function.from_parent(module, name=f"test_{n}", callobj=shared) for n in range(11)]
    for number, test in enumerate(tests[6:], start=1):
        test.add_marker(pytest.mark.timeout(LONG_SECONDS + number))
    ordered = shared(list(tests), workers)
    assert sorted(ordered, key=tests.index) == tests
    assert [ordered[place] for place in firsts] == tests[: -len(firsts) - 1 : -1]
