"""A post costs the simulator little; ``python -m simulator.benchmark`` measures how little."""

from __future__ import annotations

from simulator import benchmark


def test_a_post_costs_less_than_the_link_spends_on_it() -> None:
    """A bound far below the aim, so that a busy machine does not turn the suite red."""
    assert benchmark.measure_in_process(600) > 500
