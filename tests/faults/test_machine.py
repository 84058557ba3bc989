"""Loop B in every test run: the same programs each time.

`make faults` runs many more, with new seeds.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import machine
from tests.link.small import Place

PROGRAMS, PARTS = 40, 2
UPLOADED = ("upload answered", "uploaded and booked")
"""What programs must come by, or their rules of uploads prove nothing."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_random_programs_break_no_invariant(small_place: Place, part: int) -> None:
    """INV-1..15; in parts, so that several workers share them."""

    class Link(machine.Link):
        place = small_place

    Link.__name__ = f"Link{part}"  # another name, other programs
    quick = settings(
        max_examples=PROGRAMS // PARTS,
        stateful_step_count=8,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Link, settings=quick)
    assert machine.tried["programs"] >= PROGRAMS // PARTS
    assert all(machine.tried[name] for name in UPLOADED), machine.tried
