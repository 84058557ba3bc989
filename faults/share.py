"""One process's share of the long loops, and what it counted."""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from faults.places import place
from tests.faults import invariants, machine
from tests.faults.crashes import NIGHT, effects_of, points_of, reference_link, survive
from tests.link import wire
from tests.link.small import Place

PROGRAMS_AT_A_TIME = 25
STEPS = 10


@dataclass
class Tally:
    """What was tried, and what was wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.violations += other.violations


def reference_effects(folder: Path) -> list[int]:
    """The places at which the reference night can die (Loop A)."""
    with place(folder, "reference") as here:
        link = reference_link(here)
        return effects_of(points_of(lambda: link.night(NIGHT)))


def crashes(folder: Path, cases: list[tuple[int, ...]], until: float) -> Tally:
    """Loop A: each case is the places of one or two crashes; as many as there is time for."""

    def case(here: Place, tally: Tally, crash: tuple[int, ...]) -> None:
        tally.counts[f"crashes_{len(crash)}"] += 1
        tally.counts["crashes"] += len(crash)
        tally.violations += [f"crash at {crash}: {found}" for found in survive(here, *crash)]

    waiting = iter(cases)
    return _counted(folder, until, lambda here, tally: _next(waiting, lambda crash: case(here, tally, crash)))


def programs(folder: Path, first_seed: int, until: float, most: int) -> Tally:
    """Loop B: random programs, a new seed for every few."""
    seeds = iter(range(first_seed, first_seed + -(-most // PROGRAMS_AT_A_TIME)))
    return _counted(folder, until, lambda here, tally: _next(seeds, lambda seed: _run_programs(here, seed, tally)))


def _run_programs(here: Place, seed: int, tally: Tally) -> None:
    class Link(machine.Link):
        place = here

    chosen = settings(
        max_examples=PROGRAMS_AT_A_TIME,
        stateful_step_count=STEPS,
        phases=(Phase.generate,),  # the seed is enough to make a failing program small, another time
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(Link), settings=chosen)
    except Exception:
        tally.violations.append(f"seed {seed}: {traceback.format_exc()[-4000:]}")


def _next(cases: object, act: Callable[..., None]) -> bool:
    for case in cases:  # type: ignore[attr-defined]
        act(case)
        return True
    return False


def _counted(folder: Path, until: float, step: Callable[[Place, Tally], bool]) -> Tally:
    """Steps until there are no more, or the time is over; with what this process counted meanwhile."""
    logging.disable(logging.ERROR)  # thousands of nights that are meant to go wrong would bury the numbers
    tally = Tally()
    for counter in (machine.tried, invariants.checked, wire.sent):
        counter.clear()
    with place(folder, f"share_{os.getpid()}_{time.time_ns()}") as here:
        while time.time() < until and step(here, tally):
            pass
    tally.counts += machine.tried
    tally.counts["calls"] += sum(wire.sent.values())
    tally.counts["invariants_checked"] += sum(invariants.checked.values())
    return tally
