"""`make bench-check` names what fell, and what was not measured."""

from __future__ import annotations

import tomllib

import pytest

from tests.bench.check import EXPECTED, worse

COMMITTED = {
    "transform": {"times the plain rules": {"at_least": 20.0}},
    "flat": {"history": {"at_most": 1.0}},
}


def found(transform: float, flat: float) -> dict[str, dict[str, dict[str, float]]]:
    return {
        "transform": {"ratios": {"times the plain rules": transform}},
        "flat": {"ratios": {"history": flat}},
    }


@pytest.mark.parametrize(("transform", "flat"), [(20, 1.0), (30, 0.4), (15.1, 1.24)])
def test_what_is_as_good_is_not_named(transform: float, flat: float) -> None:
    assert list(worse(COMMITTED, found(transform, flat))) == []


def test_what_fell_and_what_rose_is_named() -> None:
    assert list(worse(COMMITTED, found(14, 1.3))) == [
        "transform: times the plain rules is 14, and was 20: it fell",
        "flat: history is 1.3, and was 1: it rose",
    ]


def test_what_was_not_measured_is_named() -> None:
    told = list(worse(COMMITTED, {"transform": {"ratios": {}}}))
    assert told == [
        "transform: times the plain rules was not measured: run `make bench`",
        "flat: history was not measured: run `make bench`",
    ]


def test_each_committed_ratio_has_one_limit() -> None:
    committed = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    assert committed
    for ratios in committed.values():
        for limit in ratios.values():
            assert set(limit) in ({"at_least"}, {"at_most"})
