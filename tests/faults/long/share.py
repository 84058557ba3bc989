"""One process's share of the long loops, and what it counted."""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import invariants, machine
from tests.faults.crashes import NIGHT, effects_of, points_of, reference_link, survive
from tests.faults.long.places import place
from tests.faults.scenes import SCENES, points_of_scenes, survive_scene
from tests.link import wire
from tests.link.small import Place

Case = TypeVar("Case")

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


_stay = ExitStack()
_place: Place
"""This process's own, from its first share to its end."""


def move_in(folder: Path) -> None:
    """Before a process takes its first share.

    Two databases of its own on the server in `folder`, and a quiet log.
    """
    global _place  # noqa: PLW0603 - a process of the pool has nowhere else to keep it
    logging.disable(logging.ERROR)  # thousands of nights that are meant to go wrong would bury the numbers
    _place = _stay.enter_context(place(folder, f"share_{os.getpid()}"))


def reference_effects(folder: Path) -> list[int]:
    """The places at which the reference night can die (Loop A)."""
    with place(folder, "reference") as here:
        link = reference_link(here)
        return effects_of(points_of(lambda: link.night(NIGHT)))


def crashes(cases: Sequence[tuple[int, ...]], until: float) -> Tally:
    """Loop A: each case is the places of one or two crashes; as many as there is time for."""

    def survived(tally: Tally, crash: tuple[int, ...]) -> None:
        tally.violations += [f"crash at {crash}: {found}" for found in survive(_place, *crash)]
        tally.counts[f"crashes_{len(crash)}"] += 1
        tally.counts["crashes"] += len(crash)

    return _counted(cases, until, survived)


def scene_places(folder: Path) -> list[tuple[int, int]]:
    """Return the places at which the other scenes can die, as (scene, place)."""
    with place(folder, "scenes") as here:
        return [
            (SCENES.index(scene), at)
            for scene, points in points_of_scenes(here)
            if scene is not SCENES[0]
            for at in effects_of(points)
        ]


def scene_crashes(cases: Sequence[tuple[int, int]], until: float) -> Tally:
    """Loop A in the other scenes: each case dies once; as many as there is time for."""

    def survived(tally: Tally, case: tuple[int, int]) -> None:
        scene, crash = SCENES[case[0]], case[1]
        tally.violations += [
            f"{scene.name} at {crash}: {found}" for found in survive_scene(_place, scene, crash)
        ]
        tally.counts["crashes_1"] += 1
        tally.counts["crashes"] += 1

    return _counted(cases, until, survived)


def programs(seeds: Sequence[int], until: float) -> Tally:
    """Loop B: `PROGRAMS_AT_A_TIME` random programs from each seed; as many as there is time for."""
    return _counted(seeds, until, _run_programs)


def _run_programs(tally: Tally, seed: int) -> None:
    class Link(machine.Link):
        place = _place

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


def _counted(cases: Sequence[Case], until: float, walk: Callable[[Tally, Case], None]) -> Tally:
    """One case after the other, while there is time; with what this process counted meanwhile."""
    tally = Tally()
    for counter in (machine.tried, invariants.checked, wire.sent):
        counter.clear()
    for case in cases:
        if time.time() < until:
            walk(tally, case)
    tally.counts += machine.tried
    tally.counts["calls"] += sum(wire.sent.values())
    tally.counts["invariants_checked"] += sum(invariants.checked.values())
    return tally
